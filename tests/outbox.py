"""Mails in the outbox, as tests put them there and find them again."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from models.base.clock import now
from models.base.db import database, transaction
from models.base.settings import settings
from models.seeds.texts import load_texts
from models.services.outbox import write_mail
from models.services.tokens import code_of
from models.tables.login import LoginChallenge
from models.tables.mail import Mail, MailKey
from tests.build import build_account, build_customer


def use_mail_url(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("MAIL_URL", url)
    settings.cache_clear()


def write(recipient: str = "hanako@example.co.jp", **context: str) -> int:
    with transaction() as session:
        load_texts(session)
        write_mail(session, MailKey.ACCOUNT_REQUEST_RECEIVED, recipient, {"company": "髙﨑商事", **context})
    return newest().id


def write_code(minutes: int = 10) -> tuple[int, str]:
    """A mail with a verification code, and the code."""
    with transaction() as session:
        load_texts(session)
        account = build_account(session, build_customer(session))
        challenge = LoginChallenge(account_id=account.id, browser_hash="b", nonce="nonce", sends=1, sent_at=now())
        session.add(challenge)
        session.flush()
        write_mail(
            session,
            MailKey.VERIFICATION_CODE,
            "hanako@example.co.jp",
            {"name": "豊洲 花子", "minutes": str(minutes)},
            challenge_id=challenge.id,
            expires_at=now() + timedelta(minutes=minutes),
        )
        code = code_of(challenge)
    return newest().id, code


def text_of(mail: EmailMessage) -> str:
    return str(mail.get_content()).replace("\r\n", "\n")


def newest() -> Mail:
    database.remove()
    mail = database().scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert mail is not None
    return mail
