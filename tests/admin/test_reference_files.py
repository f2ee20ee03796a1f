"""The files of the reference documents at the desk: found in the menu, replaced by administrators, checked before they are stored."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from models.base.db import database, transaction
from models.seeds.masters import load_masters
from models.tables.master import ReferenceDocument
from tests.desk import desk_application, operator_at
from tests.pages import token_in
from tests.papers import scan_pdf, workbook, xlsx_with

PAGE = "/reference-files"


@pytest.fixture
def app(db: Engine) -> Flask:
    with transaction() as session:
        load_masters(session)
    database.remove()
    return desk_application()


def sent(client: FlaskClient, data: bytes, name: str) -> TestResponse:
    token = token_in(client.get("/").text)
    given = {"csrf_token": token, "file": (io.BytesIO(data), name)}
    return client.post(f"{PAGE}/2", data=given, content_type="multipart/form-data")


def stored() -> str | None:
    database.remove()
    return database().get_one(ReferenceDocument, 2).file_name or None


def test_the_page_stands_in_the_menu_and_an_administrator_puts_a_file_there(app: Flask) -> None:
    client = operator_at(app, "administrator")
    assert re.search(rf'href="[^"]*{PAGE}"', client.get("/").text)
    assert "PDF・Excel（xlsx）のファイル、10MBまで" in client.get(PAGE).text
    answer = sent(client, scan_pdf(), "規約.pdf")
    assert (answer.status_code, stored()) == (303, "規約.pdf")
    page = client.get(PAGE)
    assert "「利用規約」のファイルを登録しました" in page.text
    assert "規約.pdf" in page.text
    assert client.get(f"{PAGE}/2").data == scan_pdf()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "空のファイルは追加できません"),
        (b"MZ", "PDF・Excel（xlsx）のファイルを選んでください"),
        (b"%PDF-1.7 and no more", "ファイル"),
        (xlsx_with({"xl/vbaProject.bin": b"x"}, workbook()), "マクロ"),
    ],
)
def test_a_file_that_is_none_is_refused_beside_its_field(app: Flask, data: bytes, said: str) -> None:
    client = operator_at(app, "administrator")
    answer = sent(client, data, "利用規約.pdf")
    assert answer.status_code == 422
    assert "<title>エラー：" in answer.text
    error = re.search(r'id="file-2-error">(.*?)</p>', answer.text, re.DOTALL)
    assert error
    assert said in error[1]
    assert stored() is None


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_others_read_and_are_refused_to_write(app: Flask, role: str) -> None:
    client = operator_at(app, role)
    page = client.get(PAGE)
    assert "利用規約" in page.text
    assert 'type="file"' not in page.text
    answer = sent(client, scan_pdf(), "規約.pdf")
    assert answer.status_code in {403, 409}
    assert stored() is None
