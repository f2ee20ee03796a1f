"""The main story over HTTP: from login to acceptance, both faces, with the mails that go out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from models.base.db import database, transaction
from models.base.workflow import Status
from models.seeds.demo import PASSWORD
from models.services.tokens import code_of
from models.services.transition import transition
from models.tables.login import LoginChallenge
from models.tables.mail import Mail, MailKey
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site
from tests.build import OPERATOR
from tests.faces import whole_desk, whole_portal
from tests.pages import token_in


@pytest.fixture
def app(demo_db: Engine) -> Iterator[Flask]:
    yield whole_portal()
    database.remove()


def _post(client: FlaskClient, page: str, address: str, **values: str) -> TestResponse:
    return client.post(address, data={**values, "csrf_token": token_in(client.get(page).text)})


def sign_in(client: FlaskClient, user_name: str) -> TestResponse:
    _post(client, "/login", "/login", user_name=user_name, password=PASSWORD)
    _post(client, "/login/code", "/login/code", send="1")
    challenge = database().scalars(select(LoginChallenge).order_by(LoginChallenge.id.desc())).first()
    assert challenge is not None
    code = code_of(challenge)
    database.remove()
    return _post(client, "/login/code", "/login/code", code=code)


def test_a_customer_renames_a_site_and_the_desk_returns_and_accepts_it(app: Flask) -> None:
    client = app.test_client()
    assert sign_in(client, "demo-customer").status_code in {302, 303}
    home = client.get("/home")
    assert "海風物産(本社)" in home.text
    site_id = database().scalars(select(Site.id).order_by(Site.id)).first()
    database.remove()
    opened = _post(
        client,
        f"/changes/new?site_id={site_id}&kind=site_rename",
        "/changes/new",
        site_id=str(site_id),
        kind="site_rename",
    )
    assert opened.status_code == 303, opened.text
    request_page = client.get(opened.location)
    record_url = re.search(r'href="(/records/\d+)"', request_page.text)
    assert record_url
    page = record_url[1]
    record_id = int(page.rsplit("/", 1)[1])

    empty = _post(client, page, f"{page}/move/submitted", version="1", short_name="", location_name="")
    assert empty.status_code == 422
    assert "会社名略称を入力してください" in empty.text
    too_long = _post(client, page, page, version="1", short_name="あ" * 13, location_name="豊洲")
    assert too_long.status_code == 422
    assert "12文字以内で入力してください" in too_long.text
    assert "あ" * 13 in too_long.text
    taken = _post(client, page, page, version="1", short_name="海風物産", location_name="第２倉庫")
    assert "すでに使われています" in taken.text
    sent = _post(client, page, f"{page}/move/submitted", version="1", short_name="ＵＭＩＫＡＺＥ", location_name="豊洲")
    assert sent.status_code == 303, sent.text
    shown = client.get(page)
    assert "提出済み" in shown.text
    assert "UMIKAZE" in shown.text

    blocked = client.get(f"/changes/new?site_id={site_id}&kind=fault_contact_change")
    assert "拠点名変更の手続き中" in blocked.text
    _move(record_id, Status.REVIEWING)
    _move(record_id, Status.RETURNED, "ロケーション名をご確認ください")
    returned = client.get(page)
    assert "ロケーション名をご確認ください" in returned.text
    stale = _post(client, page, page, version="1", short_name="X", location_name="Y")
    assert stale.status_code == 409
    version = re.search(r'name="version"[^>]*value="(\d+)"', returned.text)
    assert version
    again = _post(
        client, page, f"{page}/move/submitted", version=version[1], short_name="UMIKAZE", location_name="豊洲2F"
    )
    assert again.status_code == 303, again.text
    _move(record_id, Status.REVIEWING)
    _move(record_id, Status.ACCEPTED)
    assert "UMIKAZE(豊洲2F)" in client.get("/home").text
    keys = database().scalars(select(Mail.key).where(Mail.record_id == record_id)).all()
    assert keys.count(MailKey.DESK_SUBMISSION) == 2
    assert keys.count(MailKey.STATUS_CHANGED) == 4
    assert "海風物産" in client.get(f"/changes/new?site_id={site_id}&kind=fault_contact_change").text


def _move(record_id: int, target: Status, comment: str | None = None) -> None:
    database.remove()
    with transaction() as session:
        transition(session, [session.get_one(Record, record_id)], target, OPERATOR, comment).raise_if_refused()
    database.remove()


def test_another_companys_numbers_are_like_missing_ones(app: Flask) -> None:
    client = app.test_client()
    sign_in(client, "demo-customer")
    foreign = select(Record.id, Request.id).join(Record.request).order_by(Record.id.desc()).limit(1)
    record_id, request_id = database().execute(foreign).one()
    database.remove()
    for address in (
        f"/records/{record_id}",
        f"/requests/{request_id:08d}",
        f"/requests/{request_id:08d}/cancel",
        "/files/1",
        "/nothing",
    ):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "お探しのページは見つかりません" in answer.text


def test_every_page_is_closed_to_visitors_unless_it_says_otherwise(app: Flask) -> None:
    client = app.test_client()
    for address in ("/home", "/changes/new", "/records/1", "/requests/00000001", "/files/1", "/search", "/updates"):
        answer = client.get(address)
        assert answer.status_code == 303
        assert answer.location.startswith("/login")
    for address in ("/", "/guide", "/status-guide/site_name", "/login", "/account-request", "/apply/1"):
        assert client.get(address).status_code == 200, address


def test_an_unsafe_request_without_a_token_is_refused(app: Flask) -> None:
    client = app.test_client()
    sign_in(client, "demo-customer")
    assert client.post("/changes/new", data={"kind": "site_rename"}).status_code == 400


def test_every_record_page_in_every_status_can_be_read(app: Flask) -> None:
    client = app.test_client()
    sign_in(client, "demo-all")
    account = select(Record.id).join(Record.request).join(Request.site).where(Site.customer_id == 2)
    record_ids = database().scalars(account).all()
    database.remove()
    assert len(record_ids) > 100
    for record_id in record_ids:
        assert client.get(f"/records/{record_id}").status_code == 200


def test_a_customers_cookie_opens_nothing_at_the_desk(app: Flask) -> None:
    desk = whole_desk().test_client()
    answer = desk.get("/")
    assert answer.status_code in {302, 303}
    assert "/login" in answer.location
