"""Who may see what: everything is closed until it says that it is open. The marks are those of both faces."""

from web.access import View, for_machines, listed_by_search_engines, open_to_visitors, safe_next

__all__ = ["for_machines", "listed_by_search_engines", "open_to_visitors", "safe_next", "shown_to_desk"]


def shown_to_desk(view: View) -> View:
    """Marks a page of a company that an operator may look at in its place (portal.viewing)."""
    view.is_shown_to_desk = True  # type: ignore[attr-defined]
    return view
