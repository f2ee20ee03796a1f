"""The events of moves, for many records with one statement (RELIABILITY check 37)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert, literal, select
from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.base.db import among
from models.base.workflow import Status
from models.services.audit import signed
from models.tables.event import Action, Event
from models.tables.record import Record

TABLE, EVENT = cast(Table, Record.__table__), cast(Table, Event.__table__)


def add_events(session: Session, ids: Sequence[int], said: Mapping[str, Any]) -> None:
    """One event for each of these records, made where they are."""
    owner = {"row_id": TABLE.c.id, "record_id": TABLE.c.id, "request_id": TABLE.c.request_id}
    same = {name: literal(value, EVENT.c[name].type) for name, value in said.items()}
    rows = select(*owner.values(), *same.values()).where(among(session, TABLE.c.id, ids)).order_by(TABLE.c.id)
    session.execute(insert(EVENT).from_select([*owner, *same], rows))


def told(source: Status, target: Status, text: str, actor: Actor, action: Action, moment: datetime) -> dict[str, Any]:
    """What events of one move say, whichever record was moved."""
    return {
        "at": moment,
        "action": action.value,
        "table_name": "record",
        "from_status": source.value,
        "to_status": target.value,
        "comment": text,
        **signed(actor),
    }
