"""A code that orders list is neither deleted nor renamed, on any way; prices follow their days (SPEC §12)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, delete, select

from models.base.db import database, transaction
from models.base.errors import Refused
from models.base.workflow import Status
from models.rules.fees import quote_for
from models.rules.ordering import service_problems
from models.rules.works import Slot, Work
from models.seeds.masters import load_masters
from models.services.masters import masters_on
from models.tables.master import AspService, AspServicePrice, OutOfHoursFee
from tests.build import build_record
from tests.desk import desk_application, operator_at, send

CHANGE = date(2027, 4, 1)


@pytest.fixture
def app(db: Engine) -> Flask:
    with transaction() as session:
        load_masters(session)
    return desk_application()


def use(*codes: str) -> int:
    with transaction() as session:
        record: Any = build_record(session, "contract_new", Status.AWAITING_STAMP)
        record.service_codes = codes
        session.flush()
        number: int = record.id
        return number


def service(code: str) -> AspService:
    return database().scalars(select(AspService).where(AspService.code == code)).one()


def test_a_service_that_an_order_lists_cannot_be_deleted_and_the_page_says_by_what(app: Flask) -> None:
    record_id = use("zedi", "sds")
    with transaction() as session:
        session.execute(delete(AspServicePrice))
    number = service("sds").id
    database.remove()
    client = operator_at(app, "administrator")
    page = client.get(f"/asp_service/{number}/delete/").text
    assert "申込情報（ご利用ASPサービス）" in page
    assert "削除できません" in page
    assert "「受付終了日」に日付を入れると" in page, "there is a way that keeps the history"
    assert send(client, f"/asp_service/{number}/delete/").status_code == 409
    assert database().get(AspService, number) is not None
    listed = client.get("/contract_record/?flt_service_codes=sds").text
    assert f'/records/{record_id}"' in listed
    assert f'/records/{record_id}"' not in client.get("/contract_record/?flt_service_codes=front_gate").text


@pytest.mark.parametrize(("used", "is_lost"), [(("anser_dataport",), False), (("anser_dataport_c", "zedi"), True)])
def test_only_the_whole_code_counts_as_used(app: Flask, used: tuple[str, ...], is_lost: bool) -> None:
    use(*used)
    with transaction() as session:
        session.execute(delete(AspServicePrice))
    with transaction() as session:
        session.delete(service("sds"))
    row = service("anser_dataport")
    if is_lost:
        with transaction() as session:
            session.delete(row)
        assert service("anser_dataport_c").code in used
    else:
        with pytest.raises(Refused, match="受付終了日"), transaction() as session:
            session.delete(row)


def test_the_code_of_a_used_service_stays_and_its_name_may_change(app: Flask) -> None:
    use("zedi")
    with transaction() as session:
        session.execute(delete(AspServicePrice))
    number = service("zedi").id
    database.remove()
    client = operator_at(app, "administrator")
    assert send(client, f"/asp_service/{number}/edit/", label="ZEDI（新）").status_code == 303
    refused = send(client, f"/asp_service/{number}/edit/", code="zedi_2")
    assert refused.status_code == 422
    assert "コードの変更はできません" in refused.text
    assert (service("zedi").code, service("zedi").label) == ("zedi", "ZEDI（新）")


def test_prices_of_services_and_of_work_out_of_hours_begin_on_their_day(app: Flask) -> None:
    client = operator_at(app, "administrator")
    prices: tuple[tuple[str, dict[str, str]], ...] = (
        ("asp_service_price", {"service_code": "sds", "monthly_fee": "6000"}),
        ("out_of_hours_fee", {"work": Work.SURVEY.value, "slot": Slot.NIGHT.value, "fee": "45000"}),
    )
    for table, values in prices:
        answer = send(client, f"/{table}/new/", valid_from=CHANGE.isoformat(), **values)
        assert answer.status_code == 303, answer.text
    for day, added, night in ((date(2027, 3, 31), 5_000, 40_000), (CHANGE, 6_000, 45_000)):
        masters = masters_on(database(), day)
        order: dict[str, Any] = {
            "plan_code": "basic_ether_100m",
            "service_codes": ("anser_dataport", "sds"),
            "survey_first_on": date(2027, 6, 1),
            "survey_first_time": "night",
        }
        quote = quote_for(order, masters)
        assert (quote.added_service_total, quote.initial_total) == (added, 238_300 + night)


def test_a_service_without_a_price_on_the_day_cannot_be_ordered_but_stays_where_it_is(app: Flask) -> None:
    with transaction() as session:
        session.execute(delete(AspServicePrice).where(AspServicePrice.service_code == "zedi"))
    masters = masters_on(database(), CHANGE)
    values = {"plan_code": "basic_ether_100m", "service_codes": ("sds", "zedi")}
    [problem] = service_problems(values, None, masters)
    assert "ZEDIの料金が登録されていません" in problem.message
    assert list(service_problems(values, None, masters, stored=("zedi",))) == []
    assert not quote_for(values, masters).is_priced


def test_two_prices_of_one_thing_on_one_day_are_refused(app: Flask) -> None:
    client = operator_at(app, "administrator")
    first = database().scalars(select(OutOfHoursFee)).first()
    assert first is not None
    typed = {"work": first.work, "slot": first.slot, "valid_from": first.valid_from.isoformat(), "fee": "1"}
    database.remove()
    assert send(client, "/out_of_hours_fee/new/", **typed).status_code == 422
