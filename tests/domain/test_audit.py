"""What a change replaced is told truly, also of a row whose values were not at hand (RELIABILITY check 37)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, select

from models.base.db import Base, database, transaction
from models.base.errors import Refused
from models.base.workflow import Status
from models.tables.event import Action, Event
from models.tables.master import CompanyType
from models.tables.operator import Operator
from tests.build import build_record
from tests.identity import HASH


def forgotten(row: Base) -> Any:
    """A row that is there, in a session that has read nothing of it yet."""
    with transaction() as session:
        session.add(row)
        session.flush()
        session.expire(row)
        return row


def edits() -> list[Any]:
    found = database().scalars(select(Event.changes).where(Event.action == Action.EDITED).order_by(Event.id)).all()
    database.remove()
    return list(found)


def test_the_value_before_is_the_stored_one_though_nobody_had_read_it(db: Engine) -> None:
    row = forgotten(CompanyType(code="guild", label="組合", place=5))
    with transaction():
        row.label, row.place = "協同組合", 8
    with transaction():
        row.label = "協同組合"
    assert edits() == [{"label": ["組合", "協同組合"], "place": [5, 8]}]


def test_so_it_is_with_both_tables_of_a_record(db: Engine) -> None:
    with transaction() as session:
        record: Any = build_record(session, "site_name", Status.DRAFT)
        record.short_name, record.comment = "豊洲", "はじめの文"
        session.flush()
        session.expire(record)
        record.short_name, record.comment = "有明", "次の文"
    assert edits()[-1] == {"short_name": ["豊洲", "有明"], "comment": ["はじめの文", "次の文"]}


def test_the_last_administrator_is_guarded_though_nobody_had_read_the_role(db: Engine) -> None:
    chief = {"user_name": "chief", "name": "管理", "mail": "chief@example.jp", "role": "administrator"}
    row = forgotten(Operator(**chief, password_hash=HASH))
    with pytest.raises(Refused, match="有効な管理者がいなくなる"), transaction():
        row.role = "operator"
