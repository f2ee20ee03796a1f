"""The form of a visitor: its hour, its token, two tabs, tampering, prices and names that change meanwhile (RELIABILITY 12, 14, 15, 26, 27, 30)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from models.base.db import database
from models.tables.draft import Draft
from models.tables.mail import Mail, MailKey
from models.tables.record import Record
from models.tables.request import Request
from tests.applicant import Applicant, errors, value_of
from tests.identity import portal_app

START = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
MARKUP = "<b onload=x>\"'&amp;</b>"


def count(table: Any) -> int:
    try:
        return database().scalar(select(func.count()).select_from(table)) or 0
    finally:
        database.remove()


@pytest.mark.parametrize(("seconds", "is_alive"), [(3599, True), (3601, False)])
def test_an_hour_without_a_request_clears_the_form(app: Flask, seconds: int, is_alive: bool) -> None:
    with time_machine.travel(START, tick=False) as clock:
        visitor = Applicant(app)
        visitor.fill(2)
        clock.shift(timedelta(seconds=seconds))
        page = visitor.open(3)
        assert page.status_code == (200 if is_alive else 410)
        assert ("入力内容を消去しました" in page.text) is not is_alive
        if not is_alive:
            assert "はじめから入力する" in page.text
            assert visitor.open(1).status_code == 200
            assert value_of(visitor.open(1), "company_name") == ""


def test_beginning_anew_leads_to_an_empty_page_and_leaves_a_living_form_alone(app: Flask) -> None:
    with time_machine.travel(START, tick=False) as clock:
        visitor = Applicant(app)
        visitor.fill(1)
        visitor.client.get("/apply/anew")
        assert value_of(visitor.open(1), "company_name") == "豊洲商事"
        clock.shift(timedelta(minutes=61))
        page = visitor.client.get("/apply/anew", follow_redirects=True)
        assert page.request.path == "/apply/1"
        assert value_of(page, "company_name") == ""
        assert visitor.send(1).location == "/apply/2", "what is typed then is taken"


def test_a_page_that_is_sent_too_late_says_so_and_stores_nothing(app: Flask) -> None:
    with time_machine.travel(START, tick=False) as clock:
        visitor = Applicant(app)
        visitor.fill(7)
        token = visitor.token()
        clock.shift(timedelta(minutes=61))
        answer = visitor.client.post("/apply/8", data={"csrf_token": token, "rules_accepted": "y", "go": "next"})
        assert answer.status_code == 410
        assert count(Request) == 0


def test_looking_at_a_page_begins_the_hour_again(app: Flask) -> None:
    with time_machine.travel(START, tick=False) as clock:
        visitor = Applicant(app)
        visitor.fill(1)
        for _ in range(3):
            clock.shift(timedelta(minutes=50))
            assert visitor.open(2).status_code == 200


def test_the_page_says_until_when_what_was_typed_is_kept(app: Flask) -> None:
    with time_machine.travel(START, tick=False) as clock:
        visitor = Applicant(app)
        assert "data-countdown" not in visitor.open(1).text, "nothing is kept yet"
        visitor.fill(1)
        page = visitor.open(2).text
        assert 'data-countdown="3600"' in page
        assert ">11:00</time>" in page
        clock.shift(timedelta(minutes=55))
        assert visitor.client.get("/apply/time").json == {"seconds_left": 300}
        assert visitor.client.get("/apply/time").json == {"seconds_left": 300}, "asking does not prolong it"
        headers = {"X-CSRFToken": visitor.token()}
        assert visitor.client.post("/apply/time", headers=headers).json == {"seconds_left": 3600}
        clock.shift(timedelta(minutes=61))
        assert visitor.client.get("/apply/time").status_code == 410


def test_a_skipped_page_leads_to_the_first_one_that_is_not_done(app: Flask) -> None:
    visitor = Applicant(app)
    assert visitor.client.get("/apply/5").location == "/apply/1"
    visitor.fill(2)
    for page in (4, 5, 6, 7, 8):
        assert visitor.client.get(f"/apply/{page}").location == "/apply/3"
    assert "先に、3ページ目の入力を済ませてください" in visitor.open(8).text
    answer = visitor.send(7, {"monthly_company_name": "先に入力"})
    assert answer.location == "/apply/3", "what was sent too early is kept all the same"
    visitor.fill(6)
    assert value_of(visitor.open(7), "monthly_company_name") == "先に入力"


@pytest.mark.parametrize("page", [0, 9, 10**12])
def test_there_are_only_eight_pages(app: Flask, page: int) -> None:
    assert Applicant(app).client.get(f"/apply/{page}").status_code == 404


def test_two_tabs_do_no_harm(app: Flask) -> None:
    visitor = Applicant(app)
    visitor.fill(5)
    visitor.send(1, {**visitor.typed[1], "building": "別館"}, go="save")
    visitor.send(5, {**visitor.typed[5], "place_room": "奥の部屋"}, go="save")
    assert value_of(visitor.open(1), "building") == "別館"
    assert value_of(visitor.open(5), "place_room") == "奥の部屋"


def test_a_form_sent_twice_is_one_application_with_one_number_and_one_mail(app: Flask) -> None:
    visitor = Applicant(app)
    visitor.fill(7)
    page = visitor.open(8).text
    data = {"csrf_token": visitor.token(), "go": "next", "rules_accepted": "y"}
    data["quote"] = re.findall(r'name="quote" value="(\w+)"', page)[0]
    answers = [visitor.client.post("/apply/8", data=data) for _ in range(3)]
    assert {answer.location for answer in answers} == {"/apply/receipt"}
    assert count(Request) == 1
    received = select(func.count()).select_from(Mail).where(Mail.key == MailKey.APPLICATION_RECEIVED)
    assert database().scalar(received) == 1


def test_nobody_reads_the_form_or_receipt_of_another(app: Flask) -> None:
    visitor, stranger = Applicant(app), Applicant(app)
    visitor.fill(7)
    assert stranger.client.get("/apply/2").location == "/apply/1"
    visitor.send(8)
    assert stranger.client.get("/apply/receipt").location == "/apply/1"
    assert stranger.client.get("/apply/receipt/form").status_code == 404
    assert visitor.client.get("/apply/receipt").status_code == 200


@pytest.mark.parametrize("token", ["x" * 43, "", "あ", "a" * 3000])
def test_a_made_up_token_finds_nothing(app: Flask, token: str) -> None:
    visitor, stranger = Applicant(app), Applicant(app)
    visitor.fill(3)
    stranger.client.set_cookie("portal_application", token)
    for path in ("/apply/1", "/apply/4", "/apply/time", "/apply/receipt", "/apply/earliest-days"):
        page = stranger.client.get(path)
        assert page.status_code in {303, 302, 410, 404, 200}
        assert "豊洲商事" not in page.text
        assert page.status_code != 200 or value_of(page, "company_name") == ""


def test_extra_fields_change_nothing(app: Flask) -> None:
    visitor = Applicant(app)
    visitor.fill(7)
    visitor.send(8, {"rules_accepted": "y", "status": "accepted", "customer_id": "1", "page": "1", "request_id": "9"})
    records = database().scalars(select(Record)).all()
    assert {record.status_code for record in records} == {"awaiting_stamp", "submitted", "preparing", "draft"}


def test_without_a_token_nothing_is_taken(app: Flask) -> None:
    visitor = Applicant(app)
    visitor.fill(1)
    for path in ("/apply/2", "/apply/time", "/apply/quit", "/apply/receipt/leave"):
        assert visitor.client.post(path, data={"go": "next", "short_name": "豊洲"}).status_code == 400
    assert value_of(visitor.open(2), "short_name") == ""


def test_markup_in_every_field_is_text_on_every_page(app: Flask) -> None:
    visitor = Applicant(app)
    visitor.fill(7)
    for page in (1, 2, 4, 5, 7):
        typed = {
            name: value if name.endswith(("_on", "_time")) else MARKUP for name, value in visitor.typed[page].items()
        }
        for go in ("next", "save"):
            answer = visitor.send(page, typed, go=go)
            assert "<b onload" not in answer.text
            assert "<b onload" not in visitor.open(page).text
    assert "<b onload" not in visitor.open(8).text


def test_markup_that_may_be_stored_is_text_on_confirmation_and_receipt(app: Flask) -> None:
    visitor = Applicant(app)
    visitor.typed[2]["short_name"] = "<b>x</b>"
    visitor.typed[5]["place_room"] = MARKUP
    visitor.fill(7)
    assert "&lt;b onload" in visitor.open(8).text
    visitor.send(8)
    receipt = visitor.client.get("/apply/receipt").text
    assert "&lt;b&gt;x&lt;/b&gt;" in receipt
    assert "<b>x" not in receipt


def test_a_form_can_be_given_up_at_once(app: Flask) -> None:
    visitor = Applicant(app)
    visitor.fill(3)
    question = visitor.client.get("/apply/quit?page=3")
    assert "消去しますか" in question.text
    assert 'href="/apply/3"' in question.text
    assert count(Draft) == 1
    answer = visitor.client.post("/apply/quit", data={"csrf_token": visitor.token()})
    assert answer.location == "/"
    assert count(Draft) == 0
    assert value_of(visitor.open(1), "company_name") == ""


def test_a_receipt_can_be_closed_to_apply_for_another_site(app: Flask) -> None:
    visitor = Applicant(app)
    visitor.fill(7)
    visitor.send(8)
    answer = visitor.client.post("/apply/receipt/leave", data={"csrf_token": visitor.token()})
    assert answer.location == "/apply/1"
    assert value_of(visitor.open(1), "company_name") == ""


def test_the_form_survives_a_restart_and_another_worker(app: Flask) -> None:
    visitor = Applicant(app)
    visitor.fill(3)
    cookie = visitor.client.get_cookie("portal_application")
    assert cookie is not None
    other = portal_app().test_client()
    other.set_cookie("portal_application", cookie.value)
    assert "豊洲商事" in other.get("/apply/1").text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app: Flask) -> None:
    visitor = Applicant(app)
    answer = visitor.send(1)
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("portal_application=")]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Expires" not in cookie  # noqa: PT018 (one sentence)


def test_beyond_thirty_forms_an_hour_the_page_says_when_to_come_back_and_keeps_the_input(app: Flask) -> None:
    for _ in range(30):
        Applicant(app).send(1)
    answer = Applicant(app).send(1)
    assert answer.status_code == 429
    assert value_of(answer, "company_name") == "豊洲商事"
    assert "お試しください" in errors(answer)[0]
