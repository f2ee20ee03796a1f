"""Operators sign in by password and authenticator app (RELIABILITY check 8)."""

from __future__ import annotations

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from models.base.db import database, transaction
from models.services.passwords import send_link
from models.tables.login import LinkPurpose
from models.tables.operator import Operator
from tests.identity import (
    HOSTILE_ADDRESSES,
    PASSWORD,
    add_account,
    add_operator,
    app_key_in,
    desk_app,
    newest_secret,
    post,
)
from tests.pages import token_in

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def app(db: Engine) -> Flask:
    return desk_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_without_a_login_every_page_leads_to_it(client: FlaskClient) -> None:
    assert client.get("/list").location == "/login?next=/list"
    assert client.get("/no-such-page").location.startswith("/login")


def test_an_operator_without_an_app_reaches_its_enrolment_alone(client: FlaskClient) -> None:
    add_operator()
    post(client, "/login", user_name="desk", password=PASSWORD)
    post(client, "/login/code", send="1")
    assert post(client, "/login/code", code=newest_secret("code")).status_code == 302
    assert client.get("/").location == "/enrol"
    assert client.get("/list").location == "/enrol"
    page = client.get("/enrol").text
    assert "data:image/svg+xml" in page
    secret = app_key_in(page)
    assert post(client, "/enrol", code="000000").status_code == 422
    assert post(client, "/enrol", code=pyotp.TOTP(secret).now()).status_code == 302
    assert client.get("/list").text == "一覧"
    assert database().scalar(select(Operator.totp_secret)) == secret


def test_a_used_authenticator_code_is_refused_again_however_it_is_typed(app: Flask, client: FlaskClient) -> None:
    add_operator(totp_secret=SECRET)
    with time_machine.travel("2026-11-24T00:00:05Z", tick=False):
        code = pyotp.TOTP(SECRET).now()
        post(client, "/login", user_name="desk", password=PASSWORD)
        assert post(client, "/login/code", code=f"{code[:3]} {code[3:]}").status_code == 302
        assert client.get("/").text == "受付一覧"
        other = app.test_client()
        post(other, "/login", user_name="desk", password=PASSWORD)
        full = code.translate({ord("0") + n: ord("０") + n for n in range(10)})
        for typed in (code, full, f" {code} "):
            assert post(other, "/login/code", code=typed).status_code == 422
        assert other.get("/").status_code == 302


@pytest.mark.parametrize("target", HOSTILE_ADDRESSES)
def test_a_hostile_next_leads_to_the_inbox(client: FlaskClient, target: str) -> None:
    add_operator(totp_secret=SECRET)
    page = client.get("/login", query_string={"next": target})
    form = {"csrf_token": token_in(page.text), "user_name": "desk", "password": PASSWORD}
    assert client.post("/login", query_string={"next": target}, data=form).status_code == 302
    assert post(client, "/login/code", code=pyotp.TOTP(SECRET).now()).location == "/"


def test_an_enrolled_operator_gets_no_code_by_mail(client: FlaskClient) -> None:
    add_operator(totp_secret=SECRET)
    post(client, "/login", user_name="desk", password=PASSWORD)
    assert "コードを送信" not in client.get("/login/code").text
    post(client, "/login/code", send="1")
    with pytest.raises(AssertionError, match="no mail"):
        newest_secret("code")


def test_a_customer_is_nobody_at_the_desk(client: FlaskClient) -> None:
    add_account()
    assert post(client, "/login", user_name="hanako", password=PASSWORD).status_code == 422


def test_an_operator_who_is_made_inactive_is_out_at_once(client: FlaskClient) -> None:
    add_operator(totp_secret=SECRET)
    post(client, "/login", user_name="desk", password=PASSWORD)
    post(client, "/login/code", code=pyotp.TOTP(SECRET).now())
    assert client.get("/").text == "受付一覧"
    with transaction() as session:
        session.execute(update(Operator).values(is_active=False))
    assert client.get("/").status_code == 302
    assert post(client, "/login", user_name="desk", password=PASSWORD).status_code == 422


def test_an_operator_sets_a_longer_password_by_link(client: FlaskClient) -> None:
    number = add_operator(password_hash=None)
    with transaction() as session:
        send_link(session, session.get_one(Operator, number), LinkPurpose.ISSUE)
    link = newest_secret("link")
    assert link.startswith("http://localhost/admin/password/")
    path = link.removeprefix("http://localhost/admin")
    assert post(client, path, password="only14lettersx", repeated="only14lettersx").status_code == 422
    assert post(client, path, password=PASSWORD, repeated=PASSWORD).status_code == 302
    assert post(client, "/login", user_name="desk", password=PASSWORD).location == "/login/code"
