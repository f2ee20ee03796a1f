"""Submitting the application form: customer, site, request, records, fees and mails in the caller's one act (SPEC §7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectin_polymorphic

from models.base.actor import SYSTEM, Actor, Role
from models.base.errors import DomainError, Invalid, Problem
from models.base.settings import settings
from models.kinds.application import LAST, RECORDS
from models.kinds.new_installation import KIND
from models.records.contract import ContractRecord
from models.records.site_name import SiteNameRecord
from models.rules.fees import Quote, quote_for
from models.services.addresses import desk_record_address, receipt_address
from models.services.claims import claim_site_name
from models.services.documents import issue
from models.services.drafting import Application, read_draft
from models.services.opening import open_request
from models.services.outbox import write_mail
from models.services.pricing import store_quote
from models.tables.customer import Customer
from models.tables.document import DocumentKind
from models.tables.draft import Draft
from models.tables.mail import MailKey
from models.tables.master import LinePlan
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site


class PriceChanged(DomainError):
    """The fees are no longer those that the visitor saw; `quoted` has the new ones, to be shown before they count."""

    def __init__(self, quoted: Quote) -> None:
        super().__init__("料金が変わりました。新しい料金をご確認のうえ、もう一度お申し込みください。")
        self.quoted = quoted


class Incomplete(Invalid):
    """The form cannot be submitted yet; `page` is where the visitor has to go on."""

    def __init__(self, problems: list[Problem], page: int) -> None:
        super().__init__(problems)
        self.page = page


def quoted_now(application: Application) -> Quote:
    """The fees of a form as it stands, for pages 6 and 8; its `fingerprint` goes with the page and comes back on submit."""
    return quote_for(application.values, application.masters)


def submit_application(session: Session, draft: Draft, seen: str, actor: Actor) -> Request:
    """Makes the application of a form; a form that was submitted before gives the request it became.

    `seen` is the fingerprint of the fees that the visitor saw. Raises Incomplete, PriceChanged, or Invalid for a name that was taken
    meanwhile. The draft's row is the lock: of two submits at once the second finds the first one's request.
    """
    session.refresh(draft, with_for_update=True)
    if draft.request_id is not None:
        return session.get_one(Request, draft.request_id)
    application = read_draft(session, draft)
    if application.problems or application.first_incomplete_page < LAST.number:
        problems = [problem for page in sorted(application.problems) for problem in application.problems[page]]
        raise Incomplete(problems, application.first_incomplete_page)
    quoted = quoted_now(application)
    if quoted.fingerprint != seen:
        raise PriceChanged(quoted)
    request = _open(session, application, actor)
    store_quote(session, request, quoted)
    issue(session, _record(request, ContractRecord), DocumentKind.APPLICATION_FORM, SYSTEM)
    _tell(session, request)
    draft.request_id, draft.typed = request.id, {}
    session.flush()
    return request


def submitted_records(session: Session, request_id: int) -> list[Record]:
    """The records of an application that was submitted, with what its receipt says of them."""
    found = select(Record).where(Record.request_id == request_id).order_by(Record.id)
    return list(session.scalars(found.options(selectin_polymorphic(Record, [ContractRecord, SiteNameRecord]))))


def _open(session: Session, application: Application, actor: Actor) -> Request:
    values = application.values
    customer = _customer_of(session, application)
    plan = session.scalars(select(LinePlan).where(LinePlan.code == values["plan_code"])).one()
    site = Site(customer_id=customer.id, line_plan=plan)
    session.add(site)
    session.flush()
    visitor = replace(actor, role=Role.CUSTOMER, name=values["contact_1_person_name"], customer_id=customer.id)
    request = open_request(session, site, KIND, {}, visitor, _values_by_type(application))
    claim_site_name(session, _record(request, SiteNameRecord))
    return request


def _values_by_type(application: Application) -> dict[type[Record], dict[str, Any]]:
    """What each record of the form says; fields that the order does not show stay empty."""
    values, facts = application.values, application.facts
    found = {record: {name: values[name] for name in record.specs_for(facts)} for record in RECORDS}
    found[ContractRecord]["dates_checked_on"] = application.masters.day
    return found


def _customer_of(session: Session, application: Application) -> Customer:
    """The company of that corporate number, or a new one. Never found by its name: whoever types one must not reach its sites."""
    number = application.values["corporate_number"]
    known = select(Customer).where(Customer.corporate_number == number)
    if number and (customer := session.scalar(known)):
        return customer
    made = Customer(name=application.masters.company_name(application.values), corporate_number=number)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:  # another visitor of the same company was first
        return session.scalars(known).one()
    return made


def _record(request: Request, wanted: type[Record]) -> Any:
    return next(record for record in request.records if isinstance(record, wanted))


def _tell(session: Session, request: Request) -> None:
    contract: Any = _record(request, ContractRecord)
    context = _context(request, contract)
    write_mail(session, MailKey.APPLICATION_RECEIVED, contract.contact_1_mail, context, request_id=request.id)
    desk = {**context, "url": desk_record_address(contract.id)}
    write_mail(session, MailKey.DESK_APPLICATION, settings().desk_mail, desk, request_id=request.id)


def _context(request: Request, contract: Any) -> dict[str, str]:
    name: Any = _record(request, SiteNameRecord)
    plan = request.site.line_plan
    return {
        "name": contract.contact_1_person_name,
        "company": request.site.customer.name,
        "request_number": request.number,
        "site": name.full_name,
        "plan": plan.full_label if plan else "",
        "url": receipt_address(),
    }
