"""Submitting the form makes one whole application, or nothing (SPEC §7)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine, func, select

from models.base.actor import SYSTEM
from models.base.db import database, transaction
from models.base.errors import Invalid
from models.base.fields import specs_of
from models.base.workflow import Status
from models.kinds.application import PAGES, RECORDS
from models.seeds.masters import PLANS, load_masters
from models.seeds.texts import load_texts
from models.services.applying import Incomplete, PriceChanged, quoted_now, submit_application
from models.services.drafting import find_draft, read_draft, save_page
from models.services.letters import write_letter
from models.services.pricing import quote_of
from models.tables.customer import Customer
from models.tables.document import Document, DocumentKind
from models.tables.draft import Draft
from models.tables.event import Action, Event
from models.tables.fee import FeeItem
from models.tables.mail import Mail, MailKey
from models.tables.master import LinePlanPrice
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import NameClaim, Site
from tests.at_once import at_once
from tests.build import build_draft, typed_form

TABLES = (Customer, Site, Request, Record, NameClaim, FeeItem, Mail, Document)


@pytest.fixture
def masters(db: Engine) -> Engine:
    with transaction() as session:
        load_masters(session)
        load_texts(session)
    return db


def begun(plan_code: str = "light_mobile", **given: Any) -> str:
    with transaction() as session:
        return build_draft(session, plan_code, **given)[1]


def mark(token: str) -> str:
    found = quoted_now(read_draft(database(), find_draft(database(), token))).fingerprint
    database.remove()
    return found


def submit(token: str, seen: str | None = None) -> int:
    seen = mark(token) if seen is None else seen
    with transaction() as session:
        return submit_application(session, find_draft(session, token), seen, SYSTEM).id


def counts() -> list[int]:
    found = [database().scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]
    database.remove()
    return found


SELF_INSTALLED = {"light_minimum", "light_mobile"}


@pytest.mark.parametrize("plan_code", PLANS)
def test_every_plan_makes_its_records_in_their_first_status(masters: Engine, plan_code: str) -> None:
    request = database().get_one(Request, submit(begun(plan_code)))
    assert request.site.line_plan is not None
    assert {record.type: record.status_code for record in request.records} == {
        "contract": "awaiting_stamp",
        "site_name": "submitted",
        "billing": "submitted",
        "parameter_sheet": "preparing",
        "supplies": "draft",
        "fault_contact": "draft",
        **({"shipping": "draft"} if request.site.line_plan.menu_code in SELF_INSTALLED else {}),
    }
    assert request.site.line_plan.code == plan_code
    assert request.number == f"{request.id:08d}"
    assert request.state == "unsubmitted"


def test_every_value_typed_stands_in_its_record(masters: Engine) -> None:
    token = begun("basic_ether_100m", service_codes=("sds", "zedi"), short_name="髙﨑", building="㈱ビル①")
    expected = read_draft(database(), find_draft(database(), token)).values
    request = database().get_one(Request, submit(token))
    stored = {name: value for record in request.records if type(record) in RECORDS for name, value in record.values().items()}  # fmt: skip
    for name, value in expected.items():
        assert stored[name] == value, name
    assert stored["service_codes"] == ("sds", "zedi")
    assert (stored["short_name"], stored["building"]) == ("髙﨑", "㈱ビル①")


def test_the_fees_are_stored_as_quoted_item_by_item(masters: Engine) -> None:
    request = database().get_one(
        Request, submit(begun("basic_ether_100m", service_codes=("sds", "zedi", "front_gate")))
    )
    stored = quote_of(database(), request)
    assert (stored.initial_total, stored.monthly_total, stored.added_service_count) == (238_300, 380_000, 2)


def test_the_first_contact_gets_a_receipt_and_the_desk_is_told(masters: Engine) -> None:
    request = database().get_one(Request, submit(begun()))
    mails = {MailKey(mail.key): mail for mail in database().scalars(select(Mail))}
    assert set(mails) == {MailKey.APPLICATION_RECEIVED, MailKey.DESK_APPLICATION}
    receipt = mails[MailKey.APPLICATION_RECEIVED]
    assert receipt.recipient == "hanako@example.co.jp"
    for mail in mails.values():
        subject, body = write_letter(database(), mail, {})
        assert request.number in subject
        assert "株式会社豊洲商事" in body
        assert "豊洲商事(本社)" in body
        assert "{" not in subject + body


def test_the_application_form_is_issued_with_it(masters: Engine) -> None:
    request = database().get_one(Request, submit(begun()))
    [form] = database().scalars(select(Document))
    assert (form.kind, form.edition, form.record.request_id) == (DocumentKind.APPLICATION_FORM, 1, request.id)


def test_each_record_tells_of_its_beginning_in_the_visitors_name(masters: Engine) -> None:
    request = database().get_one(Request, submit(begun()))
    for record in request.records:
        found = select(Event).where(Event.record_id == record.id, Event.action != Action.ISSUED)
        [event] = database().scalars(found)
        assert (event.action, event.to_status) == (Action.OPENED, record.status_code)
        assert (event.actor_role, event.actor_name) == ("customer", "豊洲　花子")


def test_what_was_typed_is_gone_from_the_draft_afterwards(masters: Engine) -> None:
    token = begun()
    request_id = submit(token)
    draft = find_draft(database(), token)
    assert (draft.request_id, draft.typed) == (request_id, {})


def test_a_form_submitted_again_is_the_same_application(masters: Engine) -> None:
    token = begun()
    seen = mark(token)
    first, before = submit(token, seen), counts()
    assert submit(token, seen) == first
    assert submit(token, "something else") == first
    assert counts() == before


def test_a_form_submitted_six_times_at_once_is_one_application(masters: Engine) -> None:
    token = begun()
    seen = mark(token)
    found = at_once([lambda: submit(token, seen)] * 6)
    assert len(set(found)) == 1
    assert counts() == [1, 1, 1, 7, 1, 2, 2, 1]


def test_of_visitors_who_want_one_name_at_once_one_gets_it(masters: Engine) -> None:
    names = [("ABC商事", "豊洲"), ("ＡＢＣ商事", "豊洲"), ("abc商事", "豊洲"), ("ABC 商事", "豊 洲")]
    tokens = [begun(short_name=short, location_name=location) for short, location in names]
    marks = {token: mark(token) for token in tokens}
    found = at_once([lambda token=token: submit(token, marks[token]) for token in tokens])
    refused = [error for error in found if isinstance(error, Invalid)]
    assert len(refused) == 3
    assert {problem.field for error in refused for problem in error.problems} == {"short_name"}
    assert [count for table, count in zip(TABLES, counts(), strict=True) if table in {Site, Request, NameClaim}] == [
        1,
        1,
        1,
    ]
    assert counts()[0] == 1


def test_visitors_of_one_company_at_once_share_its_customer(masters: Engine) -> None:
    tokens = [begun(location_name=f"支店{number}") for number in range(4)]
    marks = {token: mark(token) for token in tokens}
    found = at_once([lambda token=token: submit(token, marks[token]) for token in tokens])
    assert len({one for one in found if isinstance(one, int)}) == 4
    assert counts()[:3] == [1, 4, 4]


def test_a_company_is_known_by_its_corporate_number_and_never_by_its_name(masters: Engine) -> None:
    with transaction() as session:
        session.add(Customer(name="株式会社豊洲商事"))
        session.add(Customer(name="旧社名株式会社", corporate_number="7000012050002"))
    with_number = database().get_one(Request, submit(begun()))
    without = database().get_one(
        Request, submit(begun(corporate_number=None, corporate_number_absent=True, location_name="支店"))
    )
    assert with_number.site.customer.name == "旧社名株式会社"
    assert without.site.customer.name == "株式会社豊洲商事"
    assert counts()[0] == 3


def test_a_price_that_changed_is_shown_before_it_counts(masters: Engine) -> None:
    token = begun("basic_ether_100m")
    seen, before = mark(token), counts()
    with transaction() as session:
        day = read_draft(session, find_draft(session, token)).masters.day
        session.add(
            LinePlanPrice(plan_code="basic_ether_100m", valid_from=day, initial_fee=240_000, monthly_fee=370_000)
        )
    with pytest.raises(PriceChanged) as changed:
        submit(token, seen)
    assert changed.value.quoted.initial_total == 240_000
    assert counts() == before
    submit(token, changed.value.quoted.fingerprint)
    assert counts()[2] == 1


def test_a_form_with_a_page_that_was_skipped_leads_to_that_page(masters: Engine) -> None:
    with transaction() as session:
        token = build_draft(session)[1]
        find_draft(session, token).page = 5
    with pytest.raises(Incomplete) as incomplete:
        submit(token)
    assert incomplete.value.page == 6
    assert counts() == [0] * len(TABLES)


@pytest.mark.parametrize(("page", "field", "typed"), [
    (1, "phone", "電話"), (2, "menu_code", "basic"), (3, "service_codes", []), (4, "survey_first_on", "2020-01-01"),
    (5, "place_floor", ""), (7, "payment_method", "gold"), (8, "rules_accepted", False),
])  # fmt: skip
def test_submitting_checks_every_page_again(masters: Engine, page: int, field: str, typed: Any) -> None:
    token = begun()
    seen = mark(token)
    with transaction() as session:
        save_page(session, find_draft(session, token), page, {field: typed})
    with pytest.raises(Incomplete) as incomplete:
        submit(token, seen)
    assert field in {problem.field for problem in incomplete.value.problems} or field == "menu_code"
    assert incomplete.value.page == (3 if field == "menu_code" else page)
    assert counts() == [0] * len(TABLES)


def test_dates_that_have_become_too_early_meanwhile_are_asked_for_again(masters: Engine) -> None:
    with time_machine.travel(datetime(2026, 12, 3, 14, 30, tzinfo=UTC), tick=False) as clock:
        token = begun()
        clock.shift(timedelta(minutes=45))  # past midnight in Japan
        with pytest.raises(Incomplete) as incomplete:
            submit(token)
    assert incomplete.value.page == 4


def test_a_name_that_is_taken_is_said_on_its_page(masters: Engine) -> None:
    submit(begun())
    application = read_draft(database(), find_draft(database(), begun()))
    assert [problem.field for problem in application.problems_on(2)] == ["short_name"]
    assert application.first_incomplete_page == 2


def test_no_field_of_the_form_is_missing_from_the_samples(masters: Engine) -> None:
    typed = typed_form(database(), "basic_ether_100m")
    on_pages = {name for page in PAGES for part in page.parts for name in part.section.names}
    assert set(typed) == on_pages
    assert all(name in {n for record in RECORDS for n in specs_of(record)} for name in typed)


def test_a_fault_at_the_end_leaves_nothing_behind(masters: Engine) -> None:
    token = begun()
    seen, before = mark(token), counts()

    def submit_and_fail() -> None:
        with transaction() as session:
            submit_application(session, find_draft(session, token), seen, SYSTEM)
            raise OSError("the power went")

    with pytest.raises(OSError, match="power"):
        submit_and_fail()
    assert counts() == before
    assert database().scalars(select(Draft)).one().typed != {}


def test_the_day_from_which_dates_count_is_kept(masters: Engine) -> None:
    with time_machine.travel(datetime(2026, 12, 1, 3, 0, tzinfo=UTC), tick=False):
        request = database().get_one(Request, submit(begun()))
        [contract] = [record for record in request.records if record.type == "contract"]
        assert contract.dates_checked_on == date(2026, 12, 1)
        assert contract.status is Status.AWAITING_STAMP
