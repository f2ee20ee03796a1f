"""Texts with gaps: `{name}` stands for a value that is known when the text is used. Nothing else in braces means anything."""

import re
from collections.abc import Iterable, Mapping

GAP = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


def placeholders_in(text: str) -> set[str]:
    """The names that a text asks for."""
    return set(GAP.findall(text))


def unknown_in(text: str, known: Iterable[str]) -> list[str]:
    """The names that a text asks for and nobody will give, in alphabetical order."""
    return sorted(placeholders_in(text) - set(known))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its gaps filled, each once: a value that itself looks like a gap stays as it is. A missing value is empty."""
    return GAP.sub(lambda gap: values.get(gap[1], ""), text)
