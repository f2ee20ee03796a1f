"""Whole numbers in addresses and hidden fields: whatever stands there is a number that a row or a page can have, or none."""

LARGEST_KEY = 2**31 - 1


def number_in(typed: str, most: int = LARGEST_KEY) -> int | None:
    """The number that is said in plain digits; None for anything else, and for one beyond `most`."""
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= len(str(LARGEST_KEY))
    return int(typed) if is_number and int(typed) <= most else None
