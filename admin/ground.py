"""The tables that a list is asked of: a record type shares one with all others, and a question that needs both is seldom needed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from models.base.db import Base


@dataclass(frozen=True)
class Ground:
    """Where the rows of a mapped class stand, as far as a question needs: its columns by name, and what tells its rows apart."""

    source: sa.FromClause
    number: Any
    columns: Mapping[str, Any]
    conditions: tuple[Any, ...] = ()


def ground_of(mapped: type[Base], names: Collection[str], sort: str = "") -> Ground:
    """The least tables that have all these columns; where there are two, the number is that of the sorted one, for its index."""
    mapper = sa.inspect(mapped)
    columns = {name: mapper.column_attrs[name].columns[0] for name in names}
    own, shared = mapper.local_table, mapper.inherits.local_table if mapper.inherits else None
    tables = {column.table for column in columns.values()}
    if shared is None or tables <= {own}:
        return Ground(own, own.c.id, columns)
    is_of_type = shared.c.type == mapper.polymorphic_identity
    if tables == {shared}:
        return Ground(shared, shared.c.id, columns, (is_of_type,))
    number = shared.c.id if sort and columns[sort].table is shared else own.c.id
    return Ground(own.join(shared, own.c.id == shared.c.id), number, columns, (is_of_type,))
