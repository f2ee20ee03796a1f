"""Master data as rules, forms and pages ask for it, read once for a request (SPEC §12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from models.base.choices import MasterChoice, MasterChoices
from models.base.clock import today
from models.base.db import kept
from models.base.fields import Spec
from models.base.groups import CORPORATE_TYPES
from models.rules.offer import Masters, Plan, Service
from models.rules.works import Slot, Work
from models.services.validity import in_force
from models.tables.master import (
    AspService,
    AspServicePrice,
    ClosingDay,
    Coded,
    CompanyType,
    LeadTime,
    LinePlan,
    LinePlanPrice,
    Menu,
    OutOfHoursFee,
)

CODED = (CompanyType, Menu, LinePlan, AspService)
PRICES = (LinePlanPrice, AspServicePrice, OutOfHoursFee)
# Made once, of tables and not of classes, and asked of the connection: this is read for every page of a form, and the mapping
# of rows to objects, which nobody here needs, would cost as much as all the rest.
ROWS: dict[str, Any] = {
    table.__tablename__: select(
        table.__table__, *([in_force(table, bindparam("day")).label("is_offered")] if table.__validity__ else [])
    ).order_by(table.__table__.c.place, table.__table__.c.id)
    for table in CODED
}
IN_FORCE: dict[str, Any] = {
    table.__tablename__: select(table.__table__).where(in_force(table, bindparam("day"))) for table in PRICES
}
COMPANY_TYPES = CompanyType.__table__
CORPORATE = select(COMPANY_TYPES.c.code).where(COMPANY_TYPES.c.is_corporate)
LABELS = union_all(*(select(literal(one.__tablename__), one.__table__.c.code, one.__table__.c.label) for one in CODED))
LEAD_DAYS, CLOSING_DAYS = select(LeadTime.__table__), select(ClosingDay.__table__)


Ordered = TypeVar("Ordered", bound=Coded)


def in_order(session: Session, table: type[Ordered]) -> Sequence[Ordered]:
    """All rows of a table in the order that the desk gave them."""
    placed: Any = table
    return session.scalars(select(table).order_by(placed.place, placed.id)).all()


def master_facts(session: Session) -> dict[str, Any]:
    """The facts that conditions ask of master data, where nothing else of it is needed."""
    if masters := kept(session).get((Masters, today())):
        return dict(masters.facts)
    return {CORPORATE_TYPES: frozenset(session.connection().scalars(CORPORATE))}


def masters_on(session: Session, day: date | None = None) -> Masters:
    """The master data of a day, today's where none is given. A page that only reads is given the same for all of its questions."""
    day = day or today()
    if (found := kept(session).get((Masters, day))) is None:
        found = kept(session)[Masters, day] = _read(session, day)
    return cast(Masters, found)


def _read(session: Session, day: date) -> Masters:
    asked = session.connection()
    rows: dict[str, list[Any]] = {name: list(asked.execute(one, {"day": day})) for name, one in ROWS.items()}
    plan_prices, service_prices, out_of_hours = (_in_force(asked, table, day) for table in PRICES)
    return Masters(
        day=day,
        plans={row.code: _plan(row, plan_prices.get((row.code,))) for row in rows["line_plan"]},
        services={row.code: _service(row, service_prices.get((row.code,))) for row in rows["asp_service"]},
        offered={
            table: frozenset(row.code for row in rows[table] if row.is_offered)
            for table in ("line_plan", "asp_service")
        },
        lead_days={row.code: row.days for row in asked.execute(LEAD_DAYS)},
        out_of_hours={(Work(work), Slot(slot)): row.fee for (work, slot), row in out_of_hours.items()},
        closing_days=frozenset(row.day for row in asked.execute(CLOSING_DAYS)),
        corporate_types=frozenset(row.code for row in rows["company_type"] if row.is_corporate),
        labels={table: {row.code: row.label for row in found} for table, found in rows.items()},
    )


def _in_force(asked: Connection, table: Any, day: date) -> dict[tuple[str, ...], Any]:
    """The price of each thing on the day."""
    prices = asked.execute(IN_FORCE[table.__tablename__], {"day": day})
    return {tuple(getattr(price, name) for name in table.__validity__.of): price for price in prices}


def _plan(row: Any, price: Any) -> Plan:
    return Plan(
        code=row.code,
        label=row.label,
        menu_code=row.menu_code,
        bandwidth_kbps=row.bandwidth_kbps,
        is_dual=row.is_dual,
        needs_converter=row.needs_converter,
        asp_limit=row.asp_limit,
        initial_fee=price.initial_fee if price else None,
        monthly_fee=price.monthly_fee if price else None,
    )


def _service(row: Any, price: Any) -> Service:
    return Service(row.code, row.label, price.monthly_fee if price else None, row.bandwidth_limit_kbps)


def options_of(specs: Mapping[str, Spec], masters: Masters) -> dict[str, list[tuple[str, str]]]:
    """The choices of these fields that master data gives, by table; for models.forms.form_class."""
    tables = {spec.kind.table for spec in specs.values() if isinstance(spec.kind, MasterChoice | MasterChoices)}
    return {table: masters.options(table) for table in tables}


def shown(spec: Spec, value: Any, masters: Masters) -> str:
    """A value for reading, codes of master tables by their labels."""
    if isinstance(spec.kind, MasterChoice):
        return masters.label(spec.kind.table, value)
    if isinstance(spec.kind, MasterChoices):
        return "、".join(masters.label(spec.kind.table, code) for code in value or ())
    return spec.kind.show(value)


def shower(session: Session) -> Callable[[Spec, Any], str]:
    """shown() for the pages of a request, with the labels of master data read once."""
    masters = kept(session).get((Masters, today())) or Masters(today(), labels=_labels(session))
    return lambda spec, value: shown(spec, value, masters)


def _labels(session: Session) -> dict[str, dict[str, str]]:
    """What the rows of master tables are called, by table and code; one question to all of them."""
    found: dict[str, dict[str, str]] = {}
    for table, code, label in session.connection().execute(LABELS):
        found.setdefault(table, {})[code] = label
    return found
