"""What a search looks into: one row for each row that people look for, beside their tables, so that moves of records never touch it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Dialect, Index, Integer, String, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeDecorator, TypeEngine

from models.base.db import Base

BETWEEN = "|"  # stands between words, so that no pair of a term is found across them


class Grams(TypeDecorator[Sequence[str]]):
    """Pairs of characters: an array on PostgreSQL, where a GIN index holds it, and a text on SQLite, where FTS5 reads it."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column's type in this database."""
        return dialect.type_descriptor(ARRAY(Text()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> Sequence[str] | str | None:
        """Each once for an array; in their order for a text, whose order is what tells neighbours."""
        if value is None:
            return None
        return sorted(set(value) - {BETWEEN}) if dialect.name == "postgresql" else " ".join(value)


# No mapped class: nobody lists or edits it. models.services.search_index keeps it, and on SQLite triggers keep `search_gram` by it.
SEARCH_ENTRY = Table(
    "search_entry",
    Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("table_name", String(60), nullable=False),
    Column("row_id", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("grams", Grams, nullable=False),
    UniqueConstraint("table_name", "row_id"),
    Index("ix_search_entry_grams", "grams", postgresql_using="gin").ddl_if(dialect="postgresql"),
)
