"""What a search in a list means: every word stands somewhere in the row, or is its number or that of a row it refers to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.codes import desk_specs
from admin.columns import searched_names
from models.base.db import Base, among, database
from models.base.numbers import key_in
from models.services.search_texts import is_indexed
from models.services.searching import hits, is_answered, says, words_of

BROAD = 10_000  # rows; reading through these takes as long as finding fifty that have the words by looking at each


@dataclass(frozen=True)
class Searched:
    """A search in a table. `number` is the column of its rows' numbers in the question that is asked, `numbered` are the
    columns in which a number is looked for, if not in all that hold the number of a row."""

    mapped: Any
    typed: str
    number: Any
    numbered: tuple[str, ...] = ()

    def conditions(self) -> list[Any]:
        """The SQL of it: by the index where the table has one, else by its columns."""
        if not is_indexed(self.mapped):
            return [sa.or_(*self._in_columns(word), *self._numbered(word), sa.false()) for word in self.typed.split()]
        if self.typed.strip() and not self._words:  # signs alone that no text is compared by
            return [sa.false()]
        return [*self._together(), *(self._or_number(word) for word in self._words if key_in(word))]

    def walk(self, session: Session, broad: int = BROAD) -> list[Any]:
        """The SQL for whoever takes a few rows in a list's order. Words that stand in very many rows are looked for in these, one
        after the other, since reading all that the index knows of them would take longer; of few, the numbers are known already."""
        if not self.is_counted():
            return self.conditions()
        if self.is_broad(session, broad):
            return [says(self.mapped, self.number, self._words)]
        return [among(session, self.number, self._found(session, broad))]

    def is_broad(self, session: Session, broad: int = BROAD) -> bool:
        """Whether more rows have the words than a search reads through; never so where a number may be meant."""
        return self.is_counted() and len(self._found(session, broad)) > broad

    def is_counted(self) -> bool:
        """Whether the index alone says how many rows there are."""
        return is_indexed(self.mapped) and is_answered(self._words) and not any(map(key_in, self._words))

    def count_hits(self, session: Session) -> int:
        """How many rows have the words; no further than BROAD + 1."""
        return len(self._found(session, BROAD))

    def _found(self, session: Session, most: int) -> list[int]:
        """The numbers of the rows that have the words, most + 1 of them at most: asked once, for the count and for the page.
        They come as one text, since reading ten thousand rows takes as long as a page."""
        if most not in self._known:
            some = self._hits(self._words).limit(most + 1).subquery()
            numbers = session.scalar(sa.select(sa.func.aggregate_strings(sa.cast(some.c.row_id, sa.String), ",")))
            self._known[most] = list(map(int, numbers.split(","))) if numbers else []
        return self._known[most]

    @cached_property
    def _known(self) -> dict[int, list[int]]:
        return {}

    @cached_property
    def _words(self) -> list[str]:
        return words_of(self.typed)

    def _hits(self, words: list[str]) -> sa.Select[Any]:
        return hits(dialect(), self.mapped, words)

    def _together(self) -> list[Any]:
        words = [word for word in self._words if not key_in(word)]
        if not words:
            return []
        return [self.number.in_(self._hits(words)) if is_answered(words) else says(self.mapped, self.number, words)]

    def _or_number(self, word: str) -> Any:
        """One question a branch: each is answered by an index of its own, which an OR would keep the database from."""
        numbered = [sa.select(self.mapped.id).where(condition) for condition in self._numbered(word)]
        if not is_answered([word]):
            return sa.or_(says(self.mapped, self.number, [word]), self.number.in_(sa.union_all(*numbered)))
        return self.number.in_(sa.union_all(self._hits([word]), *numbered))

    def _numbered(self, word: str) -> list[Any]:
        number, names = key_in(word), self.numbered or _numbered_names(self.mapped)
        return [] if number is None else [getattr(self.mapped, name) == number for name in names]

    def _in_columns(self, word: str) -> Iterator[Any]:
        for name in searched_names(self.mapped):
            yield getattr(self.mapped, name).icontains(word, autoescape=True)


def dialect() -> str:
    """The kind of database that is asked."""
    return database().get_bind().dialect.name


@cache
def _numbered_names(mapped: type[Base]) -> tuple[str, ...]:
    return ("id", *(name for name, spec in desk_specs(mapped).items() if spec.kind.control == "reference"))
