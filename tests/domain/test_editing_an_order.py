"""An order that is edited again: the same rules, its fees and its form anew, its plan the desk's alone (SPEC §4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine, select

from models.base.actor import SYSTEM, Actor
from models.base.db import database, transaction
from models.base.errors import Invalid
from models.base.workflow import Status
from models.seeds.masters import load_masters
from models.seeds.texts import load_texts
from models.services.applying import quoted_now, submit_application
from models.services.doctor import examine
from models.services.drafting import read_draft
from models.services.editing import save_record
from models.services.pricing import quote_of
from models.services.transition import correct_status
from models.tables.document import Document
from models.tables.mail import Mail
from models.tables.master import LinePlan, LinePlanPrice
from models.tables.record import Record
from models.tables.request import Request
from tests.build import ADMINISTRATOR, OPERATOR, build_account, build_draft, customer_of

START = datetime(2026, 12, 3, 1, 0, tzinfo=UTC)


@pytest.fixture
def clock(db: Engine) -> Iterator[Any]:
    with time_machine.travel(START, tick=False) as moved:
        with transaction() as session:
            load_masters(session)
            load_texts(session)
        yield moved


def order(plan_code: str = "light_best_effort") -> int:
    with transaction() as session:
        draft, _token = build_draft(session, plan_code)
        seen = quoted_now(read_draft(session, draft)).fingerprint
        return submit_application(session, draft, seen, SYSTEM).id


def contract_of(request_id: int) -> Any:
    found = select(Record).where(Record.request_id == request_id, Record.type == "contract")
    return database().scalars(found).one()


def edit(request_id: int, actor: Actor | None = None, is_complete: bool = True, **values: Any) -> None:
    with transaction() as session:
        record = contract_of(request_id)
        save_record(session, record, values, record.version, actor or customer_of(record), is_complete)


def monthly(request_id: int) -> int:
    return quote_of(database(), database().get_one(Request, request_id)).monthly_total


def test_an_added_service_changes_the_fees_and_issues_the_form_anew(clock: Any) -> None:
    request_id = order()
    assert monthly(request_id) == 45_000
    edit(request_id, service_codes=("sds", "zedi"))
    assert monthly(request_id) == 50_000
    editions = database().scalars(select(Document.edition).order_by(Document.edition))
    assert list(editions) == [1, 2]


def test_saving_without_a_change_issues_nothing(clock: Any) -> None:
    request_id = order()
    edit(request_id, department=contract_of(request_id).department)
    assert list(database().scalars(select(Document.edition))) == [1]


def test_a_price_that_changed_after_the_application_does_not_reach_it(clock: Any) -> None:
    request_id = order()
    clock.shift(timedelta(days=2))
    with transaction() as session:
        price = {"initial_fee": 99_000, "monthly_fee": 49_000}
        session.add(LinePlanPrice(plan_code="light_best_effort", valid_from=datetime(2026, 12, 4).date(), **price))  # noqa: DTZ001 (a day)
    edit(request_id, department="総務部")
    assert monthly(request_id) == 45_000


def test_the_time_for_the_seal_makes_no_date_too_early(clock: Any) -> None:
    request_id = order()
    clock.shift(timedelta(days=14))
    edit(request_id, department="総務部")
    with pytest.raises(Invalid) as wrong:
        edit(request_id, survey_first_on=contract_of(request_id).survey_first_on - timedelta(days=1))
    assert "survey_first_on" in {problem.field for problem in wrong.value.problems}


def test_a_day_that_has_passed_is_asked_for_again(clock: Any) -> None:
    request_id = order()
    clock.shift(timedelta(days=41))
    with pytest.raises(Invalid) as wrong:
        edit(request_id, department="総務部")
    assert "survey_first_on" in {problem.field for problem in wrong.value.problems}


def test_more_services_than_the_plan_allows_are_refused_here_too(clock: Any) -> None:
    request_id = order()
    with pytest.raises(Invalid) as wrong:
        edit(request_id, service_codes=("sds", "zedi", "front_gate"))
    assert {problem.field for problem in wrong.value.problems} == {"service_codes"}


def test_a_plan_changed_by_the_desk_brings_its_records_and_its_price(clock: Any) -> None:
    request_id = order()
    edit(request_id, OPERATOR, menu_code="light_mobile", plan_code="light_mobile", service_codes=("sds",))
    request = database().get_one(Request, request_id, populate_existing=True)
    plan = database().scalars(select(LinePlan).where(LinePlan.id == request.site.line_plan_id)).one()
    assert plan.code == "light_mobile"
    assert monthly(request_id) == 18_000
    assert "shipping" in set(database().scalars(select(Record.type).where(Record.request_id == request_id)))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("plan_code", "light_ether_1m"),
        ("menu_code", "basic"),
        ("rules_accepted", False),
        ("dates_checked_on", None),
        ("due_on", None),
        ("status_code", "accepted"),
    ],
)
def test_a_customer_cannot_change_what_is_fixed_or_the_desks(clock: Any, name: str, value: Any) -> None:
    request_id = order()
    with pytest.raises(Invalid) as wrong:
        edit(request_id, **{name: value})
    [problem] = wrong.value.problems
    assert problem.field == name
    assert "窓口へご連絡ください" in problem.message
    assert contract_of(request_id).plan_code == "light_best_effort"


def shipping_of(request_id: int) -> Record | None:
    found = select(Record).where(Record.request_id == request_id, Record.type == "shipping")
    return database().scalars(found.execution_options(populate_existing=True)).one_or_none()


def to_plan(request_id: int, plan_code: str) -> None:
    plan = database().scalars(select(LinePlan).where(LinePlan.code == plan_code)).one()
    edit(request_id, OPERATOR, menu_code=plan.menu_code, plan_code=plan_code, service_codes=("sds",))


def test_the_shipping_record_ends_with_its_menu_and_the_customer_is_told_and_begins_anew_with_it(clock: Any) -> None:
    request_id = order("light_minimum")
    with transaction() as session:
        request = session.get_one(Request, request_id)
        build_account(session, request.site.customer, mail="taro@example.jp")
    to_plan(request_id, "light_best_effort")
    ended = shipping_of(request_id)
    assert ended is not None
    assert ended.status is Status.CANCELLED
    assert "ライト／ベストエフォート" in ended.comment
    mails = select(Mail).where(Mail.record_id == ended.id, Mail.recipient == "taro@example.jp")
    assert [mail.context["status"] for mail in database().scalars(mails)] == ["中止"]
    assert database().get_one(Request, request_id).state == "unsubmitted"

    to_plan(request_id, "light_mobile")
    begun = shipping_of(request_id)
    assert begun is not None
    assert (begun.id, begun.status) == (ended.id, Status.DRAFT)
    assert [finding.wrong for finding in examine(database()) if finding.wrong] == []


def test_a_parcel_that_was_sent_stays_sent_when_the_menu_changes(clock: Any) -> None:
    request_id = order("light_minimum")
    with transaction() as session:
        shipping = next(one for one in session.get_one(Request, request_id).records if one.type == "shipping")
        for status in (Status.ACCEPTED, Status.SHIPPED):
            correct_status(session, shipping, status, ADMINISTRATOR, "電話で確認したため")
    to_plan(request_id, "light_best_effort")
    sent = shipping_of(request_id)
    assert sent is not None
    assert sent.status is Status.SHIPPED


def test_cables_of_a_second_line_go_with_the_plan_that_had_one(clock: Any) -> None:
    request_id = order("basic_ether_100m")
    with transaction() as session:
        supplies = next(one for one in session.get_one(Request, request_id).records if one.type == "supplies")
        cables = {"rack_mount": "needed", "main_cable": "m10", "backup_cable": "m10", "router_cable": "m5"}
        save_record(session, supplies, cables, supplies.version, customer_of(supplies))
    edit(request_id, OPERATOR, menu_code="light", plan_code="light_best_effort", service_codes=("sds",))
    saved: Any = database().get_one(Record, supplies.id, populate_existing=True)
    assert (saved.main_cable, saved.backup_cable, saved.router_cable) == ("m10", None, None)
