"""Passwords are set by link, changed by their owner, and asked for anew (RELIABILITY §1)."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select

from models.base.db import database, transaction
from models.services.passwords import send_link
from models.tables.account import Account
from models.tables.login import LinkPurpose
from models.tables.mail import Mail
from tests.identity import PASSWORD, add_account, newest_secret, portal_app, post, sign_in, told


@pytest.fixture
def app(db: Engine) -> Flask:
    add_account()
    return portal_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/home").status_code == 200


def test_a_link_sets_a_password_once(client: FlaskClient) -> None:
    with transaction() as session:
        send_link(session, session.get_one(Account, 1), LinkPurpose.ISSUE)
    path = newest_secret("link").removeprefix("http://localhost")
    assert post(client, path, password="short", repeated="short").status_code == 422
    new = "atarashii nagai kotoba"
    assert post(client, path, password=new, repeated="something else 123").status_code == 422
    assert post(client, path, password=new, repeated=new).status_code == 302
    assert client.get(path).status_code == 410
    sign_in(client, password=new)
    assert is_signed_in(client)


def test_a_forgotten_password_is_answered_alike_for_everybody(client: FlaskClient) -> None:
    known = post(client, "/password/reset", user_name="hanako").text
    unknown = post(client, "/password/reset", user_name="nobody").text
    assert known == unknown
    assert database().scalar(select(func.count(Mail.id))) == 1
    assert client.get(newest_secret("link").removeprefix("http://localhost")).status_code == 200


def test_a_changed_password_ends_the_other_sessions(app: Flask, client: FlaskClient) -> None:
    other = app.test_client()
    sign_in(client)
    sign_in(other)
    new = "atarashii nagai kotoba"
    assert post(client, "/account/password", current="wrong", password=new, repeated=new).status_code == 422
    assert post(client, "/account/password", current=PASSWORD, password=new, repeated=new).status_code == 303
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert told() == ("hanako@example.co.jp", "パスワードが変更されました。")


def test_a_changed_password_ends_a_login_that_was_begun_with_the_old_one(app: Flask, client: FlaskClient) -> None:
    begun = app.test_client()
    sign_in(client)
    post(begun, "/login", user_name="hanako", password=PASSWORD)
    post(begun, "/login/code", send="1")
    code, new = newest_secret("code"), "atarashii nagai kotoba"
    assert post(client, "/account/password", current=PASSWORD, password=new, repeated=new).status_code == 303
    assert post(begun, "/login/code", code=code).location == "/login"
    assert not is_signed_in(begun)
    assert is_signed_in(client)


def test_a_borrowed_session_is_no_place_to_guess_the_password(client: FlaskClient) -> None:
    sign_in(client)
    new = "atarashii nagai kotoba"
    answers = [post(client, "/account/password", current=f"guess {n}", password=new, repeated=new) for n in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    answer = post(client, "/account/password", current=PASSWORD, password=new, repeated=new)
    assert answer.status_code == 429
    assert "もう一度お試しください" in answer.text
