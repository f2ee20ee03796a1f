"""The dashboard: what it counts is what its lists list, and it says from when its numbers are (SPEC §11)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from models.base.clock import now, telling, today
from models.base.db import database, transaction
from models.base.workflow import WORKFLOWS, Status
from models.rules import charts
from models.services import summary
from models.services.figures import read_figures
from models.services.transition import transition
from models.tables.event import Event
from models.tables.mail import Mail, MailKey
from models.tables.record import Record
from models.tables.remark import FieldRemark
from tests.build import OPERATOR, build_record, customer_of
from tests.clerk import Clerk, desk, furnish


@pytest.fixture
def app(db: Engine) -> Flask:
    furnish()
    return desk()


def move(record_id: int, *steps: tuple[Status, int], comment: str = "確認してください。") -> None:
    """The desk moves a record, each step so many days ago."""
    for target, days in steps:
        with telling(now() - timedelta(days=days)), transaction() as session:
            record = session.get_one(Record, record_id)
            by = customer_of(record) if target is Status.SUBMITTED else OPERATOR
            transition(session, [record], target, by, comment).raise_if_refused()
    database.remove()


def build(flow: str, status: Status, days: int, due: int | None = None) -> int:
    """A record that came to where it stands so many days ago."""
    with telling(now() - timedelta(days=days)), transaction() as session:
        record = build_record(session, flow, status)
        record.due_on = today() + timedelta(days=days + due) if due is not None else None
        session.add(
            Event(
                record_id=record.id,
                action="opened",
                to_status=status.value,
                actor_role="system",
                actor_name="",
            )
        )
        record_id = record.id
    database.remove()
    return record_id


def settle() -> None:
    """Makes the next look count anew."""
    summary._KEPT.clear()


@pytest.fixture
def busy(app: Flask) -> Flask:
    """Some weeks at the desk."""
    returned = build("billing_change", Status.SUBMITTED, days=12)
    move(returned, (Status.REVIEWING, 10), (Status.RETURNED, 7), comment="電話番号をご確認ください。")
    again = build("site_name", Status.SUBMITTED, days=6)
    move(again, (Status.REVIEWING, 5), (Status.RETURNED, 4), comment="電話番号をご確認ください。")
    done = build("supplies", Status.SUBMITTED, days=3)
    move(done, (Status.ACCEPTED, 1))
    build("shipping", Status.ACCEPTED, days=9)
    build("fault_contact", Status.DRAFT, days=8, due=-2)
    build("fault_contact", Status.SUBMITTED, days=2, due=-1)
    with transaction() as session:
        for record_id in (returned, again):
            event = session.query(Event).filter_by(record_id=record_id, to_status="returned").one()
            name = "phone" if record_id == returned else "short_name"
            session.add(FieldRemark(record_id=record_id, event_id=event.id, field_name=name, remark="ご確認ください。"))
    database.remove()
    settle()
    return app


def numbers_on(page: str) -> Iterator[tuple[int, str]]:
    """Every number that leads to a list, with the list's address."""
    for url, number in re.findall(
        r'<a (?:class="sums__number" )?href="([^"]+)">([\d,]+)<span class="visually-hidden">', page
    ):
        yield int(number.replace(",", "")), html.unescape(url)


def test_every_number_is_that_of_the_list_behind_it(busy: Flask) -> None:
    clerk = Clerk(busy, "viewer")
    page = clerk.get("/dashboard").text
    seen = set(numbers_on(page))
    assert len(seen) > 30
    for number, url in seen:
        answer = clerk.get(url)
        assert answer.status_code == 200, url
        listed = re.search(r'(?:list-count">|<strong>)([\d,]+)件', answer.text)
        assert (int(listed[1]) if listed else 0) == number, url


def test_mails_that_could_not_be_delivered_are_counted_and_listed_with_the_reason(app: Flask) -> None:
    reason, day = "メールサーバーの応答：550", now() - timedelta(days=1)
    gone = {"attempts": 3, "last_error": reason}
    mails: dict[str, dict[str, Any]] = {
        "gone@example.jp": {**gone, "dropped_at": day},
        "waits@example.jp": gone,
        "sent@example.jp": {"attempts": 1, "sent_at": day},
        "taken-back@example.jp": {"dropped_at": day},
        "long-ago@example.jp": {**gone, "dropped_at": day - timedelta(days=40)},
    }
    with transaction() as session:
        for recipient, values in mails.items():
            letter = {"key": MailKey.DUE_NEAR, "recipient": recipient, "message_id": recipient}
            session.add(Mail(**letter, **values))
    settle()
    clerk = Clerk(app, "viewer")
    sums = re.findall(r'sums__number" href="([^"]+)">1<span.*?</span></a>([^<]+)', clerk.get("/dashboard").text)
    assert [words for _, words in sums] == ["届けられなかったメール（28日間）", "送信をやり直しているメール"]
    for (url, _), recipient in zip(sums, ("gone@example.jp", "waits@example.jp"), strict=True):
        listed = clerk.get(html.unescape(url)).text
        assert {one for one in mails if one in listed} == {recipient}
        assert reason in listed


def test_times_and_reasons_are_told_in_words(busy: Flask) -> None:
    page = Clerk(busy).get("/dashboard").text
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids)), "a drawing takes its arrows' heads from another, which may be folded away"
    stays = page[page.index('id="stays"') : page.index('id="reasons"')]
    assert re.search(r'<th scope="row">申込内容確認中</th><td>窓口</td>.*?2\.0日', stays)
    reasons = page[page.index('id="reasons"') : page.index('id="remarks"')]
    assert "電話番号をご確認ください。" in reasons
    assert re.search(r'href="[^"]+">2<span', reasons)
    assert "会社名略称" in page[page.index('id="remarks"') :]


def test_what_was_taken_back_counts_nowhere_and_the_record_stood_where_it_was_all_the_time(app: Flask) -> None:
    record_id = build("site_name", Status.SUBMITTED, days=6)
    steps = [
        (4, "moved", "submitted", "accepted"),
        (4, "taken_back", "accepted", "submitted"),
        (3, "moved", "submitted", "accepted"),
        (3, "taken_back", "accepted", "submitted"),
        (2, "moved", "submitted", "reviewing"),
    ]
    for days, action, source, target in steps:
        with telling(now() - timedelta(days=days)), transaction() as session:
            who = {"actor_role": "operator", "actor_name": "窓口"}
            session.add(Event(record_id=record_id, action=action, from_status=source, to_status=target, **who))
    database.remove()
    found = read_figures(database())
    day = today()
    assert found.moved == {
        (Status.SUBMITTED, day - timedelta(days=6)): 1,
        (Status.REVIEWING, day - timedelta(days=2)): 1,
    }
    [stay] = found.stays
    assert (stay.status, stay.count, round(stay.mean / 86400, 2)) == (Status.SUBMITTED, 1, 4.0)


def test_a_page_says_from_when_its_numbers_are_and_counts_anew_after_a_minute(app: Flask) -> None:
    clerk = Clerk(app)
    settle()
    moment = now() - timedelta(hours=1)
    with telling(moment):
        first = clerk.get("/dashboard").text
        assert "現在の数字です" in first
    build("site_name", Status.SUBMITTED, days=0)
    with telling(moment + timedelta(seconds=59)):
        assert list(numbers_on(clerk.get("/dashboard").text)) == list(numbers_on(first))
    with telling(moment + timedelta(seconds=61)):
        second = clerk.get("/dashboard").text
    assert (1, "/site_name_record/") not in set(numbers_on(first))
    assert (1, "/site_name_record/") in set(numbers_on(second))


def test_a_desk_without_any_work_has_a_dashboard_too(app: Flask) -> None:
    settle()
    page = Clerk(app).get("/dashboard").text
    assert "この期間に動いたものはありません" in page
    assert all(flow.label in page for flow in WORKFLOWS.values())


@given(st.lists(st.lists(st.integers(0, 10**6), min_size=28, max_size=28), min_size=1, max_size=3))
def test_bars_are_as_high_as_their_numbers_and_stay_inside(series: list[list[int]]) -> None:
    drawing = charts.columns([str(day) for day in range(28)], series)
    end = charts.ceiling(max(map(max, series)))
    assert end >= max(map(max, series))
    for bar, value in zip(drawing.bars, [value for values in series for value in values], strict=True):
        assert bar.height == pytest.approx(charts.PLOT * value / end, abs=0.06)
        assert drawing.left <= bar.x <= bar.x + bar.width <= drawing.width
        assert 0 <= bar.y <= bar.y + bar.height <= drawing.height
