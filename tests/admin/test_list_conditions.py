"""Conditions of a list: either value of one column, all columns or any of them; all of it stands in the address (SPEC §11)."""

from __future__ import annotations

import re
from datetime import date
from itertools import product

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from admin.selection import MOST_PARTS
from models.base.db import database, transaction
from models.tables.master import Notice
from tests.desk import desk_application, operator_at
from tests.pages import token_in

ROWS = [(f"{title}のお知らせ", date(2026, month, 1)) for title, month in product(("工事", "休業", "障害"), (4, 8, 12))]


@pytest.fixture
def clerk(db: Engine) -> FlaskClient:
    with transaction() as session:
        session.add_all(Notice(title=title, shown_from=day) for title, day in ROWS)
    database.remove()
    return operator_at(desk_application(), "viewer")


def listed(clerk: FlaskClient, query: str) -> int:
    """How many rows a list shows."""
    return len(re.findall(r'<th scope="row"><a href="/notice/\d+/"', clerk.get(f"/notice/?{query}").text))


CONDITIONS = (
    ("flt_title=工事", 3),
    ("flt_title=工事&flt_title=休業", 6),
    ("flt_title=工事&flt_shown_from_from=2026-08-01", 2),
    ("flt_title=工事&flt_shown_from_from=2026-08-01&match=any", 7),
    ("flt_title=工事&flt_shown_from_from=2026-08-01&flt_shown_from_to=2026-08-31&match=any", 5),
    ("flt_title=工事&flt_title=休業&flt_shown_from_from=2026-12-01&match=any", 7),
    ("flt_title=工事&match=any", 3),
    ("flt_title=工事&flt_shown_from_from=2026-08-01&match=all", 2),
    ("flt_title=工事&flt_shown_from_from=2026-12-01&match=any&q=休業", 1),
    ("flt_shown_until_to=2026-12-01&flt_shown_until_is=empty&match=any", 9),
    ("flt_shown_until_to=2026-12-01&flt_shown_until_is=empty", 0),
)


def test_conditions_hold_together_or_any_of_them(clerk: FlaskClient) -> None:
    assert {query: listed(clerk, query) for query, _ in CONDITIONS} == dict(CONDITIONS)


def test_the_page_keeps_how_conditions_are_joined_and_offers_another_value(clerk: FlaskClient) -> None:
    page = clerk.get("/notice/?flt_title=工事&flt_shown_from_from=2026-12-01&match=any").text
    assert "次のいずれか" in page
    assert page.count('name="flt_title"') == 2
    assert re.search(r'href="[^"]*match=any[^"]*sort=title', page)
    assert 'value="any" selected' in page
    assert clerk.get("/notice/?match=some").status_code == 400


def test_more_conditions_than_anybody_reads_are_refused_before_they_are_asked(clerk: FlaskClient) -> None:
    many = "&".join(f"flt_title={number}" for number in range(MOST_PARTS))
    assert clerk.get(f"/notice/?{many}").status_code == 200
    answer = clerk.get(f"/notice/?{many}&flt_title=工事")
    assert answer.status_code == 400
    assert f"合わせて{MOST_PARTS}個まで" in answer.text
    sent = {"csrf_token": token_in(clerk.get("/my-login").text), "name": "全部", "audience": "mine"}
    assert clerk.post("/views/notice", data={**sent, "query": "flt_title=a&" * 20_000}).status_code == 400
