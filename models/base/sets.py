"""Many rows at once: one statement and one answer of the database, however many there are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, String, Table, column, func, insert, literal, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session


def add_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds rows that all give the same columns; the others have their defaults. Objects are not made of them, and no key comes back.

    PostgreSQL is sent all of them as one parameter: as a statement a row, 10,000 take it ten times as long. SQLite, in this
    process, takes them one by one.
    """
    if not rows:
        return
    if session.get_bind().dialect.name != "postgresql":
        session.execute(insert(table), [dict(row) for row in rows])
        return
    names = list(rows[0])
    sent = literal(json.dumps([dict(row) for row in rows], default=_in_words, ensure_ascii=False), String)
    columns = (column(name, table.c[name].type) for name in names)
    given = (
        func.json_to_recordset(sql_cast(sent, JSON))
        .table_valued(*columns, name="given")
        .render_derived(with_types=True)
    )
    session.execute(insert(table).from_select(names, select(*(given.c[name] for name in names))))


def _in_words(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be sent as JSON")
