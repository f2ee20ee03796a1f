"""What changes while a visitor fills in the form: prices, names, days (RELIABILITY 26)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from models.base.db import database, transaction
from models.tables.master import LinePlanPrice
from models.tables.request import Request
from tests.applicant import Applicant, errors, value_of


def applications() -> int:
    try:
        return database().scalar(select(func.count()).select_from(Request)) or 0
    finally:
        database.remove()


def test_a_price_that_changes_is_shown_before_it_counts(app: Flask) -> None:
    visitor = Applicant(app)
    visitor.fill(7)
    seen = visitor.open(8).text
    assert "料金が変わりました" not in seen
    with transaction() as session:
        session.execute(update(LinePlanPrice).values(monthly_fee=LinePlanPrice.monthly_fee + 1000))
    quote = re.findall(r'name="quote" value="(\w+)"', seen)[0]
    answer = visitor.send(8, {"rules_accepted": "y", "quote": quote})
    assert answer.status_code == 409
    assert "料金が変わりました" in answer.text
    assert "¥376,000" in answer.text
    assert 'id="rules_accepted" name="rules_accepted"' in answer.text
    assert applications() == 0
    assert visitor.send(8).location == "/apply/receipt"
    assert applications() == 1


def test_a_price_that_changed_since_the_page_of_fees_is_pointed_out(app: Flask) -> None:
    visitor = Applicant(app)
    visitor.fill(7)
    with transaction() as session:
        session.execute(update(LinePlanPrice).values(initial_fee=LinePlanPrice.initial_fee + 1))
    assert "料金が変わりました" in visitor.open(8).text


def test_a_name_that_another_took_meanwhile_is_said_and_nothing_is_lost(app: Flask) -> None:
    first, second = Applicant(app), Applicant(app)
    second.typed[2] |= {"short_name": "豊洲商事", "location_name": first.typed[2]["location_name"]}
    for visitor in (first, second):
        visitor.fill(7)
    assert first.send(8).location == "/apply/receipt"
    answer = second.send(8)
    assert answer.location == "/apply/2?via=confirmation"
    page = second.client.get(answer.location)
    assert "すでに使われています" in page.text
    assert value_of(page, "contact_1_person_name") == "豊洲花子"
    assert applications() == 1
    assert second.send(2, {**second.typed[2], "location_name": "別館"}, via="confirmation").location == "/apply/8"
    assert second.send(8).location == "/apply/receipt"


def test_days_that_have_passed_meanwhile_are_asked_for_again(app: Flask) -> None:
    with time_machine.travel(datetime(2026, 12, 9, 14, 30, tzinfo=UTC), tick=False) as clock:
        visitor = Applicant(app)
        visitor.fill(7)
        clock.shift(timedelta(minutes=45))
        answer = visitor.send(8)
        assert answer.location == "/apply/4?via=confirmation"
        page = visitor.client.get(answer.location)
        assert any("現地調査の第1希望日は2027年1月19日（火）以降" in error for error in errors(page))
