"""Texts that people typed, as cells of a file that a spreadsheet opens."""

from __future__ import annotations

from models.services.spreadsheets import FORMULAS


def harmless(value: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    if not value.startswith(FORMULAS) or value.removeprefix("-").replace(".", "", 1).isdigit():
        return value
    return f"'{value}"


def quoted(value: str) -> str:
    """A text as a field of CSV."""
    if '"' in value or "," in value or "\n" in value or "\r" in value:
        return '"{}"'.format(value.replace('"', '""'))
    return value
