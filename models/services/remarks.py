"""A return pinned to fields: what the desk wants mended and where, and what has changed since (SPEC §4, §11).

Remarks belong to the event of their return. A later return has remarks of its own; those of earlier ones stay in the history.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.errors import Invalid, Problem
from models.base.fields import Spec
from models.base.values import too_long
from models.base.workflow import Status
from models.services.audit import read_back
from models.services.checking import facts_of
from models.tables.event import MOVES, Action, Event
from models.tables.record import Record
from models.tables.remark import LONGEST_REMARK, FieldRemark

HEADING = "ご確認いただきたい項目"
Remarks = Mapping[str, str]
NONE: Remarks = MappingProxyType({})
RETURNING = (Action.MOVED.value, Action.CORRECTED.value)


def marked_specs(session: Session, record: Record) -> dict[str, Spec]:
    """The fields that a remark can be pinned to: those that the customer can mend, in the order of the page."""
    specs = record.specs_for(facts_of(session, record))
    return {name: spec for name, spec in specs.items() if spec.is_editable and not spec.is_fixed}


def checked(session: Session, record: Record, target: Status, typed: Remarks) -> dict[str, str]:
    """The remarks that were typed, without the empty ones; raises Invalid, each problem at its field."""
    given = {name: text.strip() for name, text in typed.items() if text.strip()}
    if problems := list(problems_in_remarks(session, record, target, given)):
        raise Invalid(problems)
    return {name: given[name] for name in marked_specs(session, record) if name in given}


def problems_in_remarks(session: Session, record: Record, target: Status, given: Remarks) -> Iterator[Problem]:
    """What is wrong with remarks, each at its field. Reads only: the page asks here before the move."""
    specs = marked_specs(session, record) if given else {}
    if given and target is not Status.RETURNED:
        yield Problem("", f"項目への指摘は「{Status.RETURNED.desk_label}」のときだけ付けられます。")
    for name, text in given.items():
        if name not in specs:
            yield Problem("", "この情報にない項目には指摘を付けられません。画面を開き直してください。")
        elif problem := too_long(text, LONGEST_REMARK):
            yield Problem(name, f"「{specs[name].full_label}」への指摘は{problem}")


def keep(session: Session, record: Record, remarks: Remarks) -> None:
    """Writes checked remarks to the return that was just made; its record is locked, so the newest return is this one."""
    event = _newest_return(session, record)
    if event is None:
        raise LookupError(f"record {record.id} was not returned")
    session.add_all(
        FieldRemark(record_id=record.id, event_id=event.id, field_name=name, remark=text)
        for name, text in remarks.items()
    )
    session.flush()


def _newest_return(session: Session, record: Record) -> Event | None:
    steps = select(Event).where(Event.record_id == record.id, Event.action.in_(MOVES)).order_by(Event.id.desc())
    return _newest_of(session.scalars(steps))


def _newest_of(steps: Iterable[Event]) -> Event | None:
    """The newest return among moves, newest first, that was not taken back."""
    is_taken_back = False
    for event in steps:
        if event.to_status == Status.RETURNED and event.action in RETURNING and not is_taken_back:
            return event
        is_taken_back = event.action == Action.TAKEN_BACK
    return None


def in_words(session: Session, record: Record, remarks: Remarks) -> str:
    """The remarks as a mail says them, under the comment; empty without any."""
    lines = [f"・{one.label}：{one.text}" for one in pinned(session, record, remarks)]
    return "\n".join([f"【{HEADING}】", *lines]) if lines else ""


def with_remarks(session: Session, record: Record, comment: str, remarks: Remarks) -> str:
    """The comment as the mail of a return says it: with the remarks below."""
    return "\n\n".join(part for part in (comment.strip(), in_words(session, record, remarks)) if part)


@dataclass(frozen=True)
class Pinned:
    """A remark with the name that its field has on the page."""

    name: str
    label: str
    text: str


def pinned(session: Session, record: Record, remarks: Remarks) -> list[Pinned]:
    """The remarks by the names of their fields, in the order of the page."""
    specs = marked_specs(session, record) if remarks else {}
    # A remark to a field that the order does not show any more is still one.
    names = [*(name for name in specs if name in remarks), *(name for name in remarks if name not in specs)]
    return [Pinned(name, specs[name].full_label if name in specs else name, remarks[name]) for name in names]


def remarks_by_event(session: Session, record: Record) -> dict[int, dict[str, str]]:
    """Every remark that was ever made to the record, by the event of its return and by field."""
    found: dict[int, dict[str, str]] = {}
    for row in session.scalars(select(FieldRemark).where(FieldRemark.record_id == record.id).order_by(FieldRemark.id)):
        found.setdefault(row.event_id, {})[row.field_name] = row.remark
    return found


@dataclass(frozen=True)
class Changed:
    """A field since the return: what it said then and says now, and what was remarked."""

    name: str
    spec: Spec
    old: Any
    new: Any
    remark: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether it says something else now."""
        return bool(self.spec.kind.write(self.old) != self.spec.kind.write(self.new))


@dataclass(frozen=True)
class SinceReturn:
    """The newest return of a record and what came of it."""

    event: Event
    remarks: Remarks
    fields: tuple[Changed, ...]
    files: tuple[str, ...]


def since_return(
    session: Session, record: Record, events: Sequence[Event], made: Mapping[int, Remarks]
) -> SinceReturn | None:
    """The newest return of an open record: its remarks, every field that was remarked or changed since, and the files added since.

    What a field said at the return is what the audit says it said before its first change after it. `events` are the record's
    timeline, `made` its remarks_by_event(). Reads only.
    """
    moves = (event for event in reversed(events) if event.action in MOVES)
    event = None if record.status.is_closed else _newest_of(moves)
    if event is None:
        return None
    remarks = made.get(event.id, NONE)
    later = select(Event).where(Event.record_id == record.id, Event.id > event.id)
    since = later.where(Event.action.in_((Action.EDITED.value, Action.UPLOADED.value))).order_by(Event.id)
    rows = session.scalars(since).all()
    before = _first_values([row for row in rows if row.action == Action.EDITED])
    specs = record.specs_for(facts_of(session, record))
    fields = tuple(_fields(record, specs, before, remarks))
    files = [(row.changes or {}).get("file", ["", ""])[1] for row in rows if row.action == Action.UPLOADED]
    return SinceReturn(event, remarks, fields, tuple(files))


def _first_values(edits: Iterable[Event]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for event in edits:
        for name, pair in (event.changes or {}).items():
            found.setdefault(name, pair[0])
    return found


def _fields(
    record: Record, specs: Mapping[str, Spec], before: Mapping[str, Any], remarks: Remarks
) -> Iterator[Changed]:
    for name, spec in specs.items():
        new = getattr(record, name)
        old = read_back(spec.kind, before[name]) if name in before else new
        made = Changed(name, spec, old, new, remarks.get(name, ""))
        if made.is_changed or made.remark:
            yield made
