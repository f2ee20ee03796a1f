"""The one question and the one act: why a move is refused, and the move itself (SPEC §4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from models.base.actor import Actor
from models.base.clock import now
from models.base.db import among
from models.base.errors import Refused
from models.base.sets import add_rows
from models.base.workflow import Status
from models.services import effects, needs, notices, outbox, remarks, taking_back
from models.services.comments import template_comments
from models.services.locking import lock_records
from models.services.move_events import add_events, told
from models.services.rename_guard import REASON, blocking_rename_id, pass_gate
from models.tables.event import Action, Event
from models.tables.record import Record
from models.tables.request import Request

CHUNK = 1_000
TABLE, EVENT = cast(Table, Record.__table__), cast(Table, Event.__table__)


@dataclass
class Report:
    """What became of each record of a move; the two lists add up to the records asked for."""

    moved: list[Record] = field(default_factory=list)
    refused: list[tuple[Record, str]] = field(default_factory=list)

    def raise_if_refused(self) -> None:
        """For the move of a single record: its refusal as an error."""
        for record, reason in self.refused:
            raise Refused(reason, blocking_rename_id(record.request))


def refusal(
    session: Session,
    record: Record,
    target: Status,
    actor: Actor,
    comment: str | None = None,
    evidence: needs.Evidence | None = None,
) -> str | None:
    """Why this move is refused, in Japanese, or None. Reads only: buttons, bulk plan and transition() all ask here."""
    edge = record.workflow.edge(record.status, target)
    word = record.workflow.label_of(target)
    if edge is None:
        return f"「{record.status_label}」から「{word}」へは変更できません。"
    if actor.role not in edge.roles:
        return f"「{word}」への変更は、あなたの権限では行えません。"
    if actor.is_customer and blocking_rename_id(record.request):
        return REASON
    known = evidence or needs.gather(session, [record], target)
    missing = needs.missing(session, record, target, comment, known)
    return missing.value if missing else None


@dataclass(frozen=True)
class Said:
    """What goes with a move: the operator's comment, and for the return of one record the remarks to its fields."""

    comment: str | None = None
    pinned: remarks.Remarks = field(default_factory=dict)


def transition(
    session: Session,
    records: Sequence[Record],
    target: Status,
    actor: Actor,
    comment: str | None = None,
    pinned: remarks.Remarks = remarks.NONE,
) -> Report:
    """Moves records: locks them, asks refusal() for each, then writes status, version, events and mails in sets.

    The number of statements does not depend on how many records a chunk has. The caller's transaction() commits all or nothing. A record that is refused stays as it is and is named in the report.
    `pinned`: remarks to fields of a single record with its return; raises Invalid where one is wrong.
    """
    if pinned:
        [record] = records
        pinned = remarks.checked(session, record, target, pinned)
    report, said = Report(), Said(comment, pinned)
    ids = sorted({record.id for record in records})
    for start in range(0, len(ids), CHUNK):
        _move_chunk(session, lock_records(session, ids[start : start + CHUNK]), target, actor, said, report)
    return report


def move_locked(
    session: Session, records: Sequence[Record], target: Status, actor: Actor, comment: str | None = None
) -> Report:
    """The same for records that lock_records() has given in this transaction: they are not read again."""
    report = Report()
    _move_chunk(session, records, target, actor, Said(comment), report)
    return report


def _move_chunk(
    session: Session, records: Sequence[Record], target: Status, actor: Actor, said: Said, report: Report
) -> None:
    evidence = needs.gather(session, records, target)
    movable: list[Record] = []
    for record in records:
        reason = refusal(session, record, target, actor, said.comment, evidence)
        if reason:
            report.refused.append((record, reason))
        else:
            movable.append(record)
    if actor.is_customer:
        for record in movable:
            pass_gate(session, record.request.site_id, record.request_id)
    _write(session, movable, target, actor, said, Action.MOVED)
    report.moved += movable


def _write(session: Session, records: list[Record], target: Status, actor: Actor, said: Said, action: Action) -> None:
    """Status, comment, version, events, effects and mails of records that may move; in sets of equal workflow and source."""
    if not records:
        return
    groups: dict[tuple[str, Status], list[Record]] = defaultdict(list)
    for record in records:
        groups[record.workflow_code, record.status].append(record)
    texts = _texts(session, {code for code, _source in groups}, target, said.comment)
    moment = now()
    for (code, source), group in groups.items():
        _store(session, group, target, texts[code], moment)
        add_events(session, [record.id for record in group], told(source, target, texts[code], actor, action, moment))
    for record in records if said.pinned else ():
        remarks.keep(session, record, said.pinned)
    effects.apply(session, records, target)
    is_held = action is Action.MOVED and actor.may_write
    notices.tell(session, records, target, actor, said.pinned, taking_back.window() if is_held else timedelta())


def _store(session: Session, group: list[Record], target: Status, text: str, moment: datetime) -> None:
    """Writes the new status of records of one workflow, and into the loaded ones without asking the database again: they are locked."""
    values = {
        "status_code": target.value,
        "side": group[0].workflow.side(target).value,
        "comment": text,
        "status_changed_at": moment,
        "updated_at": moment,
    }
    columns = {Record.__mapper__.columns[name]: value for name, value in values.items()}
    rows = update(TABLE).where(among(session, TABLE.c.id, [record.id for record in group]))
    session.execute(rows.values({**columns, TABLE.c.version: TABLE.c.version + 1}))
    for record in group:
        for name, value in {**values, "version": record.version + 1}.items():
            set_committed_value(record, name, value)


def take_back(session: Session, records: Sequence[Record], actor: Actor) -> Report:
    """Takes back the last move that the desk made with each record: status, comment and effects are as before, its mails are not sent.

    Locked, refused, written and reported like moves; the history keeps both, the move and that it was taken back.
    """
    report = Report()
    ids = sorted({record.id for record in records})
    for start in range(0, len(ids), CHUNK):
        locked = lock_records(session, ids[start : start + CHUNK])
        known = taking_back.gather(session, locked)
        reasons = taking_back.refusals(session, locked, actor, known)
        report.refused += [(record, reasons[record.id]) for record in locked if record.id in reasons]
        standing = [record for record in locked if record.id not in reasons]
        if standing:
            _restore(session, standing, known.moves, actor)
        report.moved += standing
    return report


def _restore(session: Session, records: list[Record], moves: dict[int, taking_back.LastMove], actor: Actor) -> None:
    """Writes records as they were before their last moves; in sets of equal status now."""
    left: dict[Status, list[Record]] = defaultdict(list)
    events, rows = [], []
    for record in records:
        move = moves[record.id]
        left[record.status].append(record)
        owner = {"row_id": record.id, "record_id": record.id, "request_id": record.request_id}
        step = told(record.status, move.source, move.comment, actor, Action.TAKEN_BACK, now())
        events.append({**step, **owner})
        rows.append({"row_id": record.id, **_as_before(record, move)})
    names = [name for name in rows[0] if name != "row_id"]
    columns: dict[Any, Any] = {Record.__mapper__.columns[name]: bindparam(name) for name in names}
    session.execute(update(TABLE).where(TABLE.c.id == bindparam("row_id")).values(columns), rows)
    for record, row in zip(records, rows, strict=True):
        for name in names:
            set_committed_value(record, name, row[name])
    add_rows(session, EVENT, events)
    for status, group in left.items():
        effects.undo(session, group, status)
    outbox.withdraw(session, {record.id: moves[record.id].at for record in records})


def _as_before(record: Record, move: taking_back.LastMove) -> dict[str, Any]:
    return {
        "status_code": move.source.value,
        "side": record.workflow.side(move.source).value,
        "comment": move.comment,
        "status_changed_at": move.stood_since,
        "updated_at": now(),
        "version": record.version + 1,
    }


def _texts(session: Session, codes: Set[str], target: Status, typed: str | None) -> dict[str, str]:
    """The operator's comment by workflow: the one typed, else the template's of (workflow, status) (SPEC §4)."""
    if typed and typed.strip():
        return dict.fromkeys(codes, typed.strip())
    return template_comments(session, codes, target)


def cancellation_refusal(request: Request, actor: Actor, reason: str) -> str | None:
    """Why this change may not be cancelled now, in Japanese, or None (SPEC §4, "Ours"). Reads only."""
    if not request.kind.is_change:
        return "新設申込は中止できません。営業窓口へご連絡ください。"
    if not request.is_open:
        return "この申込はすでに完了または中止されています。"
    if actor.is_customer:
        if not all(record.status.is_cancellable for record in request.records):
            return "提出済みの情報があるため中止できません。先に取下げを行ってください。"
        return REASON if blocking_rename_id(request) else None
    if not actor.may_write:
        return "あなたの権限では中止できません。"
    return None if reason.strip() else "中止の理由を入力してください。"


def cancel_request(session: Session, request: Request, actor: Actor, reason: str = "") -> None:
    """Cancels a change: every record that is not finished becomes 中止 and is kept; raises Refused."""
    records = lock_records(session, [record.id for record in request.records])
    session.refresh(request)
    refused = cancellation_refusal(request, actor, reason)
    if refused:
        raise Refused(refused, blocking_rename_id(request))
    if actor.is_customer:
        pass_gate(session, request.site_id, request.id)
    request.cancel_reason = reason.strip() or None
    session.flush()
    _write(
        session,
        [record for record in records if not record.status.is_closed],
        Status.CANCELLED,
        actor,
        Said(reason),
        Action.CANCELLED,
    )


def end_records(session: Session, records: Sequence[Record], actor: Actor, reason: str) -> None:
    """What an order does not bring any more becomes 中止 and is kept; what was sent already stays as it is."""
    locked = lock_records(session, [record.id for record in records])
    needless = [record for record in locked if record.status not in {Status.SHIPPED, Status.CANCELLED}]
    _write(session, needless, Status.CANCELLED, actor, Said(reason), Action.CANCELLED)


def begin_anew(session: Session, records: Sequence[Record], actor: Actor) -> None:
    """What an order brings again begins once more where records of its kind begin; only what was ended is moved."""
    ended = [
        record
        for record in lock_records(session, [record.id for record in records])
        if record.status is Status.CANCELLED
    ]
    for first in {record.workflow.first for record in ended}:
        _write(session, [one for one in ended if one.workflow.first is first], first, actor, Said(None), Action.MOVED)


def correct_status(session: Session, record: Record, target: Status, actor: Actor, reason: str) -> None:
    """An administrator's forced correction with a written reason; raises Refused (SPEC §1)."""
    if not actor.is_administrator:
        raise Refused("ステータスの訂正は管理者だけが行えます。")
    if not reason.strip():
        raise Refused("訂正の理由を入力してください。")
    if target not in record.workflow.statuses:
        raise Refused("このワークフローにないステータスです。")
    [locked] = lock_records(session, [record.id])
    _write(session, [locked], target, actor, Said(reason), Action.CORRECTED)
