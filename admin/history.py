"""What happened to a row, in words: who, when, and each field before and after, as lists and pages would show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from flask import request
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload
from werkzeug.datastructures import MultiDict

from admin import rights
from admin.codes import desk_specs, mapped_by_table
from admin.labels import Labels
from admin.selection import WrongSelection, read_selection
from models.base.choices import MasterChoice
from models.base.db import among
from models.base.fields import Spec
from models.base.technical import Reference
from models.base.workflow import Status
from models.services.audit import read_back
from models.services.login_history import PROOFS, REFUSALS
from models.tables.event import Action, Event
from models.tables.imports import LineResult
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
    "import": "取り込みID",
    LineResult.CREATED.value: "追加した行数",
    LineResult.CHANGED.value: "変更した行数",
    "rows": "行数",
    "query": "条件",
    "format": "形式",
    "asked": "求めた操作",
}
MEANT: dict[str, Mapping[str, str]] = {"reason": REFUSALS, "proof": PROOFS, "format": {"xlsx": "Excel"}}


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
    told = entries(session, found)
    return told if isinstance(row, Record) else _with_records(session, told)


def _with_records(session: Session, told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each entry with the record that it is about, where it is about one: a request has several."""
    ids = {one["event"].record_id for one in told} - {None}
    asked = select(Record).where(among(session, Record.id, ids)).options(joinedload(Record.request))
    titles = {record.id: record.title for record in session.scalars(asked)} if ids else {}
    return [{**one, "about": (one["event"].record_id, titles.get(one["event"].record_id))} for one in told]


def entries(session: Session, events: Sequence[Event]) -> list[dict[str, Any]]:
    """Events for reading; what their values refer to is read at once, one question for each table."""
    labels = Labels(session, [], {})
    for table_name, told in _by_table(events).items():
        specs = {n: spec for n, spec in _specs(table_name).items() if isinstance(spec.kind, Reference | MasterChoice)}
        pairs = [pair for event in told for pair in _pairs(event)]
        values = {
            name: {one for key, *sides in pairs if key == name for one in _kept(specs[name], sides)} for name in specs
        }
        labels.learn(values, specs)
    return [_entry(event, labels) for event in events]


def _entry(event: Event, labels: Labels) -> dict[str, Any]:
    return {
        "at": event.at,
        "what": Action(event.action).label,
        "who": event.actor_name,
        "move": " → ".join(_status(code) for code in (event.from_status, event.to_status) if code),
        "comment": event.comment,
        "changes": list(_changes(event, labels)),
        "event": event,
        "is_edit": event.action == Action.EDITED,
    }


def _status(code: str) -> str:
    return Status(code).desk_label if code in set(Status) else code


def _by_table(events: Iterable[Event]) -> dict[str, list[Event]]:
    found = defaultdict(list)
    for event in events:
        found[event.table_name].append(event)
    return found


def _specs(table_name: str) -> Mapping[str, Spec]:
    mapped = mapped_by_table().get(table_name)
    return desk_specs(mapped) if mapped else {}


def _pairs(event: Event) -> Iterator[tuple[str, Any, Any]]:
    """Each value that an event keeps, before and after; what is told of no field has no before."""
    for name, kept in (event.changes or {}).items():
        before, after = kept if isinstance(kept, list) and len(kept) == 2 else (None, kept)
        if name != "id":
            yield name, before, after


def _kept(spec: Spec, stored: Iterable[Any]) -> list[Any]:
    return [value for one in stored if (value := read_back(spec.kind, one)) is not None]


def _changes(event: Event, labels: Labels) -> Iterator[dict[str, str]]:
    """Each changed field with its value before and after, as far as whoever asks may see it."""
    specs, actor = _specs(event.table_name), current_actor()
    for name, before, after in _pairs(event):
        spec = specs.get(name)
        if spec and not rights.may_read_field(actor, spec):
            continue
        show = _shower(spec, labels) if spec else partial(_told, event, name)
        sides = {side: MISSING if one in (None, "") else show(one) for side, one in (("old", before), ("new", after))}
        yield {"label": spec.full_label if spec else WORDS.get(name, name), **sides}


def _shower(spec: Spec, labels: Labels) -> Callable[[Any], str]:
    """What writes a field's values as an event keeps them (moments and days as text)."""

    def show(stored: Any) -> str:
        try:
            value = read_back(spec.kind, stored)
            shown = labels.show(spec, value)
        except (TypeError, ValueError):  # an old event in a form of its time
            return str(stored)
        is_gone = isinstance(spec.kind, Reference) and shown == str(value)
        return f"番号{stored}" if is_gone else shown or str(stored)

    return show


def _told(event: Event, name: str, stored: Any) -> str:
    """What an event tells of no field, in words where it is a code."""
    if name == "query" and (mapped := mapped_by_table().get(event.table_name)):
        try:
            return "、".join(read_selection(mapped, MultiDict(parse_qsl(str(stored)))).words()) or str(stored)
        except WrongSelection:  # an address of its time, or one that asks for what this reader may not see
            return str(stored)
    return MEANT.get(name, {}).get(str(stored)) or str(stored)


def again_url(event: Event) -> str | None:
    """Where what an event deleted stands in a form again; None where the operator may not add such rows."""
    mapped = mapped_by_table().get(event.table_name)
    if event.action != Action.DELETED or mapped is None or not rights.may_create(current_actor(), mapped):
        return None
    return f"{request.script_root}/{event.table_name}/new/?restore={event.id}"
