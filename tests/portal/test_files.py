"""Files on the customers' pages: sent, refused at the field, kept with every version, shown and fetched (SPEC §9)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from models.base.db import database, transaction
from models.base.settings import settings
from models.base.workflow import Status
from models.kinds import contractor_change, site_rename
from models.records.contract import ContractRecord
from models.seeds.masters import load_masters
from models.services.opening import open_request
from models.tables.account import Account
from models.tables.event import Action, Event
from models.tables.record import Record
from models.tables.request import Request
from models.tables.upload import Blob, Upload
from tests import papers
from tests.build import build_request, build_site, customer_of
from tests.identity import add_account, portal_app, sign_in
from tests.pages import token_in


@dataclass
class Customer:
    """Somebody at the page of a record that waits for a stamped form."""

    client: FlaskClient
    record_id: int
    number: str

    @property
    def page(self) -> str:
        return f"/records/{self.record_id}"

    def send(self, data: bytes, name: str = "申込書.pdf", purpose: str = "stamped_form") -> TestResponse:
        values = {
            "csrf_token": token_in(self.client.get(self.page).text),
            "purpose": purpose,
            "file": (io.BytesIO(data), name),
        }
        answer = self.client.post(f"{self.page}/files", data=values, content_type="multipart/form-data")
        answer.request.environ["wsgi.input"].close()  # a file, where much was sent
        return answer


def waiting_record(number_of: int = 1) -> tuple[int, str]:
    with transaction() as session:
        account = session.get_one(Account, number_of)
        site = build_site(session, account.customer)
        request = build_request(session, contractor_change.KIND, Status.AWAITING_STAMP, site)
        return request.records[0].id, request.number


@pytest.fixture
def customer(db: Engine) -> Iterator[Customer]:
    with transaction() as session:
        load_masters(session)
    add_account()
    record_id, number = waiting_record()
    client = portal_app().test_client()
    sign_in(client)
    yield Customer(client, record_id, number)
    database.remove()


def counts() -> tuple[int, int, int]:
    database.remove()
    uploaded = select(func.count(Event.id)).where(Event.action == Action.UPLOADED)
    session = database()
    return (
        session.scalar(select(func.count(Upload.id))) or 0,
        session.scalar(select(func.count(Blob.id))) or 0,
        session.scalar(uploaded) or 0,
    )


def test_a_form_is_received_shown_and_fetched(customer: Customer) -> None:
    data = papers.scan_pdf(customer.number, 2)
    answer = customer.send(data, "押印済 申込書.pdf")
    assert answer.status_code == 303
    page = customer.client.get(customer.page).text
    assert "「押印済 申込書.pdf」を受け付けました。" in page
    assert "申込番号が一致することを確認しました。" in page
    assert "豊洲 花子" in page
    [upload] = database().scalars(select(Upload)).all()
    assert f"/files/{upload.id}/preview/2" in page
    fetched = customer.client.get(f"/files/{upload.id}")
    assert fetched.data == data
    assert fetched.headers["Content-Disposition"].startswith("attachment;")
    assert fetched.headers["X-Content-Type-Options"] == "nosniff"
    assert fetched.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert fetched.headers["Cache-Control"] == "no-store"


def test_a_file_that_is_sent_twice_is_one_version(customer: Customer) -> None:
    page, data = customer.client.get(customer.page).text, papers.scan_pdf(customer.number, 1)
    key = re.search(r'name="sent_key" value="([^"]+)"', page)
    assert key
    values = {"csrf_token": token_in(page), "purpose": "stamped_form", "sent_key": key[1]}
    for _ in range(2):
        file = {"file": (io.BytesIO(data), "申込書.pdf")}
        assert customer.client.post(f"{customer.page}/files", data={**values, **file}).status_code == 303
        assert counts() == (1, 1, 1)


@pytest.mark.parametrize("make", [papers.scan_pdf, papers.scan_jpeg, papers.scan_png])
def test_pages_are_shown_as_pictures_that_we_made(customer: Customer, make: object) -> None:
    customer.send(make(customer.number))  # type: ignore[operator]
    shown = customer.client.get("/files/1/preview/1")
    assert (shown.status_code, shown.mimetype) == (200, "image/png")
    assert shown.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    picture = Image.open(io.BytesIO(shown.data))
    assert picture.width <= 1200
    assert len(picture.convert("L").getcolors() or []) > 1
    for missing in ("/files/1/preview/0", "/files/1/preview/2", "/files/2/preview/1"):
        assert customer.client.get(missing).status_code == 404


def test_a_form_of_another_request_is_kept_with_a_warning(customer: Customer) -> None:
    answer = customer.send(papers.scan_jpeg("00009999"), "a.jpg")
    assert answer.status_code == 303
    warning = f"読み取った申込番号（00009999）が、この申込の番号（{customer.number}）と違います。"
    first = customer.client.get(customer.page).text
    assert "notice--warning" in first
    assert first.count(warning) == 2  # told once, and at the file from then on
    assert customer.client.get(customer.page).text.count(warning) == 1
    [upload] = database().scalars(select(Upload)).all()
    assert (upload.number_found, upload.has_other_number) == ("00009999", True)


def test_what_is_wrong_with_a_file_stands_at_its_field(customer: Customer) -> None:
    answer = customer.send(b"hello", "申込書.pdf")
    assert answer.status_code == 422
    assert "<title>エラー：" in answer.text
    message = "PDF・JPEG・PNGのファイルを選んでください"
    assert re.search(rf'<a href="#file-stamped_form">{message}', answer.text)
    field = re.search(r'id="file-stamped_form-error">(.*?)</div>', answer.text, re.DOTALL)
    assert field
    assert message in field[1]
    assert counts() == (0, 0, 0)


def test_a_wrong_file_takes_nothing_from_the_fields(customer: Customer) -> None:
    with transaction() as session:
        session.get_one(ContractRecord, customer.record_id).representative = "髙﨑　太郎"
    assert "髙﨑　太郎" in customer.send(b"hello").text


def test_a_file_without_a_name_or_content_is_asked_for(customer: Customer) -> None:
    assert "ファイルを選んでください" in customer.send(b"", "").text
    assert counts() == (0, 0, 0)


def test_a_file_that_is_too_large_is_told_so_at_the_field(customer: Customer) -> None:
    limit = settings().file_megabytes * 1024 * 1024
    for size in (limit + 1, 4 * limit):
        answer = customer.send(b"%PDF-1.4".ljust(size, b"0"))
        assert answer.status_code == 422
        assert "10MB" in answer.text
        assert "file-stamped_form-error" in answer.text
    assert counts() == (0, 0, 0)


def test_every_version_stays(customer: Customer) -> None:
    versions = [papers.scan_png(customer.number), papers.scan_jpeg(customer.number), papers.scan_png(customer.number)]
    for data in versions:
        assert customer.send(data, "申込書.png").status_code == 303
    assert counts() == (3, 2, 3)
    for place, data in enumerate(versions, 1):
        assert customer.client.get(f"/files/{place}").data == data
    assert customer.client.get(customer.page).text.count('class="files__item"') == 3


def test_a_name_is_made_safe_before_anybody_sees_it(customer: Customer) -> None:
    name = '..\\"><script>alert(1)</script>\u202e%0d%0aX: y.exe'
    assert customer.send(papers.scan_png(), name).status_code == 303
    assert "<script>alert" not in customer.client.get(customer.page).text
    disposition = customer.client.get("/files/1").headers["Content-Disposition"]
    assert re.fullmatch(r"attachment; filename\*=UTF-8''[A-Za-z0-9._%~()!-]+\.png", disposition)


def test_another_companys_files_are_like_missing_ones(customer: Customer) -> None:
    customer.send(papers.scan_png())
    add_account(user_name="other", mail="other@example.co.jp", customer_id=None)
    stranger = portal_app().test_client()
    sign_in(stranger, "other")
    for address in ("/files/1", "/files/1/preview/1"):
        assert stranger.get(address).status_code == 404


def test_nothing_is_added_where_no_file_is_due(customer: Customer) -> None:
    with transaction() as session:
        request = session.get_one(Record, customer.record_id).request
        build_request(session, contractor_change.KIND, Status.REVIEWING, request.site)
        reviewing = session.scalars(select(Record).order_by(Record.id.desc())).first()
        assert reviewing
        reviewing_id = reviewing.id
    customer.record_id = reviewing_id
    assert customer.send(papers.scan_png()).status_code == 409
    assert customer.send(papers.scan_png(), purpose="letter").status_code == 409
    assert customer.send(papers.scan_png(), purpose="nonsense").status_code == 409
    assert counts() == (0, 0, 0)


def test_an_open_rename_keeps_files_out_and_lets_them_be_read(customer: Customer) -> None:
    customer.send(papers.scan_png())
    with transaction() as session:
        record = session.get_one(Record, customer.record_id)
        open_request(session, record.request.site, site_rename.KIND, {}, customer_of(record))
    answer = customer.send(papers.scan_png("00000001"))
    assert answer.status_code == 409
    assert "拠点名変更の手続き中" in answer.text
    assert counts() == (1, 1, 1)
    assert customer.client.get("/files/1").status_code == 200
    assert customer.client.get("/files/1/preview/1").status_code == 200
    assert database().scalar(select(func.count(Request.id))) == 2
