"""Mail templates at the desk: previewed with sample values, tried out on oneself, refused at the field (SPEC §10)."""

from __future__ import annotations

from html import unescape

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from models.base.db import database, transaction
from models.base.workflow import Status
from models.services.delivery import deliver_due
from models.services.mail_samples import sample_values
from models.services.transition import transition
from models.tables.mail import Mail, MailKey, placeholders_of
from models.tables.operator import Operator
from models.tables.record import Record
from models.tables.texts import MailTemplate
from tests.build import OPERATOR, build_account, build_customer, build_record, build_site
from tests.clerk import Clerk, desk, furnish
from tests.desk import values_in


@pytest.fixture
def app(db: Engine) -> Flask:
    furnish()
    return desk()


def template() -> MailTemplate:
    database.remove()
    return database().scalars(select(MailTemplate).where(MailTemplate.key == MailKey.DUE_NEAR.value)).one()


def test_a_typed_text_is_previewed_with_sample_values_and_not_saved(app: Flask) -> None:
    chief, row = Clerk(app, "administrator"), template()
    page, before = f"/mail_template/{row.id}/edit/", row.body
    shown = chief.get(page).text
    assert "{due_on}" in unescape(shown)
    typed = {**values_in(shown), "subject": "{company}様：提出のお願い", "body": "{record}を{due_on}までに。"}
    preview = chief.client.post(page, data={**typed, "preview": "1"})
    assert preview.status_code == 200
    assert "株式会社見本商事様：提出のお願い" in preview.text
    assert "故障連絡先情報を" in preview.text
    assert "{record}を{due_on}までに。" in unescape(preview.text)  # still in the field
    assert template().body == before
    chief.follow(chief.client.post(page, data=typed))
    assert template().body == "{record}を{due_on}までに。"
    assert "故障連絡先情報を" in Clerk(app, "viewer").get(f"/mail_template/{row.id}/").text


def test_a_placeholder_that_nobody_fills_is_told_at_its_field_in_preview_and_on_saving(app: Flask) -> None:
    chief, row = Clerk(app, "administrator"), template()
    page = f"/mail_template/{row.id}/edit/"
    typed = {**values_in(chief.get(page).text), "body": "{due_date}までに{code}"}
    for pressed in ({"preview": "1"}, {}):
        answer = chief.client.post(page, data={**typed, **pressed})
        assert answer.status_code == 422
        assert 'href="#body"' in answer.text
        assert "{code}、{due_date} は使えません" in unescape(answer.text)


def test_a_sample_goes_to_ones_own_address_as_it_was_shown(app: Flask) -> None:
    chief, row = Clerk(app, "administrator"), template()
    page = f"/mail_template/{row.id}/"
    assert chief.get(page).status_code == 200
    chief.follow(chief.post(f"{page}edit/", f"{page}sample/"))
    own = database().get_one(Operator, chief.id).mail
    database.remove()
    deliver_due("tests")
    mail = database().scalars(select(Mail)).one()
    assert (mail.recipient, mail.sent_at is not None) == (own, True)
    assert mail.subject is not None
    assert mail.subject in chief.get(page).text
    clerk = Clerk(app)
    assert "試しに送る" not in clerk.get(page).text
    assert clerk.post("/", f"{page}sample/").status_code == 403


def test_every_placeholder_has_a_sample(db: Engine) -> None:
    for key in MailKey:
        assert set(sample_values(key)) == set(placeholders_of(key))
        assert all(sample_values(key).values())


def test_a_records_page_logs_its_mails_with_their_text(app: Flask) -> None:
    with transaction() as session:
        customer = build_customer(session)
        build_account(session, customer, mail="hanako@example.co.jp")
        record = build_record(session, "site_name", Status.SUBMITTED, build_site(session, customer))
        transition(session, [record], Status.REVIEWING, OPERATOR, "拝見しています。")
        record_id = record.id
    shown = Clerk(app).get(f"/records/{record_id}").text
    assert "メール（1件）" in shown
    assert "送信待ち" in shown
    letter = shown.split('id="mails"')[1]
    assert "拝見しています。" in letter
    assert database().get_one(Record, record_id).request.number in letter
