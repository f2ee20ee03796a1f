"""What refers to a row: what would go with it, what would lose it, and what forbids deleting it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.codes import desk_specs, mapped_by_table
from admin.filters import filters_of
from admin.selection import FILTER
from models.base.db import Base
from models.base.technical import Reference
from models.services.audit import kind_of
from models.services.listed_codes import holds, lists_of

COUNTED = 1_000
CASCADE, SET_NULL = "CASCADE", "SET NULL"


@dataclass(frozen=True)
class Referring:
    """Rows of one table that refer to a row by one column; `count` goes no further than COUNTED + 1, `condition` is the SQL of it."""

    mapped: type[Base]
    name: str
    on_delete: str
    count: int
    query: str
    condition: Any = None

    @property
    def label(self) -> str:
        """The table, and the column where that tells more."""
        return f"{self.mapped.__label__}（{desk_specs(self.mapped)[self.name].full_label}）"

    @property
    def amount(self) -> str:
        """How many, in words."""
        return f"{COUNTED:,}件以上" if self.count > COUNTED else f"{self.count:,}件"

    @property
    def goes_along(self) -> bool:
        """Whether these rows are deleted with the row."""
        return self.on_delete == CASCADE

    @property
    def is_emptied(self) -> bool:
        """Whether their column becomes empty."""
        return self.on_delete == SET_NULL

    @property
    def forbids(self) -> bool:
        """Whether the row cannot be deleted while they are there."""
        return not (self.goes_along or self.is_emptied)


@cache
def _columns(mapped: type[Base]) -> tuple[tuple[type[Base], str, Any, Any], ...]:
    """(class, attribute, column, column of the row that it holds) of every foreign key to the table."""
    found = []
    tables = {mapped.__table__, *(base.__table__ for base in mapped.__mro__ if hasattr(base, "__table__"))}
    for other in mapped_by_table().values():
        for name, spec in desk_specs(other).items():
            column = other.__table__.columns.get(_column_name(other, name))
            for key in column.foreign_keys if column is not None else ():
                if key.column.table in tables:
                    rule = getattr(spec.kind, "on_delete", "RESTRICT")
                    found.append((other, name, rule, key.column.name))
    return tuple(found)


def _column_name(mapped: type[Base], name: str) -> str:
    return str(sa.inspect(mapped).column_attrs[name].columns[0].name)


def referring(session: Session, row: Any) -> list[Referring]:
    """What refers to the row, table by table; tables without such rows are left out."""
    return [one for one in _counted(session, row) if one.count]


def _counted(session: Session, row: Any) -> Iterator[Referring]:
    for other, name, rule, target in _columns(kind_of(row)):
        held = row.id if target == "id" else getattr(row, target)
        yield _count(session, (other, name, rule), held, getattr(other, name) == held)
    for other, name in lists_of(row.__tablename__):
        yield _count(session, (other, name, "RESTRICT"), row.code, holds(getattr(other, name), row.code))


def _count(session: Session, where: tuple[type[Base], str, str], held: Any, condition: Any) -> Referring:
    other, name, rule = where
    same = sa.select(sa.literal(1)).where(condition).limit(COUNTED + 1).subquery()
    count = session.scalar(sa.select(sa.func.count()).select_from(same)) or 0
    query = f"{FILTER}{name}={held}" if name in filters_of(other) else ""
    return Referring(other, name, rule, count, query, condition)


def rows_going_along(session: Session, row: Any) -> Iterator[Any]:
    """The rows that are deleted with the row, so that each deletion is noted."""
    for other, name, rule, target in _columns(kind_of(row)):
        if rule == CASCADE and isinstance(desk_specs(other)[name].kind, Reference):
            yield from session.scalars(sa.select(other).where(getattr(other, name) == getattr(row, target)))
