"""What a stranger could try with what a login leaves behind, and what it must not leave (RELIABILITY checks 3, 5, 6, 7, 36)."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, text, update

from models.base.clock import today
from models.base.db import Base, database, transaction
from models.services import passwords
from models.services.sessions import end_sessions
from models.tables.account import Account
from tests.identity import PASSWORD, add_account, newest_secret, portal_app, post, sign_in
from tests.pages import press

COOKIE = "portal_session"


@pytest.fixture
def app(db: Engine) -> Flask:
    add_account()
    return portal_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def cookie_of(client: FlaskClient) -> str:
    found = client.get_cookie(COOKIE)
    assert found is not None
    return found.value


def opens(app: Flask, cookie: str) -> bool:
    """Whether that cookie opens the home page, in a browser that knows nothing else."""
    other = app.test_client()
    other.set_cookie(COOKIE, cookie)
    return other.get("/home").status_code == 200


def test_a_used_code_is_refused_when_it_is_sent_again(app: Flask, client: FlaskClient) -> None:
    post(client, "/login", user_name="hanako", password=PASSWORD)
    post(client, "/login/code", send="1")
    code, half_way = newest_secret("code"), cookie_of(client)
    assert post(client, "/login/code", code=code).location == "/home"
    other = app.test_client()
    other.set_cookie(COOKIE, half_way)
    assert post(other, "/login/code", code=code).status_code in {302, 422}
    assert other.get("/home").status_code != 200


def test_a_new_login_makes_the_code_of_the_last_one_useless(client: FlaskClient) -> None:
    codes: list[str] = []
    for _ in range(2):
        post(client, "/login", user_name="hanako", password=PASSWORD)
        assert codes == [] or post(client, "/login/code", code=codes[0]).status_code != 303
        assert client.get("/home").status_code in {302, 303}
        post(client, "/login/code", send="1")
        codes.append(newest_secret("code"))
    old, new = codes
    if old != new:
        assert post(client, "/login/code", code=old).status_code == 422
    assert post(client, "/login/code", code=new).location == "/home"


def log_out(client: FlaskClient) -> None:
    press(client, "/account", "/logout")


def change_password(client: FlaskClient) -> None:
    other, new = client.application.test_client(), "atarashii nagai kotoba"
    sign_in(other)
    assert post(other, "/account/password", current=PASSWORD, password=new, repeated=new).status_code == 303


def end_all(_client: FlaskClient) -> None:
    with transaction() as session:
        end_sessions(session, session.scalars(select(Account)).one())


def expire(_client: FlaskClient) -> None:
    with transaction() as session:
        session.execute(update(Account).values(expires_on=today() - timedelta(days=1)))


@pytest.mark.parametrize("end", [log_out, change_password, end_all, expire])
def test_a_saved_cookie_is_dead_on_every_worker_once_the_session_is_over(
    app: Flask, client: FlaskClient, end: Callable[[FlaskClient], None]
) -> None:
    another_worker = portal_app()
    sign_in(client)
    saved = cookie_of(client)
    assert opens(app, saved)
    assert opens(another_worker, saved)
    end(client)
    assert not opens(app, saved)
    assert not opens(another_worker, saved)


def test_an_unknown_user_and_a_wrong_password_give_the_same_answer_and_the_same_work(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: Any, password: Any) -> Any:  # noqa: A002 (the library's name)
            verified.append(hash)
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "HASHER", Counting())
    passwords.dummy_hash()
    add_account(user_name="never", password_hash=None, activated_at=None)
    add_account(user_name="ended", expires_on=today() - timedelta(days=1))
    answers = set()
    for name, password in [("nobody", PASSWORD), ("hanako", "wrong"), ("never", PASSWORD), ("ended", "wrong")]:
        verified.clear()
        answer = post(client, "/login", user_name=name, password=password)
        assert len(verified) == 1
        varying = re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text).replace(name, "")
        headers = [pair for pair in answer.headers if pair[0] not in {"Set-Cookie", "Content-Length"}]
        answers.add((answer.status_code, tuple(headers), varying))
    assert len(answers) == 1


def rows() -> Iterator[str]:
    """Every cell of the database, as text."""
    for table in Base.metadata.tables.values():
        for row in database().execute(text(f"SELECT * FROM {table.name}")):
            yield from (str(cell) for cell in row)


def test_no_password_code_link_or_session_stands_in_a_log_or_table(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        post(client, "/login", user_name="hanako", password="a wrong one of mine")
        post(client, "/login", user_name="hanako", password=PASSWORD)
        post(client, "/login/code", send="1")
        code = newest_secret("code")
        post(client, "/login/code", code="000000" if code != "000000" else "111111")
        post(client, "/login/code", code=code)
        with client.session_transaction() as kept:
            token = str(kept["_user_id"])
        log_out(client)
        post(client, "/password/reset", user_name="hanako")
        link = newest_secret("link").rsplit("/", 1)[1]
        assert client.get(f"/password/{link}").status_code == 200
        client.get(f"/password/{link}x")
    cells = list(rows())
    # Alone or inside of something else, but not within a longer number.
    assert [cell for cell in cells if re.search(rf"(?<![0-9A-Za-z.]){code}(?![0-9A-Za-z])", cell)] == []
    for secret in (PASSWORD, "a wrong one of mine", token, link):
        assert secret not in caplog.text
        assert [cell for cell in cells if secret in cell] == []
    assert code not in re.findall(r"\d+", caplog.text)
