"""Exports of what a list shows: as CSV and as a workbook, filtered alike, harmless to a spreadsheet, noted (RELIABILITY check 37)."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import Engine, delete, insert, select

from admin import exporting
from admin.cells import harmless
from models.base.clock import JAPAN, day_text, moment_texts
from models.base.db import database, transaction
from models.base.kind import KINDS
from models.seeds.masters import load_masters
from models.tables.event import Action, Event
from models.tables.master import Notice
from tests.build import build_account, build_customer, build_request, build_site
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
        return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
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


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_has_the_columns_that_were_chosen_in_their_order(clerk: FlaskClient, form: str) -> None:
    add_notices("年末の受付")
    head, *rows = exported(clerk, "/notice/export/?columns=body&columns=title&flt_title=年末", form)
    assert head == ["番号", "本文", "件名"]
    assert [row[2] for row in rows] == ["年末の受付"]
    page = clerk.get("/notice/?columns=body&columns=title").text
    assert 'action="/notice/export/?columns=body&amp;columns=title"' in page.replace("/admin/notice", "/notice")


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


def test_many_records_are_told_with_as_many_questions_as_few(clerk: FlaskClient, db: Engine) -> None:
    costs = []
    for count in (2, 20):
        with transaction() as session:
            sites = [build_site(session) for _ in range(count)]
            for site in sites:
                build_request(session, KINDS["site_rename"], site=site)
            names = {site.customer.name for site in sites}
        database.remove()
        with statements(db) as asked:
            head, *rows = exported(clerk, "/site_name_record/export/", "csv")
        costs.append(len(asked))
        assert head[:3] == ["番号", "取引先", "拠点"]
        assert names <= {row[1] for row in rows}
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


HOSTILE = st.text(
    st.one_of(st.sampled_from("\",\r\n\t\\'=+-@ ＝－N髙\u0301😀&<"), st.characters(exclude_categories=["Cs", "Cc"])),
    max_size=12,
)


def cells_of(page: str) -> list[list[str]]:
    """The cells of a list's rows, as they are read."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page[page.index("<tbody") :], re.DOTALL)
    return [
        [unescape(re.sub(r"<[^>]*>", "", cell)) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
        for row in rows
    ]


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(HOSTILE, min_size=8, max_size=8))
@example(["", '"', ",", "一行\n二行\r\n三行", "\\N", "\\t\t\\", "=1+1,2", "😀髙\u0301"])
def test_whatever_is_written_reads_back_from_the_file_as_the_list_shows_it(
    clerk: FlaskClient, texts: list[str]
) -> None:
    day = date(2026, 12, 1)
    with transaction() as session:
        session.execute(delete(Notice))
        session.execute(insert(Notice), [{"title": text, "body": text[::-1], "shown_from": day} for text in texts])
    database.remove()
    shown = cells_of(
        clerk.get("/notice/?sort=id&columns=title&columns=body&columns=shown_from&columns=shown_until").text
    )
    head, *rows = exported(clerk, "/notice/export/?sort=id", "csv")
    places = [head.index(label) for label in ("件名", "本文", "掲載開始日", "掲載終了日")]
    assert [[row[place] for place in places] for row in rows] == [
        [
            "" if cell == "－" and not text else harmless(cell)
            for cell, text in zip(row[-4:], (one, one[::-1], "日", ""), strict=True)
        ]
        for row, one in zip(shown, texts, strict=True)
    ]


@given(st.floats(-2_208_988_800, 7_258_118_399), st.booleans())
def test_a_moment_in_a_file_is_japans_whatever_the_hour(second: float, has_zone: bool) -> None:
    moment = datetime.fromtimestamp(second, UTC)
    local = moment.astimezone(JAPAN)
    stored = str(moment) if has_zone else str(moment.replace(tzinfo=None))
    assert moment_texts([stored, None]) == [f"{day_text(local.date())}{local:%H:%M}", ""]


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
