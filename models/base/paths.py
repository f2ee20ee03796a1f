"""Where somebody may be led on to: our own pages and nowhere else (RELIABILITY check 17)."""

from urllib.parse import urlsplit


def own_path(target: str | None) -> str | None:
    """The path of an address that certainly stays here, without its query; None for every other one.

    A browser reads `//host`, `/\\host` and addresses with control characters as another site's.
    """
    if not target or len(target) > 2000 or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or any(ord(c) < 33 or ord(c) == 127 or 0xD800 <= ord(c) <= 0xDFFF for c in target):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else parts.path
