"""Rows chosen in a list, or all that its filters find, go to a plan of the act; who may do nothing is offered nothing."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from models.base.db import database, transaction
from models.base.workflow import Status
from models.records.site_name import SiteNameRecord
from models.tables.bulk import BulkRow
from tests.build import build_record
from tests.desk import desk_application, operator_at, values_in

ACT = "move-submitted-reviewing"
LIST = "/site_name_record/?flt_status_code=submitted&size=20"


@pytest.fixture
def app(db: Engine) -> Flask:
    return desk_application()


@pytest.fixture
def numbers(db: Engine) -> list[int]:
    with transaction() as session:
        found = [build_record(session, "site_name", Status.SUBMITTED).id for _ in range(23)]
        build_record(session, "site_name", Status.RETURNED)
    return found


def planned() -> set[int]:
    found = set(database().scalars(select(BulkRow.row_id)))
    database.remove()
    return found


def test_chosen_rows_are_planned(app: Flask, numbers: list[int]) -> None:
    client = operator_at(app, "operator")
    page = client.get(LIST).text
    assert page.count('name="ids"') == 20
    assert f'<option value="{ACT}">' in page
    assert "条件に合う23件すべてを確認する" in page
    sent = {**values_in(page), "act": ACT, "ids": [str(numbers[0]), str(numbers[3])]}
    assert client.post("/bulk", data=sent).status_code == 303
    assert planned() == {numbers[0], numbers[3]}


def test_all_that_match_are_planned_and_nothing_else(app: Flask, numbers: list[int]) -> None:
    client = operator_at(app, "operator")
    page = client.get(LIST).text
    query = page.split('name="query" value="')[1].split('"')[0].replace("&amp;", "&")
    assert client.post("/bulk", data={**values_in(page), "act": ACT, "query": query}).status_code == 303
    assert planned() == set(numbers)


def test_a_viewer_is_offered_no_rows_to_choose(app: Flask, numbers: list[int]) -> None:
    page = operator_at(app, "viewer").get(LIST).text
    assert 'name="ids"' not in page
    assert "選んだ行への操作" not in page
    assert database().get(SiteNameRecord, numbers[0]) is not None
