"""Writing mails into the outbox, in the transaction of what they tell (SPEC §10)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import insert
from sqlalchemy.orm import Session

from models.base.settings import settings
from models.tables.mail import Mail, MailKey


@dataclass(frozen=True)
class Letter:
    """One mail to be written; its `context` fills the gaps of the template and holds no secret."""

    key: MailKey
    recipient: str
    context: dict[str, str]
    record_id: int | None = None
    request_id: int | None = None


def write_mail(
    session: Session,
    key: MailKey,
    recipient: str,
    context: dict[str, str],
    *,
    record_id: int | None = None,
    request_id: int | None = None,
    challenge_id: int | None = None,
    link_id: int | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Adds a mail; it is rendered and sent by the worker once the transaction has committed, under one Message-ID for ever."""
    session.add(
        Mail(
            key=key.value,
            recipient=recipient,
            context=context,
            record_id=record_id,
            request_id=request_id,
            challenge_id=challenge_id,
            link_id=link_id,
            expires_at=expires_at,
            message_id=new_message_id(),
        )
    )


def write_mails(session: Session, letters: Sequence[Letter]) -> None:
    """Adds many mails with one statement, for moves of many records at once."""
    if letters:
        session.execute(insert(Mail), [_row(letter) for letter in letters])


def _row(letter: Letter) -> dict[str, Any]:
    return {**asdict(letter), "key": letter.key.value, "message_id": new_message_id()}


def new_message_id() -> str:
    """A Message-ID: made when the mail is written, so that a mail sent twice is recognised as the same one."""
    return f"<{uuid.uuid4()}@{urlsplit(settings().public_base_url).hostname}>"
