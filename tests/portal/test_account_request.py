"""A company asks for an account (SPEC §6)."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from models.base.db import database, transaction
from models.tables.account import AccountRequest
from models.tables.mail import Mail
from models.tables.master import CompanyType
from tests.identity import add_account, portal_app, post


@pytest.fixture
def app(db: Engine) -> Flask:
    add_account()
    return portal_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_an_account_is_asked_for_and_the_desk_is_told(client: FlaskClient) -> None:
    with transaction() as session:
        session.add(CompanyType(code="kabushiki", label="株式会社", is_corporate=True))
    page = post(client, "/account-request", company_type="kabushiki", company_name="ﾃｽﾄ商事")
    assert page.status_code == 422
    assert "種別前後" in page.text
    typed = {"company_type": "kabushiki", "type_position": "before", "company_name": "ﾃｽﾄ商事"}
    typed |= {
        "contact_1_person_name": "豊洲花子",
        "contact_1_phone": "03-1234-5678",
        "contact_1_mail": "h@example.co.jp",
    }
    half = {**typed, "contact_2_person_name": "二人目"}
    assert post(client, "/account-request", **half).status_code == 422
    assert post(client, "/account-request", **typed).location == "/account-request/receipt"
    stored = database().scalars(select(AccountRequest)).one()
    assert stored.company_name == "テスト商事"
    assert stored.number in client.get("/account-request/receipt").text
    assert set(database().scalars(select(Mail.key))) == {"account_request_received", "desk_account_request"}
