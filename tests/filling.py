"""Records with every field that their conditions allow, made from the kinds' samples."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from models.base.choices import MasterChoice, MasterChoices
from models.base.clock import today
from models.base.db import Base
from models.base.fields import Spec
from models.base.values import Day
from models.records.contract import ContractRecord
from models.rules.construction_dates import earliest_days, works_of
from models.rules.workdays import is_business_day
from models.rules.works import PLACES, WorkTime, day_field, time_field
from models.services.masters import masters_on
from models.tables.master import LinePlan
from models.tables.record import Record


def fill(session: Session, record: Record, sample: int = 0) -> None:
    """Fills every field of the record that may be given; `sample` picks among the kinds' samples."""
    facts = {**record.facts(), **masters_on(session).facts}
    for name, spec in record.specs_for(facts).items():
        setattr(record, name, sample_of(session, name, spec, sample))
    if isinstance(record, ContractRecord) and not record.request.kind.is_change:
        order(session, record)
    facts = {**record.facts(), **masters_on(session).facts}
    # What the answers exclude is taken out again.
    for name, spec in record.specs_for(facts).items():
        if not spec.is_allowed(record.known(facts)):
            setattr(record, name, None)


def order(session: Session, record: ContractRecord) -> None:
    """Menu, plan and wished days that go together: ベーシック with all four works in business hours."""
    masters = masters_on(session)
    plan = session.scalars(select(LinePlan).where(LinePlan.code == "basic_ether_100m")).one()
    record.request.site.line_plan = plan
    record.menu_code, record.plan_code = plan.menu_code, plan.code
    record.start_year, record.start_month, record.business_hours_work = today().year + 2, 4, True
    for work in works_of(plan.needs_converter):
        day = earliest_days(record.values(), today(), masters)[work]
        for place in PLACES:
            while not is_business_day(day, masters.closing_days):
                day += timedelta(days=1)
            setattr(record, day_field(work, place), day)
            setattr(record, time_field(work, place), WorkTime.AM.value)
            day += timedelta(days=1)
    session.flush()


def sample_of(session: Session, name: str, spec: Spec, sample: int) -> Any:
    """A good value of the field's kind."""
    kind = spec.kind
    if isinstance(kind, MasterChoice | MasterChoices):
        table: Table = Base.metadata.tables[kind.table]
        codes = session.scalars(select(table.c.code).order_by(table.c.place, table.c.id)).all()
        return codes[sample % len(codes)] if isinstance(kind, MasterChoice) else tuple(codes[:2])
    if not kind.samples:
        return None
    typed = kind.samples[sample % len(kind.samples)]
    return kind.parse(kind.normalise(str(typed))) if not isinstance(kind, Day) else kind.parse(kind.normalise(typed))
