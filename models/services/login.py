"""Signing in: password, then a code, then a session (SPEC §1, RELIABILITY checks 1–8).

Each function is a whole act of its own: hashing takes long and must not hold the database, and a refusal has to be kept although it is refused.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from models.base import text
from models.base.actor import Actor, Role
from models.base.clock import now, span_text
from models.base.db import database, transaction
from models.base.errors import Refused
from models.base.fields import specs_of
from models.base.settings import settings
from models.services.attempts import count_attempt, forgive_attempt, login_subject, place_subject, too_many
from models.services.audit import note
from models.services.authenticators import use_authenticator
from models.services.expiry import is_expired
from models.services.links import link_address
from models.services.outbox import write_mail
from models.services.owners import person_name, tell_login_changed
from models.services.passwords import LONGEST, matches, send_link
from models.services.sessions import start_session
from models.services.tokens import code_of, digest, new_token
from models.tables.account import Account
from models.tables.event import Action
from models.tables.login import LinkPurpose, LoginChallenge, PasswordLink, owned_by
from models.tables.mail import GAPS, Mail, MailKey
from models.tables.operator import Operator

Owners = type[Account] | type[Operator]
LONGEST_NAME = 60
WRONG = "ユーザー名またはパスワードが違います。"
NO_CHALLENGE = "ログインの手続きの有効期限が切れました。はじめからやり直してください。"
WRONG_CODE = "検証コードが違うか、有効期限が切れています。"
MANY_CODES = (
    "正しいパスワードのあとに、誤ったコードが続けて入力されたため、しばらくログインできなくしました。"
    "ご本人の操作でないときは、パスワードが知られています。すぐに変更してください。"
)


class AccountExpired(Refused):
    """The password was right, but the account's time is over (SPEC §8)."""


class LoginExpired(Refused):
    """There is no half-done login of this browser any more: begin anew."""


class CodeRefused(Refused):
    """The code was wrong; further tries may be left."""


def actor_for(owner: Account | Operator | None, address: str, trace_id: str = "") -> Actor:
    """Who stands in the events of a login: the one whose password was asked for."""
    if isinstance(owner, Operator):
        return Actor(Role(owner.role), owner.id, owner.name, address=address, trace_id=trace_id)
    if owner is None:
        return Actor(Role.SYSTEM, name="（ログイン前）", address=address, trace_id=trace_id)
    return Actor(Role.CUSTOMER, owner.id, owner.person_name, owner.customer_id, address, trace_id)


def find_owner(owners: Owners, user_name: str) -> Account | Operator | None:
    """Whose user name it is."""
    plain = _unified(user_name)
    if owners is Account:
        return database().scalar(select(Account).where(Account.user_name == plain))
    return database().scalar(select(Operator).where(Operator.user_name == plain))


def _unified(user_name: str) -> str:
    # As the column's kind unifies it; whatever is longer is nobody's.
    return specs_of(Account)["user_name"].kind.normalise(user_name)[:LONGEST_NAME]


def begin_login(owners: Owners, user_name: str, password: str, address: str) -> str:
    """Checks a password and gives the token that binds the browser to the code; raises Refused, the same for whatever was wrong."""
    owner = find_owner(owners, user_name)
    _count(owners, user_name, address)
    is_right = matches(owner.password_hash if owner else None, password) and len(password) <= LONGEST * 2
    if owner is None or not is_right or (isinstance(owner, Operator) and not owner.is_active):
        _refuse(owners, owner, "password", address)
        raise Refused(WRONG)
    if isinstance(owner, Account) and is_expired(database(), owner):
        _refuse(owners, owner, "expired", address)
        raise AccountExpired(
            "このアカウントの有効期限は切れています。ご利用になるには、アカウントの払い出しを申請してください。"
        )
    token = new_token()
    with transaction() as session:
        session.add(LoginChallenge(browser_hash=digest("browser", token), nonce=new_token(), **owned_by(owner)))
    return token


def _subjects(owners: Owners, user_name: str, address: str) -> tuple[str, str]:
    table = owners.__tablename__
    return login_subject(table, _unified(user_name)), place_subject(f"login:{table}", address)


def _count(owners: Owners, user_name: str, address: str) -> None:
    seconds = settings().login_limit_seconds
    with transaction() as session:
        counts = [count_attempt(session, subject, seconds) for subject in _subjects(owners, user_name, address)]
    if max(counts) > settings().login_limit:
        _refuse(owners, None, "limit", address)
        raise too_many(seconds)


def _refuse(owners: Owners, owner: Account | Operator | None, reason: str, address: str) -> None:
    where = {"table_name": owners.__tablename__, "row_id": owner.id if owner else None}
    with transaction() as session:
        note(session, Action.SIGN_IN_REFUSED, actor_for(None, address), detail={"reason": reason}, **where)  # type: ignore[arg-type]


class Proof(StrEnum):
    """What a login was proved with besides the password."""

    APP = "app"
    MAIL = "mail"


@dataclass(frozen=True)
class Stage:
    """Where a half-done login stands, for its page. `asks_app`: for the code of an app, as long as none was mailed in its place;
    `resend_time`: how long after one mail the next may be sent, in words.
    """

    asks_app: bool
    mail_hint: str
    sent_at: datetime | None
    resend_time: str
    sends_left: int


def find_challenge(token: str, owners: Owners) -> LoginChallenge:
    """The open half-done login of this browser; raises LoginExpired."""
    row = database().scalar(select(LoginChallenge).where(LoginChallenge.browser_hash == digest("browser", token)))
    if row is None or row.used_at or not isinstance(row.owner, owners) or now() > _ends_at(row):
        raise LoginExpired(NO_CHALLENGE)
    return row


def _ends_at(row: LoginChallenge) -> datetime:
    return (row.sent_at or row.created_at) + timedelta(seconds=settings().code_seconds)


def stage_of(challenge: LoginChallenge) -> Stage:
    """What the page of the code has to say."""
    owner, limits = challenge.owner, settings()
    sends_left = max(0, limits.code_resends + 1 - challenge.sends)
    asks_app = owner.totp_secret is not None and not (challenge.sent_at and _may_mail(owner))
    resend_time = span_text(limits.code_resend_seconds)
    return Stage(asks_app, _masked(owner.mail), challenge.sent_at, resend_time, sends_left)


def _may_mail(owner: Account | Operator) -> bool:
    # A customer who lost the telephone gets in by mail; an operator's app is reset by an administrator (RELIABILITY check 8).
    return isinstance(owner, Account) or owner.totp_secret is None


def _masked(mail: str) -> str:
    name, _, host = mail.partition("@")
    return f"{name[:2]}***@{host}"


def send_code(token: str, owners: Owners) -> None:
    """Mails a code, a new one each time; raises Refused when it is too early, was sent too often or may not be mailed."""
    challenge, limits, moment = find_challenge(token, owners), settings(), now()
    if not _may_mail(challenge.owner):
        raise Refused("認証アプリに表示されている認証コードを入力してください。")
    challenge_id = challenge.id
    earlier = moment - timedelta(seconds=limits.code_resend_seconds)
    due = or_(LoginChallenge.sent_at.is_(None), LoginChallenge.sent_at <= earlier)
    open_one = update(LoginChallenge).where(LoginChallenge.id == challenge_id, LoginChallenge.used_at.is_(None), due)
    open_one = open_one.where(LoginChallenge.sends <= limits.code_resends, LoginChallenge.tries < limits.code_tries)
    with transaction() as session:
        counted = session.execute(
            open_one.values(sends=LoginChallenge.sends + 1, sent_at=moment).returning(LoginChallenge.id)
        ).first()
        if counted is None:
            raise Refused(
                f"検証コードは{limits.code_resend_seconds}秒に1回、再送は{limits.code_resends}回まで送信できます。届いていないか確認してください。"
            )
        owner = session.get_one(LoginChallenge, challenge_id, populate_existing=True).owner
        expires = moment + timedelta(seconds=limits.code_seconds)
        context = {"name": person_name(owner), "minutes": str(limits.code_seconds // 60)}
        write_mail(
            session, MailKey.VERIFICATION_CODE, owner.mail, context, challenge_id=challenge_id, expires_at=expires
        )


def enter_code(token: str, owners: Owners, typed: str, address: str, device: str = "") -> str:
    """Takes the code and gives the token of the new session; raises LoginExpired, TooMany or CodeRefused. A try counts before it is looked at."""
    challenge_id = find_challenge(token, owners).id
    with transaction() as session:
        challenge = _count_try(session, challenge_id)
        owner = challenge.owner if challenge else None
        is_barred = owner is not None and _count_code(session, owner)
        proof = _proof_of(session, challenge, owner, typed) if challenge and owner and not is_barred else None
        if challenge and owner and proof and _use(session, challenge):
            return _let_in(session, owner, proof, address, device)
    _refuse(owners, owner, "limit" if is_barred else "code", address)
    if is_barred:
        raise too_many(settings().code_limit_seconds)
    left = settings().code_tries - challenge.tries if challenge else 0
    if left <= 0:
        raise LoginExpired("検証コードを入力できる回数を超えました。はじめからやり直してください。")
    raise CodeRefused(f"{WRONG_CODE}あと{left}回入力できます。")


def _code_subject(owner: Account | Operator) -> str:
    return f"code:{owner.__tablename__}:{owner.id}"


def _count_code(session: Session, owner: Account | Operator) -> bool:
    """Whether a code is beyond what one login may try, however often it is begun anew; of the first such one the owner is told."""
    limits = settings()
    count = count_attempt(session, _code_subject(owner), limits.code_limit_seconds)
    if count == limits.code_limit + 1:
        tell_login_changed(session, owner, MANY_CODES)
    return count > limits.code_limit


def _let_in(session: Session, owner: Account | Operator, proof: Proof, address: str, device: str) -> str:
    for subject in (*_subjects(type(owner), owner.user_name, address), _code_subject(owner)):
        forgive_attempt(session, subject)
    detail = {"proof": proof.value, "device": device}
    actor, where = actor_for(owner, address), {"table_name": owner.__tablename__, "row_id": owner.id}
    note(session, Action.SIGNED_IN, actor, detail=detail, **where)  # type: ignore[arg-type]
    if owner.totp_secret and proof is Proof.MAIL:
        tell_login_changed(session, owner, "認証アプリの代わりに、メールの検証コードでログインしました。")
    return start_session(session, owner, address, device)


def _count_try(session: Session, challenge_id: int) -> LoginChallenge | None:
    limits = settings()
    fresh = now() - timedelta(seconds=limits.code_seconds)
    open_one = update(LoginChallenge).where(
        LoginChallenge.id == challenge_id, LoginChallenge.used_at.is_(None), _is_fresh(fresh)
    )
    open_one = open_one.where(LoginChallenge.tries < limits.code_tries).values(tries=LoginChallenge.tries + 1)
    if session.execute(open_one.returning(LoginChallenge.id)).first() is None:
        return None
    return session.get_one(LoginChallenge, challenge_id, populate_existing=True)


def _is_fresh(moment: datetime) -> ColumnElement[bool]:
    return or_(LoginChallenge.sent_at > moment, LoginChallenge.sent_at.is_(None) & (LoginChallenge.created_at > moment))


def _proof_of(session: Session, challenge: LoginChallenge, owner: Account | Operator, typed: str) -> Proof | None:
    code = text.digits(text.clean(typed)).encode()
    if _may_mail(owner) and challenge.sends > 0 and hmac.compare_digest(code_of(challenge).encode(), code):
        return Proof.MAIL
    if owner.totp_secret and use_authenticator(session, owner, owner.totp_secret, typed):
        return Proof.APP
    return None


def _use(session: Session, challenge: LoginChallenge) -> bool:
    unused = update(LoginChallenge).where(LoginChallenge.id == challenge.id, LoginChallenge.used_at.is_(None))
    return session.execute(unused.values(used_at=now()).returning(LoginChallenge.id)).first() is not None


def request_reset(owners: Owners, user_name: str, address: str) -> None:
    """Mails a link to whoever has that user name, if it may be used; says nothing about whether it exists."""
    _count(owners, user_name, address)
    owner = find_owner(owners, user_name)
    if owner is None or (is_expired(database(), owner) if isinstance(owner, Account) else not owner.is_active):
        return
    with transaction() as session:
        send_link(session, owner, LinkPurpose.RESET)


def secret_of_mail(session: Session, mail: Mail) -> dict[str, str] | None:
    """What a mail must say and no table holds, or None when it is of no use any more. Called by the worker at sending time."""
    gaps = GAPS[MailKey(mail.key)]
    if "code" in gaps:
        challenge = session.get(LoginChallenge, mail.challenge_id or 0)
        is_good = challenge and not challenge.used_at and now() < _ends_at(challenge)
        return {"code": code_of(challenge)} if challenge and is_good else None
    if "link" in gaps:
        # Whoever it was for may be gone, and the link with them.
        link = session.get(PasswordLink, mail.link_id or 0)
        return {"link": link_address(link)} if link and not link.used_at and now() < link.expires_at else None
    return {}
