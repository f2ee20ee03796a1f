"""The desk issues accounts, one or many, and the mailed link sets a password that opens the portal's login (SPEC §8)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from models.base.db import database, transaction
from models.base.workflow import Status
from models.kinds import new_installation, site_rename
from models.services.login import secret_of_mail
from models.tables.account import Account, AccountRequest
from models.tables.login import LoginSession
from models.tables.mail import Mail
from models.tables.operator import Operator
from tests.build import build_request
from tests.clerk import Clerk, desk, furnish
from tests.identity import PASSWORD, portal_app, post


@pytest.fixture
def app(db: Engine) -> Flask:
    furnish()
    return desk()


def ask(company: str, mail: str | None) -> int:
    with transaction() as session:
        made = AccountRequest(
            company_name=company, contact_1_person_name="豊洲花子", contact_1_phone="0312345678", contact_1_mail=mail
        )
        session.add(made)
        session.flush()
        row_id = made.id
    database.remove()
    return row_id


def apply(mail: str) -> int:
    with transaction() as session:
        request = build_request(session, new_installation.KIND, Status.SUBMITTED)
        contract: Any = next(record for record in request.records if record.type == "contract")
        contract.contact_1_mail, contract.contact_1_person_name = mail, "品川太郎"
        session.flush()
        row_id = request.id
    database.remove()
    return row_id


def links() -> dict[str, str]:
    """The link of each mail, by recipient, as the worker would write it."""
    database.remove()
    found = {}
    for mail in database().scalars(select(Mail)):
        secret = secret_of_mail(database(), mail)
        assert secret is not None
        found[mail.recipient] = secret["link"]
        assert secret["link"] not in str(mail.context)
    database.remove()
    return found


def test_one_account_is_issued_from_the_applications_page_and_its_link_sets_a_password(app: Flask) -> None:
    clerk, request_id = Clerk(app), apply("taro@example.co.jp")
    page = f"/request/{request_id}/"
    assert "アカウントを払い出す" in clerk.get(page).text
    plan = clerk.post(page, "/bulk", table="request", act="issue-account", ids=[request_id])
    shown = clerk.follow(plan).text
    assert "taro@example.co.jp" in shown
    assert links() == {}
    report = clerk.follow(clerk.post(plan.location, f"{plan.location}/apply"))
    assert "1件すべてを実行しました" in report.text
    address = links()["taro@example.co.jp"]
    path = re.sub(r"^https?://[^/]+", "", address)
    customer = portal_app().test_client()
    assert post(customer, path, password=PASSWORD, repeated=PASSWORD).status_code in {302, 303}
    account = database().scalars(select(Account)).one()
    assert account.password_hash
    assert account.activated_at
    user_name = account.user_name
    database.remove()
    answer = post(customer, "/login", user_name=user_name, password=PASSWORD)
    assert answer.location == "/login/code"
    assert "使用済み" in customer.get(path).text


def test_many_accounts_are_issued_from_the_list_each_with_its_result(app: Flask) -> None:
    clerk = Clerk(app)
    ids = [ask("豊洲商事", "a@example.co.jp"), ask("品川商事", None), ask("芝浦商事", "c@example.co.jp")]
    page = clerk.get("/account_request/").text
    assert page.count('name="ids"') == 3
    plan = clerk.post("/account_request/", "/bulk", table="account_request", act="issue-account", ids=ids)
    assert "2件を実行する" in clerk.follow(plan).text
    assert "メールアドレスが登録されていません" in clerk.get(f"{plan.location}?result=refused").text
    report = clerk.follow(clerk.post(plan.location, f"{plan.location}/apply")).text
    assert "3件のうち2件を実行しました" in report
    assert set(links()) == {"a@example.co.jp", "c@example.co.jp"}
    again = clerk.post("/account_request/", "/bulk", table="account_request", act="issue-account", ids=ids)
    assert "実行できる行がありません" in clerk.follow(again).text
    assert len(links()) == 2


def test_all_that_a_list_finds_is_planned_and_a_filter_that_cannot_be_meant_is_refused(app: Flask) -> None:
    clerk = Clerk(app)
    ask("豊洲商事", "a@example.co.jp")
    ask("品川商事", "b@example.co.jp")
    values = {"table": "account_request", "act": "issue-account"}
    found = clerk.post("/account_request/", "/bulk", query="q=品川", **values)
    assert "1件を実行する" in clerk.follow(found).text
    assert clerk.post("/account_request/", "/bulk", query="flt_state=flying", **values).status_code == 400


def test_a_change_gets_no_account(app: Flask) -> None:
    clerk = Clerk(app)
    with transaction() as session:
        request_id = build_request(session, site_rename.KIND).id
    database.remove()
    plan = clerk.post("/", "/bulk", table="request", act="issue-account", ids=[request_id])
    assert "アカウントを払い出せるのは、新設申込だけです" in clerk.follow(plan).text


def test_a_missed_link_is_sent_again_and_the_old_one_dies(app: Flask) -> None:
    clerk = Clerk(app)
    plan = clerk.post("/", "/bulk", table="account_request", act="issue-account", ids=[ask("豊洲", "a@example.co.jp")])
    clerk.post(plan.location, f"{plan.location}/apply")
    old = links()["a@example.co.jp"]
    with transaction() as session:
        account_id = session.scalars(select(Account.id)).one()
    plan = clerk.post("/account/", "/bulk", table="account", act="send-link", ids=[account_id])
    clerk.follow(clerk.post(plan.location, f"{plan.location}/apply"))
    newest = database().scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert newest is not None
    secret = secret_of_mail(database(), newest)
    assert secret is not None
    assert secret["link"] != old
    database.remove()
    customer = portal_app().test_client()
    assert "使用済み" in customer.get(re.sub(r"^https?://[^/]+", "", old)).text


def test_an_administrator_resets_operators_and_nobody_else_does(app: Flask) -> None:
    clerk, chief, other = Clerk(app), Clerk(app, "administrator"), Clerk(app, name="aoi")
    values = {"table": "operator", "act": "reset-authenticator", "ids": [other.id, chief.id]}
    assert clerk.post("/", "/bulk", **values).status_code in {400, 409}
    plan = chief.post("/operator/", "/bulk", **values)
    assert "自分のログインには行えません" in chief.get(f"{plan.location}?result=refused").text
    chief.follow(chief.post(plan.location, f"{plan.location}/apply"))
    database.remove()
    assert database().get_one(Operator, other.id).totp_secret is None
    assert database().get_one(Operator, chief.id).totp_secret is not None
    ended = select(LoginSession.ended_at).where(LoginSession.operator_id == other.id)
    assert database().scalar(ended) is not None
    database.remove()
    assert "/login" in other.get("/").location


@pytest.mark.parametrize("table", ["request", "account_request", "record", "site_name_record"])
def test_a_viewers_lists_offer_no_acts(app: Flask, table: str) -> None:
    request_id = apply("taro@example.co.jp")
    ask("豊洲商事", "a@example.co.jp")
    viewer, clerk = Clerk(app, "viewer"), Clerk(app)
    assert 'name="ids"' not in viewer.get(f"/{table}/").text
    assert 'name="ids"' in clerk.get(f"/{table}/").text
    assert "アカウントを払い出す" not in viewer.get(f"/request/{request_id}/").text
