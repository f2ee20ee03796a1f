"""Who may see what: everything is closed until it says that it is open. The marks are those of both faces."""

from web.access import for_machines, listed_by_search_engines, open_to_visitors, safe_next

__all__ = ["for_machines", "listed_by_search_engines", "open_to_visitors", "safe_next"]
