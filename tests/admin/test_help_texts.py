"""The desk words the help beside customers' fields: its text wins wherever help is shown, the declared one is the default (UX "Operators")."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from models.base.db import database, transaction
from models.base.fields import specs_of
from models.base.workflow import Status
from models.records.site_name import SiteNameRecord
from models.services import summary
from models.tables.event import Event
from models.tables.help_text import HelpText, explained
from models.tables.remark import FieldRemark
from tests.build import build_account, build_draft, build_record
from tests.clerk import Clerk, desk, furnish
from tests.identity import HASH, portal_app
from tests.statements import statements
from tests.world import sign_in_as

DECLARED = specs_of(SiteNameRecord)["short_name"].help
FIELD = "site_name_record.short_name"
BETTER = "看板ではなく、登記の会社名を12文字までに縮めてください"


@pytest.fixture
def app(db: Engine) -> Flask:
    furnish()
    return desk()


def word(app: Flask, text: str) -> Clerk:
    """An administrator who has worded the help of the site's short name."""
    clerk = Clerk(app, "administrator")
    answer = clerk.post("/help_text/new/", "/help_text/new/", field_key=FIELD, text=text)
    assert answer.status_code == 303, answer.text
    database.remove()
    return clerk


def wizard_page(client: FlaskClient) -> str:
    """Where a visitor types the site's name; the pages before were filled in."""
    with transaction() as session:
        token = build_draft(session, "basic_ether_100m")[1]
    database.remove()
    client.set_cookie("portal_application", token)
    return html.unescape(client.get("/apply/2").text)


def test_the_fields_that_go_wrong_most_lead_to_wording_their_help(app: Flask) -> None:
    with transaction() as session:
        record_id = build_record(session, "site_name", Status.RETURNED).id
        event = Event(
            record_id=record_id, action="moved", to_status="returned", actor_role="operator", actor_name="窓口"
        )
        session.add(event)
        session.flush()
        session.add(FieldRemark(record_id=record_id, event_id=event.id, field_name="short_name", remark="ご確認を。"))
    database.remove()
    summary._KEPT.clear()
    clerk = Clerk(app, "administrator")
    part = clerk.get("/dashboard").text.partition('id="remarks"')[2]
    link = re.search(r'href="([^"]+)">説明文を直す', part)
    assert link
    page = clerk.get(html.unescape(link[1])).text
    assert f'<option selected value="{FIELD}">{SiteNameRecord.__label__}／会社名略称</option>' in page
    assert f'value="{html.escape(DECLARED)}"' in page
    clerk.post("/help_text/new/", "/help_text/new/", field_key=FIELD, text=BETTER)
    part = clerk.get("/dashboard").text.partition('id="remarks"')[2]
    assert f"いまの説明文：{BETTER}" in part
    again = re.search(r'href="([^"]+)">説明文を直す', part)
    assert again
    page = clerk.get(html.unescape(again[1])).text
    assert f'value="{BETTER}"' in page
    assert f"標準の説明文：「{DECLARED}」" in page
    assert "説明文を直す" not in Clerk(app, "operator").get("/dashboard").text


def test_the_desks_words_stand_wherever_the_help_stood_and_the_declared_ones_come_back(app: Flask) -> None:
    with transaction() as session:
        record = build_record(session, "site_name", Status.DRAFT)
        build_account(session, record.request.site.customer, user_name="hanako", password_hash=HASH)
        record_id = record.id
    database.remove()
    portal = portal_app()
    member, visitor = sign_in_as(portal, "hanako"), portal.test_client()
    clerk = word(app, BETTER)

    def pages() -> list[str]:
        return [
            wizard_page(visitor),
            member.get(f"/records/{record_id}").text,
            clerk.get(f"/site_name_record/{record_id}/edit/").text,
        ]

    assert all(BETTER in page and DECLARED not in page for page in pages())
    row_id = database().scalar(select(HelpText.id))
    database.remove()
    page = clerk.get(f"/help_text/{row_id}/edit/").text
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', page)
    assert seen
    emptied = clerk.post(f"/help_text/{row_id}/edit/", f"/help_text/{row_id}/edit/", field_key=FIELD, seen=seen[1])
    assert emptied.status_code == 303
    assert all(BETTER not in page and DECLARED in page for page in pages())


def test_only_fields_that_customers_fill_in_can_be_worded_and_each_once(app: Flask) -> None:
    clerk = word(app, BETTER)
    for field_key, words in (
        (FIELD, "すでに登録されています"),
        ("operator.role", "一覧から選択"),
        ("", "選択してください"),
    ):
        answer = clerk.post("/help_text/new/", "/help_text/new/", field_key=field_key, text="別の説明")
        assert answer.status_code == 422
        assert words in answer.text
    assert {"contract_record.company_name", "account_request.company_name", "request.changes_asp"} <= set(explained())
    assert not any(field_key.startswith(("operator.", "event.", "account.")) for field_key in explained())


def test_a_page_asks_once_for_all_its_helps(app: Flask, db: Engine) -> None:
    word(app, BETTER)
    visitor = portal_app().test_client()
    wizard_page(visitor)
    with statements(db) as asked:
        assert visitor.get("/apply/2").status_code == 200
    assert len([one for one in asked if "help_text" in one]) == 1
