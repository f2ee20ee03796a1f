"""Whom a move is told by mail (SPEC §10)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.base.clock import now
from models.base.settings import settings
from models.base.workflow import Status
from models.services.outbox import write_mail
from models.tables.account import Account
from models.tables.mail import MailKey
from models.tables.record import Record

TO_CUSTOMER = frozenset(
    {Status.RETURNED, Status.RECEIVED, Status.ACCEPTED, Status.SHIPPED, Status.REVIEWING, Status.CANCELLED}
)
TO_DESK = {Status.SUBMITTED: MailKey.DESK_SUBMISSION, Status.WITHDRAWAL_REQUESTED: MailKey.DESK_WITHDRAWAL}


def tell(session: Session, records: Sequence[Record], target: Status, actor: Actor) -> None:
    """Writes the mails of a move: to the desk what a customer did, to the customer's accounts what the desk did."""
    for record in records:
        if actor.is_customer:
            if target in TO_DESK:
                write_mail(
                    session,
                    TO_DESK[target],
                    settings().desk_mail,
                    _context(record),
                    record_id=record.id,
                    request_id=record.request_id,
                )
        elif key := key_for(target):
            for address in _addresses(session, record):
                write_mail(session, key, address, _context(record), record_id=record.id, request_id=record.request_id)


def key_for(target: Status) -> MailKey | None:
    """The mail that tells a customer of this status, if one is due."""
    if target is Status.DRAFT:
        return MailKey.SHEET_READY
    return MailKey.STATUS_CHANGED if target in TO_CUSTOMER else None


def _addresses(session: Session, record: Record) -> list[str]:
    usable = select(Account.mail).where(
        Account.customer_id == record.request.site.customer_id, Account.disabled_at.is_(None)
    )
    usable = usable.where((Account.expires_on.is_(None)) | (Account.expires_on >= now().date())).distinct()
    return list(session.scalars(usable))


def _context(record: Record) -> dict[str, str]:
    return {
        "company": record.request.site.customer.name,
        "request_number": record.request.number,
        "request_kind": record.request.kind.label,
        "record": record.title,
        "status": record.status_label,
        "comment": record.comment,
        "url": f"{settings().public_base_url}/records/{record.id}",
    }
