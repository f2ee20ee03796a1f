"""The record's page at the desk: what a move will do before it is made, and what else is done there."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update

from models.base.clock import now, today
from models.base.db import database, transaction
from models.base.workflow import WORKFLOWS, Status
from models.kinds import site_rename
from models.services.rename_guard import take_lock
from models.services.sessions import start_session
from models.services.transition import transition
from models.tables.account import Account
from models.tables.event import Action, Event
from models.tables.login import LoginSession
from models.tables.mail import Mail
from models.tables.record import Record
from models.tables.request import Request
from tests.build import OPERATOR, build_account, build_customer, build_record, build_site
from tests.clerk import Clerk, desk, furnish
from tests.faces import whole_portal
from tests.pages import token_in


@pytest.fixture
def app(db: Engine) -> Flask:
    furnish()
    return desk()


def build(code: str = "site_name", status: Status = Status.REVIEWING) -> int:
    with transaction() as session:
        customer = build_customer(session)
        build_account(session, customer, mail="hanako@example.co.jp")
        record_id = build_record(session, code, status, build_site(session, customer)).id
    database.remove()
    return record_id


def version_in(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert found, page
    return found[1]


def stored(record_id: int) -> Record:
    database.remove()
    return database().get_one(Record, record_id)


def test_a_move_is_shown_as_it_will_be_and_then_made(app: Flask) -> None:
    clerk, record_id = Clerk(app), build()
    page = f"/records/{record_id}"
    preview = clerk.post(page, f"{page}/preview", target="accepted", comment="お手続きありがとうございました")
    assert preview.status_code == 200
    assert "hanako@example.co.jp" in preview.text
    assert preview.text.count("お手続きありがとうございました") == 2
    assert "拠点の現在の登録内容になります" in preview.text
    assert "この申込のすべての手続きが完了します" in preview.text
    assert "拠点名変更による制限が外れ" in preview.text
    assert stored(record_id).status is Status.REVIEWING
    done = clerk.follow(
        clerk.post(page, f"{page}/move", target="accepted", comment="ありがとう", version=version_in(preview.text))
    )
    assert "「承諾」にしました" in done.text
    assert stored(record_id).comment == "ありがとう"
    mail = database().scalars(select(Mail)).one()
    assert mail.context["comment"] == "ありがとう"
    assert "すべての履歴" in done.text


def test_a_move_without_a_typed_comment_takes_the_template(app: Flask) -> None:
    clerk, record_id = Clerk(app), build(status=Status.SUBMITTED)
    page = f"/records/{record_id}"
    template = re.search(r'placeholder="([^"]+)"', clerk.get(page).text)
    assert template
    clerk.post(page, f"{page}/move", target="reviewing", comment="", version="1")
    assert stored(record_id).comment == template[1]


def test_a_return_without_a_reason_keeps_the_page_and_moves_nothing(app: Flask) -> None:
    clerk, record_id = Clerk(app), build()
    page = f"/records/{record_id}"
    answer = clerk.post(page, f"{page}/move", target="returned", comment=" ", version="1")
    assert answer.status_code == 422
    assert "差戻の理由をコメントに入力してください" in answer.text
    assert stored(record_id).status is Status.REVIEWING


def test_what_changed_meanwhile_is_not_overrun_and_the_typed_comment_stays(app: Flask) -> None:
    clerk, record_id = Clerk(app), build()
    page = f"/records/{record_id}"
    preview = clerk.post(page, f"{page}/preview", target="returned", comment="").text
    with transaction() as session:
        session.get_one(Record, record_id).version += 1
    answer = clerk.post(page, f"{page}/move", target="returned", comment="名前が違います", version=version_in(preview))
    assert answer.status_code == 409
    assert "ほかの人がこの情報を変更しました" in answer.text
    assert "名前が違います" in answer.text
    assert stored(record_id).status is Status.REVIEWING
    again = version_in(answer.text)
    clerk.post(page, f"{page}/move", target="returned", comment="名前が違います", version=again)
    assert stored(record_id).status is Status.RETURNED


def test_who_comes_second_is_told_who_moved_the_record_where_and_when(app: Flask) -> None:
    clerk, record_id = Clerk(app), build()
    with transaction() as session:
        transition(session, [session.get_one(Record, record_id)], Status.ACCEPTED, OPERATOR).raise_if_refused()
    database.remove()
    page = f"/records/{record_id}"
    for path in ("preview", "move"):
        shown = clerk.post(page, f"{page}/{path}", target="returned", comment="名前が違います", version="1").text
        assert re.search(r"<time[^>]*>[^<]+</time>、窓口 花子が「承諾」にしました。", shown), path
        assert "名前が違います" in shown


def test_a_move_that_is_not_possible_stays_visible_with_its_reason_and_who_could_make_it(app: Flask) -> None:
    clerk, record_id = Clerk(app), build("parameter_sheet", Status.PREPARING)
    shown = clerk.get(f"/records/{record_id}").text
    assert "お客様へ渡すパラメータシートが登録されていません" in shown
    assert "ステータスが「申込内容確認中」のときに行えます" in shown
    assert "担当者・管理者" in shown
    withdrawn = clerk.get(f"/records/{build()}").text
    assert "この操作はお客様が行います" in withdrawn
    refused = clerk.post(f"/records/{record_id}", f"/records/{record_id}/move", target="accepted", version="1")
    assert refused.status_code == 409
    assert stored(record_id).status is Status.PREPARING


def test_the_desk_adds_the_blank_sheet_and_hands_it_to_the_customer(app: Flask) -> None:
    clerk, record_id = Clerk(app), build("parameter_sheet", Status.PREPARING)
    page = f"/records/{record_id}"
    wrong = clerk.post(page, f"{page}/files", purpose="blank_sheet", file=(io.BytesIO(b"no sheet"), "a.xlsx"))
    assert wrong.status_code == 422
    assert "xlsx" in wrong.text


def test_a_viewer_reads_and_is_offered_nothing(app: Flask) -> None:
    viewer, record_id = Clerk(app, "viewer"), build()
    page = f"/records/{record_id}"
    shown = viewer.get(page)
    assert shown.status_code == 200
    for word in ("の内容を確認する", "メモを追加する", "変更する", "訂正する", "内容を編集する", "中止する"):
        assert word not in shown.text
    for path, values in {
        "move": {"target": "accepted", "version": "1"},
        "assign": {"assignee_id": ""},
        "due": {"due_on": "2030-01-01"},
        "notes": {"text": "x"},
        "correction": {"target": "accepted", "reason": "x"},
        "cancel": {"reason": "x"},
    }.items():
        answer = viewer.post("/tables/", f"{page}/{path}", **values)
        assert answer.status_code in {403, 409}, path
    record = stored(record_id)
    assert (record.status, record.due_on, record.version) == (Status.REVIEWING, None, 1)


def test_assignee_due_date_and_note_are_written_and_noted(app: Flask) -> None:
    clerk, other, record_id = Clerk(app), Clerk(app, name="aoi"), build()
    page, day = f"/records/{record_id}", today() + timedelta(days=9)
    clerk.post(page, f"{page}/assign", assignee_id=str(other.id))
    clerk.post(page, f"{page}/due", due_on=day.isoformat())
    shown = clerk.follow(clerk.post(page, f"{page}/notes", text="電話で確認済み\n折り返し待ち"))
    record = stored(record_id)
    assert (record.assignee_id, record.due_on, record.version) == (other.id, day, 1)
    assert "電話で確認済み" in shown.text
    changes = [event.changes for event in database().scalars(select(Event).where(Event.action == Action.EDITED))]
    assert {"assignee_id": [None, other.id]} in changes
    assert {"due_on": [None, day.isoformat()]} in changes
    assert clerk.post(page, f"{page}/notes", text="  ").status_code == 422
    assert clerk.post(page, f"{page}/due", due_on="きのう").status_code == 422
    assert clerk.post(page, f"{page}/assign", assignee_id="99999").status_code == 422
    assert "すでに" not in clerk.follow(clerk.post(page, f"{page}/assign", assignee_id="")).text
    assert stored(record_id).assignee_id is None
    assert "自分の担当にする" in clerk.get(page).text
    assert "自分の担当にする" not in clerk.follow(clerk.post(page, f"{page}/assign", assignee_id=str(clerk.id))).text


def test_no_customer_reads_an_internal_note(app: Flask) -> None:
    clerk, record_id = Clerk(app), build()
    page = f"/records/{record_id}"
    clerk.post(page, f"{page}/notes", text="料金の値引きを検討中")
    with transaction() as session:
        account = session.scalars(select(Account)).one()
        token = start_session(session, account, "127.0.0.1")
        number = session.get_one(Record, record_id).request.number
    database.remove()
    customer = whole_portal().test_client()
    with customer.session_transaction() as cookie:
        cookie["_user_id"] = token
    for address in (page, f"/requests/{number}", "/home", "/updates", "/search?q=値引き"):
        answer = customer.get(address)
        assert answer.status_code == 200, address
        assert "料金の値引きを検討中" not in answer.text


def test_an_administrator_corrects_a_status_with_a_reason_and_nobody_else(app: Flask) -> None:
    clerk, chief, record_id = Clerk(app), Clerk(app, "administrator"), build()
    page = f"/records/{record_id}"
    assert clerk.get(f"{page}/correction").status_code == 409
    assert (
        "訂正の理由を入力してください" in chief.post(f"{page}/correction", f"{page}/correction", target="accepted").text
    )
    assert stored(record_id).status is Status.REVIEWING
    done = chief.post(f"{page}/correction", f"{page}/correction", target="draft", reason="電話で依頼があったため")
    assert "（訂正）" in chief.follow(done).text
    assert stored(record_id).status is Status.DRAFT


def test_a_change_is_cancelled_with_a_reason(app: Flask) -> None:
    clerk, record_id = Clerk(app), build()
    page = f"/records/{record_id}/cancel"
    assert clerk.post(page, page, reason=" ").status_code == 422
    clerk.follow(clerk.post(page, page, reason="お客様の希望により"))
    assert stored(record_id).status is Status.CANCELLED
    assert clerk.get(page).status_code == 409


def test_a_rename_of_the_site_is_warned_of_and_blocks_no_operator(app: Flask) -> None:
    clerk = Clerk(app)
    with transaction() as session:
        site = build_site(session)
        record_id = build_record(session, "fault_contact", Status.SUBMITTED, site).id
        rename = Request(site=site, kind_code=site_rename.KIND.code, title="拠点名変更")
        session.add(rename)
        session.flush()
        take_lock(session, rename)
    database.remove()
    page = f"/records/{record_id}"
    assert "拠点名変更の手続き中です" in clerk.get(page).text
    clerk.post(page, f"{page}/move", target="reviewing", comment="", version="1")
    assert stored(record_id).status is Status.REVIEWING


def test_what_is_sent_after_the_login_has_ended_leads_back_to_the_record_and_is_said_to_be_lost(app: Flask) -> None:
    clerk, page = Clerk(app), f"/records/{build('fault_contact', Status.SUBMITTED)}"
    token = token_in(clerk.get(page).text)
    with transaction() as session:
        session.execute(update(LoginSession).values(ended_at=now()))
    answer = clerk.client.post(f"{page}/preview", data={"csrf_token": token, "target": "returned", "comment": "長い文"})
    assert answer.location == f"/login?next={page}"
    assert "送信しようとした内容は保存されていません" in clerk.get(answer.location).text


def test_a_page_that_is_no_page_leads_to_the_inbox(app: Flask) -> None:
    answer = Clerk(app).get(f"/records/{build('fault_contact', Status.SUBMITTED)}/preview")
    assert answer.status_code == 405
    assert '<a href="/">受付箱を開く</a>' in answer.text


@pytest.mark.parametrize("code", WORKFLOWS)
def test_every_record_in_every_status_can_be_opened(app: Flask, code: str) -> None:
    clerk = Clerk(app)
    for status in (*WORKFLOWS[code].statuses, Status.CANCELLED):
        assert clerk.get(f"/records/{build(code, status)}").status_code == 200
    assert clerk.get("/records/999999").status_code == 404
