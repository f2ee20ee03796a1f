"""Operators and accounts as the desk manages them: a link at the start, lost authenticators, sessions; never a desk without an administrator."""

from __future__ import annotations

import re
from functools import partial
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from models.base.actor import Actor, Role
from models.base.clock import now
from models.base.db import database, transaction
from models.base.errors import Refused
from models.services.credentials import invite, reset_authenticator
from models.tables.account import Account
from models.tables.login import LoginSession, PasswordLink
from models.tables.mail import Mail
from models.tables.operator import Operator
from tests.at_once import at_once
from tests.build import build_account, build_customer
from tests.clerk import furnish
from tests.desk import SECRET, act_on, desk_application, operator_at, send, values_in
from tests.identity import HASH, PASSWORD, newest_secret, post, told
from tests.pages import token_in

LAST = "有効な管理者がいなくなる"


@pytest.fixture
def app(db: Engine) -> Flask:
    return desk_application()


def number_of(user_name: str) -> int:
    found = database().scalars(select(Operator.id).where(Operator.user_name == user_name)).one()
    database.remove()
    return found


def test_a_new_operator_gets_a_link_to_set_the_password(app: Flask) -> None:
    client = operator_at(app, "administrator")
    answer = send(
        client,
        "/operator/new/",
        user_name="new-desk",
        name="新人 さくら",
        mail="sakura@example.jp",
        role="operator",
        is_active="y",
    )
    assert answer.status_code == 303, answer.text
    mail = database().scalars(select(Mail)).one()
    assert (mail.recipient, mail.key) == ("sakura@example.jp", "account_issued")
    assert mail.context["period"] == "7日"
    assert database().scalars(select(PasswordLink.operator_id)).one() == number_of("new-desk")


def test_only_administrators_touch_operators(app: Flask) -> None:
    boss = operator_at(app, "administrator", "boss")
    number = number_of("boss")
    assert boss.get("/operator/").status_code == 200
    client = operator_at(app, "operator")
    for path in ("new/", f"{number}/edit/", f"{number}/delete/"):
        assert client.get(f"/operator/{path}").status_code == 403
    assert act_on(client, "operator", "reset-authenticator", number).status_code == 409
    assert "認証アプリを解除する" not in client.get(f"/operator/{number}/").text


@pytest.mark.parametrize("change", [{"role": "operator"}, {"is_active": ""}])
def test_the_last_active_administrator_cannot_be_demoted_or_disabled(app: Flask, change: dict[str, str]) -> None:
    client = operator_at(app, "administrator", "boss")
    number = number_of("boss")
    page = client.get(f"/operator/{number}/edit/").text
    values = {**values_in(page), **change}
    if not values["is_active"]:
        del values["is_active"]
    answer = client.post(f"/operator/{number}/edit/", data=values)
    assert answer.status_code == 422
    assert LAST in answer.text
    assert database().get_one(Operator, number).role == "administrator"
    database.remove()
    with transaction() as session:
        invited = Operator(user_name="invited", name="未設定", mail="invited@example.jp", role="administrator")
        session.add(invited)
    assert client.post(f"/operator/{number}/edit/", data=values).status_code == 422, (
        "who never set a password gets nobody in"
    )
    operator_at(app, "administrator", "second")
    assert client.post(f"/operator/{number}/edit/", data=values).status_code == 303


def test_the_last_active_administrator_cannot_be_deleted(app: Flask) -> None:
    client = operator_at(app, "administrator", "boss")
    with transaction() as session:
        session.add(
            Operator(user_name="gone", name="休職中", mail="gone@example.jp", role="administrator", is_active=False)
        )
    assert "「有効」を外すと" in client.get(f"/operator/{number_of('gone')}/delete/").text
    answer = send(client, f"/operator/{number_of('boss')}/delete/")
    assert answer.status_code == 409
    assert LAST in answer.text
    assert send(client, f"/operator/{number_of('gone')}/delete/").status_code == 303


def test_of_two_administrators_who_demote_each_other_at_once_one_stays(db: Engine) -> None:
    with transaction() as session:
        for name in ("first", "second"):
            row = Operator(user_name=name, name=name, mail=f"{name}@example.jp", role="administrator")
            row.password_hash = HASH
            session.add(row)
    # SQLite lets one act begin after the other; PostgreSQL lets both see two administrators.
    both_have_looked = Barrier(2 if db.dialect.name == "postgresql" else 1)

    def demote(user_name: str) -> str:
        with transaction() as session:
            row = session.scalars(select(Operator).where(Operator.user_name == user_name)).one()
            both_have_looked.wait(30)
            row.role = "operator"
        return user_name

    found = at_once([partial(demote, name) for name in ("first", "second")])
    refused = [one for one in found if isinstance(one, Refused)]
    assert len(refused) == 1
    assert LAST in str(refused[0])
    assert len(database().scalars(select(Operator.id).where(Operator.role == "administrator")).all()) == 1


def test_a_reset_authenticator_ends_the_sessions_and_has_to_be_set_up_anew(app: Flask) -> None:
    boss, other = operator_at(app, "administrator", "boss"), operator_at(app, "operator", "lost")
    number = number_of("lost")
    assert "認証アプリを解除する" in boss.get(f"/operator/{number}/").text
    assert "1件すべてを実行しました" in act_on(boss, "operator", "reset-authenticator", number).text
    assert database().get_one(Operator, number).totp_secret is None
    database.remove()
    assert told() == ("lost@example.jp", "認証アプリの登録が解除されました。")
    assert other.get("/customer/").status_code == 302
    page = boss.get(f"/operator/{number}/").text
    assert "認証アプリは登録されていません。" in page, "what is not possible stays visible, with its reason"
    assert "1件のうち0件を実行しました" in act_on(boss, "operator", "reset-authenticator", number).text


def test_an_act_on_a_login_says_before_how_many_mails_it_writes_and_how_they_read(app: Flask) -> None:
    furnish()
    boss = operator_at(app, "administrator", "boss")
    operator_at(app, "operator", "lost")
    number, token = number_of("lost"), token_in(boss.get("/my-login").text)
    for act, mails, words in (
        ("send-link", 1, "次のアドレスを開いて"),
        ("reset-authenticator", 1, "お心当たりがない場合は、すぐに管理者へご連絡ください"),
        ("end-sessions", 0, "この操作ではメールは送られません"),
    ):
        values = {"csrf_token": token, "table": "operator", "act": act, "ids": [str(number)]}
        plan = boss.post("/bulk", data=values).location
        shown = boss.get(plan).text
        assert f'<span class="sums__number">{mails}</span>送られるメール' in shown
        assert words in shown
        before = len(database().scalars(select(Mail.id)).all())
        database.remove()
        boss.post(f"{plan}/apply", data=values)
        assert len(database().scalars(select(Mail.id)).all()) == before + mails, act
        database.remove()


def test_sessions_can_be_ended_from_the_desk(app: Flask) -> None:
    boss, other = operator_at(app, "administrator", "boss"), operator_at(app, "operator", "away")
    assert other.get("/customer/").status_code == 200
    act_on(boss, "operator", "end-sessions", number_of("away"))
    assert other.get("/customer/").status_code == 302
    assert boss.get("/customer/").status_code == 200


def test_an_operator_sends_a_customer_a_new_link_and_earlier_ones_die(app: Flask) -> None:
    with transaction() as session:
        number = build_account(session, build_customer(session), totp_secret=SECRET).id
    client = operator_at(app, "operator")
    for _ in range(2):
        assert "1件すべてを実行しました" in act_on(client, "account", "send-link", number).text
    links = database().scalars(select(PasswordLink).order_by(PasswordLink.id)).all()
    assert [link.used_at is None for link in links] == [False, True]
    database.remove()
    assert act_on(operator_at(app, "viewer"), "account", "send-link", number).status_code == 409


def test_an_operator_who_forgot_the_password_gets_a_link_from_an_administrator_and_is_in_again(app: Flask) -> None:
    boss, forgetful = operator_at(app, "administrator", "boss"), operator_at(app, "operator", "forgot")
    number = number_of("forgot")
    assert "管理者に再設定のリンクを依頼" in app.test_client().get("/login").text
    page = boss.get(f"/operator/{number}/").text
    assert "パスワード設定のリンクを送る" in page
    assert "パスワード設定のリンクを送る" not in forgetful.get(f"/operator/{number}/").text
    act_on(boss, "operator", "send-link", number)
    link = re.sub(r"^https?://[^/]+/admin", "", newest_secret("link"))
    stranger = app.test_client()
    typed = {"password": "atarashii nagai aikotoba", "repeated": "atarashii nagai aikotoba"}
    assert post(stranger, link, **typed).location == "/login"
    assert forgetful.get("/").status_code == 302, "who knew the old one is out"
    assert post(stranger, "/login", user_name="forgot", password=PASSWORD).status_code == 422
    assert post(stranger, "/login", user_name="forgot", password=typed["password"]).location == "/login/code"


def test_the_domain_refuses_who_may_not_manage_a_login(db: Engine) -> None:
    viewer, operator = Actor(Role.VIEWER, 1, "閲覧"), Actor(Role.OPERATOR, 2, "担当")
    with transaction() as session:
        account = build_account(session, build_customer(session))
        boss = Operator(user_name="boss", name="管理", mail="boss@example.jp", role="administrator", totp_secret=SECRET)
        session.add(boss)
        session.flush()
        for owner, actor in ((account, viewer), (boss, operator)):
            with pytest.raises(Refused, match="権限"):
                invite(session, owner, actor)
            with pytest.raises(Refused, match="権限"):
                reset_authenticator(session, owner, actor)


def test_a_disabled_account_is_noted_as_such_by_hand(app: Flask) -> None:
    with transaction() as session:
        number = build_account(session, build_customer(session)).id
    answer = send(operator_at(app, "operator"), f"/account/{number}/edit/", disabled_at="2026-11-01T09:00")
    assert answer.status_code == 303
    stopped = database().get_one(Account, number).disabled_at
    assert stopped is not None
    assert stopped < now()
    assert database().scalars(select(LoginSession.id)).all()
