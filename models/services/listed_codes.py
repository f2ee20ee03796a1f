"""Codes of master tables that stand in lists (the ASP services of an order): no foreign key holds them, so this module does."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy import inspect as inspect_row
from sqlalchemy.orm import Session, UOWTransaction

from models.base.choices import MasterChoices
from models.base.db import Base, database
from models.base.errors import Refused
from models.base.fields import specs_of
from models.tables.master import Coded


@cache
def lists_of(table: str) -> tuple[tuple[Any, str], ...]:
    """(class, attribute) of every column that lists codes of the master table."""
    found: list[tuple[Any, str]] = []
    for mapped in (mapper.class_ for mapper in Base.registry.mappers):
        for name, spec in specs_of(mapped).items():  # type: ignore[arg-type]
            if isinstance(spec.kind, MasterChoices) and spec.kind.table == table:
                found.append((mapped, name))
    return tuple(found)


def holds(column: Any, code: str) -> sa.ColumnElement[bool]:
    """Whether the list in a column has the code in it."""
    listed = sa.literal(",") + sa.type_coerce(column, sa.String) + ","
    return listed.contains(f",{code},", autoescape=True)


def is_listed(session: Session, table: str, code: str) -> bool:
    """Whether any list has the code in it."""
    found = (holds(getattr(mapped, name), code) for mapped, name in lists_of(table))
    return any(session.scalar(sa.select(sa.literal(1)).where(one).limit(1)) for one in found)


@event.listens_for(database, "before_flush")
def _refuse_losing_codes(session: Session, _context: UOWTransaction, _instances: object) -> None:
    """Raises Refused where a code that is in use would be deleted or renamed, whatever screen or command asks."""
    for row, code in _lost(session):
        with session.no_autoflush:
            if is_listed(session, row.__tablename__, code):
                raise Refused(
                    f"「{row.label}」（コード {code}）は申し込みで使われているため、削除やコードの変更はできません。"
                    "受け付けを終えるときは、受付終了日を入力してください。"
                )


def _lost(session: Session) -> Iterator[tuple[Any, str]]:
    yield from ((row, row.code) for row in session.deleted if isinstance(row, Coded))
    for row in session.dirty:
        if isinstance(row, Coded):
            before = inspect_row(row).attrs.code.history.deleted
            yield from ((row, code) for code in before if code)
