"""A form that is sent twice is one act: one request, one number, one mail (RELIABILITY check 30)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from models.base.db import database, transaction
from models.base.kind import KINDS
from models.seeds.masters import load_masters
from models.seeds.texts import load_texts
from models.tables.account import AccountRequest
from models.tables.mail import Mail
from models.tables.request import Request
from tests.at_once import at_once
from tests.build import build_account, build_customer, build_site
from tests.desk import values_in
from tests.faces import whole_portal
from tests.world import sign_in_as

# The rename comes last: it blocks the others.
CHANGES = sorted((code for code, kind in KINDS.items() if kind.is_change), key="site_rename".__eq__)
COMPANY = {
    "company_type": "kabushiki",
    "type_position": "before",
    "company_name": "豊洲商事",
    "contact_1_person_name": "豊洲花子",
    "contact_1_phone": "0312345678",
    "contact_1_mail": "hanako@example.co.jp",
}


@pytest.fixture
def app(db: Engine) -> Iterator[Flask]:
    with transaction() as session:
        load_masters(session)
        load_texts(session)
        customer = build_customer(session)
        build_account(session, customer, user_name="company-1", activated_at=customer.created_at)
        build_site(session, customer)
    database.remove()
    yield whole_portal()
    database.remove()


def count(table: Any) -> int:
    found = database().scalar(select(func.count()).select_from(table)) or 0
    database.remove()
    return found


def send(client: FlaskClient, path: str, form: dict[str, Any]) -> TestResponse:
    answer = client.post(path, data=form)
    database.remove()
    return answer


def same_browser(app: Flask, client: FlaskClient) -> FlaskClient:
    """A second window of it."""
    cookie, other = client.get_cookie(app.config["SESSION_COOKIE_NAME"]), app.test_client()
    assert cookie
    other.set_cookie(cookie.key, cookie.value)
    return other


def opening(client: FlaskClient, code: str) -> dict[str, Any]:
    """What the page of a change would send."""
    answers = {"one_time_payee": "current"} if KINDS[code].options else {}
    return {**values_in(client.get(f"/changes/new?kind={code}&site_id=1").text), **answers}


def test_a_change_that_is_sent_again_is_the_one_that_was_opened(app: Flask) -> None:
    client = sign_in_as(app, "company-1")
    for opened, code in enumerate(CHANGES, 1):
        form = opening(client, code)
        first, second = send(client, "/changes/new", form), send(client, "/changes/new", form)
        assert (first.status_code, first.location) == (303, second.location), code
        assert count(Request) == opened


def test_another_page_opens_another_change(app: Flask) -> None:
    client = sign_in_as(app, "company-1")
    found = {send(client, "/changes/new", opening(client, "billing_change")).location for _ in range(2)}
    assert len(found) == count(Request) == 2


def test_a_change_that_is_sent_by_several_at_once_is_opened_once(app: Flask) -> None:
    first = sign_in_as(app, "company-1")
    for opened, code in enumerate(["fault_contact_change", "site_rename"], 1):
        form, browsers = opening(first, code), [same_browser(app, first) for _ in range(4)]
        answers = at_once(
            [lambda browser=browser, form=form: send(browser, "/changes/new", form).location for browser in browsers]
        )
        assert len(answers) == 4
        assert len(set(answers)) == 1, code
        assert count(Request) == opened


def test_an_account_that_is_asked_for_twice_is_asked_for_once(app: Flask) -> None:
    client = app.test_client()
    form = {**values_in(client.get("/account-request").text), **COMPANY}
    answers = [send(client, "/account-request", form) for _ in range(2)]
    assert [answer.location for answer in answers] == ["/account-request/receipt"] * 2
    assert (count(AccountRequest), count(Mail)) == (1, 2)
    again = {**values_in(client.get("/account-request").text), **COMPANY}
    send(client, "/account-request", again)
    assert count(AccountRequest) == 2


def test_an_account_that_is_asked_for_by_several_at_once_is_asked_for_once(app: Flask) -> None:
    first = app.test_client()
    form = {**values_in(first.get("/account-request").text), **COMPANY}
    browsers = [same_browser(app, first) for _ in range(4)]
    answers = at_once(
        [lambda browser=browser: send(browser, "/account-request", form).location for browser in browsers]
    )
    assert set(answers) == {"/account-request/receipt"}
    assert (count(AccountRequest), count(Mail)) == (1, 2)
