"""Sessions are rows: the cookie only names one, and the row decides on every worker (DESIGN §5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload

from models.base.actor import Actor
from models.base.clock import now
from models.base.db import database, transaction
from models.base.settings import settings
from models.services.audit import note
from models.services.expiry import is_expired
from models.services.tokens import digest, new_token
from models.tables.account import Account
from models.tables.event import Action
from models.tables.login import AttemptCount, LoginChallenge, LoginSession, PasswordLink, owned_by
from models.tables.operator import Operator

TOUCH = timedelta(minutes=1)
KEEP = timedelta(days=30)


@dataclass(frozen=True)
class Found:
    """What a cookie's token leads to: a session, or a word about why there is none any more."""

    session: LoginSession | None
    reason: str = ""


def session_hash(token: str) -> str:
    """What stands in the row instead of the token."""
    return digest("session", token)


def start_session(session: Session, owner: Account | Operator, address: str) -> str:
    """Opens a session and gives its token, which is told once."""
    token = new_token()
    session.add(LoginSession(token_hash=session_hash(token), address=address, **owned_by(owner)))
    kind = type(owner)
    session.execute(
        update(kind).where(kind.id == owner.id).values(last_login_at=now())
    )  # the login's own event says it
    return token


def find_session(token: str, owners: type[Account] | type[Operator]) -> Found:
    """The living session of a token; an expired one is told why (RELIABILITY checks 6 and 13)."""
    whose = LoginSession.account if owners is Account else LoginSession.operator
    query = select(LoginSession).where(LoginSession.token_hash == session_hash(token)).options(joinedload(whose))
    row = database().scalar(query)
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


def _is_over(row: LoginSession) -> bool:
    is_operator, limits = row.operator_id is not None, settings()
    idle = limits.operator_idle_seconds if is_operator else limits.customer_idle_seconds
    longest = limits.operator_session_seconds if is_operator else limits.customer_session_seconds
    moment = now()
    return moment - row.last_seen_at > timedelta(seconds=idle) or moment - row.created_at > timedelta(seconds=longest)


def _is_barred(owner: Account | Operator) -> bool:
    return not owner.is_active if isinstance(owner, Operator) else is_expired(database(), owner)


def touch_session(row: LoginSession) -> None:
    """Notes that the session is in use, at most once a minute. A whole act of its own."""
    if now() - row.last_seen_at < TOUCH:
        return
    row_id = row.id
    with transaction() as session:
        session.execute(update(LoginSession).where(LoginSession.id == row_id).values(last_seen_at=now()))


def end_session(row_id: int, actor: Actor) -> None:
    """Signs out. A whole act of its own."""
    with transaction() as session:
        session.execute(
            update(LoginSession)
            .where(LoginSession.id == row_id, LoginSession.ended_at.is_(None))
            .values(ended_at=now())
        )
        note(session, Action.SIGNED_OUT, actor, table_name="login_session", row_id=row_id)


def end_sessions(session: Session, owner: Account | Operator, keep_session: int = 0) -> int:
    """Ends every session of an owner but the one kept; gives their number."""
    open_ones = (
        update(LoginSession)
        .filter_by(**owned_by(owner))
        .where(LoginSession.ended_at.is_(None), LoginSession.id != keep_session)
    )
    return len(session.execute(open_ones.values(ended_at=now()).returning(LoginSession.id)).all())


def purge_logins(session: Session) -> None:
    """Deletes what no login needs any more; called by the worker every day (RELIABILITY check 38)."""
    old = now() - KEEP
    session.execute(delete(LoginSession).where(LoginSession.last_seen_at < old))
    session.execute(delete(AttemptCount).where(AttemptCount.window_started_at < old))
    session.execute(delete(LoginChallenge).where(LoginChallenge.created_at < old))
    session.execute(delete(PasswordLink).where(PasswordLink.created_at < old))
