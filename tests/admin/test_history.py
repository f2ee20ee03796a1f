"""What a history tells, in the words that lists and pages use: no code, no number of a row, no bare true and false."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from admin.codes import desk_specs, mapped_by_table
from models.base.actor import SYSTEM
from models.base.db import transaction
from models.base.kind import KINDS
from models.base.technical import Code
from models.records.contract import ContractRecord
from models.services.audit import note
from models.tables.event import Action, Event
from models.tables.master import DueDefault, LinePlan, LinePlanPrice
from tests.build import build_request
from tests.clerk import Clerk, desk, furnish

# What people themselves know by that code.
KNOWN_BY_CODE = {
    "code",
    "user_name",
    "sha256",
    "trace_id",
    "fingerprint",
    "worker",
    "claimed_by",
    "number_found",
    "act",
}


@pytest.fixture
def app(db: Engine) -> Flask:
    furnish()
    return desk()


def told_at(clerk: Clerk, path: str) -> list[tuple[str, ...]]:
    """The changes that a page's history lists: field, before, after (what only was added has one value)."""
    page = clerk.get(path).text
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(<td.*?)</tr>', page)
    return [(label, *re.findall(r"<td[^>]*>(?:<span.*?</span>)?(.*?)</td>", cells)) for label, cells in rows]


def test_a_change_is_told_with_names_of_rows_words_for_codes_days_and_ticks(app: Flask) -> None:
    clerk = Clerk(app, "administrator", "tsukasa")
    with transaction() as session:
        plan = session.scalars(select(LinePlan).where(LinePlan.code == "basic_ether_100m")).one()
        plan.menu_code, plan.is_dual, plan.offered_until = "light", False, date(2026, 12, 1)
        plan.bandwidth_kbps = 123_456
        request = build_request(session, KINDS["new_installation"])
        record = next(one for one in request.records if isinstance(one, ContractRecord))
        record.service_codes, record.assignee_id = ("anser_dataport", "zedi"), clerk.id
        session.flush()
        plan_id, record_id = plan.id, record.id
    told = told_at(clerk, f"/line_plan/{plan_id}/")
    assert ("メニュー", "ベーシック", "ライト") in told
    assert ("デュアル構成", "はい", "いいえ") in told
    assert ("受付終了日", "（なし）", "2026年12月1日（火）") in told
    assert ("帯域", "100,000kbps", "123,456kbps") in told
    told = told_at(clerk, f"/records/{record_id}")
    assert ("担当者", "（なし）", "tsukasaさん") in told
    assert ("ご利用ASPサービス", "（なし）", "AnserDATAPORT、ZEDI") in told
    assert "AnserDATAPORT、ZEDI" in clerk.get("/contract_record/?columns=service_codes").text, "the list, too"


def test_what_was_deleted_or_is_told_of_no_field_is_in_words_too(app: Flask) -> None:
    clerk = Clerk(app, "administrator", "tsukasa")
    with transaction() as session:
        for mapped in (LinePlanPrice, DueDefault):
            session.delete(session.scalars(select(mapped).order_by(mapped.id).limit(1)).one())
            session.flush()
        made = {"query": [None, "flt_is_dual=1"], "rows": [None, 3], "format": [None, "xlsx"], "created": [None, 2]}
        note(session, Action.EXPORTED, SYSTEM, table_name="line_plan", row_id=1, detail=made)
        note(session, Action.SIGN_IN_REFUSED, SYSTEM, table_name="operator", row_id=clerk.id, detail={"reason": "code"})
        note(session, Action.EDITED, SYSTEM, table_name="site", row_id=1, detail={"customer_id": [987_654, None]})
        session.flush()
        newest = session.scalars(select(Event.id).order_by(Event.id.desc()).limit(5)).all()
    moved, refused, exported, of_due, of_price = (told_at(clerk, f"/event/{event_id}/") for event_id in newest)
    assert ("回線プラン", "ベーシック／イーサ100M+ベストエフォート") in of_price
    assert ("初期費用", "¥238,300") in of_price
    assert ("情報の種類", "申込情報") in of_due
    assert exported == [("条件", "デュアル構成：はい"), ("行数", "3"), ("形式", "Excel"), ("追加した行数", "2")]
    assert refused == [("理由", "検証コードか認証コードが違う")]
    assert moved == [("取引先", "番号987654", "（なし）")], "a row that is gone"


def test_the_history_of_a_request_names_the_record_that_each_event_is_about(app: Flask) -> None:
    clerk = Clerk(app)
    with transaction() as session:
        request = build_request(session, KINDS["new_installation"])
        record = next(one for one in request.records if isinstance(one, ContractRecord))
        note(session, Action.MOVED, SYSTEM, table_name="record", row_id=record.id, record=record)
        title, record_id, request_id = record.title, record.id, request.id
    assert f'/records/{record_id}">{title}</a>' in clerk.get(f"/request/{request_id}/").text


def test_every_code_that_a_table_keeps_has_words_unless_people_know_it_by_its_code() -> None:
    bare = {
        name
        for mapped in mapped_by_table().values()
        for name, spec in desk_specs(mapped).items()
        if isinstance(spec.kind, Code)
    }
    assert bare <= KNOWN_BY_CODE
