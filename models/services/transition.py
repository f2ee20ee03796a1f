"""The one question and the one act: why a move is refused, and the move itself (SPEC §4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session, selectinload

from models.base.actor import Actor
from models.base.clock import now
from models.base.errors import Refused
from models.base.settings import settings
from models.base.workflow import Status
from models.services import effects, needs, notices
from models.services.audit import signed
from models.services.rename_guard import REASON, blocking_rename_id, pass_gate
from models.tables.event import Action, Event
from models.tables.record import Record
from models.tables.request import Request
from models.tables.texts import CommentTemplate

CHUNK = 500
TABLE = cast(Table, Record.__table__)


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


def transition(
    session: Session, records: Sequence[Record], target: Status, actor: Actor, comment: str | None = None
) -> Report:
    """Moves records: locks them, asks refusal() for each, then writes status, version, events and mails in sets.

    The caller's transaction() commits all or nothing. A record that is refused stays as it is and is named in the report.
    """
    report = Report()
    ids = sorted({record.id for record in records})
    for start in range(0, len(ids), CHUNK):
        _move_chunk(session, _locked(session, ids[start : start + CHUNK]), target, actor, comment, report)
    return report


def _locked(session: Session, ids: Sequence[int]) -> list[Record]:
    found = select(Record).where(Record.id.in_(ids)).order_by(Record.id).with_for_update(of=Record.__table__)
    ways = selectinload(Record.request).joinedload(Request.site)
    return list(session.scalars(found.options(ways).execution_options(populate_existing=True)))


def _move_chunk(
    session: Session, records: list[Record], target: Status, actor: Actor, comment: str | None, report: Report
) -> None:
    evidence = needs.gather(session, records, target)
    movable: list[Record] = []
    for record in records:
        reason = refusal(session, record, target, actor, comment, evidence)
        if reason:
            report.refused.append((record, reason))
        else:
            movable.append(record)
    if actor.is_customer:
        for record in movable:
            pass_gate(session, record.request.site_id, record.request_id)
    _write(session, movable, target, actor, comment, Action.MOVED)
    report.moved += movable


def _write(
    session: Session, records: list[Record], target: Status, actor: Actor, comment: str | None, action: Action
) -> None:
    """Status, comment, version, events, effects and mails of records that may move; in sets of equal workflow and source."""
    groups: dict[tuple[str, Status], list[Record]] = defaultdict(list)
    for record in records:
        groups[record.workflow_code, record.status].append(record)
    events: list[dict[str, Any]] = []
    for (_code, source), group in groups.items():
        text = _comment_for(session, group[0], target, comment)
        events += [_event(record, source, target, text, actor, action) for record in group]
        session.execute(
            update(TABLE)
            .where(TABLE.c.id.in_([record.id for record in group]))
            .values(
                status=target.value,
                side=group[0].workflow.side(target).value,
                comment=text,
                version=TABLE.c.version + 1,
                status_changed_at=now(),
                updated_at=now(),
            )
        )
    if not events:
        return
    session.execute(insert(Event), events)
    for record in records:
        session.refresh(record, ["status_code", "side", "comment", "version", "status_changed_at", "updated_at"])
    effects.apply(session, records, target)
    notices.tell(session, records, target, actor)


def _event(record: Record, source: Status, target: Status, text: str, actor: Actor, action: Action) -> dict[str, Any]:
    return {
        "action": action.value,
        "table_name": "record",
        "row_id": record.id,
        "record_id": record.id,
        "request_id": record.request_id,
        "from_status": source.value,
        "to_status": target.value,
        "comment": text,
        **signed(actor),
    }


def _comment_for(session: Session, record: Record, target: Status, typed: str | None) -> str:
    """The operator's comment: the one typed, else the template's of (workflow, status) (SPEC §4)."""
    return typed.strip() if typed and typed.strip() else template_comment(session, record.workflow_code, target)


def template_comment(session: Session, workflow_code: str, target: Status) -> str:
    """What the desk's template says at this status, with the provider's name filled in; empty without a template."""
    found = select(CommentTemplate.text).where(
        CommentTemplate.workflow == workflow_code, CommentTemplate.status == target.value
    )
    return (
        (session.scalar(found) or "")
        .replace("{provider}", settings().provider_name)
        .replace("{service}", settings().service_name)
    )


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
    records = _locked(session, [record.id for record in request.records])
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
        reason,
        Action.CANCELLED,
    )


def correct_status(session: Session, record: Record, target: Status, actor: Actor, reason: str) -> None:
    """An administrator's forced correction with a written reason; raises Refused (SPEC §1)."""
    if not actor.is_administrator:
        raise Refused("ステータスの訂正は管理者だけが行えます。")
    if not reason.strip():
        raise Refused("訂正の理由を入力してください。")
    if target not in record.workflow.statuses:
        raise Refused("このワークフローにないステータスです。")
    [locked] = _locked(session, [record.id])
    _write(session, [locked], target, actor, reason, Action.CORRECTED)
