"""What counts at a site, field by field, and what a change begins with (SPEC §3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.actor import Actor, Role
from models.base.clock import today
from models.base.kind import RequestKind
from models.base.workflow import Status
from models.kinds import (
    billing_change,
    configuration_change,
    contractor_change,
    fault_contact_change,
    new_installation,
    site_rename,
)
from models.records.billing import BillingRecord
from models.records.contract import ContractRecord
from models.records.fault_contact import FaultContactRecord
from models.services.current import current_values, values_before
from models.services.effects import apply
from models.services.opening import open_request
from models.services.transition import correct_status
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site
from tests.build import ADMINISTRATOR, build_request, complete_values


def installed(session: Session) -> Site:
    """A site whose installation was filled in and accepted."""
    request = build_request(session, new_installation.KIND, Status.SUBMITTED)
    for record in request.records:
        fill(session, record)
    accept(session, request.records)
    return request.site


def fill(session: Session, record: Any, **given: Any) -> None:
    for name, value in complete_values(session, record, **given).items():
        setattr(record, name, value)
    session.flush()


def accept(session: Session, records: list[Record]) -> None:
    for record in records:
        correct_status(session, record, Status.ACCEPTED, ADMINISTRATOR, "テスト")
    apply(session, records, Status.ACCEPTED)


def opened(session: Session, site: Site, kind: RequestKind, **options: Any) -> Request:
    return open_request(session, site, kind, options, Actor(Role.CUSTOMER, 1, "豊洲 太郎", site.customer_id))


def of(request: Request, wanted: type[Record]) -> Any:
    return next(record for record in request.records if isinstance(record, wanted))


def test_a_change_of_contacts_begins_with_those_in_force_but_not_with_an_earlier_day(session: Session) -> None:
    site = installed(session)
    first = of(opened(session, site, fault_contact_change.KIND), FaultContactRecord)
    assert first.first_person_name == "豊洲　花子"
    fill(session, first, first_person_name="海野　健一", day_given="yes", changes_on=today() + timedelta(days=1))
    first.changes_on = None
    accept(session, [first])
    second = of(opened(session, site, fault_contact_change.KIND), FaultContactRecord)
    assert second.first_person_name == "海野　健一"
    assert second.day_given is None
    assert second.changes_on is None


def test_a_change_of_the_company_begins_with_it_and_leaves_the_services_alone(session: Session) -> None:
    site = installed(session)
    services = current_values(session, site, ContractRecord)["service_codes"]
    record = of(opened(session, site, contractor_change.KIND, changes_billing=False), ContractRecord)
    assert record.company_name == "豊洲商事"
    assert record.service_codes is None
    fill(session, record, company_name="海風物産")
    accept(session, [record])
    current = current_values(session, site, ContractRecord)
    assert current["company_name"] == "海風物産"
    assert current["service_codes"] == services
    later = of(
        opened(session, site, configuration_change.KIND, one_time_payee="current", changes_asp=True), ContractRecord
    )
    assert later.company_name == "海風物産"
    assert later.service_codes == services
    assert later.wanted_on is None


def test_a_bill_for_something_done_once_is_not_the_sites_own(session: Session) -> None:
    site = installed(session)
    before = current_values(session, site, BillingRecord)
    assert before["monthly_company_name"] == "豊洲商事"
    record = of(opened(session, site, configuration_change.KIND, one_time_payee="new"), BillingRecord)
    assert record.one_time_company_name is None
    fill(session, record, one_time_company_name="海風物産")
    accept(session, [record])
    assert current_values(session, site, BillingRecord) == before
    monthly = of(opened(session, site, billing_change.KIND), BillingRecord)
    assert monthly.monthly_company_name == "豊洲商事"
    assert monthly.applies_from is None


def test_a_rename_begins_empty(session: Session) -> None:
    record: Any = opened(session, installed(session), site_rename.KIND).records[0]
    assert record.short_name is None
    assert (values_before(session, record) or {})["short_name"] == "豊洲商事"


def test_only_a_change_that_is_not_finished_is_compared_with_what_is_in_force(session: Session) -> None:
    site = installed(session)
    record = of(opened(session, site, fault_contact_change.KIND), FaultContactRecord)
    assert (values_before(session, record) or {})["first_person_name"] == "豊洲　花子"
    fill(session, record, first_person_name="海野　健一")
    assert (values_before(session, record) or {})["first_person_name"] == "豊洲　花子"
    accept(session, [record])
    assert values_before(session, record) is None
    assert values_before(session, site_records(session, site)[0]) is None


def site_records(session: Session, site: Site) -> list[Record]:
    found = select(Record).join(Record.request).where(Request.site_id == site.id).order_by(Record.id)
    return list(session.scalars(found))
