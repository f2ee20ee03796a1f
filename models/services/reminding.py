"""Reminders of due dates: some business days before, and once the day has passed; only while the customer has to act (SPEC §10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Table, case, literal, or_, select
from sqlalchemy.orm import Session, joinedload

from models.base.clock import day_text, today
from models.base.db import insert_into
from models.base.settings import settings
from models.base.workflow import Side
from models.rules.workdays import add_business_days
from models.services.notices import addresses_of, context_of
from models.services.outbox import Letter, write_mails
from models.tables.mail import MailKey
from models.tables.master import ClosingDay
from models.tables.record import Record, waiting_for
from models.tables.reminder import Reminder
from models.tables.request import Request
from models.tables.site import Site

TABLE: Table = Reminder.__table__  # type: ignore[assignment]


def remind_due(session: Session) -> int:
    """Writes the reminders that are due today, each once however often this is called; gives their number. A chore of the worker.

    Nobody is reminded of what an open rename keeps from being done; the reminder comes when the rename is over. A company without a
    usable account is reminded once it has one.
    """
    closing_days = frozenset(session.scalars(select(ClosingDay.day)))
    soon = add_business_days(today(), settings().due_near_business_days, closing_days)
    records = _owed(session, soon)
    known = addresses_of(session, {record.request.site.customer_id for record in records})
    letters = [
        letter
        for record in records
        if known[record.request.site.customer_id] and _is_first(session, record)
        for letter in _letters(record, known[record.request.site.customer_id])
    ]
    write_mails(session, letters)
    return len(letters)


def _owed(session: Session, soon: date) -> Sequence[Record]:
    is_free = or_(Site.open_rename_id.is_(None), Site.open_rename_id == Record.request_id)
    found = select(Record).join(Record.request).join(Request.site)
    key = case((Record.due_on < today(), MailKey.DUE_PASSED.value), else_=MailKey.DUE_NEAR.value)
    same = TABLE.c.record_id == Record.id, TABLE.c.due_on == Record.due_on, TABLE.c.key == key
    is_new = ~select(literal(1)).where(*same).exists()  # what was reminded of once is not read every morning
    found = found.where(waiting_for(Side.CUSTOMER), Record.due_on <= soon, is_free, is_new).order_by(Record.id)
    return session.scalars(found.options(joinedload(Record.request).joinedload(Request.site))).all()


def _key(record: Record) -> MailKey:
    return MailKey.DUE_PASSED if record.due_on and record.due_on < today() else MailKey.DUE_NEAR


def _is_first(session: Session, record: Record) -> bool:
    """Whether this reminder was not written before: the unique row decides, whoever else is at it."""
    values = {"record_id": record.id, "key": _key(record).value, "due_on": record.due_on}
    made = (
        insert_into(session, TABLE).values(values).on_conflict_do_nothing(index_elements=["record_id", "key", "due_on"])
    )
    return session.execute(made.returning(TABLE.c.id)).first() is not None


def _letters(record: Record, addresses: Sequence[str]) -> list[Letter]:
    due = day_text(record.due_on) if record.due_on else ""
    context = {**context_of(record, record.status, record.comment), "due_on": due}
    return [Letter(_key(record), address, context, record.id, record.request_id) for address in addresses]
