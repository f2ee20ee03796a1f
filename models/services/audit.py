"""Every change of a row becomes an event in the same transaction, whoever made it and through whatever screen (RELIABILITY check 37)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, event
from sqlalchemy import inspect as inspect_row
from sqlalchemy.orm import Session, UOWTransaction

from models.base.actor import SYSTEM, Actor
from models.base.db import Area, Base, database
from models.base.fields import specs_of
from models.base.sets import add_rows
from models.base.technical import Bytes, Json, Secret
from models.base.values import Kind
from models.services import search_index  # noqa: F401 (whoever writes keeps the index that searches ask)
from models.tables.event import Action, Event
from models.tables.record import Record

EVENT = cast(Table, Event.__table__)
SILENT = {"version", "updated_at", "created_at"}


def actor_of(session: Session) -> Actor:
    """Who acts in this session; the system where nobody signed in."""
    actor: Actor = session.info.get("actor", SYSTEM)
    return actor


def act_as(actor: Actor) -> None:
    """Names the actor of this thread's session, for events and the rename guard."""
    database().info["actor"] = actor


def signed(actor: Actor) -> dict[str, Any]:
    """The columns of an event that say who and from where."""
    return {
        "actor_role": actor.role.value,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "address": actor.address,
        "trace_id": actor.trace_id,
    }


def note(
    session: Session,
    action: str,
    actor: Actor,
    *,
    detail: dict[str, Any] | None = None,
    table_name: str = "",
    row_id: int | None = None,
    record: Record | None = None,
    comment: str = "",
) -> None:
    """Adds an event that is no change of a row's fields: a login, a refusal, an export."""
    owner = {"record_id": record.id, "request_id": record.request_id} if record else {}
    made = Event(
        action=action, changes=detail, table_name=table_name, row_id=row_id, comment=comment, **owner, **signed(actor)
    )
    session.add(made)


def note_refusal(session: Session, actor: Actor, reason: str, asked: str) -> None:
    """Adds the event of an act that a rule forbade; `asked` names what was tried. The act itself has left nothing."""
    note(session, Action.REFUSED, actor, detail={"asked": asked}, comment=reason)


@event.listens_for(database, "before_flush")
def _write_events(session: Session, _context: UOWTransaction, _instances: object) -> None:
    actor = actor_of(session)
    edited = [(row, changes) for row in session.dirty if _is_audited(row) and (changes := _changes(row))]
    made = [_event(Action.EDITED, row, changes, actor) for row, changes in edited]
    made += [_event(Action.DELETED, row, _values(row), actor) for row in session.deleted if _is_audited(row)]
    _write(session, made)


@event.listens_for(database, "after_flush")
def _write_creations(session: Session, _context: UOWTransaction) -> None:
    # After the flush, because a new row has no number before it. Records and requests tell of their opening themselves.
    actor = actor_of(session)
    made = [
        row
        for row in session.new
        if _is_audited(row) and row.__tablename__ not in {"request", "upload"} and not isinstance(row, Record)
    ]
    _write(session, [_event(Action.CREATED, row, _values(row), actor) for row in made])


def note_edits(session: Session, mapped: type[Base], changes: Mapping[int, dict[str, Any]]) -> None:
    """Adds what before_flush cannot see: edits of rows that were written in a set, by number, as {field: [before, after]}."""
    specs, actor = specs_of(mapped), signed(actor_of(session))
    rows = [
        {
            "action": Action.EDITED.value,
            "table_name": mapped.__tablename__,
            "row_id": row_id,
            "changes": {name: [_plain(specs[name].kind, one) for one in pair] for name, pair in pairs.items()},
            **actor,
        }
        for row_id, pairs in changes.items()
    ]
    add_rows(session, EVENT, rows)


def _write(session: Session, events: list[Event]) -> None:
    """Adds events with one statement; as objects, SQLite would be sent each of them alone."""
    add_rows(session, EVENT, [_row(event) for event in events])


def kind_of(row: object) -> Any:
    """The row's class, for the declarations."""
    return type(row)


def _is_audited(row: Base) -> bool:
    return row.__area__ is not Area.LOG


def _row(made: Event) -> dict[str, Any]:
    return {name: getattr(made, name) for name in specs_of(Event) if name not in {"id", "at", "comment"}}


def _event(action: Action, row: Any, changes: dict[str, Any], actor: Actor) -> Event:
    owner = (
        {"record_id": row.id, "request_id": row.request_id}
        if isinstance(row, Record) and action is not Action.DELETED
        else {}
    )
    return Event(action=action, table_name=row.__tablename__, row_id=row.id, changes=changes, **owner, **signed(actor))


def _changes(row: Any) -> dict[str, Any]:
    state = inspect_row(row)
    found = {}
    for name, spec in specs_of(kind_of(row)).items():
        if name in SILENT or name not in state.committed_state:  # what was never set again has not changed
            continue
        history = state.attrs[name].history
        if history.has_changes():
            before = history.deleted[0] if history.deleted else None
            found[name] = [_plain(spec.kind, before), _plain(spec.kind, getattr(row, name))]
    return found


def _values(row: Any) -> dict[str, Any]:
    specs = specs_of(kind_of(row))
    return {
        name: [None, _plain(spec.kind, getattr(row, name))]
        for name, spec in specs.items()
        if name not in SILENT and getattr(row, name) is not None
    }


def read_back(kind: Kind, stored: Any) -> Any:
    """A value as an event keeps it (days and moments as text, codes as a list), as the column would give it."""
    if isinstance(stored, list):
        return tuple(stored)
    if not isinstance(stored, str) or kind.control not in {"day", "month", "moment"}:
        return stored
    try:
        return kind.parse(kind.normalise(stored))
    except ValueError:  # an old event in a form of its time
        return None


def _plain(kind: object, value: Any) -> Any:
    if isinstance(kind, Secret | Bytes) and value is not None:
        return "***"
    if isinstance(kind, Json):
        return None
    return value.isoformat() if isinstance(value, date | datetime) else value
