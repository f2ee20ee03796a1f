"""Exports of what a list shows: as CSV and as a workbook, filtered alike, harmless to a spreadsheet, noted (RELIABILITY check 37)."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import Engine, select

from admin import exporting
from models.base.db import database, transaction
from models.seeds.masters import load_masters
from models.tables.event import Action, Event
from models.tables.master import Notice
from tests.build import build_account, build_customer
from tests.desk import desk_application, operator_at
from tests.pages import token_in
from tests.statements import statements


@pytest.fixture
def clerk(db: Engine) -> FlaskClient:
    with transaction() as session:
        load_masters(session)
    database.remove()
    app: Flask = desk_application()
    return operator_at(app, "viewer")


def add_notices(*titles: str) -> None:
    with transaction() as session:
        session.add_all(Notice(title=title, shown_from=date(2026, 12, 1)) for title in titles)
    database.remove()


def exported(clerk: FlaskClient, address: str, form: str) -> list[list[Any]]:
    """The cells of an export."""
    token = token_in(clerk.get("/customer/").text)
    answer = clerk.post(address, data={"csrf_token": token, "format": form})
    assert answer.status_code == 200, answer.text
    assert f".{form}" in answer.headers["Content-Disposition"]
    if form == "csv":
        return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    [sheet] = load_workbook(io.BytesIO(answer.data)).worksheets
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_both_files_hold_what_the_list_is_filtered_to_in_its_order(clerk: FlaskClient) -> None:
    add_notices("年末の受付", "夏季休業", "年始の受付")
    address = "/notice/export/?flt_title=受付&sort=title"
    head, *rows = exported(clerk, address, "csv")
    same_head, *same_rows = exported(clerk, address, "xlsx")
    title = head.index("件名")
    assert head == same_head
    assert [row[title] for row in rows] == [row[title] for row in same_rows] == ["年始の受付", "年末の受付"]


def test_many_rows_are_named_with_as_many_questions_as_few(clerk: FlaskClient, db: Engine) -> None:
    costs = []
    for count in (2, 20):
        with transaction() as session:
            names = {build_account(session, build_customer(session)).customer.name for _ in range(count)}
        database.remove()
        with statements(db) as asked:
            head, *rows = exported(clerk, "/account/export/", "csv")
        costs.append(len(asked))
        assert names <= {row[head.index("取引先")] for row in rows}
    assert costs[0] == costs[1]


def test_numbers_and_days_are_such_in_a_workbook(clerk: FlaskClient) -> None:
    head, first, *_ = exported(clerk, "/line_plan_price/export/", "xlsx")
    assert isinstance(first[head.index("基本月額費用")], int)
    assert hasattr(first[head.index("適用開始日")], "year")
    assert isinstance(first[head.index("回線プラン")], str)


@pytest.mark.parametrize("text", ["=1+1", "+81", "@SUM(A1)", "－5"])
def test_a_text_that_looks_like_a_formula_is_none_in_either_file(clerk: FlaskClient, text: str) -> None:
    add_notices(text)
    head, row = exported(clerk, "/notice/export/?flt_shown_from_from=2026-12-01", "csv")
    assert row[head.index("件名")] == f"'{text}"
    token = token_in(clerk.get("/customer/").text)
    data = clerk.post("/notice/export/?sort=-id", data={"csrf_token": token, "format": "xlsx"}).data
    cell = load_workbook(io.BytesIO(data)).worksheets[0].cell(2, head.index("件名") + 1)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_an_export_is_noted_with_who_what_and_how_many(clerk: FlaskClient) -> None:
    add_notices("年末の受付")
    exported(clerk, "/notice/export/?q=年末", "xlsx")
    event = database().scalars(select(Event).where(Event.action == Action.EXPORTED)).one()
    assert (event.actor_name, event.table_name) == ("desk-viewerさん", "notice")
    assert event.changes is not None
    assert event.changes["rows"] == [None, 1]
    assert event.changes["format"] == [None, "xlsx"]


def test_a_workbook_longer_than_excel_likes_is_refused_with_the_way_out(
    clerk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_IN_WORKBOOK", 1)
    add_notices("一", "二")
    token = token_in(clerk.get("/customer/").text)
    answer = clerk.post("/notice/export/", data={"csrf_token": token, "format": "xlsx"})
    assert answer.status_code == 409
    assert "CSVで書き出してください" in answer.text
    assert len(exported(clerk, "/notice/export/", "csv")) > 3
