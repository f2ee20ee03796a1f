"""An order mended at the desk: menu and plan in its form, and every rule of the domain behind it (SPEC §4, §6)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from models.base.actor import SYSTEM
from models.base.db import database, transaction
from models.base.workflow import Status
from models.records.contract import ContractRecord
from models.records.fault_contact import FaultContactRecord
from models.seeds.masters import load_masters
from models.seeds.texts import load_texts
from models.services.applying import quoted_now, submit_application
from models.services.drafting import read_draft
from models.services.pricing import quote_of
from models.tables.record import Record
from models.tables.request import Request
from tests.build import build_draft
from tests.desk import desk_application, operator_at, send


@pytest.fixture
def app(db: Engine) -> Flask:
    with transaction() as session:
        load_masters(session)
        load_texts(session)
    return desk_application()


def order(plan_code: str) -> int:
    with transaction() as session:
        draft, _token = build_draft(session, plan_code, service_codes=("sds",))
        seen = quoted_now(read_draft(session, draft)).fingerprint
        number = submit_application(session, draft, seen, SYSTEM).id
    database.remove()
    return number


def of_order(number: int, type_code: str) -> Any:
    return database().scalars(select(Record).where(Record.request_id == number, Record.type == type_code)).one()


def test_the_desk_changes_menu_and_plan_in_the_orders_form(app: Flask) -> None:
    number = order("light_best_effort")
    address = f"/contract_record/{of_order(number, 'contract').id}/edit/"
    database.remove()
    client = operator_at(app, "operator")
    page = client.get(address).text
    assert "ライト／ベストエフォート" in page
    assert "ベーシック／ベストエフォート" in page
    answer = send(client, address, menu_code="light_mobile", plan_code="light_mobile", service_codes="sds")
    assert answer.status_code == 303, answer.text
    saved = of_order(number, "contract")
    assert (saved.menu_code, saved.plan_code, saved.service_codes) == ("light_mobile", "light_mobile", ("sds",))
    assert saved.request.site.line_plan.code == "light_mobile"
    assert quote_of(database(), database().get_one(Request, number)).monthly_total == 18_000
    assert of_order(number, "shipping").status is Status.DRAFT


def test_a_plan_of_another_menu_is_refused_at_its_field(app: Flask) -> None:
    number = order("light_best_effort")
    address = f"/contract_record/{of_order(number, 'contract').id}/edit/"
    database.remove()
    answer = send(operator_at(app, "operator"), address, plan_code="basic_ether_10m", service_codes="sds")
    assert answer.status_code == 422
    assert "別のメニューのプランです" in answer.text
    assert database().get_one(ContractRecord, of_order(number, "contract").id).plan_code == "light_best_effort"


def test_what_only_the_orders_menu_asks_for_can_be_mended_too(app: Flask) -> None:
    number = order("basic_ether_10m")
    record_id = of_order(number, "fault_contact").id
    database.remove()
    answer = send(operator_at(app, "operator"), f"/fault_contact_record/{record_id}/edit/", report_hours="weekdays")
    assert answer.status_code == 303, answer.text
    assert database().get_one(FaultContactRecord, record_id).report_hours == "weekdays"
