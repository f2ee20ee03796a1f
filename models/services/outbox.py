"""Writing mails into the outbox, in the transaction of what they tell (SPEC §10)."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from models.base.clock import now
from models.base.db import among
from models.base.errors import Refused
from models.base.sets import add_rows
from models.base.settings import settings
from models.tables.mail import Mail, MailKey

MAIL = cast(Table, Mail.__table__)
AT_ONCE = timedelta()
MOVE_MAILS = (MailKey.STATUS_CHANGED, MailKey.SHEET_READY)  # what tells a customer of a move of the desk
TAKEN_BACK = "操作が取り消されたため、送信しませんでした。"
ALREADY_SENT = "お客様へのメールがすでに送られたため、取り消せません。"


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


def write_mails(session: Session, letters: Sequence[Letter], held: timedelta = AT_ONCE) -> None:
    """Adds many mails with one statement, for moves of many records at once; they go out when `held` is over."""
    send_after = now() + held
    add_rows(session, MAIL, [_row(letter, send_after) for letter in letters])


def _row(letter: Letter, send_after: datetime) -> dict[str, Any]:
    given = {item.name: getattr(letter, item.name) for item in fields(Letter)}
    return {**given, "key": letter.key.value, "message_id": new_message_id(), "send_after": send_after}


def withdraw(session: Session, moved_at: Mapping[int, datetime]) -> None:
    """Drops the mails that records' last moves wrote, by record and moment of the move; raises Refused when one has gone out meanwhile."""
    keys = [key.value for key in MOVE_MAILS]
    waiting = (MAIL.c.sent_at.is_(None), MAIL.c.claimed_at.is_(None), MAIL.c.dropped_at.is_(None))
    dropped = update(MAIL).where(MAIL.c.key.in_(keys), *waiting).values(dropped_at=now(), last_error=TAKEN_BACK)
    of_moment: dict[datetime, list[int]] = defaultdict(list)  # what was moved together has one moment
    for record_id, at in moved_at.items():
        of_moment[at].append(record_id)
    for at, ids in of_moment.items():
        session.execute(dropped.where(among(session, MAIL.c.record_id, ids), MAIL.c.created_at >= at))
    # The worker may have taken one in the moment between: then the customer is told, and the move stays.
    recent = select(Mail.record_id, Mail.created_at).where(
        among(session, Mail.record_id, moved_at), Mail.key.in_(keys), Mail.dropped_at.is_(None)
    )
    if any(at >= moved_at[record_id or 0] for record_id, at in session.execute(recent)):
        raise Refused(ALREADY_SENT)


def new_message_id() -> str:
    """A Message-ID: made when the mail is written, so that a mail sent twice is recognised as the same one."""
    return f"<{uuid.uuid4()}@{urlsplit(settings().public_base_url).hostname}>"
