"""Delivering the outbox: mails are claimed, written, sent and marked; nothing is lost by a crash (RELIABILITY checks 32, 33)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from models.base.clock import now
from models.base.db import database, transaction
from models.base.settings import settings
from models.services.letters import NoTemplate, blanked, message_of, write_letter
from models.services.login import secret_of_mail
from models.services.sending import Postponed, Transport, Undeliverable, Unreachable
from models.tables.mail import Mail

# A worker that died in the middle keeps its mails from the others for this long.
LEASE = timedelta(minutes=2)
BATCH = 20
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=30)
GIVE_UP = timedelta(days=5)
UNSYNCHRONISED = {"synchronize_session": False}
EXPIRED = "有効期限が過ぎたため、送信しませんでした。"
log = logging.getLogger(__name__)


@dataclass
class Round:
    """What became of the mails of one round. `is_in_trouble`: the mail server could not be reached, so that the rest waits."""

    sent: int = 0
    dropped: int = 0
    put_off: int = 0
    is_in_trouble: bool = False

    @property
    def handled(self) -> int:
        """How many mails were due."""
        return self.sent + self.dropped + self.put_off


@dataclass(frozen=True)
class Ready:
    """A mail that may go out, and what is kept of it."""

    message: EmailMessage
    kept: dict[str, Any] = field(default_factory=dict)


def deliver_due(worker: str, should_stop: Callable[[], bool] = lambda: False) -> Round:
    """Delivers the mails that are due, at most a batch; each is one worker's alone. Whole acts of its own."""
    done, claimed = Round(), _claim(worker)
    ends_at = now() + LEASE / 2
    with Transport(settings().mail_url) as transport:
        while claimed and not done.is_in_trouble and not should_stop() and now() < ends_at:
            _deliver(claimed.pop(0), transport, done)
    _give_back(claimed, worker)
    database.remove()
    return done


def is_code_due() -> bool:
    """Whether a mail that expires could go out now: somebody waits for it, and longer work lets it pass."""
    return database().scalar(_due(now()).where(Mail.expires_at.is_not(None)).limit(1)) is not None


def _due(moment: datetime) -> Select[int]:
    free = or_(Mail.claimed_at.is_(None), Mail.claimed_at < moment - LEASE)
    due = select(Mail.id).where(Mail.sent_at.is_(None), Mail.dropped_at.is_(None), Mail.send_after <= moment, free)
    # What expires goes first: somebody is waiting for a code.
    return due.order_by(Mail.expires_at.is_(None), Mail.send_after, Mail.id)


def _claim(worker: str) -> list[int]:
    moment = now()
    due = _due(moment).limit(BATCH)
    if database().scalar(due.limit(1)) is None:
        return []
    with transaction() as session:
        ids = list(session.scalars(due.with_for_update(skip_locked=True)))
        _write(session, ids, claimed_at=moment, claimed_by=worker)
    return ids


def _give_back(ids: list[int], worker: str) -> None:
    if ids:
        with transaction() as session:
            mine = update(Mail).where(Mail.id.in_(ids), Mail.claimed_by == worker, Mail.sent_at.is_(None))
            session.execute(mine.values(claimed_at=None, claimed_by=None), execution_options=UNSYNCHRONISED)


def _write(session: Session, ids: list[int], **values: Any) -> None:
    session.execute(update(Mail).where(Mail.id.in_(ids)).values(**values), execution_options=UNSYNCHRONISED)


def _deliver(mail_id: int, transport: Transport, done: Round) -> None:
    try:
        ready = _prepare(mail_id)
        if ready is None:
            # Nothing was tried now: what was never tried is none of the mails that could not be delivered.
            _finish(mail_id, dropped_at=now(), last_error=EXPIRED, attempts=Mail.attempts)
            done.dropped += 1
            return
        transport.send(ready.message)
    except (Undeliverable, ValueError) as error:
        reason = str(error) if isinstance(error, Undeliverable) else "宛先または内容が正しくないため、送信できません。"
        _finish(mail_id, dropped_at=now(), last_error=reason)
        done.dropped += 1
        log.warning("mail %s dropped: %s", mail_id, type(error.__cause__ or error).__name__)
    except (Postponed, NoTemplate) as error:
        _put_off(mail_id, str(error))
        done.put_off += 1
        done.is_in_trouble = isinstance(error, Unreachable)
        log.warning("mail %s put off: %s", mail_id, type(error.__cause__ or error).__name__)
    else:
        _finish(mail_id, sent_at=now(), last_error=None, **ready.kept)
        done.sent += 1


def _prepare(mail_id: int) -> Ready | None:
    """The mail as it goes out, or None when it is of no use any more. Holds no database while the mail is sent."""
    session = database()
    session.rollback()
    mail = session.get_one(Mail, mail_id)
    secrets = secret_of_mail(session, mail)
    if secrets is None or (mail.expires_at and mail.expires_at <= now()):
        ready = None
    else:
        subject, body = blanked(session, mail, secrets)
        ready = Ready(message_of(mail, *write_letter(session, mail, secrets)), {"subject": subject, "body": body})
    session.rollback()
    return ready


def _finish(mail_id: int, **values: Any) -> None:
    with transaction() as session:
        _write(session, [mail_id], **{"attempts": Mail.attempts + 1, "claimed_at": None, **values})


def _put_off(mail_id: int, reason: str) -> None:
    with transaction() as session:
        mail = session.get_one(Mail, mail_id)
        mail.attempts, mail.claimed_at, mail.last_error = mail.attempts + 1, None, reason
        mail.send_after = now() + wait_after(mail.attempts)
        mail.dropped_at = now() if _is_hopeless(mail.created_at) else None


def _is_hopeless(created_at: datetime) -> bool:
    return now() - created_at > GIVE_UP


def wait_after(attempts: int) -> timedelta:
    """How long a mail waits after so many vain attempts: twice as long each time, up to a limit."""
    doubled: timedelta = FIRST_WAIT * 2 ** min(attempts - 1, 10)
    return min(doubled, LONGEST_WAIT)
