"""For some minutes the desk can take a move back: what a record's last move was, and why it cannot be taken back (SPEC §11).

Its mails wait so long. Whatever the customer did in between keeps the move, as does a later move. Everything here reads only;
the move itself is taken back where moves are made (models.services.transition).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base.actor import WRITERS, Actor, Role
from models.base.clock import now, span_text
from models.base.db import among
from models.base.settings import settings
from models.base.workflow import Status
from models.records.site_name import SiteNameRecord
from models.services.claims import is_taken, name_borne
from models.services.outbox import ALREADY_SENT, MOVE_MAILS
from models.tables.event import MOVES, Action, Event
from models.tables.mail import Mail
from models.tables.record import Record
from models.tables.request import Request

NOTHING = "取り消せる操作はありません。"
NOT_ALLOWED = "あなたの権限では取り消せません。"
CUSTOMER_ACTED = "この操作のあとにお客様が操作したため、取り消せません。"
NAME_TAKEN = "元の拠点名がほかの拠点で使われているため、取り消せません。"


def window() -> timedelta:
    """How long a move of the desk can be taken back, and its mails wait."""
    return timedelta(seconds=settings().take_back_seconds)


def undone(events: Iterable[Event]) -> frozenset[int]:
    """Which of a record's events, newest first, are moves that were taken back: nobody was meant to read what they said."""
    found, is_taken_back = set(), False
    for event in events:
        if event.action in MOVES:
            if is_taken_back:
                found.add(event.id)
            is_taken_back = event.action == Action.TAKEN_BACK
    return frozenset(found)


@dataclass(frozen=True)
class LastMove:
    """The newest move of a record, which the desk made, and how the record stood before it."""

    event_id: int
    at: datetime
    source: Status
    comment: str
    stood_since: datetime

    @property
    def ends_at(self) -> datetime:
        """Until when it can be taken back."""
        return self.at + window()


@dataclass
class Known:
    """What is asked about many records at once."""

    moves: dict[int, LastMove] = field(default_factory=dict)
    customers: list[tuple[int, int, int]] = field(default_factory=list)  # event, record, site
    mailed_at: dict[int, datetime] = field(default_factory=dict)


def gather(session: Session, records: Sequence[Record]) -> Known:
    """The newest moves of records, and what happened to them since; a few statements, however many they are."""
    moves = _last_moves(session, records)
    if not moves:
        return Known()
    begun = min(move.at for move in moves.values())
    sites = {record.request.site_id for record in records}
    acts = select(Event.id, Event.record_id, Request.site_id).join(Request, Event.request_id == Request.id)
    acts = acts.where(
        among(session, Request.site_id, sites), Event.actor_role == Role.CUSTOMER.value, Event.at >= begun
    )
    gone = select(Mail.record_id, func.max(Mail.created_at)).where(
        among(session, Mail.record_id, moves),
        Mail.key.in_([key.value for key in MOVE_MAILS]),
        Mail.sent_at.is_not(None) | Mail.claimed_at.is_not(None),
    )
    found = session.execute(gone.group_by(Mail.record_id))
    customers = [(event_id, record_id or 0, site_id) for event_id, record_id, site_id in session.execute(acts)]
    return Known(moves, customers, {record_id: at for record_id, at in found if record_id is not None})


def _last_moves(session: Session, records: Sequence[Record]) -> dict[int, LastMove]:
    by_id = {record.id: record for record in records}
    columns = (Event.id, Event.record_id, Event.at, Event.action, Event.actor_role)
    steps = select(*columns, Event.from_status, Event.to_status, Event.comment).order_by(Event.record_id, Event.id)
    rows: dict[int, list[Any]] = {}
    for row in session.execute(steps.where(among(session, Event.record_id, by_id), Event.action.in_(MOVES))):
        rows.setdefault(row.record_id, []).append(row)
    return {
        record_id: LastMove(steps[-1].id, steps[-1].at, Status(steps[-1].from_status), steps[-2].comment, steps[-2].at)
        for record_id, steps in rows.items()
        if len(steps) > 1 and _is_desks(by_id[record_id], steps[-1])
    }


def _is_desks(record: Record, step: Any) -> bool:
    """Whether it is a move of the workflow that the desk made, and the record still stands where it led."""
    if step.action != Action.MOVED or step.actor_role not in WRITERS or step.to_status != record.status_code:
        return False
    return record.workflow.edge(Status(step.from_status or ""), record.status) is not None


def refusals(session: Session, records: Sequence[Record], actor: Actor, known: Known) -> dict[int, str]:
    """Why the last moves of these records cannot be taken back, in Japanese, by record; a record without an entry can."""
    found = {record.id: _refusal(session, record, actor, known) for record in records}
    return {record_id: reason for record_id, reason in found.items() if reason}


def _refusal(session: Session, record: Record, actor: Actor, known: Known) -> str | None:
    move = known.moves.get(record.id)
    if not actor.may_write:
        return NOT_ALLOWED
    if move is None:
        return NOTHING
    if now() >= move.ends_at:
        return f"操作から{span_text(settings().take_back_seconds)}が過ぎたため、取り消せません。"
    if _acted(record, move, known):
        return CUSTOMER_ACTED
    mailed_at = known.mailed_at.get(record.id)
    if mailed_at and mailed_at >= move.at:
        return ALREADY_SENT
    return NAME_TAKEN if _lost_its_name(session, record) else None


def _acted(record: Record, move: LastMove, known: Known) -> bool:
    # What was accepted counts for the whole site: whatever the customer did there may build on it.
    is_wide = record.status is Status.ACCEPTED
    return any(
        event_id > move.event_id and (record_id == record.id or (is_wide and site_id == record.request.site_id))
        for event_id, record_id, site_id in known.customers
    )


def _lost_its_name(session: Session, record: Record) -> bool:
    if not isinstance(record, SiteNameRecord) or record.status is not Status.ACCEPTED:
        return False
    if not record.request.kind.is_exclusive:
        return False
    before = name_borne(session, record.request.site, without=record)
    return before is not None and is_taken(session, before.short_name, before.location_name)


@dataclass(frozen=True)
class Offer:
    """A move that was made a moment ago, as the record's page offers to take it back; with a reason it cannot be."""

    until: datetime
    source: Status
    reason: str | None


def offer_of(session: Session, record: Record, actor: Actor) -> Offer | None:
    """What the record's page shows as long as there is time; None otherwise, and for whoever may only read."""
    known = gather(session, [record])
    move = known.moves.get(record.id)
    if move is None or now() >= move.ends_at or not actor.may_write:
        return None
    return Offer(move.ends_at, move.source, refusals(session, [record], actor, known).get(record.id))
