"""Who signed in, when, from where and with what result (RELIABILITY check 37); read from the events, which nobody can edit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session, joinedload

from models.base.actor import Role
from models.base.clock import JAPAN
from models.services.owners import OWNERS, people_called
from models.tables.account import Account
from models.tables.event import LOGIN_EVENTS, Action, Event
from models.tables.operator import Operator

PAGE = 50
PROOFS = {"app": "認証アプリ", "mail": "メールの検証コード"}
REFUSALS = {
    "password": "パスワードが違う",  # nosec B105 - the name of a reason
    "code": "検証コードか認証コードが違う",
    "expired": "アカウントの有効期限切れ",
    "limit": "試行回数の上限",
    "asked_again": "操作の前のパスワードの確認で、パスワードが違う",
}
UNKNOWN_NAME = "ユーザー名の登録がない"


@dataclass(frozen=True)
class Wanted:
    """What part of the history is wanted. `whose` is a table's name or empty; `before` an event's number, for the next page."""

    whose: str = ""
    is_refused: bool | None = None
    words: str = ""
    until: date | None = None
    before: int | None = None
    owner_id: int | None = None  # of the row in the table of `whose`


@dataclass(frozen=True)
class Entry:
    """One thing that happened to a login, for reading. `acted_by` is somebody else than the owner, or empty."""

    id: int
    at: datetime
    owner: Account | Operator | None
    is_operators: bool
    is_refused: bool
    result: str
    device: str
    address: str
    acted_by: str


def newest_logins(session: Session, operator: Operator, limit: int) -> Sequence[Entry]:
    """What happened last to an operator's own login, newest first; what failed too, so that a stranger's tries are seen."""
    return login_history(session, Wanted(whose=Operator.__tablename__, owner_id=operator.id))[0][:limit]


def login_history(session: Session, wanted: Wanted) -> tuple[Sequence[Entry], int | None]:
    """A page of it, newest first, and the number that the next page begins before; three queries however long it is."""
    found = select(Event).where(LOGIN_EVENTS).order_by(Event.id.desc()).limit(PAGE + 1)
    events = session.scalars(found.where(*_conditions(session, wanted))).all()
    owners = _owners(session, events[:PAGE])
    entries = [_entry(event, owners.get((event.table_name, event.row_id))) for event in events[:PAGE]]
    return entries, events[PAGE - 1].id if len(events) > PAGE else None


def _conditions(session: Session, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.whose:
        yield Event.table_name == wanted.whose
    if wanted.owner_id is not None:
        yield Event.row_id == wanted.owner_id
    if wanted.is_refused is not None:
        refused = Event.action == Action.SIGN_IN_REFUSED
        yield refused if wanted.is_refused else ~refused
    if wanted.words:
        yield or_(Event.address == wanted.words, _of_people(session, wanted.words))
    if wanted.until:
        yield Event.at < datetime.combine(wanted.until + timedelta(days=1), time(), JAPAN)
    if wanted.before is not None:
        yield Event.id < wanted.before


def _of_people(session: Session, words: str) -> ColumnElement[bool]:
    conditions = []
    for table_name, owners in OWNERS.items():
        ids = people_called(session, owners, words)
        conditions.append(and_(Event.table_name == table_name, Event.row_id.in_(ids)) if ids else false())
    return or_(*conditions)


def _owners(session: Session, events: Sequence[Event]) -> dict[tuple[str, int | None], Account | Operator]:
    found: dict[tuple[str, int | None], Account | Operator] = {}
    for table_name, owners in OWNERS.items():
        ids = {event.row_id for event in events if event.table_name == table_name and event.row_id}
        rows: Select[Any] = select(owners).where(owners.id.in_(ids))
        if owners is Account:
            rows = rows.options(joinedload(Account.customer))
        found.update({(table_name, row.id): row for row in (session.scalars(rows) if ids else ())})
    return found


def _entry(event: Event, owner: Account | Operator | None) -> Entry:
    is_own = event.actor_id is None or (event.actor_id == event.row_id and _table_of_actor(event) == event.table_name)
    return Entry(
        id=event.id,
        at=event.at,
        owner=owner,
        is_operators=event.table_name == Operator.__tablename__,
        is_refused=event.action == Action.SIGN_IN_REFUSED,
        result=_result(event),
        device=(event.changes or {}).get("device", ""),
        address=event.address,
        acted_by="" if is_own else event.actor_name,
    )


def _table_of_actor(event: Event) -> str:
    return Account.__tablename__ if event.actor_role == Role.CUSTOMER else Operator.__tablename__


def _result(event: Event) -> str:
    detail = event.changes or {}
    if event.action == Action.SIGNED_IN:
        proof = PROOFS.get(detail.get("proof", ""))
        return f"{Action.SIGNED_IN.label}（{proof}）" if proof else Action.SIGNED_IN.label
    if event.action == Action.SIGN_IN_REFUSED:
        reason = str(detail.get("reason", ""))
        is_unknown = reason == "password" and event.row_id is None
        said = UNKNOWN_NAME if is_unknown else REFUSALS.get(reason, "")
        return f"{Action.SIGN_IN_REFUSED.label}（{said}）" if said else Action.SIGN_IN_REFUSED.label
    return Action(event.action).label
