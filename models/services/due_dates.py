"""By when a record is owed: the defaults of the table, in business days (SPEC §12)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.clock import today
from models.rules.workdays import add_business_days
from models.tables.master import ClosingDay, DueDefault
from models.tables.record import Record


def due_day(session: Session, record_type: type[Record]) -> date | None:
    """The due date of a record opened today, or None where the table has no default for its type."""
    days = session.scalar(select(DueDefault.business_days).where(DueDefault.record_type == record_type.type_code()))
    if days is None:
        return None
    return add_business_days(today(), days, frozenset(session.scalars(select(ClosingDay.day))))
