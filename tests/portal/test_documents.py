"""Documents over HTTP: the button, the download, the words while a PDF is being made, and whose they are (SPEC §4, §9)."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from models.base.db import database, transaction
from models.base.workflow import Need, Status
from models.services.files import store_upload
from models.services.rendering import render_due
from models.tables.document import Document, DocumentKind
from models.tables.record import Purpose, Record
from tests.build import OPERATOR, build_account, build_customer, customer_of
from tests.identity import portal_app
from tests.issued import build_contract, issue_for, put_at, scan
from tests.pages import token_in
from tests.world import sign_in_as

LETTER = DocumentKind.ACCEPTANCE_LETTER


@pytest.fixture
def app(db: Engine) -> Flask:
    return portal_app()


def _owner(app: Flask, record_id: int) -> FlaskClient:
    """A browser of somebody of the record's company."""
    with transaction() as session:
        customer = session.get_one(Record, record_id).request.site.customer
        build_account(session, customer, user_name=f"owner-{record_id}", activated_at=customer.created_at)
    return sign_in_as(app, f"owner-{record_id}")


def _stranger(app: Flask) -> FlaskClient:
    with transaction() as session:
        customer = build_customer(session)
        build_account(session, customer, user_name="stranger", activated_at=customer.created_at)
    return sign_in_as(app, "stranger")


def _press(client: FlaskClient, record_id: int, path: str = "documents", **values: str) -> TestResponse:
    page = client.get(f"/records/{record_id}").text
    return client.post(f"/records/{record_id}/{path}", data={"csrf_token": token_in(page), **values})


def _render() -> None:
    while render_due():
        pass
    database.remove()


def test_the_customer_issues_the_form_and_downloads_it(app: Flask) -> None:
    record_id = build_contract()
    client = _owner(app, record_id)
    assert "変更申込書を発行する" in client.get(f"/records/{record_id}").text
    answer = _press(client, record_id)
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "変更申込書（第1版）を発行しました" in page
    assert "変更申込書を発行する" not in page
    _render()
    link = re.search(r'href="(/documents/\d+)"', page)
    assert link
    fetched = client.get(link[1])
    assert fetched.data.startswith(b"%PDF-")
    assert fetched.mimetype == "application/pdf"
    assert fetched.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E5%A4%89%E6%9B%B4")
    assert "sandbox" in fetched.headers["Content-Security-Policy"]
    assert fetched.headers["Cache-Control"] == "no-store"


def test_while_the_pdf_is_made_the_page_says_so_and_looks_again(app: Flask) -> None:
    record_id = build_contract()
    document_id = issue_for(record_id)
    client = _owner(app, record_id)
    answer = client.get(f"/documents/{document_id}")
    assert answer.status_code == 202
    assert "変更申込書のPDFを作成しています" in answer.text
    assert answer.headers["Refresh"] == "3"
    assert "変更申込書のPDFを作成しています" in client.get(f"/records/{record_id}").text
    _render()
    assert client.get(f"/documents/{document_id}").status_code == 200
    assert "PDFを作成しています" not in client.get(f"/records/{record_id}").text


def test_another_companys_document_is_like_a_missing_one(app: Flask) -> None:
    record_id = build_contract()
    document_id = issue_for(record_id)
    _render()
    client = _stranger(app)
    foreign, missing = client.get(f"/documents/{document_id}"), client.get("/documents/999999")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    token = token_in(client.get("/home").text)
    posted = client.post(f"/records/{record_id}/documents", data={"csrf_token": token})
    assert posted.status_code == 404
    visitor = app.test_client().get(f"/documents/{document_id}")
    assert visitor.status_code == 303
    assert visitor.location.startswith("/login")


def test_the_letter_can_be_downloaded_after_acceptance_only(app: Flask) -> None:
    record_id = build_contract(status=Status.RECEIVED)
    document_id = issue_for(record_id, LETTER)
    _render()
    client = _owner(app, record_id)
    assert client.get(f"/documents/{document_id}").status_code == 404
    assert "利用承諾書_" not in client.get(f"/records/{record_id}").text
    with transaction() as session:
        put_at(session.get_one(Record, record_id), Status.ACCEPTED)
    assert client.get(f"/documents/{document_id}").data.startswith(b"%PDF-")
    assert "利用承諾書_" in client.get(f"/records/{record_id}").text


def test_a_letter_that_the_desk_added_as_a_file_can_be_downloaded_after_acceptance_only(app: Flask) -> None:
    record_id = build_contract(status=Status.RECEIVED)
    with transaction() as session:
        record = session.get_one(Record, record_id)
        upload_id = store_upload(session, record, Purpose.LETTER, "letter.pdf", scan(), OPERATOR).id
    client = _owner(app, record_id)
    assert client.get(f"/files/{upload_id}").status_code == 404
    for page in (f"/records/{record_id}", "/updates"):
        assert "letter.pdf" not in client.get(page).text
    assert "（未読なし）" in client.get("/home").text
    with transaction() as session:
        put_at(session.get_one(Record, record_id), Status.ACCEPTED)
    assert client.get(f"/files/{upload_id}").data.startswith(b"%PDF-")
    for page in (f"/records/{record_id}", "/updates"):
        assert "letter.pdf" in client.get(page).text


def test_a_form_cannot_be_issued_before_the_entry_is_complete(app: Flask) -> None:
    record_id = build_contract(status=Status.DRAFT)
    client = _owner(app, record_id)
    assert "入力を完了してから発行できます" in client.get(f"/records/{record_id}").text
    refused = _press(client, record_id)
    assert refused.status_code == 409
    assert "入力を完了してから発行できます" in refused.text
    assert database().scalar(select(func.count()).select_from(Document)) == 0


def test_a_stamped_form_older_than_the_entry_is_refused_and_what_was_typed_is_kept(app: Flask) -> None:
    record_id = build_contract()
    issue_for(record_id)
    with transaction() as session:
        record = session.get_one(Record, record_id)
        store_upload(session, record, Purpose.STAMPED_FORM, "stamped.pdf", scan(), customer_of(record))
    client = _owner(app, record_id)
    form = _form_of(client.get(f"/records/{record_id}").text)
    answer = _press(client, record_id, "move/submitted", **{**form, "company_name": "新豊洲商事"})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "入力した内容は保存しましたが、提出はまだできません" in page
    assert Need.STAMPED_ANEW.value in page
    assert "変更申込書を発行し直す" in page
    assert "新豊洲商事" in page
    assert "第2版" in client.get(_press(client, record_id).location).text


def _form_of(page: str) -> dict[str, str]:
    """What a browser would send of the page's form if nothing was touched."""
    fields = {}
    for tag in re.findall(r"<input [^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        is_off = re.search(r'type="(radio|checkbox)"', tag) and " checked" not in tag
        if name and not is_off and name[1] not in {"csrf_token", "purpose", "file", "q"}:
            fields[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def test_what_was_chosen_from_a_table_is_shown_by_its_name(app: Flask) -> None:
    record_id = build_contract(status=Status.SUBMITTED)
    page = _owner(app, record_id).get(f"/records/{record_id}").text
    assert "株式会社" in page
    assert "kabushiki" not in page
