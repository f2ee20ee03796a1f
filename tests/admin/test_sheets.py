"""The parameter sheet at the desk: made with a button or for many, refused with its reason, compared (SPEC §6, §11)."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from models.base.db import database, transaction
from models.base.workflow import Status
from models.records.parameter_sheet import ParameterSheetRecord
from models.services.files import store_upload
from models.services.transition import refusal
from models.tables.master import LinePlan
from models.tables.record import Purpose, Record
from models.tables.upload import Upload
from tests import papers
from tests.build import OPERATOR, customer_of
from tests.clerk import Clerk, desk, furnish
from tests.sheets import DUAL, SINGLE, blank_of, build_sheet_record, filled, looked_at

BUTTON = "申込内容からパラメータシートを作成する"


@pytest.fixture
def app(db: Engine) -> Flask:
    furnish()
    return desk()


def build(status: Status = Status.PREPARING, plan_code: str = DUAL) -> int:
    with transaction() as session:
        record_id = build_sheet_record(session, status, plan_code).id
    database.remove()
    return record_id


def uploads() -> list[str]:
    database.remove()
    return list(database().scalars(select(Upload.purpose).order_by(Upload.id)))


def send_as_customer(record_id: int, **answers: object) -> None:
    with transaction() as session:
        record = session.get_one(ParameterSheetRecord, record_id)
        sheet = looked_at(filled(session, record, **answers))
        store_upload(session, record, Purpose.SHEET, "a.xlsx", sheet, customer_of(record))


def test_the_desk_makes_the_blank_sheet_and_may_then_hand_it_over(app: Flask) -> None:
    clerk, record_id = Clerk(app), build()
    page = f"/records/{record_id}"
    assert BUTTON in clerk.get(page).text
    shown = clerk.follow(clerk.post(page, f"{page}/sheet")).text
    assert "「パラメータシート.xlsx」を作成しました。" in shown
    clerk.post(page, f"{page}/sheet")
    assert uploads() == ["blank_sheet"]
    link = re.search(r'href="[^"]*?(/files/\d+)">パラメータシート', shown)
    assert link
    assert clerk.get(link[1]).data == blank_of(database(), database().get_one(Record, record_id))
    assert refusal(database(), database().get_one(Record, record_id), Status.DRAFT, OPERATOR) is None


def test_a_sheet_after_its_time_is_refused_with_the_reason(app: Flask) -> None:
    clerk, record_id = Clerk(app), build(Status.REVIEWING)
    page = f"/records/{record_id}"
    shown = clerk.get(page).text
    assert BUTTON not in shown
    assert "準備中」の間に作成できます" in shown
    refused = clerk.post(page, f"{page}/sheet")
    assert refused.status_code == 409
    assert "準備中」の間に作成できます" in refused.text
    assert clerk.post(page, "/records/99999/sheet").status_code == 404


def test_when_the_plan_changes_the_desk_makes_it_anew(app: Flask) -> None:
    clerk, record_id = Clerk(app), build(Status.DRAFT, SINGLE)
    page = f"/records/{record_id}"
    assert BUTTON not in clerk.get(page).text
    with transaction() as session:
        site = session.get_one(Record, record_id).request.site
        site.line_plan = session.scalars(select(LinePlan).where(LinePlan.code == DUAL)).one()
    assert BUTTON in clerk.get(page).text
    clerk.follow(clerk.post(page, f"{page}/sheet"))
    assert uploads() == ["blank_sheet"] * 2
    assert BUTTON not in clerk.get(page).text


def test_a_viewer_makes_no_sheet(app: Flask) -> None:
    viewer, record_id = Clerk(app, "viewer"), build()
    page = f"/records/{record_id}"
    assert BUTTON not in viewer.get(page).text
    assert viewer.post("/tables/", f"{page}/sheet").status_code in {403, 409}
    assert uploads() == []


@pytest.mark.parametrize("table", ["record", "parameter_sheet_record"])
def test_sheets_are_made_for_many_records_and_the_others_keep_their_reason(app: Flask, table: str) -> None:
    clerk, ready, late = Clerk(app), [build(), build()], build(Status.REVIEWING)
    planned = clerk.post("/", "/bulk", table=table, act="make-sheet", ids=[*ready, late])
    assert "2件を実行する" in clerk.follow(planned).text
    assert "準備中」の間に作成できます" in clerk.get(f"{planned.location}?result=refused").text
    report = clerk.follow(clerk.post(planned.location, f"{planned.location}/apply")).text
    assert "3件のうち2件を実行しました" in report
    assert uploads() == ["blank_sheet"] * 3


def test_a_filled_sheet_that_the_desk_sends_is_refused_cell_by_cell_at_its_field(app: Flask) -> None:
    clerk, record_id = Clerk(app), build(Status.DRAFT)
    page = f"/records/{record_id}"
    with transaction() as session:
        wrong = filled(session, session.get_one(ParameterSheetRecord, record_id), network="どこか", mask="広い")
    answer = clerk.post(page, f"{page}/files", purpose="sheet", file=(io.BytesIO(wrong), "a.xlsx"))
    assert answer.status_code == 422
    field = re.search(r'id="file-sheet-error">(.*?)</div>', answer.text, re.DOTALL)
    assert field
    assert field[1].count("セル") == 2
    assert uploads() == ["blank_sheet"]


def test_the_desk_sends_a_blank_sheet_of_its_own(app: Flask) -> None:
    clerk, record_id = Clerk(app), build()
    page = f"/records/{record_id}"
    sent = clerk.post(page, f"{page}/files", purpose="blank_sheet", file=(io.BytesIO(papers.workbook()), "票.xlsx"))
    assert "「票.xlsx」を受け付けました。" in clerk.follow(sent).text
    assert uploads() == ["blank_sheet"]


def test_the_cells_of_a_sheet_are_read_line_by_line_in_the_table_of_files(app: Flask) -> None:
    clerk, record_id = Clerk(app), build(Status.DRAFT)
    send_as_customer(record_id, note="長" * 500)
    page = clerk.get("/upload/2/").text
    assert re.search(r"^パラメータシート!C9：192\.168\.10\.0$", page, re.MULTILINE)
    assert "u3000" not in page


def test_the_desk_reads_what_the_newest_sheet_says_otherwise(app: Flask) -> None:
    clerk, record_id = Clerk(app), build(Status.DRAFT)
    page = f"/records/{record_id}"
    send_as_customer(record_id)
    first = clerk.get(page).text
    assert "最新のシートの記入内容" in first
    assert "前回のシートからの変更" not in first
    send_as_customer(record_id, terminal_count=40)
    second = clerk.get(page).text
    compared = second[second.index("前回のシートからの変更") : second.index("最新のシートの記入内容")]
    assert "接続する端末の台数" in compared
    assert "変更のある項目：1件" in compared
    assert second.count("最新</span>") == 1
