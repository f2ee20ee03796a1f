"""Writing mails into the outbox, in the transaction of what they tell (SPEC §10)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from models.base.clock import now
from models.base.errors import Refused
from models.base.settings import settings
from models.tables.mail import Mail, MailKey

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
    if letters:
        send_after = now() + held
        session.execute(insert(Mail), [{**_row(letter), "send_after": send_after} for letter in letters])


def _row(letter: Letter) -> dict[str, Any]:
    return {**asdict(letter), "key": letter.key.value, "message_id": new_message_id()}


def withdraw(session: Session, moved_at: Mapping[int, datetime]) -> None:
    """Drops the mails that records' last moves wrote, by record and moment of the move; raises Refused when one has gone out meanwhile."""
    table: Any = Mail.__table__
    keys = [key.value for key in MOVE_MAILS]
    of_move = (
        table.c.record_id == bindparam("of_record"),
        or_(*(table.c.key == key for key in keys)),  # a list could not be sent with many rows
        table.c.created_at >= bindparam("since"),
    )
    waiting = (table.c.sent_at.is_(None), table.c.claimed_at.is_(None), table.c.dropped_at.is_(None))
    rows = [{"of_record": record_id, "since": at} for record_id, at in moved_at.items()]
    dropped = update(table).where(*of_move, *waiting).values(dropped_at=now(), last_error=TAKEN_BACK)
    session.execute(dropped, rows)
    # The worker may have taken one in the moment between: then the customer is told, and the move stays.
    recent = select(Mail.record_id, Mail.created_at).where(
        Mail.record_id.in_(list(moved_at)), Mail.key.in_(keys), Mail.dropped_at.is_(None)
    )
    if any(at >= moved_at[record_id or 0] for record_id, at in session.execute(recent)):
        raise Refused(ALREADY_SENT)


def new_message_id() -> str:
    """A Message-ID: made when the mail is written, so that a mail sent twice is recognised as the same one."""
    return f"<{uuid.uuid4()}@{urlsplit(settings().public_base_url).hostname}>"
