"""The parameter sheet on the customers' pages: fetched blank, refused cell by cell at its field, taken, compared (SPEC §6, manual 1-4)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from models.base.clock import today
from models.base.db import database, transaction
from models.base.workflow import Status
from models.records.parameter_sheet import ParameterSheetRecord
from models.seeds.masters import load_masters
from models.seeds.texts import load_texts
from models.services.queries import site_label
from models.tables.account import Account
from models.tables.record import Purpose
from models.tables.upload import Upload
from tests.identity import add_account, portal_app, sign_in
from tests.pages import token_in
from tests.sheets import build_sheet_record, cells_of, filled


@dataclass
class Customer:
    """Somebody at the page of a record whose blank sheet was handed over."""

    client: FlaskClient
    record_id: int

    @property
    def page(self) -> str:
        return f"/records/{self.record_id}"

    def read(self) -> str:
        return self.client.get(self.page).text

    def send(self, data: bytes, name: str = "シート.xlsx") -> TestResponse:
        values = {"csrf_token": token_in(self.read()), "purpose": "sheet", "file": (io.BytesIO(data), name)}
        return self.client.post(f"{self.page}/files", data=values, content_type="multipart/form-data")

    def sheet(self, **answers: object) -> bytes:
        database.remove()
        return filled(database(), database().get_one(ParameterSheetRecord, self.record_id), **answers)

    def cell(self, name: str) -> str:
        database.remove()
        return cells_of(database().get_one(ParameterSheetRecord, self.record_id))[name]


@pytest.fixture
def customer(db: Engine) -> Iterator[Customer]:
    with transaction() as session:
        load_masters(session)
        load_texts(session)
    account_id = add_account()
    with transaction() as session:
        account = session.get_one(Account, account_id)
        record_id = build_sheet_record(session, customer=account.customer).id
    client = portal_app().test_client()
    sign_in(client)
    yield Customer(client, record_id)
    database.remove()


def test_the_blank_sheet_is_fetched_from_the_page(customer: Customer) -> None:
    link = re.search(r'href="(/files/\d+)">パラメータシート\.xlsx', customer.read())
    assert link
    fetched = customer.client.get(link[1])
    assert fetched.data.startswith(b"PK")
    assert unquote(fetched.headers["Content-Disposition"]).endswith("パラメータシート.xlsx")


def test_every_wrong_cell_stands_at_the_field_of_the_file(customer: Customer) -> None:
    answer = customer.send(customer.sheet(network="192.168.10.300", mask="/33", phone=None))
    assert answer.status_code == 422
    assert "<title>エラー：" in answer.text
    assert "を受け付けました" not in answer.text
    field = re.search(r'id="file-sheet-error">(.*?)</div>', answer.text, re.DOTALL)
    assert field
    for name, words in {
        "network": "IPアドレスの形式",
        "mask": "サブネットマスクの形式",
        "phone": "入力してください",
    }.items():
        message = rf"セル{customer.cell(name)}「[^」]+」：[^<]*{words}"
        assert re.search(message, field[1]), name
        assert re.search(rf'<a href="#file-sheet">{message}', answer.text), name
    assert database().scalars(select(Upload).where(Upload.purpose == Purpose.SHEET.value)).all() == []


def test_a_right_sheet_is_taken_renamed_and_shown_with_what_it_says(customer: Customer) -> None:
    assert customer.send(customer.sheet(), "私のメモ.xlsx").status_code == 303
    page = customer.read()
    record = database().get_one(ParameterSheetRecord, customer.record_id)
    name = f"{today():%Y%m%d}_{site_label(database(), record.request.site)}パラメータシート.xlsx"
    assert f"「{name}」を受け付けました。" in page
    assert "最新のシートの記入内容" in page
    assert "192.168.10.254" in page
    assert "前回のシートからの変更" not in page
    assert "最新</span>" not in page
    assert "timeline__item--now" not in page  # a file is no status


def test_a_second_sheet_is_marked_as_the_newest_and_shown_beside_the_first(customer: Customer) -> None:
    customer.send(customer.sheet())
    assert customer.send(customer.sheet(terminal_count=40)).status_code == 303
    page = customer.read()
    assert page.count("最新</span>") == 1
    listed = page[page.index('class="files"') :]
    assert listed.index("最新</span>") < listed.index("</li>")
    compared = page[page.index("前回のシートからの変更") : page.index("最新のシートの記入内容")]
    row = re.search(r"接続する端末の台数.*?</tr>", compared, re.DOTALL)
    assert row
    assert re.findall(r"<td.*?>.*?</span>(.*?)</td>", row[0]) == ["12", "40"]
    assert "変更のある項目：1件" in compared


def test_of_a_sheet_with_very_many_cells_the_first_are_shown(customer: Customer) -> None:
    book = load_workbook(io.BytesIO(customer.sheet()))
    notes = book.create_sheet("メモ")
    for number in range(1, 501):
        notes.append([f"機器{number}"])
    saved_book = io.BytesIO()
    book.save(saved_book)
    assert customer.send(saved_book.getvalue()).status_code == 303
    page = customer.read()
    assert "機器100<" in page
    assert "機器500<" not in page
    assert "件あります。ファイルを開いてご確認ください。" in page


def test_a_sheet_is_needed_to_hand_in(customer: Customer) -> None:
    assert "記入済みのパラメータシートがアップロードされていません" in customer.read()
    customer.send(customer.sheet())
    customer.client.post(f"{customer.page}/move/submitted", data={"csrf_token": token_in(customer.read())})
    database.remove()
    assert database().get_one(ParameterSheetRecord, customer.record_id).status is Status.SUBMITTED
    assert "ファイルを追加する" not in customer.read()
