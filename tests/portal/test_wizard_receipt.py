"""The receipt: the form to put a seal on, for this browser and this hour; and several submits at the same moment (RELIABILITY 26, 28, 30)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from models.base.clock import now
from models.base.db import database, transaction
from models.services.rendering import render_due
from models.tables.document import Document
from models.tables.mail import Mail, MailKey
from models.tables.request import Request
from models.tables.site import NameClaim
from tests.applicant import Applicant, errors, value_of
from tests.at_once import at_once
from tests.pages import text_of_pdf

RECEIPT, FORM = "/apply/receipt", "/apply/receipt/form"
DOWNLOAD = "利用申込書（PDF）をダウンロードする"
START = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)


def ordered(app: Flask, **given: Any) -> Applicant:
    """Somebody who has just applied."""
    visitor = Applicant(app)
    visitor.take_up("basic_ether_100m", **given)
    assert visitor.send(8).location == RECEIPT
    return visitor


def render() -> None:
    while render_due():
        pass
    database.remove()


def counted(table: Any, *conditions: Any) -> int:
    try:
        return database().scalar(select(func.count()).select_from(table).where(*conditions)) or 0
    finally:
        database.remove()


def test_while_the_form_is_being_made_the_receipt_says_so_and_looks_again(app: Flask) -> None:
    visitor = ordered(app)
    waiting = visitor.client.get(RECEIPT)
    assert "PDFを作成しています" in waiting.text
    assert DOWNLOAD not in waiting.text
    assert waiting.headers["Refresh"] == "3"
    assert visitor.client.get(FORM).location == RECEIPT
    render()
    ready = visitor.client.get(RECEIPT)
    assert DOWNLOAD in ready.text
    assert "Refresh" not in ready.headers


def test_a_form_that_cannot_be_made_is_not_waited_for_for_ever(app: Flask) -> None:
    visitor = ordered(app)
    with transaction() as session:
        session.execute(update(Document).values(attempts=3, issued_at=now() - timedelta(minutes=30)))
    page = visitor.client.get(RECEIPT)
    assert "窓口へご連絡ください" in page.text
    assert "Refresh" not in page.headers


def test_the_form_is_downloaded_under_its_name_with_everything_that_was_typed(app: Flask) -> None:
    visitor = ordered(app, location_name="髙﨑①", building="㈱ビル", service_codes=("sds", "zedi"))
    render()
    number = re.search(r"申込番号 (\d{8})", visitor.client.get(RECEIPT).text)
    assert number
    answer = visitor.client.get(FORM)
    assert answer.content_type == "application/pdf"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert unquote(disposition).endswith(".pdf")
    assert "利用申込書" in unquote(disposition)
    assert answer.headers["Cache-Control"] == "no-store"
    text = text_of_pdf(answer.data)
    for words in ("利用申込書", number[1], "髙﨑①", "㈱ビル", "SDS、ZEDI", "¥238,300", "¥375,000"):
        assert words in text, words


def test_the_form_is_gone_with_the_hour_and_is_nobody_elses(app: Flask) -> None:
    with time_machine.travel(START, tick=False) as clock:
        visitor = ordered(app)
        render()
        assert visitor.client.get(FORM).status_code == 200
        assert Applicant(app).client.get(FORM).status_code == 404
        clock.shift(timedelta(minutes=61))
        page = visitor.client.get(FORM)
        assert page.status_code == 410
        assert "受付のメールが届いていれば、お申し込みは完了しています" in page.text
        assert "入力内容を消去しました" not in page.text


def submission(app: Flask, visitor: Applicant) -> Any:
    """Presses 「この内容で申し込む」 when called, in a browser of its own with the visitor's cookies."""
    page = visitor.open(8).text
    data = {
        **dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)),
        "go": "next",
        "rules_accepted": "y",
    }
    cookies = [visitor.client.get_cookie(name) for name in ("portal_application", "portal_session")]
    client = app.test_client()
    for cookie in filter(None, cookies):
        client.set_cookie(cookie.key, cookie.value)
    return lambda: client.post("/apply/8", data=data)


def test_a_form_sent_six_times_at_the_same_moment_is_one_application(app: Flask) -> None:
    visitor = Applicant(app)
    visitor.take_up("light_mobile")
    answers = at_once([submission(app, visitor) for _ in range(6)])
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, RECEIPT)] * 6
    assert (counted(Request), counted(NameClaim), counted(Document)) == (1, 1, 1)
    assert counted(Mail, Mail.key == MailKey.APPLICATION_RECEIVED) == 1


def test_of_two_visitors_who_want_one_name_one_gets_it_and_the_other_loses_nothing(app: Flask) -> None:
    visitors = [Applicant(app), Applicant(app)]
    for visitor, name in zip(visitors, ("ABC商事", "ＡＢＣ商事"), strict=True):
        visitor.take_up("light_mobile", short_name=name, location_name="豊洲")
    answers = at_once([submission(app, visitor) for visitor in visitors])
    assert sorted(answer.location for answer in answers) == ["/apply/2?via=confirmation", RECEIPT]
    assert (counted(Request), counted(NameClaim)) == (1, 1)
    [other] = [one for one in visitors if one.client.get(RECEIPT).status_code == 303]
    page = other.client.get("/apply/2?via=confirmation")
    assert any("すでに使われています" in error for error in errors(page))
    assert value_of(page, "contact_1_mail") == "hanako@example.co.jp"
