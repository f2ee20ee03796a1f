"""The public start page: what a company sees before it has an account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from models.base.clock import today
from models.base.db import database, transaction
from models.base.errors import Invalid, Refused
from models.kinds import CHANGES
from models.seeds.masters import load_masters
from models.seeds.reference_files import load_reference_files
from models.services.reference_files import examine_reference, reference_document, store_reference_file
from models.tables.event import Event
from models.tables.master import DeliveryTime, DeskInfo, Notice, ReferenceDocument
from models.tables.upload import Blob
from tests.build import ADMINISTRATOR, OPERATOR
from tests.identity import portal_app
from tests.pages import text_of_pdf
from tests.papers import scan_pdf, scan_png, workbook


@pytest.fixture
def app(db: Engine) -> Iterator[Flask]:
    with transaction() as session:
        load_masters(session)
    yield portal_app()
    database.remove()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_three_doors_lead_on_from_the_start(client: FlaskClient) -> None:
    page = client.get("/").text
    for door, path in (
        ("新設申込", "/apply/1"),
        ("ログイン", "/login"),
        ("アカウント払い出し申請", "/account-request"),
    ):
        assert re.search(rf'<a class="door__link" href="{path}">{door}</a>', page)


def test_it_says_what_can_and_what_cannot_be_applied_for(client: FlaskClient) -> None:
    page = client.get("/").text
    for label in ("新設申込", *(kind.label for kind in CHANGES), "メニュー変更", "設置場所変更", "廃止申込"):
        assert f"<li>{label}" in page


def test_what_the_desk_edits_is_what_the_page_says(client: FlaskClient) -> None:
    with transaction() as session:
        session.add(DeliveryTime(code="x", label="離島", place=99, text="半年以上かかります。\n船便を待つ場合"))
        session.add(DeskInfo(code="phone", label="電話", place=99, text="03-0000-0000"))
        session.add(Notice(title="受付を休みます", body="<b>年末</b>", shown_from=today(), shown_until=today()))
        session.add(Notice(title="まだ先のお知らせ", shown_from=today() + timedelta(days=1)))
        session.add(Notice(title="終わったお知らせ", shown_until=today() - timedelta(days=1)))
    page = client.get("/").text
    for text in ("離島", "<li>船便を待つ場合</li>", "03-0000-0000", "受付を休みます", "&lt;b&gt;年末&lt;/b&gt;"):
        assert text in page
    assert "まだ先のお知らせ" not in page
    assert "終わったお知らせ" not in page


def test_a_document_without_a_file_says_where_to_ask(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "利用規約" in page
    assert page.count("営業担当へお問い合わせください") == 7
    assert client.get("/reference-documents/1").status_code == 404
    assert client.get("/reference-documents/99").status_code == 404


def store(document_id: int, name: str, data: bytes) -> None:
    incoming = examine_reference(data, ADMINISTRATOR)
    with transaction() as session:
        store_reference_file(session, reference_document(session, document_id), name, incoming, ADMINISTRATOR)


def test_a_file_that_the_desk_stored_is_downloaded_by_visitors(client: FlaskClient) -> None:
    store(2, "../規約 2026.pdf", scan_pdf())
    page = client.get("/").text
    assert re.search(r'<a href="/reference-documents/2">利用規約</a><span[^>]*>（PDF、[\d.]+ KB）', page)
    answer = client.get("/reference-documents/2")
    assert answer.data == scan_pdf()
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E8%A6%8F")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_new_file_takes_the_place_of_the_old_one_which_is_kept(app: Flask) -> None:
    store(1, "a.pdf", scan_pdf())
    store(1, "b.xlsx", workbook())
    document = database().get(ReferenceDocument, 1)
    assert document is not None
    assert document.file_name == "b.xlsx"
    assert len(database().scalars(select(Blob.id)).all()) == 2
    said = database().scalars(select(Event.changes).where(Event.action == "uploaded").order_by(Event.id)).all()
    assert said == [{"file": [None, "a.pdf"]}, {"file": [None, "b.xlsx"]}]


@pytest.mark.parametrize(
    "data", [b"", b"<html>", b"MZ", b"%PDF-1.7 and no more", b"PK\x03\x04 and no more", scan_png()]
)
def test_what_is_no_document_is_refused(app: Flask, data: bytes) -> None:
    with pytest.raises(Invalid) as wrong:
        examine_reference(data, ADMINISTRATOR)
    assert [problem.field for problem in wrong.value.problems] == ["file"]


def test_only_administrators_store_a_file(app: Flask) -> None:
    with pytest.raises(Refused):
        examine_reference(scan_pdf(), OPERATOR)
    incoming = examine_reference(scan_pdf(), ADMINISTRATOR)
    with pytest.raises(Refused), transaction() as session:
        store_reference_file(session, reference_document(session, 1), "x.pdf", incoming, OPERATOR)


def test_demo_documents_are_real_papers_to_download(client: FlaskClient) -> None:
    with transaction() as session:
        load_reference_files(session)
    page = client.get("/").text
    links = re.findall(r'href="(/reference-documents/\d+)"', page)
    assert len(links) == 7
    texts = [text_of_pdf(client.get(link).data) for link in links]
    assert all("お試し用のサンプルです" in text for text in texts)
    assert sum("¥370,000" in text for text in texts) == 1, "the price list says the prices"
