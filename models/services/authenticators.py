"""Authenticator apps: offered as a QR code, confirmed by a code, asked at the login, removed again (RELIABILITY §1, check 8)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

import pyotp
import segno
from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from models.base import text
from models.base.actor import Actor
from models.base.clock import now
from models.base.db import transaction
from models.base.errors import Invalid, Problem, Refused
from models.base.settings import settings
from models.services.owners import tell_login_changed
from models.services.passwords import require_password
from models.services.sessions import end_sessions
from models.services.tokens import authenticator_secret
from models.tables.account import Account
from models.tables.operator import Operator

WRONG_CODE = "認証コードが違います。アプリに表示されている6桁の数字を入力してください。"
NOT_ENROLLED = "認証アプリは登録されていません。"
ENROLLED = "認証アプリが登録されました。"
REMOVED = "認証アプリの登録が解除されました。"


@dataclass(frozen=True)
class Offer:
    """What an app needs to be set up: the key, and a picture of it (an SVG as a data address)."""

    secret: str
    picture: str


def offer_authenticator(owner: Account | Operator, session_hash: str) -> Offer:
    """The key that this session may confirm in place of the one in force; nothing is stored before."""
    secret = authenticator_secret(f"{session_hash}:{owner.totp_secret or ''}")
    address = pyotp.TOTP(secret).provisioning_uri(name=owner.user_name, issuer_name=settings().service_name)
    return Offer(secret, segno.make_qr(address, error="m").svg_data_uri(scale=5, border=4, light="#fff"))


def use_authenticator(session: Session, owner: Account | Operator, secret: str, typed: str) -> bool:
    """Whether an app's code is right and was not used before, however it is typed."""
    step = _step_of(secret, typed)
    if step is None:
        return False
    kind = type(owner)
    unused = update(kind).where(kind.id == owner.id, or_(kind.totp_last_step.is_(None), kind.totp_last_step < step))
    return session.execute(unused.values(totp_last_step=step).returning(kind.id)).first() is not None


def _step_of(secret: str, typed: str) -> int | None:
    """The half minute whose code this is: the present one or its neighbours, since clocks differ."""
    code, totp = text.digits(text.clean(typed)).encode(), pyotp.TOTP(secret)
    current = totp.timecode(now())
    steps = (current, current - 1, current + 1)
    return next((step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), code)), None)


def enrol_authenticator(
    owner: Account | Operator, secret: str, typed: str, keep_session: int, password: str | None, actor: Actor
) -> None:
    """Stores the key once the app has shown a right code for it; other sessions end. Raises Invalid or TooMany. A whole act of its own.

    `password` is None at an operator's first login, which has just asked for it.
    """
    if password is not None:
        require_password(owner, password, actor)
    step = _step_of(secret, typed)
    if step is None:
        raise Invalid([Problem("code", WRONG_CODE)])
    with transaction() as session:
        owner.totp_secret, owner.totp_last_step = secret, step
        end_sessions(session, owner, keep_session)
        tell_login_changed(session, owner, ENROLLED)


def remove_authenticator(account: Account, password: str, keep_session: int, actor: Actor) -> None:
    """A customer does without the app again: codes are mailed. Raises Invalid, Refused or TooMany. A whole act of its own."""
    require_password(account, password, actor)
    with transaction() as session:
        forget_authenticator(session, account, keep_session)


def forget_authenticator(session: Session, owner: Account | Operator, keep_session: int = 0) -> None:
    """Takes the app from a login, ends its other sessions and tells its owner. Raises Refused where there is none."""
    if owner.totp_secret is None:
        raise Refused(NOT_ENROLLED)
    owner.totp_secret = owner.totp_last_step = None
    end_sessions(session, owner, keep_session)
    tell_login_changed(session, owner, REMOVED)
