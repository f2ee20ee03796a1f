"""A change of master data says what it affects before it is saved (SPEC §12)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from models.base.clock import day_text, today
from models.base.db import database, transaction
from models.kinds import new_installation
from models.seeds.masters import load_masters
from models.tables.master import LinePlan, LinePlanPrice, Notice
from tests.build import build_draft, build_request, build_site
from tests.desk import desk_application, operator_at, values_in


@pytest.fixture
def clerk(db: Engine) -> FlaskClient:
    with transaction() as session:
        load_masters(session)
    database.remove()
    app: Flask = desk_application()
    return operator_at(app, "administrator")


def type_in(clerk: FlaskClient, path: str, **values: str) -> TestResponse:
    """Sends a form as somebody would who has not seen the effects."""
    return clerk.post(path, data={**values_in(clerk.get(path).text), **values})


def price_now() -> tuple[int, str, int]:
    """The price of a plan that counts today: its number, its plan's code, the monthly fee."""
    price = database().scalars(select(LinePlanPrice).where(LinePlanPrice.plan_code == "light_mobile")).one()
    found = price.id, price.plan_code, price.monthly_fee
    database.remove()
    return found


def test_a_price_in_force_says_what_changing_it_means_and_is_saved_on_the_second_word(clerk: FlaskClient) -> None:
    with transaction() as session:
        build_draft(session, "light_mobile")
    number, _, fee = price_now()
    shown = type_in(clerk, f"/line_plan_price/{number}/edit/", monthly_fee="99,000")
    assert shown.status_code == 200
    assert "まだ保存していません" in shown.text
    assert "新しい適用開始日の行を登録してください" in shown.text
    assert "いま入力中の新設申込で選ばれています：1件" in shown.text
    assert f"¥{fee:,}" in shown.text
    assert "¥99,000" in shown.text
    assert price_now()[2] == fee
    other = clerk.post(f"/line_plan_price/{number}/edit/", data={**values_in(shown.text), "monthly_fee": "８８,０００"})
    assert other.status_code == 200  # it is not what was shown
    assert "¥88,000" in other.text
    assert clerk.post(f"/line_plan_price/{number}/edit/", data=values_in(other.text)).status_code == 303
    assert price_now()[2] == 88000


def test_a_price_of_a_later_day_says_from_which_day_it_counts(clerk: FlaskClient) -> None:
    day = today() + timedelta(days=40)
    shown = type_in(
        clerk,
        "/line_plan_price/new/",
        plan_code="light_mobile",
        valid_from=day.isoformat(),
        initial_fee="1",
        monthly_fee="2",
    )
    assert f"{day_text(day)}以降に提出される申込に使われます" in shown.text
    assert f"¥{price_now()[2]:,}" in shown.text, "what counts now stands beside it"
    assert clerk.post("/line_plan_price/new/", data=values_in(shown.text)).status_code == 303


def test_a_plan_says_by_how_many_it_is_used_and_how_many_of_them_are_open(clerk: FlaskClient) -> None:
    with transaction() as session:
        plan = session.scalars(select(LinePlan).where(LinePlan.code == "light_mobile")).one()
        plan_id = plan.id
        for is_open in (True, True, False):
            site = build_site(session, is_in_service=not is_open)
            site.line_plan_id = plan.id
            session.flush()
            if is_open:
                build_request(session, new_installation.KIND, site=site)
    shown = type_in(clerk, f"/line_plan/{plan_id}/edit/", asp_limit="3", offered_until=today().isoformat())
    assert "3件（うち手続き中 2件）" in shown.text
    assert "新しい申込では選べなくなります" in shown.text
    assert f"/site/?flt_line_plan_id={plan_id}" in shown.text


def test_what_affects_nothing_is_saved_at_once(clerk: FlaskClient) -> None:
    assert type_in(clerk, "/notice/new/", title="年末の受付").status_code == 303
    number = database().scalars(select(Notice.id).where(Notice.title == "年末の受付")).one()
    database.remove()
    assert type_in(clerk, f"/notice/{number}/edit/", title="年始の受付").status_code == 303


def test_wrong_input_is_told_before_any_effect(clerk: FlaskClient) -> None:
    number, _, fee = price_now()
    answer = type_in(clerk, f"/line_plan_price/{number}/edit/", monthly_fee="高い")
    assert answer.status_code == 422
    assert "まだ保存していません" not in answer.text
    assert price_now()[2] == fee
