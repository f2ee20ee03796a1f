"""A payee that the customer unticks again is emptied, not refused field by field, and the page says so."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from models.base.db import database, transaction
from models.base.workflow import Status
from models.records.billing import BillingRecord
from models.seeds.masters import load_masters
from models.seeds.texts import load_texts
from models.tables.customer import Customer
from tests.build import build_record, build_site, complete_values
from tests.identity import add_account, portal_app, post, sign_in


@pytest.fixture
def app(db: Engine) -> Flask:
    with transaction() as session:
        load_masters(session)
        load_texts(session)
    return portal_app()


def test_an_unticked_payee_is_emptied_whatever_stands_in_it_and_the_customer_is_told(app: Flask) -> None:
    add_account()
    with transaction() as session:
        site = build_site(session, session.get_one(Customer, 1))
        record = build_record(session, "billing_change", Status.DRAFT, site)
        values: dict[str, Any] = complete_values(session, record, asp_is_apart=True)
        number = record.id
    database.remove()
    typed = {name: str(value) for name, value in values.items() if value not in (None, True, False)}
    client = app.test_client()
    sign_in(client)
    post_with = {**typed, "version": "1", "asp_phone": "まだ分かりません"}
    answer = post(client, f"/records/{number}", **post_with)
    assert answer.status_code == 303, answer.text
    page = client.get(f"/records/{number}").text
    assert "ほかの回答により不要になった項目を空欄にしました" in page
    assert "追加ASPオプション分の請求先の会社名" in page
    saved = database().get_one(BillingRecord, number)
    assert (saved.monthly_company_name, saved.asp_company_name, saved.asp_phone) == ("豊洲商事", None, None)
