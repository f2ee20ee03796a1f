"""The pages of records and requests: exactly the moves of the workflow, the numbers people quote, what stands beside what (SPEC §3, §4, §6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from models.base.actor import Role
from models.base.clock import day_text, today
from models.base.db import database, transaction
from models.base.kind import KINDS
from models.base.workflow import WORKFLOWS, Status
from models.kinds import billing_change, configuration_change, fault_contact_change, new_installation
from models.tables.customer import Customer
from models.tables.master import LinePlan
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site
from tests.build import build_account, build_customer, build_record, build_request, build_site, complete_values
from tests.files import fulfil
from tests.member import Member

FREE = [(code, status) for code, flow in WORKFLOWS.items() for status in flow.statuses]


@pytest.fixture
def customer_id(app: Flask) -> int:
    """A company with a login."""
    with transaction() as session:
        customer = build_customer(session)
        build_account(session, customer, user_name="hanako", activated_at=customer.created_at)
        return customer.id


def site_of(session: Any, customer_id: int, plan_code: str = "", is_in_service: bool = True) -> Site:
    site = build_site(session, session.get_one(Customer, customer_id), is_in_service)
    if plan_code:
        site.line_plan = session.scalars(select(LinePlan).where(LinePlan.code == plan_code)).one()
    session.flush()
    return site


def of(request: Request, type_code: str) -> Record:
    return next(record for record in request.records if record.type == type_code)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)  # the moves themselves are tried on both
def test_every_page_offers_exactly_the_customers_moves_and_the_desks_are_refused(app: Flask, customer_id: int) -> None:
    found: dict[int, tuple[str, Status]] = {}
    with transaction() as session:
        for code, status in FREE:
            record = build_record(session, code, status, site_of(session, customer_id))
            for name, value in complete_values(session, record).items():
                setattr(record, name, value)
            fulfil(session, record)
            found[record.id] = code, status
    member = Member(app, "hanako")
    for record_id, (code, status) in found.items():
        allowed = WORKFLOWS[code].targets(status, Role.CUSTOMER)
        member.record(record_id)
        assert member.page.status_code == 200
        assert member.verbs | member.locked >= {target.verb for target in allowed}, (code, status)
        assert member.verbs <= {target.verb for target in allowed}, (code, status)
        member.sees(WORKFLOWS[code].label_of(status))
        assert ("途中保存する" in str(member.page.text)) == (status.is_editable and code != "parameter_sheet")
        for target in WORKFLOWS[code].targets(status, Role.OPERATOR):
            assert member.post_move(record_id, target).status_code in {404, 409}, (code, status, target)
        assert database().get_one(Record, record_id).status is status
        database.remove()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_a_request_shows_its_records_with_status_due_day_and_comment(app: Flask, customer_id: int, kind: Any) -> None:
    due = today() + timedelta(days=9)
    with transaction() as session:
        site = site_of(session, customer_id, "light_minimum", is_in_service=kind.is_change)
        options: dict[str, Any] = {name: "new" if name == "one_time_payee" else True for name in kind.options}
        request = build_request(session, kind, site=site, **options)
        for record in request.records:
            record.due_on, record.comment = due, f"{record.title}のコメント"
        title, kind_title = request.title, request.kind_title
        titles = [record.title for record in request.records]
        labels = [record.status_label for record in request.records]
        number = request.number
    member = Member(app, "hanako")
    member.sees(title, kind_title, labels[0], "未提出あり")
    member.open(f"/requests/{number}")
    member.sees(kind_title, number, day_text(due), *titles, *labels, *(f"{title}のコメント" for title in titles))
    if "changes_asp" in kind.options:
        member.sees("設定変更(ASPあり)", "ASPサービスの変更を希望する", "新規登録")


def test_the_list_names_kind_lead_status_and_the_state_of_all_records(app: Flask, customer_id: int) -> None:
    with transaction() as session:
        site = site_of(session, customer_id)
        done = build_request(session, fault_contact_change.KIND, Status.ACCEPTED, site)
        done.state, done.closed_at = "finished", done.created_at
        build_request(
            session, configuration_change.KIND, Status.REVIEWING, site, one_time_payee="current"
        ).state = "checking"
    member = Member(app, "hanako")
    for page in ("/home", "/search"):
        member.open(page)
        member.sees(
            "申込情報ステータス",
            "各情報完了ステータス",
            "設定変更(ASPなし)",
            "確認中",
            "故障連絡先変更",
            "承諾",
            "完了",
        )


def test_a_billing_change_has_a_number_of_its_own_and_an_installations_bill_has_none(
    app: Flask, customer_id: int
) -> None:
    with transaction() as session:
        site = site_of(session, customer_id)
        change = build_request(session, billing_change.KIND, site=site)
        first = build_request(session, new_installation.KIND, site=site_of(session, customer_id, "", False))
        changed, new, number = of(change, "billing").id, of(first, "billing").id, change.number
    member = Member(app, "hanako")
    member.record(changed)
    member.sees(f"BLIF-{changed:08d}", "適用希望月")
    member.open(f"/requests/{number}")
    member.sees(f"BLIF-{changed:08d}")
    member.record(new)
    member.misses("BLIF-", "適用希望月", "請求年月日")


def test_the_check_of_the_sites_name_stands_beside_the_contract(app: Flask, customer_id: int) -> None:
    with transaction() as session:
        request = build_request(session, new_installation.KIND, site=site_of(session, customer_id, "", False))
        name: Any = of(request, "site_name")
        name.short_name, name.location_name, name.comment = "豊洲", "3F", "階数を確かめています"
        contract_id, name_id = of(request, "contract").id, name.id
        change = build_request(
            session, configuration_change.KIND, site=site_of(session, customer_id), one_time_payee="current"
        )
        changed_id = of(change, "contract").id
    member = Member(app, "hanako")
    page = member.record(contract_id)
    member.sees("拠点名チェック", "豊洲(3F)", "提出済み", "階数を確かめています")
    assert f'href="/records/{name_id}"' in page.text
    member.record(changed_id)
    member.misses("拠点名チェック")


def test_the_page_says_from_which_day_a_parcel_can_arrive_and_an_earlier_one_is_refused(
    app: Flask, customer_id: int
) -> None:
    with transaction() as session:
        site = site_of(session, customer_id, "light_mobile", is_in_service=False)
        record = of(build_request(session, new_installation.KIND, site=site), "shipping")
        values = complete_values(session, record)
        record_id, specs = record.id, record.specs_for(record.facts())
    typed = {name: specs[name].kind.write(value) for name, value in values.items() if value is not None}
    earliest = today() + timedelta(days=7)
    member = Member(app, "hanako")
    member.record(record_id)
    member.sees(f"{day_text(earliest)}以降の日付を入力してください。")
    answer = member.press("提出する", **{**typed, "arrival_on": (earliest - timedelta(days=1)).isoformat()})
    assert answer.status_code == 422
    member.sees(f"到着希望日は{day_text(earliest)}以降の日付を入力してください")
    member.press("提出する", **{**typed, "arrival_on": earliest.isoformat()})
    member.sees("「提出済み」にしました。")


@pytest.mark.parametrize(
    ("typed", "is_fine"),
    [("２０２６年１２月", True), ("2027-01", True), ("2026/11", True), ("2026-10", False), ("来月", False)],
)
def test_the_month_of_a_billing_change_is_a_month_that_is_not_over(
    app: Flask, customer_id: int, typed: str, is_fine: bool
) -> None:
    with transaction() as session:
        record_id = of(build_request(session, billing_change.KIND, site=site_of(session, customer_id)), "billing").id
    with time_machine.travel(datetime(2026, 11, 25, 1, tzinfo=UTC), tick=False):
        member = Member(app, "hanako")
        member.record(record_id)
        answer = member.press("途中保存する", applies_from=typed)
    if is_fine:
        member.sees("保存しました。")
        kept: Any = database().get_one(Record, record_id)
        assert kept.applies_from.day == 1
        assert member.form_with("提出する").values["applies_from"] == f"{kept.applies_from:%Y-%m}"
    else:
        assert answer.status_code == 422
        assert member.form_with("提出する").values["applies_from"] == (typed if typed == "来月" else "2026-10")
