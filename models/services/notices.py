"""Whom a move is told by mail (SPEC §10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.base.db import among
from models.base.settings import settings
from models.base.workflow import Status
from models.services.addresses import desk_record_address, record_address
from models.services.expiry import is_usable
from models.services.outbox import AT_ONCE, Letter, write_mails
from models.services.remarks import NONE, Remarks, with_remarks
from models.tables.account import Account
from models.tables.mail import MailKey
from models.tables.record import Record

TO_CUSTOMER = frozenset(
    {Status.RETURNED, Status.RECEIVED, Status.ACCEPTED, Status.SHIPPED, Status.REVIEWING, Status.CANCELLED}
)
TO_DESK = {Status.SUBMITTED: MailKey.DESK_SUBMISSION, Status.WITHDRAWAL_REQUESTED: MailKey.DESK_WITHDRAWAL}


def tell(
    session: Session,
    records: Sequence[Record],
    target: Status,
    actor: Actor,
    remarks: Remarks = NONE,
    held: timedelta = AT_ONCE,
) -> None:
    """Writes the mails of a move: to the desk what a customer did, to the customer's accounts what the desk did.

    `held`: how long they wait, so that the move can be taken back.
    """
    comments = {record.workflow_code: record.comment for record in records}
    if remarks:  # of one record
        comments = {record.workflow_code: with_remarks(session, record, record.comment, remarks) for record in records}
    write_mails(session, letters_of(session, records, target, actor, comments), held)


def letters_of(
    session: Session, records: Sequence[Record], target: Status, actor: Actor, comments: Mapping[str, str]
) -> list[Letter]:
    """The mails of a move that was made or may be made, with the comment by workflow. Reads only: previews ask here too."""
    key = _key_of(target, actor)
    if key is None:
        return []
    pairs = told(session, records, target, actor)
    make = _letter_to_desk if actor.is_customer else _letter
    return [make(key, address, record, target, comments) for record, address in pairs]


def told(session: Session, records: Sequence[Record], target: Status, actor: Actor) -> list[tuple[Record, str]]:
    """Who is told of a move: each record with each address that gets a mail about it."""
    if _key_of(target, actor) is None or not records:
        return []
    if actor.is_customer:
        return [(record, settings().desk_mail) for record in records]
    known = addresses_of(session, {record.request.site.customer_id for record in records})
    return [(record, address) for record in records for address in known[record.request.site.customer_id]]


def _key_of(target: Status, actor: Actor) -> MailKey | None:
    return TO_DESK.get(target) if actor.is_customer else key_for(target)


def key_for(target: Status) -> MailKey | None:
    """The mail that tells a customer of this status, if one is due."""
    if target is Status.DRAFT:
        return MailKey.SHEET_READY
    return MailKey.STATUS_CHANGED if target in TO_CUSTOMER else None


def addresses_of(session: Session, customer_ids: Set[int]) -> dict[int, list[str]]:
    """Where each company is told: the mail addresses of its accounts that may be used."""
    usable = select(Account.customer_id, Account.mail).where(
        among(session, Account.customer_id, customer_ids), is_usable()
    )
    found: dict[int, list[str]] = {customer_id: [] for customer_id in customer_ids}
    for customer_id, address in session.execute(usable.distinct().order_by(Account.customer_id, Account.mail)):
        found[customer_id].append(address)
    return found


def _letter(key: MailKey, address: str, record: Record, target: Status, comments: Mapping[str, str]) -> Letter:
    context = context_of(record, target, comments[record.workflow_code])
    return Letter(key, address, context, record_id=record.id, request_id=record.request_id)


def _letter_to_desk(key: MailKey, address: str, record: Record, target: Status, comments: Mapping[str, str]) -> Letter:
    letter = _letter(key, address, record, target, comments)
    return replace(letter, context={**letter.context, "url": desk_record_address(record.id)})


def context_of(record: Record, status: Status, comment: str) -> dict[str, str]:
    """What every mail about a record says of it (models.tables.mail.OF_RECORD), to its customer."""
    return {
        "company": record.request.site.customer.name,
        "request_number": record.request.number,
        "request_kind": record.request.kind.label,
        "record": record.title,
        "status": record.workflow.label_of(status),
        "comment": comment,
        "url": record_address(record.id),
    }
