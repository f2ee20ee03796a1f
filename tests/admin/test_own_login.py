"""What operators do about their logins, and what administrators see of everybody's (RELIABILITY checks 6, 8, 37)."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP
from sqlalchemy import Engine, select, text

from models.base.actor import Actor, Role
from models.base.clock import now
from models.base.db import database, transaction
from models.base.errors import Refused
from models.services.audit import note
from models.services.login import begin_login, enter_code, send_code
from models.services.sessions import start_session
from models.tables.account import Account
from models.tables.event import LOGIN_EVENTS, Action
from models.tables.login import LoginSession
from models.tables.operator import Operator
from tests.desk import SECRET, desk_application, operator_at, send
from tests.identity import PASSWORD, add_account, app_key_in, newest_secret, told
from tests.pages import press
from tests.statements import statements


@pytest.fixture
def app(db: Engine) -> Flask:
    return desk_application()


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/my-login").status_code == 200


def another_browser_of(app: Flask, user_name: str) -> FlaskClient:
    """The same operator, elsewhere."""
    with transaction() as session:
        operator = session.scalars(select(Operator).where(Operator.user_name == user_name)).one()
        token = start_session(session, operator, "192.0.2.9", "Edge（Windows）")
    database.remove()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return client


def a_customer_is_signed_in() -> int:
    """The number of the session."""
    add_account()
    with transaction() as session:
        start_session(session, session.get_one(Account, 1), "192.0.2.5", "Safari（iPhone）")
    number = database().scalars(select(LoginSession.id).where(LoginSession.account_id == 1)).one()
    database.remove()
    return number


def test_operators_change_their_password_with_the_present_one(app: Flask) -> None:
    client = operator_at(app, "viewer", "desk")
    other = another_browser_of(app, "desk")
    new = "atarashii nagai aikotoba"
    for values, message in (
        ({"current": "wrong", "password": new, "repeated": new}, "現在のパスワードが違います"),
        ({"current": PASSWORD, "password": "twelve chars", "repeated": "twelve chars"}, "15文字以上"),
        ({"current": PASSWORD, "password": new, "repeated": "another"}, "一致しません"),
    ):
        answer = send(client, "/my-login/password", **values)
        assert answer.status_code == 422
        assert message in answer.text
    assert is_signed_in(other)
    assert send(client, "/my-login/password", current=PASSWORD, password=new, repeated=new).status_code == 303
    assert (is_signed_in(client), is_signed_in(other)) == (True, False)
    assert told() == ("desk@example.jp", "パスワードが変更されました。")


def test_another_app_takes_the_place_of_the_first_one_which_is_good_until_then(app: Flask) -> None:
    client = operator_at(app, "operator", "desk")
    other = another_browser_of(app, "desk")
    secret = app_key_in(client.get("/my-login/authenticator").text)
    assert secret != SECRET
    code = TOTP(secret).at(now())
    answer = send(client, "/my-login/authenticator", code=code, current="wrong")
    assert answer.status_code == 422
    assert database().scalars(select(Operator.totp_secret)).one() == SECRET
    database.remove()
    assert send(client, "/my-login/authenticator", code=code, current=PASSWORD).status_code == 303
    assert database().scalars(select(Operator.totp_secret)).one() == secret
    database.remove()
    assert (is_signed_in(client), is_signed_in(other)) == (True, False)
    assert told() == ("desk@example.jp", "認証アプリが登録されました。")
    assert app_key_in(client.get("/my-login/authenticator").text) != secret, "the next key is another one"


def test_operators_see_and_end_their_own_sessions(app: Flask) -> None:
    client = operator_at(app, "viewer", "desk")
    other = another_browser_of(app, "desk")
    page = client.get("/my-login").text
    assert "Edge（Windows）" in page
    assert "192.0.2.9" in page
    ends = re.findall(r'action="(/sessions/\d+/end)"', page)
    assert len(ends) == 1, "one's own ends by signing out"
    assert press(client, "/my-login", ends[0]).status_code == 303
    assert not is_signed_in(other)
    other = another_browser_of(app, "desk")
    assert press(client, "/my-login", "/my-login/sessions/end").status_code == 303
    assert (is_signed_in(client), is_signed_in(other)) == (True, False)


def test_operators_see_what_happened_to_their_own_login_and_to_no_other(app: Flask) -> None:
    client = operator_at(app, "viewer", "desk")
    operator_at(app, "viewer", "other")
    with transaction() as session:
        for number, user_name in enumerate(("desk", "other"), 1):
            owner = session.scalars(select(Operator).where(Operator.user_name == user_name)).one()
            for told_number in range(12):
                stranger = Actor(Role.SYSTEM, address=f"192.0.2.{number * 100 + told_number}")
                detail = {"reason": "password", "device": "Edge（Windows）"}
                note(session, Action.SIGN_IN_REFUSED, stranger, detail=detail, table_name="operator", row_id=owner.id)
    page = client.get("/my-login").text
    assert page.count("ログイン失敗（パスワードが違う）") == 10
    assert re.findall(r"192\.0\.2\.\d+", page) == [f"192.0.2.{number}" for number in range(111, 101, -1)]


def test_who_is_signed_in_is_seen_and_ended_by_role(app: Flask) -> None:
    customers = a_customer_is_signed_in()
    boss, operator, viewer = (operator_at(app, role) for role in ("administrator", "operator", "viewer"))
    assert viewer.get("/sessions").status_code == 403
    assert press(viewer, "/my-login", f"/sessions/{customers}/end").status_code == 409
    assert operator.get("/sessions?whose=operator").status_code == 403
    page = operator.get("/sessions").text
    assert "豊洲 花子" in page
    assert "Safari（iPhone）" in page
    assert "豊洲 花子" in operator.get("/sessions?q=hana").text
    assert "豊洲 花子" in operator.get("/sessions?q=192.0.2.5").text
    assert "豊洲 花子" not in operator.get("/sessions?q=jiro").text
    assert press(operator, "/sessions", f"/sessions/{customers}/end").status_code == 303
    assert "豊洲 花子" not in operator.get("/sessions").text
    with transaction() as session:
        rows = {row.operator.role: row.id for row in session.scalars(select(LoginSession)) if row.operator}
    database.remove()
    assert press(operator, "/my-login", f"/sessions/{rows['administrator']}/end").status_code == 409
    assert press(boss, "/sessions", f"/sessions/{rows['administrator']}/end").status_code == 409, (
        "one's own ends by signing out"
    )
    assert press(boss, "/sessions?whose=operator", f"/sessions/{rows['viewer']}/end").status_code == 303
    assert [is_signed_in(client) for client in (boss, operator, viewer)] == [True, True, False]
    assert press(boss, "/sessions", "/sessions/2000000000/end").status_code == 404


def test_the_history_says_who_when_from_where_and_with_what_result(app: Flask) -> None:
    add_account()
    for user_name in ("hanako", "nobody"):
        with pytest.raises(Refused):
            begin_login(Account, user_name, "secret guess", "192.0.2.7")
    with pytest.raises(Refused):
        begin_login(Operator, "nobody", "secret guess", "192.0.2.8")
    token = begin_login(Account, "hanako", PASSWORD, "192.0.2.7")
    send_code(token, Account)
    enter_code(token, Account, newest_secret("code"), "192.0.2.7", "Safari（iPhone）")
    boss = operator_at(app, "administrator")
    page = boss.get("/logins").text
    for said in (
        "豊洲 花子",
        "豊洲商事",
        "192.0.2.7",
        "Safari（iPhone）",
        "ログイン（メールの検証コード）",
        "パスワードが違う",
    ):
        assert said in page
    assert page.count("ユーザー名の登録がない") == 2
    assert "secret guess" not in page
    assert page.index("メールの検証コード") < page.index("パスワードが違う"), "the newest comes first"
    assert rows_in(boss, "result=refused") == 3
    assert rows_in(boss, "result=done") == 1
    assert rows_in(boss, "whose=operator") == 1
    assert rows_in(boss, "q=花子") == rows_in(boss, "q=hanak") == 2
    assert rows_in(boss, "q=192.0.2.8") == 1
    assert rows_in(boss, "until=2020-01-01") == 0
    for role in ("operator", "viewer"):
        assert operator_at(app, role).get("/logins").status_code == 403


def rows_in(client: FlaskClient, query: str) -> int:
    """How many lines the history has with these filters."""
    return client.get(f"/logins?{query}").text.count('scope="row"')


@pytest.mark.parametrize("query", ["whose=x", "result=x", "until=x", "before=x", "before=99999999999", "other=1"])
def test_a_filter_that_cannot_be_meant_is_named(app: Flask, query: str) -> None:
    answer = operator_at(app, "administrator").get(f"/logins?{query}")
    assert answer.status_code == 400
    assert "次の条件は使えません" in answer.text


def test_a_long_history_has_pages_that_cost_the_same(db: Engine, app: Flask) -> None:
    boss = operator_at(app, "administrator")
    with transaction() as session:
        for number in range(60):
            actor = Actor(Role.ADMINISTRATOR, 1, "窓口", address=f"192.0.2.{number}")
            note(session, Action.SIGNED_IN, actor, table_name="operator", row_id=1)
    database.remove()
    boss.get("/logins")
    with statements(db) as many:
        page = boss.get("/logins").text
    assert "192.0.2.59" in page
    assert "192.0.2.9<" not in page
    older = re.search(r'href="\?(before=\d+)" rel="next"', page)
    assert older
    assert rows_in(boss, older[1]) == 10
    with statements(db) as few:
        rows_in(boss, "until=2020-01-01")
    assert len(many) <= len(few) + 1, "whose they are is one query"


def test_the_history_is_read_by_an_index_of_its_own(db: Engine) -> None:
    query = f"SELECT id FROM event WHERE {LOGIN_EVENTS.text} ORDER BY id DESC LIMIT 51"
    with transaction() as session:
        if db.dialect.name == "postgresql":
            session.execute(
                text("SET LOCAL enable_seqscan = off")
            )  # the table is empty: reading all of it costs nothing
        plan = session.execute(text(("EXPLAIN " if db.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN ") + query))
        assert "ix_event_logins" in " ".join(map(str, plan))
