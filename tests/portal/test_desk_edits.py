"""What the desk edits in its tables, the start page and the next page of the form follow: no rule of an order stands in code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from models.base.clock import today
from models.base.db import database
from models.tables.master import (
    AspService,
    Coded,
    CompanyType,
    DeliveryTime,
    DeskInfo,
    LeadTime,
    LinePlan,
    Menu,
    ReferenceDocument,
)
from tests.applicant import Applicant, errors, value_of
from tests.desk import desk_application, operator_at, values_in
from tests.pages import token_in

PLAN = "basic_ether_100m"


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    """An administrator's browser at the desk of the same portal."""
    return operator_at(desk_application(), "administrator")


@pytest.fixture
def visitor(app: Flask) -> Applicant:
    """Somebody whose form is filled in, with works in business hours."""
    made = Applicant(app)
    made.fill(7)
    return made


def edit(desk: FlaskClient, table: type[Any], code: str, **values: Any) -> None:
    """Changes a row that others name by its code; a tick that is None is taken away."""
    assert issubclass(table, Coded)
    number = database().scalars(select(table.id).where(table.code == code)).one()  # type: ignore[attr-defined]
    database.remove()
    path = f"/{table.__tablename__}/{number}/edit/"  # type: ignore[attr-defined]
    send(desk, path, {**values_in(desk.get(path).text), **values})


def send(desk: FlaskClient, path: str, values: dict[str, Any]) -> None:
    """Saves, and once more where the desk first shows what the change affects."""
    sent = {name: value for name, value in values.items() if value is not None}
    answer = desk.post(path, data=sent)
    if answer.status_code == 200:
        answer = desk.post(path, data={**sent, "confirmed": values_in(answer.text)["confirmed"]})
    assert answer.status_code == 303, answer.text


def add(desk: FlaskClient, table: str, **values: Any) -> None:
    """Adds a row."""
    path = f"/{table}/new/"
    send(desk, path, {"csrf_token": token_in(desk.get(path).text), **values})


def test_menus_plans_services_and_company_types_are_those_of_the_tables(desk: FlaskClient, visitor: Applicant) -> None:
    edit(desk, CompanyType, "godo", label="合同会社（LLC）")
    assert "合同会社（LLC）" in visitor.open(1).text
    edit(desk, Menu, "basic", label="ベーシックプラス", description="窓口が書き直した説明です。")
    contacts = visitor.open(2).text
    assert "ベーシックプラス" in contacts
    assert "窓口が書き直した説明です。" in contacts
    edit(desk, LinePlan, "basic_ether_10m", menu_code="light")
    edit(desk, AspService, "front_gate", offered_until=(today() - timedelta(days=1)).isoformat())
    edit(desk, LinePlan, PLAN, label="イーサ100Mプラス", asp_limit="1")
    page = visitor.open(3)
    assert "イーサ100Mプラス" in page.text
    assert 'value="basic_ether_10m"' not in page.text
    assert 'value="front_gate"' not in page.text
    assert any("選べるASPサービスは1つまでです（現在2つ）" in error for error in errors(page)), "said before the submit"
    assert visitor.send(3, {**visitor.typed[3], "service_codes": ["sds"]}).location == "/apply/4"


def test_works_lead_times_and_closing_days_are_those_of_the_tables(desk: FlaskClient, visitor: Applicant) -> None:
    assert "converter_first_on" in visitor.open(4).text
    add(desk, "closing_day", day=value_of(visitor.open(4), "survey_second_on"), reason="創立記念日")
    answer = visitor.send(4)
    assert answer.status_code == 422
    assert any("休業日を除いた" in error and "現地調査の第2希望日" in error for error in errors(answer))
    edit(desk, LeadTime, "survey", days="90")
    assert any("現地調査の第1希望日は" in error and "以降" in error for error in errors(visitor.open(4)))
    assert "本日の90日後から" in visitor.open(4).text
    edit(desk, LinePlan, PLAN, needs_converter=None)
    assert "converter_first_on" not in visitor.open(4).text


def test_prices_are_those_of_the_tables_and_a_changed_one_is_pointed_out(desk: FlaskClient, visitor: Applicant) -> None:
    now = today().isoformat()
    assert "¥238,300" in visitor.open(6).text
    add(desk, "line_plan_price", plan_code=PLAN, valid_from=now, initial_fee="240000", monthly_fee="360000")
    add(desk, "asp_service_price", service_code="zedi", valid_from=now, monthly_fee="6000")
    visitor.send(3, {key: value for key, value in visitor.typed[3].items() if key != "business_hours_work"})
    visitor.typed[4] |= {name: "night" for name in visitor.typed[4] if name.endswith("_time")}
    visitor.send(4)
    add(desk, "out_of_hours_fee", work="router", slot="night", valid_from=now, fee="77000")
    page = visitor.open(6).text
    for fee in ("¥240,000", "¥360,000", "¥6,000", "¥366,000", "¥77,000"):
        assert fee in page, fee
    assert "料金が変わりました" in visitor.open(8).text


def test_the_start_page_is_the_desks(desk: FlaskClient, app: Flask) -> None:
    edit(desk, DeliveryTime, "standard", text="お申し込みから開通まで、四か月ほどかかります。")
    edit(desk, DeskInfo, "hours", text="平日 8:00～20:00")
    edit(desk, ReferenceDocument, "document_2", label="利用規約（改定版）")
    add(desk, "notice", title="工事の受付を休みます", body="12月29日から1月3日まで")
    page = app.test_client().get("/").text
    for words in ("四か月ほど", "平日 8:00～20:00", "利用規約（改定版）", "工事の受付を休みます"):
        assert words in page, words
