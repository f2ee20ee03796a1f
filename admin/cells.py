"""Texts that people typed, as cells of a file that a spreadsheet opens."""

from __future__ import annotations

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def harmless(value: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    is_number = value.removeprefix("-").replace(".", "", 1).isdigit()
    return f"'{value}" if value.startswith(FORMULAS) and not is_number else value
