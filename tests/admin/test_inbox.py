"""The inbox: what waits for the desk, in its order, with filters that stand in the address (SPEC §11)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, delete, update

from models.base.clock import now, today
from models.base.db import database, transaction
from models.base.workflow import Status
from models.services.outbox import write_mail
from models.services.queries import site_label
from models.tables.mail import Mail, MailKey
from models.tables.record import Record
from models.tables.worker import Heartbeat
from tests.build import build_customer, build_record, build_site
from tests.clerk import Clerk, desk, furnish
from tests.statements import statements


@pytest.fixture
def app(db: Engine) -> Flask:
    furnish()
    return desk()


def build(code: str, status: Status, company: str = "豊洲商事", waits: int = 0, due: int | None = None) -> int:
    """A record that has waited for so many days and is due in so many."""
    with transaction() as session:
        customer = build_customer(session)
        customer.name = company
        record = build_record(session, code, status, build_site(session, customer))
        record.status_changed_at = now() - timedelta(days=waits)
        record.due_on = None if due is None else today() + timedelta(days=due)
        session.flush()
        record_id = record.id
    database.remove()
    return record_id


def listed(page: str) -> list[int]:
    """The records of a page, in its order."""
    return [int(number) for number in re.findall(r'<th scope="row"><a href="/records/(\d+)"', page)]


def test_overdue_records_come_first_then_those_that_wait_longest(app: Flask) -> None:
    young = build("site_name", Status.SUBMITTED, waits=1)
    old = build("billing_change", Status.REVIEWING, waits=9, due=5)
    late = build("shipping", Status.SUBMITTED, waits=2, due=-1)
    latest = build("supplies", Status.SUBMITTED, waits=0, due=-3)
    build("site_name", Status.RETURNED)  # waits for the customer
    build("site_name", Status.ACCEPTED)  # waits for nobody
    page = Clerk(app).get("/").text
    assert listed(page) == [latest, late, old, young]
    assert "期限を過ぎたもの 2件" in page


def test_every_filter_stands_in_the_address_and_they_work_together(app: Flask) -> None:
    name = build("site_name", Status.SUBMITTED, "海風物産")
    billing = build("billing_change", Status.SUBMITTED, "海風物産")
    review = build("billing_change", Status.REVIEWING, "山並商事")
    clerk = Clerk(app)
    with transaction() as session:
        session.get_one(Record, review).assignee_id = clerk.id
    database.remove()
    for query, expected in {
        "type=billing": {billing, review},
        "status=submitted": {name, billing},
        "q=海風": {name, billing},
        "q=山並&type=billing": {review},
        "whose=mine": {review},
        "whose=none": {name, billing},
        "whose=mine&status=submitted": set(),
        "due=late": set(),
        "": {name, billing, review},
    }.items():
        assert set(listed(clerk.get(f"/?{query}").text)) == expected, query
    with transaction() as session:
        number = session.get_one(Record, name).request.number
    database.remove()
    assert listed(clerk.get(f"/?q={number}").text) == [name]
    assert listed(clerk.get("/?q=%25").text) == []


def test_counts_say_what_choosing_them_would_give(app: Flask) -> None:
    for _ in range(3):
        build("site_name", Status.SUBMITTED)
    build("site_name", Status.REVIEWING)
    build("billing_change", Status.REVIEWING, due=-1)
    clerk = Clerk(app)
    pages = [clerk.get(address).text for address in ("/", "/?due=late&whose=none")]
    counted = (
        r'href="(\?[^"]*)"[^>]*>(\d+)<span class="visually-hidden">件',
        r'href="(\?[^"]*)"[^>]*>[^<]*<span class="[a-z]+__count">(\d+)<',
        r'href="(\?[^"]*)">期限を過ぎたもの (\d+)件',
    )
    links = [{link for page in pages for link in re.findall(pattern, page)} for pattern in counted]
    assert all(links)
    for address, count in set().union(*links):
        assert len(listed(clerk.get(f"/{address.replace('&amp;', '&')}").text)) == int(count)


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("type=flying", "情報の種類"),
        ("status=flying", "ステータス"),
        ("whose=hers", "担当"),
        ("due=soon", "提出締切日"),
        ("page=0", "ページ"),
        ("page=10001", "ページ"),
        ("page=１", "ページ"),
        ("colour=red", "colour"),
        ("q=" + "x" * 101, "文字か番号"),
    ],
)
def test_a_filter_that_cannot_be_meant_is_named(app: Flask, query: str, word: str) -> None:
    answer = Clerk(app).get(f"/?{query}")
    assert answer.status_code == 400
    assert word in answer.text
    assert '<a href="/">条件を外して開く</a>' in answer.text


def test_pages_follow_one_another_without_gap_or_repetition(app: Flask) -> None:
    ids = [build("site_name", Status.SUBMITTED, waits=number % 7, due=number % 5 - 2) for number in range(63)]
    clerk = Clerk(app)
    first, second = listed(clerk.get("/").text), listed(clerk.get("/?page=2").text)
    assert (len(first), len(second)) == (50, 13)
    assert sorted(first + second) == sorted(ids)
    assert "63件のうち 51～63件" in clerk.get("/?page=2").text
    assert "このページには何もありません" in clerk.get("/?page=3").text


def test_the_inbox_costs_the_same_however_much_waits_and_leaves_the_types_tables_alone(app: Flask, db: Engine) -> None:
    clerk, costs = Clerk(app), []
    for count in (2, 20):
        for number in range(count):
            record_id = build("shipping" if number % 2 else "site_name", Status.SUBMITTED, f"会社{number}")
            with transaction() as session:
                session.get_one(Record, record_id).assignee_id = clerk.id
            database.remove()
        clerk.get("/")
        with statements(db) as asked:
            assert clerk.get("/").status_code == 200
        costs.append(len(asked))
        names_of_sites = "site_name_record.short_name"
    assert not [one for one in asked if "_record" in one and names_of_sites not in one]
    assert costs[0] == costs[1], costs


def test_a_worker_that_is_gone_is_told_and_a_new_installation_says_nothing(app: Flask) -> None:
    clerk, words = Clerk(app), "メールの送信などの処理が止まっています"

    def seen(seconds_ago: int) -> bool:
        with transaction() as session:
            session.execute(delete(Heartbeat))
            session.add(Heartbeat(worker="one-1-aa", seen_at=now() - timedelta(seconds=seconds_ago)))
        database.remove()
        return words not in clerk.get("/").text

    assert words not in clerk.get("/").text, "nobody has waited for one yet"
    assert seen(10)
    assert not seen(600)
    assert words in clerk.get("/dashboard").text
    with transaction() as session:
        session.execute(delete(Heartbeat))
        write_mail(session, MailKey.DUE_NEAR, "hanako@example.jp", {})
        session.execute(update(Mail).values(send_after=now() - timedelta(minutes=10)))
    database.remove()
    assert words in clerk.get("/").text, "a mail has waited, and there never was a worker"


def test_a_viewer_sees_what_waits_and_nothing_to_press(app: Flask) -> None:
    record_id = build("site_name", Status.SUBMITTED)
    page = Clerk(app, "viewer").get("/").text
    assert listed(page) == [record_id]
    assert 'name="ids"' not in page
    assert "選んだ行" not in page
    assert 'name="ids"' in Clerk(app).get("/").text


def test_only_acts_that_can_move_something_of_what_is_shown_are_offered(app: Flask) -> None:
    build("site_name", Status.REVIEWING)
    clerk = Clerk(app)
    offered = re.findall(
        r'<option value="(move-[^"]+|assign[^"]*)"', clerk.get("/?type=site_name&status=reviewing").text
    )
    assert offered == ["move-reviewing-returned", "move-reviewing-accepted", "assign-me", "assign"]


def test_rows_that_changed_after_the_list_was_shown_are_left_out_of_the_plan(app: Flask) -> None:
    ids = [build("site_name", Status.SUBMITTED) for _ in range(2)]
    clerk = Clerk(app)
    page = clerk.get("/").text
    seen_at = re.search(r'name="seen_at" value="([^"]+)"', page)
    assert seen_at
    with transaction() as session:
        session.get_one(Record, ids[0]).version += 1
    database.remove()
    act = "move-submitted-reviewing"
    answer = clerk.post("/", "/bulk", table="record", act=act, ids=ids, seen_at=seen_at[1])
    plan = clerk.follow(answer).text
    assert "1件を実行する" in plan
    assert "変更あり" in plan


def test_lists_of_records_say_whose_and_of_which_site_they_are(app: Flask) -> None:
    record_id = build("site_name", Status.SUBMITTED, "海風物産")
    clerk = Clerk(app)
    site = site_label(database(), database().get_one(Record, record_id).request.site)
    for address in ("/", "/record/", "/site_name_record/"):
        rows = clerk.get(address).text.partition("<tbody")[2]
        assert "海風物産" in rows
        assert site in rows


def test_work_is_given_only_to_who_may_do_it(app: Flask) -> None:
    record_id = build("site_name", Status.SUBMITTED)
    viewer, clerk = Clerk(app, "viewer"), Clerk(app)
    page = f"/records/{record_id}"
    choices = clerk.get(page).text.partition('name="assignee_id"')[2].partition("</select>")[0]
    assert "operatorさん" in choices
    assert "viewerさん" not in choices
    assert clerk.post(page, f"{page}/assign", assignee_id=str(viewer.id)).status_code == 422


def test_records_are_listed_by_the_name_of_who_looks_after_them(app: Flask) -> None:
    mine, nobodys = build("site_name", Status.SUBMITTED), build("site_name", Status.SUBMITTED)
    clerk = Clerk(app)
    with transaction() as session:
        session.get_one(Record, mine).assignee_id = clerk.id
    page = clerk.get("/record/").text
    assert f'<option value="{clerk.id}">operatorさん</option>' in page
    for who, shown, hidden in ((str(clerk.id), mine, nobodys), ("empty", nobodys, mine)):
        rows = clerk.get(f"/record/?flt_assignee_id={who}").text.partition("<tbody")[2]
        assert f'/records/{shown}"' in rows
        assert f'/records/{hidden}"' not in rows
    assert clerk.get("/record/?flt_assignee_id=99999").status_code == 400


def test_without_an_act_the_chosen_rows_are_kept_and_the_act_is_asked_for(app: Flask) -> None:
    record_id = build("site_name", Status.SUBMITTED)
    asked = Clerk(app).post("/", "/bulk", table="record", act="", ids=[record_id])
    assert asked.status_code == 422
    assert "行う操作を選んでください" in asked.text
    assert f'name="ids" value="{record_id}"' in asked.text
    assert '<option value="assign-me">' in asked.text
    assert "一覧に戻る" in asked.text
