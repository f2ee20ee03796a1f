"""Rows that count from or until a day: the list says how each stands today, and finds them by it; prices and offers follow the same."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine

from models.base.clock import today
from models.base.db import Base, database, transaction
from models.base.validity import Standing
from models.services.masters import masters_on
from models.tables.master import LinePlanPrice, Notice
from tests.clerk import Clerk, desk, furnish

PLAN = "light_mobile"


@pytest.fixture
def app(db: Engine) -> Flask:
    furnish()
    return desk()


def listed(clerk: Clerk, path: str) -> list[tuple[str, str]]:
    """Number and standing of each row of a list."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", clerk.get(path).text, re.DOTALL)
    found = [(re.search(r'href="[^"]*/(\d+)/"', row), re.search("適用中|予定|終了", row)) for row in rows]
    return [(number[1], word[0]) for number, word in found if number and word]


def test_a_price_counts_from_its_day_until_the_next_one_and_a_notice_between_its_days(app: Flask) -> None:
    day = today()
    with transaction() as session:
        days = (date(2026, 4, 2), day, day + timedelta(days=1))
        made: list[Base] = [
            LinePlanPrice(plan_code=PLAN, valid_from=one, initial_fee=1, monthly_fee=fee)
            for fee, one in enumerate(days)
        ]
        spans = ((None, None), (day, day), (day + timedelta(days=1), None), (None, day - timedelta(days=1)))
        made += [Notice(title=f"{since}から{until}", shown_from=since, shown_until=until) for since, until in spans]
        session.add_all(made)
        session.flush()
        ids = [str(getattr(one, "id", "")) for one in made]
    clerk = Clerk(app)
    asked = f"/line_plan_price/?flt_plan_code={PLAN}&sort=valid_from"
    assert listed(clerk, asked)[1:] == [(ids[0], "終了"), (ids[1], "適用中"), (ids[2], "予定")]
    for place, one in enumerate((Standing.ENDED, Standing.NOW, Standing.AHEAD)):
        found = listed(clerk, f"{asked}&flt_standing={one.value}")
        assert (ids[place], one.label) in found
        assert {word for _, word in found} == {one.label}
    words = ["適用中", "適用中", "予定", "終了"]
    assert [pair for pair in listed(clerk, "/notice/?sort=id") if pair[0] in ids[3:]] == list(
        zip(ids[3:], words, strict=True)
    )
    assert re.search("適用状況</dt>.{0,80}予定", clerk.get(f"/line_plan_price/{ids[2]}/").text, re.DOTALL), (
        "on its page"
    )
    assert masters_on(database(), day).plans[PLAN].monthly_fee == 1, "orders follow the same days"
    assert masters_on(database(), day + timedelta(days=1)).plans[PLAN].monthly_fee == 2
