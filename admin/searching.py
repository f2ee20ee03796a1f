"""What a search in a list means: every word stands somewhere in the row, or is its number or that of a row it refers to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from admin.codes import GREATEST_ID, desk_specs
from admin.columns import searched_names
from models.base import text
from models.base.db import Base, database
from models.services.search_texts import is_indexed
from models.services.searching import hits, is_answered, says, words_of


def search_conditions(mapped: type[Base], typed: str, numbered: Sequence[str] = ()) -> list[Any]:
    """The SQL of it: by the index where the table has one, else by its columns. `numbered` are the columns in which a
    number is looked for, if not in all that hold the number of a row."""
    names = numbered or _numbered_names(mapped)
    if not is_indexed(mapped):
        return [
            sa.or_(*_in_columns(mapped, word), *_numbered(mapped, names, word), sa.false()) for word in typed.split()
        ]
    words = words_of(typed)
    if typed.strip() and not words:  # signs alone that no text is compared by
        return [sa.false()]
    numbers = [word for word in words if _number(word)]
    together = [word for word in words if word not in numbers]
    found = [_indexed(mapped, together)] if together else []
    return [*found, *(_or_number(mapped, names, word) for word in numbers)]


def _indexed(mapped: Any, words: list[str]) -> Any:
    if not is_answered(words):
        return says(mapped, mapped.id, words)
    return mapped.id.in_(hits(dialect(), mapped, words))


def _or_number(mapped: Any, names: Sequence[str], word: str) -> Any:
    """One question a branch: each is answered by an index of its own, which an OR would keep the database from."""
    numbered = _numbered(mapped, names, word)
    if not is_answered([word]):
        return sa.or_(says(mapped, mapped.id, [word]), *numbered)
    others = [sa.select(mapped.id).where(condition) for condition in numbered]
    return mapped.id.in_(sa.union_all(hits(dialect(), mapped, [word]), *others))


def dialect() -> str:
    """The kind of database that is asked."""
    return database().get_bind().dialect.name


def _in_columns(mapped: Any, word: str) -> Iterator[Any]:
    for name in searched_names(mapped):
        yield getattr(mapped, name).icontains(word, autoescape=True)


def _number(word: str) -> int | None:
    digits = text.half_width(word)
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= 10
    return int(digits) if is_number and 0 < int(digits) <= GREATEST_ID else None


def _numbered(mapped: Any, names: Sequence[str], word: str) -> list[Any]:
    number = _number(word)
    return [] if number is None else [getattr(mapped, name) == number for name in names]


@cache
def _numbered_names(mapped: type[Base]) -> tuple[str, ...]:
    return ("id", *(name for name, spec in desk_specs(mapped).items() if spec.kind.control == "reference"))
