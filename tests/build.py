"""Rows for tests, made from the declarations: a customer, a site, any request kind with its records in any status."""

from __future__ import annotations

from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from models.base.actor import SYSTEM, Actor, Role
from models.base.clock import today
from models.base.kind import KINDS, RequestKind
from models.base.workflow import Status
from models.kinds.application import PAGES
from models.seeds import samples
from models.services.audit import signed
from models.services.drafting import begin_draft, save_page
from models.services.masters import masters_on
from models.tables.account import Account
from models.tables.customer import Customer
from models.tables.draft import Draft
from models.tables.event import Action, Event
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site

NUMBERS = count(1)
OPERATOR = Actor(Role.OPERATOR, 1, "窓口 花子")
ADMINISTRATOR = Actor(Role.ADMINISTRATOR, 2, "管理 太郎")
VIEWER = Actor(Role.VIEWER, 3, "閲覧 次郎")


def build_customer(session: Session) -> Customer:
    """A company of its own."""
    customer = Customer(name=f"豊洲商事{next(NUMBERS)}")
    session.add(customer)
    session.flush()
    return customer


def build_account(session: Session, customer: Customer, **values: Any) -> Account:
    """A login of the company."""
    number = next(NUMBERS)
    account = Account(
        **{
            "customer_id": customer.id,
            "user_name": f"user{number}",
            "person_name": "豊洲 太郎",
            "mail": f"user{number}@example.co.jp",
            **values,
        }
    )
    session.add(account)
    session.flush()
    return account


def build_site(session: Session, customer: Customer | None = None, is_in_service: bool = True) -> Site:
    """A site, in service unless told otherwise."""
    site = Site(customer=customer or build_customer(session), in_service_on=today() if is_in_service else None)
    session.add(site)
    session.flush()
    return site


def build_request(
    session: Session, kind: RequestKind, status: Status | None = None, site: Site | None = None, **options: Any
) -> Request:
    """A request with all its records, every one at `status` (its first where none is given)."""
    site = site or build_site(session, is_in_service=kind.is_change)
    request = Request(site=site, kind_code=kind.code, title=kind.label, **options)
    session.add(request)
    session.flush()
    if kind.is_exclusive and (status is None or not status.is_closed):
        site.open_rename_id = request.id
    for include in kind.includes_for(request):
        at = status or include.workflow.first
        made = include.record(
            request=request,
            workflow_code=include.workflow.code,
            status_code=at.value,
            side=include.workflow.side(at).value,
        )
        session.add(made)
        session.flush()
        session.add(
            Event(action=Action.OPENED, record_id=made.id, request_id=request.id, to_status=at.value, **signed(SYSTEM))
        )
    session.flush()
    return request


def complete_values(session: Session, record: Record, **given: Any) -> dict[str, Any]:
    """Values with which the record can be submitted; master data must be there (models.seeds.masters)."""
    masters = masters_on(session)
    return samples.complete_values(type(record), {**record.facts(), **masters.facts}, masters, **given)


def typed_form(session: Session, plan_code: str, **given: Any) -> dict[str, Any]:
    """What a visitor types for a complete application of a plan, by field name."""
    return samples.typed_form(plan_code, masters_on(session), **given)


def build_draft(session: Session, plan_code: str = "light_mobile", **given: Any) -> tuple[Draft, str]:
    """A form of which every page was filled in and left by 次へ, and its token."""
    draft, token = begin_draft(session, "192.0.2.1")
    typed = typed_form(session, plan_code, **given)
    for page in PAGES:
        save_page(session, draft, page.number, typed, is_done=page.number < len(PAGES))
    return draft, token


def build_record(session: Session, workflow_code: str, status: Status, site: Site | None = None) -> Record:
    """A record of the workflow at that status, in a request of a kind that brings it."""
    for kind in KINDS.values():
        for include in kind.includes:
            if include.workflow.code == workflow_code:
                site = site or build_site(session, is_in_service=kind.is_change)
                request = Request(site=site, kind_code=kind.code, title=kind.label)
                session.add(request)
                session.flush()
                made = include.record(
                    request=request,
                    workflow_code=workflow_code,
                    status_code=status.value,
                    side=include.workflow.side(status).value,
                )
                session.add(made)
                session.flush()
                return made
    raise LookupError(workflow_code)


def customer_of(record_or_request: Record | Request) -> Actor:
    """The customer whose record it is."""
    request = record_or_request.request if isinstance(record_or_request, Record) else record_or_request
    return Actor(Role.CUSTOMER, 1, "豊洲 太郎", request.site.customer_id)
