"""Whole numbers in addresses, hidden fields, searches and files: whatever stands there is a number that a row or a page can have, or none."""

from models.base import text

LARGEST_KEY = 2**31 - 1


def number_in(typed: str, most: int = LARGEST_KEY) -> int | None:
    """The number that is said in plain digits; None for anything else, and for one beyond `most`."""
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= len(str(LARGEST_KEY))
    return int(typed) if is_number and int(typed) <= most else None


def key_in(typed: str) -> int | None:
    """The number of a row that somebody typed, in digits of either width; None for anything else, and no row has the number 0."""
    return number_in(text.half_width(typed.strip())) or None
