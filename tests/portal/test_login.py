"""Customers sign in by password and mailed code (RELIABILITY checks 1–7, 13, 17)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, func, select, text, update

from models.base.clock import now, today
from models.base.db import Base, database, transaction
from models.base.settings import settings
from models.services.attempts import network_of
from models.tables.account import Account
from models.tables.event import Event
from models.tables.login import AttemptCount, LoginChallenge, LoginSession
from models.tables.mail import Mail
from tests.identity import HOSTILE_ADDRESSES, PASSWORD, add_account, newest_secret, portal_app, post, sign_in, told
from tests.pages import press, token_in


@pytest.fixture
def app(db: Engine) -> Flask:
    add_account()
    return portal_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/home").status_code == 200


def wait(seconds: int) -> None:
    """Lets time pass for the half-done logins."""
    with transaction() as session:
        for row in session.scalars(select(LoginChallenge)):
            row.created_at -= timedelta(seconds=seconds)
            row.sent_at = row.sent_at and row.sent_at - timedelta(seconds=seconds)


def test_password_then_code_lead_in(client: FlaskClient) -> None:
    answer = sign_in(client)
    assert answer.status_code == 302
    assert answer.location == "/home"
    assert is_signed_in(client)


def test_the_right_password_alone_opens_nothing_but_the_code_page(client: FlaskClient) -> None:
    answer = post(client, "/login", user_name="hanako", password=PASSWORD)
    assert answer.location == "/login/code"
    page = client.get("/login/code").text
    assert "コードを送信" in page
    assert 'name="code"' not in page
    assert not is_signed_in(client)
    assert database().scalar(select(func.count(Mail.id))) == 0


def test_whatever_is_wrong_looks_the_same(client: FlaskClient) -> None:
    add_account(user_name="never", password_hash=None, activated_at=None)
    add_account(user_name="expired", expires_on=today() - timedelta(days=1))
    pages = set()
    for name, password in [("nobody", PASSWORD), ("hanako", "wrong"), ("never", PASSWORD), ("expired", "wrong")]:
        answer = post(client, "/login", user_name=name, password=password)
        pages.add(
            (
                answer.status_code,
                answer.text.replace(name, "").count("ユーザー名またはパスワードが違います。"),
                len(answer.text) - len(name),
            )
        )
    assert len(pages) == 1


def test_an_expired_account_is_told_so_after_the_right_password_and_led_on(client: FlaskClient) -> None:
    add_account(user_name="expired", expires_on=today() - timedelta(days=1))
    page = post(client, "/login", user_name="expired", password=PASSWORD).text
    assert "有効期限" in page
    assert "/account-request" in page


def test_an_account_that_expires_meanwhile_is_out_at_once_and_told_why(client: FlaskClient) -> None:
    sign_in(client)
    with transaction() as session:
        session.execute(update(Account).values(expires_on=today() - timedelta(days=1)))
    assert not is_signed_in(client)
    assert "利用できなくなりました" in client.get("/login").text


@pytest.mark.parametrize("column", ["last_seen_at", "created_at"])
def test_idle_and_old_sessions_end(client: FlaskClient, column: str) -> None:
    sign_in(client)
    with transaction() as session:
        session.execute(update(LoginSession).values({column: now() - timedelta(hours=13)}))
    assert not is_signed_in(client)


def test_a_saved_cookie_is_dead_after_logout(client: FlaskClient) -> None:
    sign_in(client)
    saved = client.get_cookie("portal_session")
    assert saved is not None
    answer = press(client, "/account", "/logout")
    assert '"cache"' in answer.headers["Clear-Site-Data"]
    client.set_cookie("portal_session", saved.value)
    assert not is_signed_in(client)


def test_six_wrong_codes_end_the_login_even_for_the_right_one(client: FlaskClient) -> None:
    post(client, "/login", user_name="hanako", password=PASSWORD)
    post(client, "/login/code", send="1")
    code = newest_secret("code")
    wrong = "000000" if code != "000000" else "111111"
    answers = [post(client, "/login/code", code=wrong) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 302]
    post(client, "/login/code", code=code)
    assert not is_signed_in(client)


@pytest.fixture
def seven_codes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CODE_LIMIT", "7")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.usefixtures("seven_codes")
def test_who_begins_anew_again_and_again_does_not_guess_codes_for_ever_and_the_owner_is_told(
    client: FlaskClient,
) -> None:
    for tries in (5, 2):
        post(client, "/login", user_name="hanako", password=PASSWORD)
        post(client, "/login/code", send="1")
        code = newest_secret("code")
        wrong = "000000" if code != "000000" else "111111"
        for _ in range(tries):
            post(client, "/login/code", code=wrong)
    refused = post(client, "/login/code", code=code)
    assert "上限に達しました" in refused.text
    assert not is_signed_in(client)
    assert "パスワードが知られています" in told()[1]
    with transaction() as session:
        session.execute(update(AttemptCount).values(window_started_at=now() - timedelta(minutes=61)))
    assert post(client, "/login/code", code=code).location == "/home"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_addresses_that_one_machine_may_use_in_turn_are_counted_as_one(address: str, place: str) -> None:
    assert network_of(address) == place


def test_fifty_parallel_wrong_codes_are_looked_at_five_times(app: Flask, client: FlaskClient) -> None:
    post(client, "/login", user_name="hanako", password=PASSWORD)
    post(client, "/login/code", send="1")
    code, cookie = newest_secret("code"), client.get_cookie("portal_session")
    send_in_parallel(app, client, "000000" if code != "000000" else "111111", 50)
    assert database().scalar(select(LoginChallenge.tries)) == 5
    database.remove()
    client.set_cookie("portal_session", cookie.value if cookie else "")
    post(client, "/login/code", code=code)
    assert not is_signed_in(client)


def test_twenty_parallel_right_codes_make_one_session(app: Flask, client: FlaskClient) -> None:
    post(client, "/login", user_name="hanako", password=PASSWORD)
    post(client, "/login/code", send="1")
    send_in_parallel(app, client, newest_secret("code"), 20)
    assert database().scalar(select(func.count(LoginSession.id))) == 1


def send_in_parallel(app: Flask, client: FlaskClient, code: str, times: int) -> None:
    token = token_in(client.get("/login/code").text)
    cookie = client.get_cookie("portal_session")
    assert cookie is not None

    def send(_number: int) -> None:
        other = app.test_client()
        other.set_cookie("portal_session", cookie.value)
        other.post("/login/code", data={"csrf_token": token, "code": code})
        database.remove()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(times)))


def test_a_code_serves_the_browser_that_asked_for_it_alone(app: Flask, client: FlaskClient) -> None:
    post(client, "/login", user_name="hanako", password=PASSWORD)
    post(client, "/login/code", send="1")
    code, other = newest_secret("code"), app.test_client()
    assert post(other, "/login/code", code=code).location == "/login"
    post(other, "/login", user_name="hanako", password=PASSWORD)
    post(other, "/login/code", send="1")
    fresh = newest_secret("code")
    if code != fresh:
        assert post(other, "/login/code", code=code).status_code == 422
    assert not is_signed_in(other)


def test_a_resend_makes_the_code_before_it_useless_and_has_its_limits(client: FlaskClient) -> None:
    post(client, "/login", user_name="hanako", password=PASSWORD)
    post(client, "/login/code", send="1")
    first = newest_secret("code")
    post(client, "/login/code", send="1")
    assert database().scalar(select(func.count(Mail.id))) == 1  # too early
    for _ in range(4):
        wait(61)
        post(client, "/login/code", send="1")
    assert database().scalar(select(func.count(Mail.id))) == 4
    if newest_secret("code") != first:
        assert post(client, "/login/code", code=first).status_code == 422


def test_a_code_ends_after_ten_minutes(client: FlaskClient) -> None:
    post(client, "/login", user_name="hanako", password=PASSWORD)
    post(client, "/login/code", send="1")
    code = newest_secret("code")
    wait(601)
    assert client.get("/login/code").location == "/login"
    post(client, "/login/code", code=code)
    assert not is_signed_in(client)


def test_a_code_may_be_typed_full_width_and_spaced(client: FlaskClient) -> None:
    post(client, "/login", user_name="hanako", password=PASSWORD)
    post(client, "/login/code", send="1")
    code = newest_secret("code").translate({ord("0") + n: ord("０") + n for n in range(10)})
    assert post(client, "/login/code", code=f" {code[:3]} {code[3:]}").status_code == 302
    assert is_signed_in(client)


def test_the_code_stands_in_no_table(client: FlaskClient) -> None:
    post(client, "/login", user_name="hanako", password=PASSWORD)
    post(client, "/login/code", send="1")
    code = newest_secret("code")
    with database().connection() as connection:
        for table in Base.metadata.tables.values():
            rows = connection.execute(text(f"SELECT * FROM {table.name}")).all()
            cells = " ".join(str(cell) for row in rows for cell in row)
            # Alone or inside of something else, but not within a longer number.
            assert not re.search(rf"(?<![0-9A-Za-z.]){code}(?![0-9A-Za-z])", cells), table.name


def test_too_many_attempts_are_slowed_down_and_free_again_later(client: FlaskClient) -> None:
    statuses = [post(client, "/login", user_name="hanako", password="wrong").status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    assert post(client, "/login", user_name="hanako", password=PASSWORD).status_code == 429
    with transaction() as session:
        session.execute(update(AttemptCount).values(window_started_at=now() - timedelta(minutes=6)))
    assert post(client, "/login", user_name="hanako", password=PASSWORD).status_code == 302


@pytest.mark.parametrize("target", HOSTILE_ADDRESSES)
def test_a_hostile_next_leads_home(client: FlaskClient, target: str) -> None:
    token = token_in(client.get("/login", query_string={"next": target}).text)
    client.post(
        "/login", query_string={"next": target}, data={"csrf_token": token, "user_name": "hanako", "password": PASSWORD}
    )
    post(client, "/login/code", send="1")
    assert post(client, "/login/code", code=newest_secret("code")).location == "/home"


def test_an_own_next_is_kept(client: FlaskClient) -> None:
    token = token_in(client.get("/login?next=/account").text)
    client.post("/login?next=/account", data={"csrf_token": token, "user_name": "hanako", "password": PASSWORD})
    post(client, "/login/code", send="1")
    assert post(client, "/login/code", code=newest_secret("code")).location == "/account"


def test_every_login_refusal_and_logout_leaves_an_event_without_secrets(client: FlaskClient) -> None:
    with transaction() as session:
        session.execute(delete(Event))
    post(client, "/login", user_name="hanako", password="a wrong one")
    sign_in(client)
    press(client, "/account", "/logout")
    events = database().scalars(select(Event).order_by(Event.id)).all()
    actions = [event.action for event in events if event.action.startswith("sign")]
    assert actions == ["sign_in_refused", "signed_in", "signed_out"]
    assert all("wrong one" not in str(event.changes) for event in events)
