"""A session that was borrowed exports nothing, deletes nothing and touches no login (RELIABILITY §1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, update

from models.base.clock import now
from models.base.db import database, transaction
from models.tables.account import Account
from models.tables.customer import Customer
from models.tables.event import Action, Event
from models.tables.login import LoginSession
from models.tables.operator import Operator
from tests.build import build_account, build_customer
from tests.desk import SECRET, desk_application, operator_at, send
from tests.identity import PASSWORD
from tests.pages import token_in


@pytest.fixture
def app(db: Engine) -> Flask:
    with transaction() as session:
        build_account(session, build_customer(session), totp_secret=SECRET)
    database.remove()
    return desk_application()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """An administrator whose login was twenty minutes ago."""
    client = operator_at(app, "administrator", "boss")
    with transaction() as session:
        earlier = now() - timedelta(minutes=20)
        session.execute(update(LoginSession).values(created_at=earlier, proved_at=earlier))
    database.remove()
    return client


def exports() -> int:
    count = database().scalar(select(func.count(Event.id)).where(Event.action == Action.EXPORTED)) or 0
    database.remove()
    return count


def test_the_password_is_asked_first_and_the_way_leads_back(client: FlaskClient) -> None:
    paths = ["/customer/1/delete/", "/account/1/edit/", "/operator/1/edit/", "/account/new/", "/operator/new/"]
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 303
        assert answer.location.startswith("/prove?next=")
    wrong = send(client, answer.location, current="wrong")
    assert wrong.status_code == 422
    assert "現在のパスワードが違います" in wrong.text
    assert client.get(path).status_code == 303
    assert send(client, answer.location, current=PASSWORD).location == path
    assert [client.get(path).status_code for path in paths] == [200] * 5, "it is not asked again at every step"


def test_what_is_sent_without_it_is_not_done(client: FlaskClient) -> None:
    token = token_in(client.get("/customer/").text)
    came_from = {"Referer": "http://localhost/customer/?sort=id"}
    sent = {"csrf_token": token, "format": "csv"}
    answer = client.post("/customer/export/", data=sent, headers=came_from)
    assert (answer.status_code, answer.location) == (303, "/prove?next=/customer/?sort%3Did")
    client.post("/customer/1/delete/", data=sent)
    for table, number in (("account", "1"), ("operator", str(number_of_boss()))):
        client.post("/bulk", data={**sent, "table": table, "act": "reset-authenticator", "ids": number})
    new = {"user_name": "mallory", "name": "混入 者", "mail": "mallory@example.jp", "role": "administrator"}
    client.post("/operator/new/", data={**sent, **new, "is_active": "1", "seen": ""})
    assert exports() == 0
    assert database().scalar(select(func.count(Operator.id))) == 1
    assert database().get(Customer, 1) is not None
    assert database().get_one(Account, 1).totp_secret == SECRET
    database.remove()
    back = send(client, answer.location, current=PASSWORD)
    assert back.location == "/customer/?sort=id"
    assert client.post("/customer/export/", data=sent).status_code == 200
    assert exports() == 1


def number_of_boss() -> int:
    number = database().scalars(select(Operator.id)).one()
    database.remove()
    return number


def test_neither_is_a_report_given_out_nor_a_plan_for_a_login_carried_out(app: Flask) -> None:
    fresh = operator_at(app, "administrator", "fresh")
    report = plan_by(fresh, "account", "end-sessions", "1")
    fresh.post(f"{report}/apply", data={"csrf_token": token_in(fresh.get(report).text)})
    waiting = plan_by(fresh, "account", "reset-authenticator", "1")
    with transaction() as session:
        session.execute(update(LoginSession).values(proved_at=now() - timedelta(minutes=20)))
    database.remove()
    for page, path in ((report, f"{report}/report.csv"), (waiting, f"{waiting}/apply")):
        sent = {"csrf_token": token_in(fresh.get(page).text)}
        answer = fresh.post(path, data=sent, headers={"Referer": f"http://localhost{page}"})
        assert (answer.status_code, answer.location) == (303, f"/prove?next={page}")
    assert exports() == 0
    assert database().get_one(Account, 1).totp_secret == SECRET
    database.remove()
    assert send(fresh, answer.location, current=PASSWORD).location == waiting
    assert fresh.post(f"{report}/report.csv", data=sent).status_code == 200
    assert exports() == 1


def plan_by(fresh: FlaskClient, table: str, act: str, number: str) -> str:
    sent = {"csrf_token": token_in(fresh.get("/customer/").text), "table": table, "act": act, "ids": number}
    return fresh.post("/bulk", data=sent).location


def test_it_leads_nowhere_else(client: FlaskClient) -> None:
    answer = send(client, "/prove?next=//evil.example/", current=PASSWORD)
    assert answer.location == "/"


def test_reading_and_work_need_no_password_again(client: FlaskClient) -> None:
    for path in ("/", "/customer/", "/customer/1/", "/customer/1/edit/", "/sessions", "/logins"):
        assert client.get(path).status_code == 200, path
