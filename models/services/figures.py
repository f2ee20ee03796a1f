"""The desk's figures: how much stands where, what moved lately, how long it took, why it came back (SPEC §11).

Read together, once a minute at most (models.services.summary): each is one question that an index answers, or one pass over the
moves of the last weeks.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import cast

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.base.clock import JAPAN, now
from models.base.settings import settings
from models.base.workflow import WORKFLOWS, Side, Status
from models.rules.placeholders import fill
from models.tables.event import Action, Event
from models.tables.mail import Mail
from models.tables.record import Record, waiting_for
from models.tables.remark import FieldRemark
from models.tables.texts import CommentTemplate

DAYS = 28
MOST_MOVES = 100_000
OLDEST = 5
LISTED = 10
# A move: when, from where, where to, comment, workflow; and as it is read, behind the record, the action and when it had come there.
Said = tuple[datetime, str | None, str, str, str]
Row = tuple[int, str, datetime | None, datetime, str | None, str, str, str]
FINISHED = tuple(status for status in Status if status.is_finished)


@dataclass(frozen=True)
class Waiting:
    """A record that has waited long."""

    record_id: int
    type: str
    status: Status
    since: datetime


@dataclass(frozen=True)
class Stay:
    """How long records stood at a status before they were moved on, in seconds."""

    status: Status
    side: Side
    count: int
    middle: float
    mean: float
    longest: float


@dataclass(frozen=True)
class Reason:
    """A comment that records were returned with; `is_template` where it was sent as the template gives it."""

    text: str
    count: int
    is_template: bool


@dataclass(frozen=True)
class Figures:
    """Everything that the dashboard shows, as of one moment; days are Japan's."""

    made_at: datetime
    since: date
    days: Sequence[date]
    standing: Mapping[tuple[str, str, Status], int]  # by type, workflow, status
    sides: Mapping[Side, int]
    overdue: Mapping[tuple[Side, str], int]  # by side and type
    oldest: Mapping[Side, Sequence[Waiting]]
    moved: Mapping[tuple[Status, date], int]
    stays: Sequence[Stay]
    reasons: Sequence[Reason]
    remarks: Sequence[tuple[str, str, int]]  # type, field, how often
    undelivered: int  # mails that were given up after they had been tried
    retried: int  # mails that could not be sent yet and are tried again
    is_capped: bool


@dataclass
class Moves:
    """What one pass over the moves of the last weeks gathers."""

    moved: Counter[tuple[Status, date]] = field(default_factory=Counter)
    spans: dict[tuple[Status, Side], list[float]] = field(default_factory=lambda: defaultdict(list))
    comments: Counter[str] = field(default_factory=Counter)
    count: int = 0


def read_figures(session: Session) -> Figures:
    """Asks everything anew."""
    moment = now()
    today = moment.astimezone(JAPAN).date()
    since = today - timedelta(days=DAYS - 1)
    standing = _standing(session)
    moves = _moves(session, datetime.combine(since, time(), JAPAN))
    return Figures(
        made_at=moment,
        since=since,
        days=[since + timedelta(days=number) for number in range(DAYS)],
        standing=standing,
        sides=_sides(standing),
        overdue=_overdue(session, today),
        oldest={side: _oldest(session, side) for side in (Side.PROVIDER, Side.CUSTOMER)},
        moved=moves.moved,
        stays=_stays(moves),
        reasons=_reasons(session, moves),
        remarks=_remarks(session, datetime.combine(since, time(), JAPAN)),
        undelivered=_vain_mails(session, Mail.dropped_at >= datetime.combine(since, time(), JAPAN)),
        retried=_vain_mails(session, Mail.dropped_at.is_(None)),
        is_capped=moves.count >= MOST_MOVES,
    )


def _standing(session: Session) -> dict[tuple[str, str, Status], int]:
    keys = (Record.type, Record.workflow_code, Record.status_code)
    found = session.execute(select(*keys, func.count(Record.id)).group_by(*keys))
    return {(kind, flow, Status(status)): count for kind, flow, status, count in found}


def _sides(standing: Mapping[tuple[str, str, Status], int]) -> dict[Side, int]:
    found = dict.fromkeys(Side, 0)
    for (_type, flow, status), count in standing.items():
        found[WORKFLOWS[flow].side(status)] += count
    return found


def _overdue(session: Session, today: date) -> dict[tuple[Side, str], int]:
    waits = or_(waiting_for(Side.CUSTOMER), waiting_for(Side.PROVIDER))
    late = select(Record.side, Record.type, func.count(Record.id)).where(waits, Record.due_on < today)
    return {(Side(side), kind): count for side, kind, count in session.execute(late.group_by(Record.side, Record.type))}


def _oldest(session: Session, side: Side) -> list[Waiting]:
    columns = (Record.id, Record.type, Record.status_code, Record.status_changed_at)
    found = select(*columns).where(waiting_for(side)).order_by(Record.status_changed_at, Record.id)
    return [
        Waiting(row_id, kind, Status(status), at) for row_id, kind, status, at in session.execute(found.limit(OLDEST))
    ]


def _moves(session: Session, since: datetime) -> Moves:
    """One pass over the newest moves, each with the moment at which the record had come to where it left."""
    found = Moves()
    for (at, source, target, comment, flow), before in _lasting(_counted(_rows(session, since), found)):
        status = Status(target)
        found.moved[status, at.astimezone(JAPAN).date()] += 1
        if source and before:
            left = Status(source)
            found.spans[left, WORKFLOWS[flow].side(left)].append((at - before).total_seconds())
        if status is Status.RETURNED and source:
            found.comments[comment.strip()] += 1
    return found


def _counted(rows: Iterable[Row], found: Moves) -> Iterator[Row]:
    for row in rows:
        found.count += 1
        yield row


def _lasting(rows: Iterable[Row]) -> Iterator[tuple[Said, datetime | None]]:
    """Moves, newest first, without those that were taken back and the taking back itself (as models.services.taking_back.undone).

    What a record did next, it did where it had stood before all that.
    """
    later: dict[int, tuple[Said, datetime | None]] = {}
    taken_back = set()
    for record_id, action, before, *said in rows:
        if action == Action.TAKEN_BACK:
            taken_back.add(record_id)
        elif record_id in taken_back:
            taken_back.remove(record_id)
            if record_id in later:
                later[record_id] = later[record_id][0], before
        else:
            if record_id in later:
                yield later[record_id]
            later[record_id] = cast(Said, tuple(said)), before
    yield from later.values()


def _rows(session: Session, since: datetime) -> Iterator[Row]:
    earlier = aliased(Event)
    before = (
        select(func.max(earlier.at))
        .where(
            earlier.record_id == Event.record_id,
            earlier.at <= Event.at,
            earlier.id < Event.id,
            earlier.to_status.is_not(None),
        )
        .correlate(Event)
        .scalar_subquery()
    )
    comment = case((Event.to_status == Status.RETURNED.value, Event.comment), else_="")
    said = (Event.at, Event.from_status, Event.to_status, comment, Record.workflow_code)
    moves = (
        select(Event.record_id, Event.action, before, *said)
        .join(Record, Event.record_id == Record.id)
        .where(Event.at >= since, Event.to_status.is_not(None))
        .order_by(Event.at.desc(), Event.id.desc())
        .limit(MOST_MOVES)
    )
    for row in session.execute(moves, execution_options={"yield_per": 5_000}):
        yield tuple(row)


def _stays(moves: Moves) -> list[Stay]:
    order = list(Status)
    found = [
        Stay(status, side, len(spans), median(spans), sum(spans) / len(spans), max(spans))
        for (status, side), spans in moves.spans.items()
    ]
    return sorted(found, key=lambda stay: (order.index(stay.status), stay.side))


def _reasons(session: Session, moves: Moves) -> list[Reason]:
    texts = session.scalars(select(CommentTemplate.text).where(CommentTemplate.status == Status.RETURNED.value))
    templates = {fill(text, settings().names).strip() for text in texts}
    return [Reason(text, count, text in templates) for text, count in moves.comments.most_common(LISTED)]


def _vain_mails(session: Session, condition: ColumnElement[bool]) -> int:
    """Mails that were tried, and in vain; the index of the outbox holds those that were not sent together."""
    tried = select(func.count(Mail.id)).where(Mail.sent_at.is_(None), condition, Mail.attempts >= 1)
    return session.scalars(tried).one()


def _remarks(session: Session, since: datetime) -> list[tuple[str, str, int]]:
    count = func.count(FieldRemark.id)
    found = (
        select(Record.type, FieldRemark.field_name, count)
        .join(Record, FieldRemark.record_id == Record.id)
        .where(FieldRemark.created_at >= since)
        .group_by(Record.type, FieldRemark.field_name)
        .order_by(count.desc(), Record.type, FieldRemark.field_name)
    )
    return [(kind, name, number) for kind, name, number in session.execute(found.limit(LISTED))]
