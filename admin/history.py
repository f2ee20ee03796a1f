"""What happened to a row, in words: who, when, and each field before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from admin import rights
from admin.codes import desk_specs, mapped_by_table
from models.base.fields import Spec
from models.base.values import Kind, Tick
from models.base.workflow import Status
from models.tables.event import Action, Event
from models.tables.record import Record
from web.hooks import current_actor

NEWEST = 100
MISSING = "（なし）"
# What events tell besides the fields of a row.
WORDS = {
    "reason": "理由",
    "proof": "確認の方法",
    "device": "端末",
    "ended": "終了した数",
    "file": "ファイル",
    "document": "書類",
    "rows": "行数",
    "query": "条件",
    "format": "形式",
    "asked": "求めた操作",
}


def history(session: Session, row: Any) -> list[dict[str, Any]]:
    """The newest events of a row, newest first. SQLite gives the number of a deleted row again: what the former row went through,
    up to its deletion, is not this one's."""
    of_number = (Event.table_name == row.__tablename__) & (Event.row_id == row.id)
    deleted = select(func.max(Event.id)).where(of_number, Event.action == Action.DELETED).scalar_subquery()
    own = of_number & (Event.id > func.coalesce(deleted, 0))
    if isinstance(row, Record):
        own = or_(own, Event.record_id == row.id)
    elif row.__tablename__ == "request":
        own = or_(own, Event.request_id == row.id)
    found: Sequence[Event] = session.scalars(
        select(Event).where(own).order_by(Event.at.desc(), Event.id.desc()).limit(NEWEST)
    ).all()
    return [entry(event) for event in found]


def entry(event: Event) -> dict[str, Any]:
    """One event for reading."""
    return {
        "at": event.at,
        "what": Action(event.action).label,
        "who": event.actor_name,
        "move": " → ".join(_status(code) for code in (event.from_status, event.to_status) if code),
        "comment": event.comment,
        "changes": changes(event),
        "event": event,
        "is_edit": event.action == Action.EDITED,
    }


def _status(code: str) -> str:
    return Status(code).desk_label if code in set(Status) else code


def changes(event: Event) -> list[dict[str, str]]:
    """Each changed field with its value before and after."""
    mapped = mapped_by_table().get(event.table_name)
    specs: Mapping[str, Spec] = desk_specs(mapped) if mapped else {}
    found = []
    for name, pair in (event.changes or {}).items():
        if name == "id":
            continue
        before, after = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
        spec = specs.get(name)
        if spec and not rights.may_read_field(current_actor(), spec):
            continue
        label = spec.full_label if spec else WORDS.get(name, name)
        kind = spec.kind if spec else None
        found.append({"label": label, "old": _text(kind, before), "new": _text(kind, after)})
    return found


def _text(kind: Kind | None, stored: Any) -> str:
    """A value as the event keeps it (moments and days as text), as its kind shows it."""
    if stored is None or stored == "":
        return MISSING
    if kind is None or not isinstance(stored, str):
        return kind.show(stored) if isinstance(kind, Tick) else str(stored)
    try:
        is_coded = kind.control in {"day", "month", "moment", "choice"}
        return kind.show(kind.parse(kind.normalise(stored))) if is_coded else stored
    except ValueError:  # an old event in a form of its time
        return stored


def again_url(event: Event) -> str | None:
    """Where what an event deleted stands in a form again; None where the operator may not add such rows."""
    mapped = mapped_by_table().get(event.table_name)
    if event.action != Action.DELETED or mapped is None or not rights.may_create(current_actor(), mapped):
        return None
    return f"{request.script_root}/{event.table_name}/new/?restore={event.id}"
