"""Asking the index: which rows of a table a search finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from models.base.db import Base
from models.base.text import bigrams, fold
from models.services.search_texts import head_of, key_of
from models.tables.search import SEARCH_ENTRY

LEAST = 2  # characters that the index can find; a single one is looked for row by row


def words_of(typed: str) -> list[str]:
    """The words of a search as the index compares them."""
    return fold(typed).split()


def is_answered(words: Sequence[str]) -> bool:
    """Whether the index can answer: every word has a pair."""
    return bool(words) and all(len(word) >= LEAST for word in words)


def hits(dialect: str, mapped: type[Base], words: Sequence[str]) -> sa.Select[Any]:
    """The numbers of the rows in which all words stand, anywhere; each word has two characters at least."""
    found = sa.select(SEARCH_ENTRY.c.row_id)
    if dialect == "postgresql":
        grams = [head_of(mapped), *(pair for word in words for pair in bigrams(word))]
        column = sa.type_coerce(SEARCH_ENTRY.c.grams, ARRAY(sa.Text()))
        # The pairs of a longer word can stand apart: its text decides.
        longer = [SEARCH_ENTRY.c.text.contains(word, autoescape=True) for word in words if len(word) > LEAST]
        return found.where(column.contains(sorted(set(grams))), *longer)
    phrases = [head_of(mapped), *(" ".join(bigrams(word)) for word in words)]
    asked = " ".join('"{}"'.format(phrase.replace('"', '""')) for phrase in phrases)
    gram = sa.table("search_gram", sa.column("rowid"), sa.column("search_gram"))
    return found.join(gram, gram.c.rowid == SEARCH_ENTRY.c.id).where(gram.c.search_gram.op("MATCH")(asked))


def says(mapped: type[Base], row_id: Any, words: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether all words stand in what a row says: for walks in a list's order, one look-up a row, however short the words."""
    entry = SEARCH_ENTRY.c
    text = sa.select(entry.text).where(entry.table_name == key_of(mapped), entry.row_id == row_id).scalar_subquery()
    return sa.and_(*(text.contains(word, autoescape=True) for word in words))
