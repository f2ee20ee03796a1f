"""What a customer does about the login: an authenticator app, and the devices on which one is signed in (RELIABILITY §1)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from models.base.actor import Actor, Role
from models.base.clock import now
from models.base.db import database, transaction
from models.rules.devices import device_of
from models.services.credentials import reset_authenticator
from models.tables.account import Account
from models.tables.customer import Customer
from models.tables.login import LoginSession
from tests.identity import PASSWORD, add_account, app_key_in, newest_secret, portal_app, post, sign_in, told
from tests.pages import press
from tests.world import sign_in_as

MAIL = "hanako@example.co.jp"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1"


@pytest.fixture
def app(db: Engine) -> Flask:
    add_account()
    return portal_app()


def browser(app: Flask, user_agent: str = WINDOWS) -> FlaskClient:
    """Somebody who is signed in with that browser."""
    return sign_in_as(app, "hanako", device_of(user_agent))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return browser(app)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/home").status_code == 200


def code_of(secret: str) -> str:
    """What the app shows next: it is taken already, and still after the half minute has ended."""
    return TOTP(secret).at(now() + timedelta(seconds=30))


def let_half_a_minute_pass() -> None:
    """The app shows another code than the one that was used."""
    with transaction() as session:
        session.get_one(Account, 1).totp_last_step = None
    database.remove()


def enrol(client: FlaskClient) -> str:
    """Sets an app up as the page says; gives the app's key."""
    page = client.get("/account/authenticator").text
    assert "data:image/svg+xml" in page
    secret = app_key_in(page)
    answer = post(client, "/account/authenticator", code=code_of(secret), current=PASSWORD)
    assert answer.status_code == 303, answer.text
    return secret


def begin(app: Flask) -> tuple[FlaskClient, str]:
    """A login up to the page that asks for the code, and that page."""
    client = app.test_client()
    post(client, "/login", user_name="hanako", password=PASSWORD)
    return client, client.get("/login/code").text


def enter(client: FlaskClient, code: str) -> TestResponse:
    return post(client, "/login/code", code=code)


def secret_of_account() -> str | None:
    secret = database().get_one(Account, 1).totp_secret
    database.remove()
    return secret


def test_nothing_is_set_up_before_the_app_and_the_password_are_right(client: FlaskClient) -> None:
    secret = app_key_in(client.get("/account/authenticator").text)
    right = code_of(secret)
    for code, password, message in (
        ("000000" if right != "000000" else "000001", PASSWORD, "認証コードが違います"),
        (right, "wrong", "現在のパスワードが違います"),
    ):
        answer = post(client, "/account/authenticator", code=code, current=password)
        assert answer.status_code == 422
        assert message in answer.text
        assert app_key_in(answer.text) == secret, "the picture that was scanned stays the right one"
    assert secret_of_account() is None


def test_with_an_app_the_login_asks_for_its_code_in_place_of_a_mail(app: Flask, client: FlaskClient) -> None:
    other = browser(app)
    secret = enrol(client)
    assert told() == (MAIL, "認証アプリが登録されました。")
    assert is_signed_in(client)
    assert not is_signed_in(other), "who was in without the app is out"
    coming, page = begin(app)
    assert "認証アプリに表示されている6桁の数字" in page
    assert "コードを送信" not in page
    assert enter(coming, code_of(secret)).status_code == 422, "the code that set the app up is used"
    let_half_a_minute_pass()
    shown = code_of(secret)
    full_width = " ".join(chr(ord(digit) + 0xFEE0) for digit in shown)
    assert enter(coming, full_width).status_code == 302
    assert is_signed_in(coming)
    again, _page = begin(app)
    assert enter(again, shown).status_code == 422
    assert not is_signed_in(again)


def test_a_lost_telephone_is_got_round_by_mail_and_the_owner_is_told(app: Flask, client: FlaskClient) -> None:
    enrol(client)
    coming, page = begin(app)
    assert "メールで検証コードを受け取る" in page
    post(coming, "/login/code", send="1")
    assert enter(coming, newest_secret("code")).status_code == 302
    assert told() == (MAIL, "認証アプリの代わりに、メールの検証コードでログインしました。")
    assert post(coming, "/account/authenticator/remove", current="wrong").status_code == 422
    assert secret_of_account()
    assert post(coming, "/account/authenticator/remove", current=PASSWORD).status_code == 303
    assert secret_of_account() is None
    assert told() == (MAIL, "認証アプリの登録が解除されました。")
    assert not is_signed_in(client)
    assert "コードを送信" in begin(app)[1]


def test_the_desk_takes_a_lost_app_away(app: Flask, client: FlaskClient) -> None:
    enrol(client)
    with transaction() as session:
        reset_authenticator(session, session.get_one(Account, 1), Actor(Role.OPERATOR, 1, "窓口"))
    database.remove()
    assert told() == (MAIL, "認証アプリの登録が解除されました。")
    assert not is_signed_in(client)
    assert "コードを送信" in begin(app)[1]


def test_a_page_of_the_app_that_has_nothing_to_do_leads_to_the_account_and_says_so(client: FlaskClient) -> None:
    page = client.get("/account/authenticator/remove", follow_redirects=True).text
    assert "認証アプリは登録されていません" in page
    assert 'href="/account/authenticator"' in page
    enrol(client)
    page = client.get("/account/authenticator", follow_redirects=True).text
    assert "認証アプリは登録済みです" in page
    assert 'href="/account/authenticator/remove"' in page


def test_the_guide_leads_to_a_page_about_the_app_that_fits_with_and_without_one(client: FlaskClient) -> None:
    for value in ("未登録", "登録済み"):
        found = re.search(r'href="([^"]+)">認証アプリの登録を確認する', client.get("/guide/account").text)
        assert found
        answer = client.get(found[1])
        assert answer.status_code == 200
        assert value in answer.text
        if value == "未登録":
            enrol(client)


def sessions_shown(client: FlaskClient) -> list[str]:
    """The devices of the list, in its order."""
    return re.findall(r'<h2 class="session__device">([^<]+)', client.get("/account/sessions").text)


def test_devices_are_listed_and_one_of_them_ended(app: Flask, client: FlaskClient) -> None:
    telephone = app.test_client()
    telephone.environ_base["HTTP_USER_AGENT"] = IPHONE
    sign_in(telephone)
    page = client.get("/account/sessions").text
    assert sessions_shown(client) == ["Safari（iPhone）", "Chrome（Windows）"]
    assert page.count(">この端末<") == 1
    ends = re.findall(r'action="(/account/sessions/\d+/end)"', page)
    assert len(ends) == 1, "one's own ends by signing out"
    assert press(client, "/account/sessions", ends[0]).status_code == 303
    assert not is_signed_in(telephone)
    assert is_signed_in(client)
    assert sessions_shown(client) == ["Chrome（Windows）"]


def test_all_others_are_ended_at_once_and_those_that_are_over_are_not_shown(app: Flask, client: FlaskClient) -> None:
    others = [browser(app), browser(app, IPHONE)]
    with transaction() as session:
        newest = session.scalars(select(LoginSession).order_by(LoginSession.id.desc())).first()
        assert newest
        newest.last_seen_at = now() - timedelta(hours=2)
    database.remove()
    assert len(sessions_shown(client)) == 2
    assert press(client, "/account/sessions", "/account/sessions/end").status_code == 303
    assert "1件終了しました" in client.get("/account/sessions").text
    assert [is_signed_in(other) for other in others] == [False, False]
    assert is_signed_in(client)


def test_nobody_ends_anybody_elses_session_nor_ones_own_by_mistake(app: Flask, client: FlaskClient) -> None:
    with transaction() as session:
        customer = session.get_one(Customer, 1)
    add_account(user_name="jiro", mail="jiro@example.co.jp", customer=customer)
    colleague = sign_in_as(app, "jiro")
    with transaction() as session:
        own, theirs = session.scalars(select(LoginSession.id).order_by(LoginSession.id)).all()
    database.remove()
    assert press(client, "/account/sessions", f"/account/sessions/{theirs}/end").status_code == 404
    assert is_signed_in(colleague)
    assert press(client, "/account/sessions", f"/account/sessions/{own}/end").status_code == 303
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (WINDOWS, "Chrome（Windows）"),
        (IPHONE, "Safari（iPhone）"),
        (WINDOWS + " Edg/126.0", "Edge（Windows）"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14.5; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox（Mac）"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36", "Chrome（Android）"),
        ("curl/8.5", "不明な端末"),
        ("", "不明な端末"),
    ],
)  # fmt: skip
def test_browsers_are_named_as_their_owners_know_them(user_agent: str, name: str) -> None:
    assert device_of(user_agent) == name
