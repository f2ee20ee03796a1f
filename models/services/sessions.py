"""Sessions are rows: the cookie only names one, and the row decides on every worker (DESIGN §5)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, joinedload

from models.base.actor import Actor
from models.base.clock import now
from models.base.db import database, transaction
from models.base.errors import NotFound
from models.base.settings import settings
from models.services.audit import note
from models.services.expiry import is_expired
from models.services.owners import people_called
from models.services.tokens import digest, new_token
from models.tables.account import Account
from models.tables.event import Action
from models.tables.login import AttemptCount, LoginChallenge, LoginSession, PasswordLink, owned_by
from models.tables.operator import Operator

TOUCH = timedelta(minutes=1)
KEEP = timedelta(days=30)
log = logging.getLogger(__name__)
PAGE = 50


@dataclass(frozen=True)
class Found:
    """What a cookie's token leads to: a session, or a word about why there is none any more."""

    session: LoginSession | None
    reason: str = ""


def session_hash(token: str) -> str:
    """What stands in the row instead of the token."""
    return digest("session", token)


def start_session(session: Session, owner: Account | Operator, address: str, device: str = "") -> str:
    """Opens a session and gives its token, which is told once."""
    token = new_token()
    session.add(LoginSession(token_hash=session_hash(token), address=address, device=device, **owned_by(owner)))
    kind = type(owner)
    session.execute(
        update(kind).where(kind.id == owner.id).values(last_login_at=now())
    )  # the login's own event says it
    return token


def find_session(token: str, owners: type[Account] | type[Operator]) -> Found:
    """The living session of a token; an expired one is told why (RELIABILITY checks 6 and 13)."""
    row = database().scalar(_session_of(owners), {"hash": session_hash(token)})
    if row is None or not isinstance(row.account or row.operator, owners):
        return Found(None)
    if row.ended_at:
        return Found(None, "ログアウトされています。もう一度ログインしてください。")
    if _is_over(row):
        return Found(
            None,
            "しばらく操作がなかったか、ログインから時間がたったため、ログアウトしました。もう一度ログインしてください。",
        )
    if _is_barred(row.owner):
        return Found(None, "このログインは利用できなくなりました。有効期限が切れたか、停止されています。")
    return Found(row)


@cache
def _session_of(owners: type[Account] | type[Operator]) -> Select[Any]:
    """Asked for every page, and so made once."""
    is_customer = owners is Account
    account = joinedload(LoginSession.account).joinedload(Account.customer)
    whose = account if is_customer else joinedload(LoginSession.operator)
    return select(LoginSession).where(LoginSession.token_hash == bindparam("hash")).options(whose)


def _is_over(row: LoginSession) -> bool:
    idle, longest = _limits(is_operator=row.operator_id is not None)
    moment = now()
    return moment - row.last_seen_at > idle or moment - row.created_at > longest


def _limits(is_operator: bool) -> tuple[timedelta, timedelta]:
    limits = settings()
    seconds = (
        (limits.operator_idle_seconds, limits.operator_session_seconds)
        if is_operator
        else (limits.customer_idle_seconds, limits.customer_session_seconds)
    )
    return timedelta(seconds=seconds[0]), timedelta(seconds=seconds[1])


def is_living(is_operator: bool) -> ColumnElement[bool]:
    """The condition of a session that still opens something, among those of one kind of owner."""
    idle, longest = _limits(is_operator)
    moment = now()
    return and_(
        (LoginSession.operator_id if is_operator else LoginSession.account_id).is_not(None),
        LoginSession.ended_at.is_(None),
        LoginSession.last_seen_at >= moment - idle,
        LoginSession.created_at >= moment - longest,
    )


def is_proved(row: LoginSession) -> bool:
    """Whether its owner has given the password lately, so that exports, deletions and others' logins are open (RELIABILITY §1)."""
    return now() - (row.proved_at or row.created_at) <= timedelta(seconds=settings().proof_seconds)


def living_sessions(session: Session, owner: Account | Operator) -> Sequence[LoginSession]:
    """Where somebody is signed in now, the newest use first."""
    own = select(LoginSession).filter_by(**owned_by(owner)).where(is_living(isinstance(owner, Operator)))
    return session.scalars(own.order_by(LoginSession.last_seen_at.desc(), LoginSession.id.desc())).all()


def sessions_of_all(
    session: Session, owners: type[Account] | type[Operator], words: str = "", before: int | None = None
) -> tuple[Sequence[LoginSession], int | None]:
    """Everybody of one kind who is signed in, newest login first, and the number that the next page begins before."""
    is_operator = owners is Operator
    found = select(LoginSession).where(is_living(is_operator)).order_by(LoginSession.id.desc()).limit(PAGE + 1)
    if words:
        owner_id = LoginSession.operator_id if is_operator else LoginSession.account_id
        called = owner_id.in_(people_called(session, owners, words))
        found = found.where(or_(called, LoginSession.address == words))
    if before is not None:
        found = found.where(LoginSession.id < before)
    whose = (
        joinedload(LoginSession.operator)
        if is_operator
        else joinedload(LoginSession.account).joinedload(Account.customer)
    )
    rows = session.scalars(found.options(whose)).all()
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def _is_barred(owner: Account | Operator) -> bool:
    return not owner.is_active if isinstance(owner, Operator) else is_expired(database(), owner)


def touch_session(row: LoginSession) -> None:
    """Notes that the session is in use, at most once a minute. A whole act of its own."""
    if now() - row.last_seen_at < TOUCH:
        return
    row_id = row.id
    try:
        with transaction() as session:
            session.execute(update(LoginSession).where(LoginSession.id == row_id).values(last_seen_at=now()))
    except DBAPIError as error:
        # A full disk lets people read on; what cannot be read fails by itself.
        log.warning("a session's use was not noted: %s", type(error).__name__)


def end_session(row_id: int, actor: Actor) -> None:
    """Signs out. A whole act of its own."""
    with transaction() as session:
        _end(session, row_id)
        note(session, Action.SIGNED_OUT, actor, **_login_of(actor))


def _login_of(actor: Actor) -> dict[str, Any]:
    return {"table_name": (Account if actor.is_customer else Operator).__tablename__, "row_id": actor.id}


def end_own_session(owner: Account | Operator, row_id: int, actor: Actor) -> None:
    """Ends one of somebody's own sessions; raises NotFound for anybody else's. A whole act of its own."""
    with transaction() as session:
        row = session.scalars(select(LoginSession).filter_by(id=row_id, **owned_by(owner))).first()
        if row is None:
            raise NotFound
        _end(session, row.id)
        note(session, Action.SIGNED_OUT, actor, **_login_of(actor))


def end_other_sessions(owner: Account | Operator, keep_session: int, actor: Actor) -> int:
    """Ends somebody's own sessions but the one kept; gives their number. A whole act of its own."""
    with transaction() as session:
        ended = end_sessions(session, owner, keep_session)
        note(session, Action.SIGNED_OUT, actor, detail={"ended": ended}, **_login_of(actor))
    return ended


def _end(session: Session, row_id: int) -> None:
    living = update(LoginSession).where(LoginSession.id == row_id, LoginSession.ended_at.is_(None))
    session.execute(living.values(ended_at=now()))


def end_sessions(session: Session, owner: Account | Operator, keep_session: int = 0) -> int:
    """Ends every session of an owner but the one kept; gives the number of those that still opened something.

    A login that is half done ends too: its password may be the one that was just given up.
    """
    begun = update(LoginChallenge).filter_by(**owned_by(owner)).where(LoginChallenge.used_at.is_(None))
    session.execute(begun.values(used_at=now()))
    others = update(LoginSession).filter_by(**owned_by(owner)).where(LoginSession.id != keep_session)
    living = others.where(is_living(isinstance(owner, Operator))).values(ended_at=now()).returning(LoginSession.id)
    ended = len(session.execute(living).all())
    session.execute(others.where(LoginSession.ended_at.is_(None)).values(ended_at=now()))
    return ended


def purge_logins(session: Session) -> None:
    """Deletes what no login needs any more; called by the worker every day (RELIABILITY check 38)."""
    old = now() - KEEP
    session.execute(delete(LoginSession).where(LoginSession.last_seen_at < old))
    session.execute(delete(AttemptCount).where(AttemptCount.window_started_at < old))
    session.execute(delete(LoginChallenge).where(LoginChallenge.created_at < old))
    session.execute(delete(PasswordLink).where(PasswordLink.created_at < old))
