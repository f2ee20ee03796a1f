"""Mails as they are read: the desk's template with its gaps filled (SPEC §10)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.clock import JAPAN
from models.base.settings import settings
from models.rules.placeholders import fill
from models.services.outbox import Letter
from models.tables.mail import Mail
from models.tables.texts import MailTemplate

BLANK = "＊＊＊＊＊＊"


class NoTemplate(Exception):
    """There is no template for this mail; the desk has to write it before it can go out."""


def write_letter(session: Session, mail: Mail, secrets: Mapping[str, str]) -> tuple[str, str]:
    """Subject and body with the secrets in; raises NoTemplate."""
    template = session.scalar(select(MailTemplate).where(MailTemplate.key == mail.key))
    if template is None:
        raise NoTemplate(f"メールのひな形「{mail.key}」がありません。")
    return filled(template, {**common_values(), **mail.context, **secrets})


def filled(template: MailTemplate, values: Mapping[str, str]) -> tuple[str, str]:
    """Subject and body of a template with these values in its gaps: the subject in one line, no wide holes in the body."""
    subject, body = fill(template.subject, values), fill(template.body, values)
    return re.sub(r"\s*[\r\n]+\s*", " ", subject).strip(), re.sub(r"\n{3,}", "\n\n", body).strip() + "\n"


def blanked(session: Session, mail: Mail, secrets: Mapping[str, str]) -> tuple[str, str]:
    """The same as it is kept: without the secrets (RELIABILITY check 7)."""
    return write_letter(session, mail, dict.fromkeys(secrets, BLANK))


@dataclass(frozen=True)
class DraftLetter:
    """A mail that has not been written yet, as it would be read."""

    recipient: str
    subject: str
    body: str


def letter_of(session: Session, mail: Mail) -> DraftLetter | None:
    """A mail of the outbox as it reads: as it was sent, else as it would be sent now; None without a template."""
    if mail.subject is not None and mail.body is not None:
        return DraftLetter(mail.recipient, mail.subject, mail.body)
    try:
        return DraftLetter(mail.recipient, *write_letter(session, mail, {}))
    except NoTemplate:
        return None


def draft_of(session: Session, letter: Letter) -> DraftLetter | None:
    """How a mail that an act would write will read; None without a template."""
    return letter_of(session, Mail(key=letter.key.value, recipient=letter.recipient, context=letter.context))


def common_values() -> dict[str, str]:
    """What every template may say."""
    return {**settings().names, "portal": settings().public_base_url}


def message_of(mail: Mail, subject: str, body: str) -> EmailMessage:
    """The mail for the mail server; the same Message-ID and date however often it is sent. Raises ValueError for a wrong address."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject
    message["From"] = formataddr((settings().service_name, settings().mail_from))
    message["To"] = mail.recipient
    message["Message-ID"] = mail.message_id
    message["Date"] = format_datetime(mail.created_at.astimezone(JAPAN))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message
