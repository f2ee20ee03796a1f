"""A customer's mail address changes only once the new one was proved (SPEC §8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select

from models.base.clock import now
from models.base.db import database, transaction
from models.tables.account import Account
from models.tables.customer import Customer
from models.tables.login import PasswordLink
from models.tables.mail import Mail
from tests.identity import PASSWORD, add_account, newest_secret, portal_app, post, sign_in
from tests.pages import press
from tests.world import sign_in_as

OLD, NEW = "hanako@example.co.jp", "new@example.co.jp"


@pytest.fixture
def app(db: Engine) -> Flask:
    add_account()
    return portal_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return sign_in_as(app, "hanako")


def ask_for(client: FlaskClient, address: str = NEW) -> str:
    """Begins a change; gives the path of the link that was mailed."""
    assert post(client, "/account/mail", new_mail=address, current=PASSWORD).status_code == 303
    return newest_secret("link").removeprefix("http://localhost")


def address_of(user_name: str = "hanako") -> str:
    mail = database().scalars(select(Account.mail).where(Account.user_name == user_name)).one()
    database.remove()
    return mail


def newest_mail() -> tuple[str, str]:
    mail = database().scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert mail is not None
    database.remove()
    return mail.key, mail.recipient


def test_the_new_address_counts_once_its_link_was_opened_and_confirmed(app: Flask, client: FlaskClient) -> None:
    path = ask_for(client, " ｎｅｗ@example.co.jp ")
    assert newest_mail() == ("mail_change", NEW)
    assert "まだ完了していません" in client.get("/account").text
    page = client.get(path)
    assert page.status_code == 200
    assert NEW in page.text
    assert address_of() == OLD, "reading changes nothing"
    assert post(client, path).status_code == 303
    assert address_of() == NEW
    assert newest_mail() == ("mail_changed", OLD)
    assert client.get(path).status_code == 410
    assert "まだ完了していません" not in client.get("/account").text
    sign_in(app.test_client())
    assert newest_mail() == ("verification_code", NEW)


@pytest.mark.parametrize(
    ("address", "password", "message"),
    [
        (NEW, "wrong", "現在のパスワードが違います"),
        ("new@", PASSWORD, "メールアドレスの形式"),
        (OLD, PASSWORD, "現在のメールアドレスと同じ"),
        ("", PASSWORD, "新しいメールアドレスを入力してください"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_mailed(
    client: FlaskClient, address: str, password: str, message: str
) -> None:
    mails = database().scalar(select(func.count(Mail.id)))
    database.remove()
    answer = post(client, "/account/mail", new_mail=address, current=password)
    assert answer.status_code == 422
    assert message in answer.text
    assert f'value="{address}"' in answer.text
    assert database().scalar(select(func.count(Mail.id))) == mails


def test_a_second_change_or_a_cancelled_one_makes_the_link_useless(client: FlaskClient) -> None:
    first = ask_for(client)
    second = ask_for(client, "other@example.co.jp")
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200
    page = client.get("/account").text
    assert "other@example.co.jp" in page
    assert post(client, "/account", new_mail="x").status_code == 405
    assert press(client, "/account", "/account/mail-change/cancel").status_code == 303
    assert client.get(second).status_code == 410
    assert address_of() == OLD


def test_a_link_ends_after_a_day(client: FlaskClient) -> None:
    path = ask_for(client)
    with transaction() as session:
        link = session.scalars(select(PasswordLink)).one()
        assert timedelta(hours=23) < link.expires_at - now() <= timedelta(hours=24)
        link.expires_at = now() - timedelta(seconds=1)
    database.remove()
    assert client.get(path).status_code == 410
    assert post(client, path).status_code == 410
    assert "まだ完了していません" not in client.get("/account").text


def test_the_link_is_its_accounts_alone_and_sets_no_password(app: Flask, client: FlaskClient) -> None:
    path = ask_for(client)
    with transaction() as session:
        customer = session.get_one(Customer, 1)
    add_account(user_name="jiro", mail="jiro@example.co.jp", customer=customer)
    colleague = sign_in_as(app, "jiro")
    assert colleague.get(path).status_code == 410
    assert press(colleague, "/home", path).status_code == 410
    assert (address_of(), address_of("jiro")) == (OLD, "jiro@example.co.jp")
    assert app.test_client().get(path.replace("/account/mail/", "/password/")).status_code == 410


def test_whoever_opens_the_link_without_being_signed_in_comes_back_after_the_login(
    app: Flask, client: FlaskClient
) -> None:
    path = ask_for(client)
    other = app.test_client()
    led_to = other.get(path)
    assert led_to.status_code == 303
    post(other, led_to.location, user_name="hanako", password=PASSWORD)
    post(other, "/login/code", send="1")
    assert post(other, "/login/code", code=newest_secret("code")).location == path
    assert post(other, path).status_code == 303
    assert address_of() == NEW


def test_a_changed_password_and_a_changed_address_end_what_was_mailed_before(app: Flask, client: FlaskClient) -> None:
    path = ask_for(client)
    post(app.test_client(), "/password/reset", user_name="hanako")
    reset = newest_secret("link").removeprefix("http://localhost")
    assert client.get(path).status_code == 200, "somebody who asks for a reset takes nobody's change away"
    assert post(client, path).status_code == 303
    assert app.test_client().get(reset).status_code == 410, "it went to an address that is no longer the account's"
    path, new = ask_for(client, "third@example.co.jp"), "atarashii nagai kotoba"
    assert post(client, "/account/password", current=PASSWORD, password=new, repeated=new).status_code == 303
    assert client.get(path).status_code == 410


def test_an_address_that_the_desk_changes_is_told_too_and_what_was_mailed_there_is_useless(client: FlaskClient) -> None:
    path = ask_for(client)
    with transaction() as session:
        session.get_one(Account, 1).mail = "desk-typed@example.co.jp"
    database.remove()
    assert newest_mail() == ("mail_changed", OLD)
    assert client.get(path).status_code == 410
