"""Logins as the desk manages them: their first link, a lost authenticator app, sessions to end; and never a desk without an administrator."""

from __future__ import annotations

from sqlalchemy import and_, event, func, select, text
from sqlalchemy import inspect as inspect_row
from sqlalchemy.orm import Session, UOWTransaction

from models.base.actor import Actor, Role
from models.base.clock import now
from models.base.db import database
from models.base.errors import Refused
from models.services.audit import note
from models.services.authenticators import REMOVED, forget_authenticator
from models.services.links import period_text
from models.services.outbox import Letter
from models.services.owners import introduction, login_changed_letter
from models.services.passwords import LINK_LATER, LINK_MAILS, send_link
from models.services.sessions import end_sessions
from models.tables.account import Account
from models.tables.event import Action
from models.tables.login import LinkPurpose, LoginSession
from models.tables.operator import Operator

LAST = "有効な管理者がいなくなるため、変更できません。先にほかの担当者を管理者にし、その人がパスワードを設定するのを待ってください。"
GUARD = 7_301_001  # names this rule among the advisory locks of PostgreSQL


def managing_refusal(owner: Account | Operator, actor: Actor) -> str | None:
    """Why the actor may not manage this login, in Japanese, or None (SPEC §1: operators are the administrators' affair)."""
    may = actor.is_administrator if isinstance(owner, Operator) else actor.may_write
    return None if may else "あなたの権限では操作できません。"


def _require(owner: Account | Operator, actor: Actor) -> None:
    if reason := managing_refusal(owner, actor):
        raise Refused(reason)


def _purpose(owner: Account | Operator) -> LinkPurpose:
    return LinkPurpose.RESET if owner.password_hash else LinkPurpose.ISSUE


def invite(session: Session, owner: Account | Operator, actor: Actor) -> None:
    """Mails the link that sets the password; earlier links die, and an account's time starts again (SPEC §8). Raises Refused."""
    _require(owner, actor)
    if isinstance(owner, Account):
        owner.issued_at, owner.reminded_for = now(), None
    send_link(session, owner, _purpose(owner))
    note(session, Action.ISSUED, actor, table_name=owner.__tablename__, row_id=owner.id)


def invitation(owner: Account | Operator) -> Letter:
    """The mail of invite(), before it is written."""
    purpose = _purpose(owner)
    context = {**introduction(owner), "link": LINK_LATER, "period": period_text(purpose)}
    return Letter(LINK_MAILS[purpose], owner.mail, context)


def reset_authenticator(session: Session, owner: Account | Operator, actor: Actor) -> None:
    """Forgets the authenticator app and ends the sessions: the next login sets up a new one. Raises Refused."""
    _require(owner, actor)
    forget_authenticator(session, owner)


def reset_letter(owner: Account | Operator) -> Letter:
    """The mail of reset_authenticator(), before it is written."""
    return login_changed_letter(owner, REMOVED)


def sign_out_everywhere(session: Session, owner: Account | Operator, actor: Actor) -> int:
    """Ends every session of a login and gives their number. Raises Refused."""
    _require(owner, actor)
    ended = end_sessions(session, owner)
    note(
        session,
        Action.SIGNED_OUT,
        actor,
        detail={"ended": ended},
        table_name=owner.__tablename__,
        row_id=owner.id,
    )
    return ended


def ending_refusal(row: LoginSession, actor: Actor) -> str | None:
    """Why the actor may not end this session, in Japanese, or None: one's own always, others' by the right to manage them."""
    is_own = not actor.is_customer and row.operator_id is not None and row.operator_id == actor.id
    return None if is_own else managing_refusal(row.owner, actor)


def end_login_session(session: Session, row: LoginSession, actor: Actor) -> None:
    """Ends one session; its owner is out at the next request. Raises Refused."""
    if reason := ending_refusal(row, actor):
        raise Refused(reason)
    row.ended_at = row.ended_at or now()
    note(session, Action.SIGNED_OUT, actor, table_name=row.owner.__tablename__, row_id=row.owner.id)


@event.listens_for(database, "before_flush")
def _keep_an_administrator(session: Session, _context: UOWTransaction, _instances: object) -> None:
    # Here, because no screen, import or bulk act may pass it by.
    gone = [row for row in session.deleted if isinstance(row, Operator) and _was_administrator(row)]
    gone += [
        row
        for row in session.dirty
        if isinstance(row, Operator) and _was_administrator(row) and not _is_administrator(row)
    ]
    if not gone:
        return
    if session.get_bind().dialect.name == "postgresql":
        # Two administrators who demote each other at the same moment: the second waits, and then sees the first.
        session.execute(text("SELECT pg_advisory_xact_lock(:guard)"), {"guard": GUARD})
    # One who never set a password gets nobody in.
    able = and_(Operator.role == Role.ADMINISTRATOR.value, Operator.is_active, Operator.password_hash.is_not(None))
    others = select(func.count(Operator.id)).where(able, Operator.id.not_in([row.id for row in gone]))
    with session.no_autoflush:
        if not session.scalar(others):
            raise Refused(LAST)


def _is_administrator(row: Operator) -> bool:
    return row.role == Role.ADMINISTRATOR.value and row.is_active


def _was_administrator(row: Operator) -> bool:
    state = inspect_row(row)
    role, is_active = (state.attrs[name].history for name in ("role", "is_active"))
    before = role.deleted[0] if role.deleted else row.role
    was_active = is_active.deleted[0] if is_active.deleted else row.is_active
    return before == Role.ADMINISTRATOR.value and bool(was_active)
