"""The worker: claims mails from the outbox, renders, sends, retries; nothing is lost by a crash (RELIABILITY checks 32, 33)."""

from __future__ import annotations

import mailbox
import os
import re
import signal
import smtplib
import socket
import threading
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.base.clock import now
from models.base.db import database, transaction
from models.base.settings import ROOT, settings
from models.services.login import secret_of_mail
from models.tables.mail import Mail
from models.tables.texts import MailTemplate
from models.tables.worker import Heartbeat

CLAIM = timedelta(minutes=5)
PAUSE_SECONDS = 2
TIMEOUT_SECONDS = 20
LONGEST_WAIT = timedelta(hours=1)


class NotRenderable(Exception):
    """A template is missing, or names something that its mail does not have."""


def run_until_stopped() -> None:
    """Delivers until SIGTERM or SIGINT; the mail in hand is finished first."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    while not stop.is_set():
        beat()
        if not deliver_next():
            stop.wait(PAUSE_SECONDS)


def worker_name() -> str:
    """This worker, among all."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}"


def beat() -> None:
    """A sign of life for /healthz."""
    with transaction() as session:
        found = session.scalar(select(Heartbeat).where(Heartbeat.worker == worker_name()))
        if found is None:
            session.add(Heartbeat(worker=worker_name()))
        else:
            found.seen_at = now()
    database.remove()


def deliver_next() -> bool:
    """Sends one due mail; False when none is due. A claim that was never finished is taken over after some minutes."""
    mail_id = _claim()
    if mail_id is None:
        return False
    with transaction() as session:
        mail = session.get_one(Mail, mail_id)
        message = _message(session, mail)
    if message is not None:
        _try(mail_id, message)
    database.remove()
    return True


def _claim() -> int | None:
    with transaction() as session:
        moment = now()
        due = select(Mail).where(Mail.sent_at.is_(None), Mail.dropped_at.is_(None), Mail.send_after <= moment)
        due = due.where(or_(Mail.claimed_at.is_(None), Mail.claimed_at < moment - CLAIM)).order_by(Mail.id).limit(1)
        mail = session.scalar(due.with_for_update(skip_locked=True))
        if mail is None:
            return None
        mail.claimed_at, mail.claimed_by, mail.attempts = moment, worker_name(), mail.attempts + 1
        return mail.id


def _message(session: Session, mail: Mail) -> EmailMessage | None:
    """The mail as it goes out, or None when it may not go any more; what is kept of it has its secrets blanked."""
    secrets = secret_of_mail(session, mail) if mail.challenge_id or mail.link_id else {}
    if secrets is None or (mail.expires_at and mail.expires_at < now()):
        mail.dropped_at = now()
        return None
    try:
        subject, body = render(session, mail, secrets)
        mail.subject, mail.body = render(session, mail, dict.fromkeys(secrets, "＊＊＊"))
    except NotRenderable as reason:
        mail.last_error, mail.claimed_at, mail.send_after = str(reason), None, now() + LONGEST_WAIT
        return None
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, settings().mail_from, mail.recipient
    message["Message-ID"], message["Date"] = mail.message_id, format_datetime(mail.created_at)
    message.set_content(body)
    return message


def render(session: Session, mail: Mail, secrets: dict[str, str]) -> tuple[str, str]:
    """Subject and body from the template; raises NotRenderable."""
    template = session.scalar(select(MailTemplate).where(MailTemplate.key == mail.key))
    if template is None:
        raise NotRenderable(f"no template {mail.key}")
    names = {"provider": settings().provider_name, "service": settings().service_name, **mail.context, **secrets}

    def value(found: re.Match[str]) -> str:
        if found[1] not in names:
            raise NotRenderable(f"{mail.key} has no {found[0]}")
        return names[found[1]]

    subject, body = (re.sub(r"\{(\w+)\}", value, text) for text in (template.subject, template.body))
    return " ".join(subject.split()), body


def _try(mail_id: int, message: EmailMessage) -> None:
    try:
        send(message)
    except (OSError, smtplib.SMTPException) as error:
        with transaction() as session:
            mail = session.get_one(Mail, mail_id)
            mail.last_error, mail.claimed_at = type(error).__name__, None
            mail.send_after = now() + min(timedelta(seconds=10 * 2**mail.attempts), LONGEST_WAIT)
        return
    with transaction() as session:
        session.get_one(Mail, mail_id).sent_at = now()


def send(message: EmailMessage) -> None:
    """Hands a message to the mail server of MAIL_URL, or puts it into the folder of a `maildir:`."""
    address = settings().mail_url
    if address.startswith("maildir:"):
        folder = ROOT / address.removeprefix("maildir:")
        folder.parent.mkdir(parents=True, exist_ok=True)
        mailbox.Maildir(folder).add(message)
        return
    server = urlsplit(address)
    kind = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    with kind(server.hostname or "localhost", server.port or 0, timeout=TIMEOUT_SECONDS) as connection:
        if server.username:
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(message)
