"""Bulk acts at the desk: a plan that is shown, one confirm, each row once, and a report that adds up (RELIABILITY check 31)."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from models.base.actor import Role
from models.base.db import database, transaction
from models.base.workflow import WORKFLOWS, Edge, Status
from models.services.transition import transition
from models.tables.bulk import BulkAct, BulkRow, BulkState, RowResult
from models.tables.event import Action, Event
from models.tables.mail import Mail
from models.tables.record import Record
from tests.build import OPERATOR, build_account, build_customer, build_record, build_site
from tests.clerk import Clerk, desk, furnish
from tests.files import fulfil

DESK_EDGES = [
    (code, edge) for code, made in WORKFLOWS.items() for edge in made.edges.values() if Role.OPERATOR in edge.roles
]


@pytest.fixture
def app(db: Engine) -> Flask:
    furnish()
    return desk()


def build(code: str, status: Status, count: int = 1) -> list[int]:
    with transaction() as session:
        found = []
        for _ in range(count):
            customer = build_customer(session)
            build_account(session, customer)
            record = build_record(session, code, status, build_site(session, customer))
            fulfil(session, record)
            found.append(record.id)
    database.remove()
    return found


def statuses(ids: list[int]) -> set[str]:
    database.remove()
    return set(database().scalars(select(Record.status_code).where(Record.id.in_(ids))))


def results(bulk_act_id: int) -> dict[int, str]:
    database.remove()
    rows = database().scalars(select(BulkRow).where(BulkRow.bulk_act_id == bulk_act_id))
    return {row.row_id: row.result for row in rows}


def plan(clerk: Clerk, act: str, ids: list[int], table: str = "record", page: str = "/") -> str:
    answer = clerk.post(page, "/bulk", table=table, act=act, ids=ids)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


@pytest.mark.parametrize(("code", "edge"), DESK_EDGES, ids=lambda value: getattr(value, "target", value))
def test_every_move_of_the_desk_can_be_made_for_many_records_at_once(app: Flask, code: str, edge: Edge) -> None:
    clerk = Clerk(app)
    ids, elsewhere = build(code, edge.source, 2), build(code, edge.target)
    address = plan(clerk, f"move-{edge.source.value}-{edge.target.value}", [*ids, *elsewhere])
    shown = clerk.get(address).text
    assert "まだ何も変更していません" in shown
    assert "2件を実行する" in shown
    assert statuses(ids) == {edge.source.value}
    report = clerk.follow(clerk.post(address, f"{address}/apply", comment="ご確認ください"))
    assert "3件のうち2件を実行しました" in report.text
    assert statuses(ids) == {edge.target.value}
    comments = database().scalars(select(Record.comment).where(Record.id.in_(ids))).all()
    assert set(comments) == {"ご確認ください"}


def test_a_plan_posted_again_moves_and_mails_nothing_twice(app: Flask) -> None:
    clerk = Clerk(app)
    ids = build("site_name", Status.SUBMITTED, 3)
    address = plan(clerk, "move-submitted-reviewing", ids)
    clerk.post(address, f"{address}/apply", comment="")
    mails = database().scalars(select(Mail.id)).all()
    again = clerk.follow(clerk.post(address, f"{address}/apply", comment=""))
    assert "すでに実行されています" in again.text
    database.remove()
    assert database().scalars(select(Mail.id)).all() == mails
    assert len(mails) == 3
    moves = database().scalars(select(Event).where(Event.action == Action.MOVED)).all()
    assert len(moves) == 3


def test_a_return_of_many_needs_its_reason_and_keeps_what_was_typed(app: Flask) -> None:
    clerk = Clerk(app)
    ids = build("site_name", Status.REVIEWING, 2)
    address = plan(clerk, "move-reviewing-returned", ids)
    refused = clerk.post(address, f"{address}/apply", comment="  ")
    assert refused.status_code == 422
    assert "お客様へのコメントを入力してください" in refused.text
    too_long = clerk.post(address, f"{address}/apply", comment="長" * 1001)
    assert too_long.status_code == 422
    assert "長" * 1001 in too_long.text
    assert statuses(ids) == {"reviewing"}
    clerk.post(address, f"{address}/apply", comment="名前をご確認ください")
    assert statuses(ids) == {"returned"}


def test_the_mail_is_shown_as_it_will_be_sent_with_the_typed_comment(app: Flask) -> None:
    clerk = Clerk(app)
    ids = build("site_name", Status.REVIEWING, 2)
    address = plan(clerk, "move-reviewing-accepted", ids)
    assert "送られるメール" in clerk.get(address).text
    shown = clerk.post(address, f"{address}/apply", comment="ありがとうございました", preview="1")
    assert shown.status_code == 200
    assert shown.text.count("ありがとうございました") == 2  # in the field and in the mail
    assert statuses(ids) == {"reviewing"}


def test_a_row_that_changed_after_the_plan_is_left_alone_and_said_so(app: Flask) -> None:
    clerk = Clerk(app)
    ids = build("site_name", Status.SUBMITTED, 3)
    address = plan(clerk, "move-submitted-reviewing", ids)
    with transaction() as session:
        transition(session, [session.get_one(Record, ids[0])], Status.REVIEWING, OPERATOR)
    with transaction() as session:
        session.get_one(Record, ids[1]).version += 1
    database.remove()
    report = clerk.follow(clerk.post(address, f"{address}/apply", comment=""))
    assert "3件のうち1件を実行しました" in report.text
    assert sorted(results(int(address.rsplit("/", 1)[1])).values()) == ["changed", "changed", "done"]
    again = clerk.post(address, f"{address}/retry")
    second = clerk.follow(clerk.post(again.location, f"{again.location}/apply", comment=""))
    assert "2件のうち1件を実行しました" in second.text
    assert statuses(ids) == {"reviewing"}


def test_the_report_can_be_downloaded_row_by_row(app: Flask) -> None:
    clerk = Clerk(app)
    ids = build("site_name", Status.SUBMITTED, 2) + build("site_name", Status.RETURNED)
    address = plan(clerk, "move-submitted-reviewing", ids)
    clerk.post(address, f"{address}/apply", comment="")
    answer = clerk.post(address, f"{address}/report.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0] == ["番号", "対象", "結果", "理由"]
    assert [row[2] for row in rows[1:]] == ["実行しました", "実行しました", "見送り"]
    assert "差戻" in rows[3][3]
    assert "一括操作の履歴" in clerk.get("/bulk").text


def test_a_viewer_plans_nothing_and_applies_nobodys_plan(app: Flask) -> None:
    clerk, viewer = Clerk(app), Clerk(app, "viewer")
    ids = build("site_name", Status.SUBMITTED)
    refused = viewer.post("/", "/bulk", table="record", act="move-submitted-reviewing", ids=ids)
    assert refused.status_code in {400, 409}
    address = plan(clerk, "move-submitted-reviewing", ids)
    assert "実行する" not in viewer.get(address).text
    assert Clerk(app, "administrator").post(address, f"{address}/apply", comment="").status_code in {400, 409}
    assert statuses(ids) == {"submitted"}


def test_a_plan_needs_rows_an_act_and_a_token(app: Flask) -> None:
    clerk = Clerk(app)
    ids = build("site_name", Status.SUBMITTED)
    assert "行が選ばれていません" in clerk.post("/", "/bulk", table="record", act="move-submitted-reviewing").text
    assert "行う操作を選んでください" in clerk.post("/", "/bulk", table="record", act="", ids=ids).text
    assert "この操作はありません" in clerk.post("/", "/bulk", table="record", act="fly", ids=ids).text
    assert "読み取れません" in clerk.post("/", "/bulk", table="record", act="assign-me", ids=["1 OR 1"]).text
    foreign = clerk.client.post("/bulk", data={"csrf_token": "x", "table": "record", "act": "assign-me", "ids": ids})
    assert foreign.status_code == 400
    assert database().scalars(select(BulkAct.id)).all() == []


def test_a_row_that_does_not_exist_is_said_to_be_missing(app: Flask) -> None:
    clerk = Clerk(app)
    ids = build("site_name", Status.SUBMITTED)
    address = plan(clerk, "move-submitted-reviewing", [*ids, 999_999])
    shown = clerk.get(f"{address}?result=refused").text
    assert "見つかりません" in shown
    assert '<span class="sums__number">1</span>見送り' in shown
    report = clerk.follow(clerk.post(address, f"{address}/apply", comment="")).text
    assert "見送りが1件あります。" in report
    again = clerk.follow(clerk.post(address, f"{address}/retry")).text
    assert "見送りの行を再実行" in report
    assert re.search(r'<a class="button[^>]*href="/">戻る</a>', again), "nothing can be done here but to go back"


def test_all_that_the_inbox_finds_is_planned_at_once(app: Flask) -> None:
    clerk = Clerk(app)
    ids = build("site_name", Status.SUBMITTED, 60) + build("billing_change", Status.SUBMITTED)
    act = "move-submitted-reviewing"
    answer = clerk.post("/", "/bulk", table="record", act=act, ids=ids[:2], inbox="type=site_name")
    assert "60件を実行する" in clerk.follow(answer).text


def test_records_are_given_to_somebody(app: Flask) -> None:
    clerk, other = Clerk(app), Clerk(app, name="aoi")
    ids = build("site_name", Status.SUBMITTED, 2)
    address = plan(clerk, "assign", ids)
    assert "担当者を選択してください" in clerk.post(address, f"{address}/apply", assignee_id="").text
    clerk.post(address, f"{address}/apply", assignee_id=str(other.id))
    database.remove()
    assert set(database().scalars(select(Record.assignee_id).where(Record.id.in_(ids)))) == {other.id}
    address = plan(clerk, "assign-me", ids)
    clerk.follow(clerk.post(address, f"{address}/apply"))
    database.remove()
    assert set(database().scalars(select(Record.assignee_id).where(Record.id.in_(ids)))) == {clerk.id}
    assert set(database().scalars(select(Record.version).where(Record.id.in_(ids)))) == {1}


def test_a_long_act_is_left_to_the_worker_and_shows_how_far_it_is(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from admin import bulk as pages  # noqa: PLC0415
    from models.services import bulk  # noqa: PLC0415

    monkeypatch.setattr(pages, "AT_ONCE", 3)
    monkeypatch.setattr(bulk, "CHUNK", 2)
    clerk = Clerk(app)
    ids = build("site_name", Status.SUBMITTED, 5)
    address = plan(clerk, "move-submitted-reviewing", ids)
    progress = clerk.follow(clerk.post(address, f"{address}/apply", comment=""))
    assert progress.headers["Refresh"] == "3"
    assert "残り 5件" in progress.text
    assert statuses(ids) == {"submitted"}
    database.remove()
    rounds = iter([False, True])
    bulk.carry_on_all(lambda: next(rounds, True))  # the worker is stopped after a chunk
    assert sorted(results(1).values()) == ["done", "done", "ready", "ready", "ready"]
    database.remove()
    assert bulk.carry_on_all() == 3
    database.remove()
    done = clerk.get(address)
    assert "Refresh" not in done.headers
    assert "5件すべてを実行しました" in done.text
    assert database().scalar(select(BulkAct.state)) == BulkState.DONE
    who = database().scalars(select(Event.actor_id).where(Event.action == Action.MOVED)).all()
    assert set(who) == {clerk.id}


def test_results_have_words() -> None:
    assert {one.label for one in RowResult} == {"実行できます", "実行しました", "見送り", "変更あり", "失敗"}
