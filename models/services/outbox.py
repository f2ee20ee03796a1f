"""Writing mails into the outbox, in the transaction of what they tell."""

from __future__ import annotations

import uuid
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from models.base.settings import settings
from models.tables.mail import Mail, MailKey


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
    host = urlsplit(settings().public_base_url).hostname
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
            message_id=f"<{uuid.uuid4()}@{host}>",
        )
    )
