"""Sites that were in service before there was a portal: their installation stands there finished, with one line of history."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from models.base.actor import SYSTEM, Actor, Role
from models.base.clock import telling, today
from models.base.workflow import WORKFLOWS, Status
from models.kinds.new_installation import KIND
from models.records.contract import ContractRecord
from models.records.site_name import SiteNameRecord
from models.seeds.samples import Persona, complete_values
from models.services.audit import signed
from models.services.claims import claim_site_name
from models.services.comments import template_comment
from models.services.effects import refresh_states
from models.services.masters import masters_on
from models.services.pricing import quote, store_quote
from models.services.transition import transition
from models.tables.customer import Customer
from models.tables.event import Action, Event
from models.tables.master import LinePlan
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site, SiteVersion

STARTED_WITHIN = 4  # months after the application
DESK = Actor(Role.OPERATOR, name="窓口")


def put_in_service(
    session: Session, customer: Customer, persona: Persona, plan: LinePlan, applied_at: datetime
) -> Site:
    """A site of the customer whose new installation, applied for at that moment, is finished."""
    with telling(applied_at):
        day = today()
        site = Site(customer=customer, line_plan=plan, in_service_on=day)
        title = KIND.title.format(year=day.year, month=day.month, day=day.day)
        name = persona.texts["person_name"]
        request = Request(site=site, kind_code=KIND.code, title=title, opened_by=name)
        session.add_all([site, request])
        session.flush()
        for include in KIND.includes_for(request):
            _add_finished(session, request, include.record, include.workflow.code, persona)
        parcels = [record for record in request.records if record.workflow.edge(record.status, Status.SHIPPED)]
        transition(session, parcels, Status.SHIPPED, DESK)
        refresh_states(session, {request.id})
    return site


def _add_finished(session: Session, request: Request, record_type: type[Record], code: str, persona: Persona) -> None:
    end = Status.ACCEPTED
    side = WORKFLOWS[code].side(end).value
    comment = template_comment(session, code, end)
    record = record_type(workflow_code=code, status_code=end.value, side=side, comment=comment)
    with session.no_autoflush:
        record.request = request
        for name, value in _values(session, record, persona).items():
            setattr(record, name, value)
    session.add(record)
    session.flush()
    owner = {"table_name": "record", "row_id": record.id, "record_id": record.id, "request_id": request.id}
    session.add(Event(action=Action.OPENED, to_status=end.value, comment=record.comment, **owner, **signed(SYSTEM)))
    session.add(SiteVersion(site_id=request.site_id, type=record.type, record_id=record.id, effective_on=today()))
    if isinstance(record, SiteNameRecord):
        claim_site_name(session, record)
    if isinstance(record, ContractRecord):
        record.dates_checked_on = today()
        store_quote(session, request, quote(session, record.values(), today()))


def _values(session: Session, record: Record, persona: Persona) -> dict[str, object]:
    masters = masters_on(session)
    plan = record.request.site.line_plan
    order = {"menu_code": plan.menu_code, "plan_code": plan.code} if plan else {}
    years, month = divmod(today().month - 1 + STARTED_WITHIN, 12)
    started = {"start_year": today().year + years, "start_month": month + 1}
    facts = {**record.facts(), **masters.facts}
    given = {name: value for name, value in {**order, **started}.items() if name in record.specs_for(facts)}
    return complete_values(type(record), facts, masters, persona, **given)
