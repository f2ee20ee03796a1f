"""Taking moves back at the desk, one and many, and what both faces say of it (SPEC §11)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine, func, select

from models.base.actor import SYSTEM
from models.base.clock import now
from models.base.db import database, transaction
from models.base.settings import settings
from models.base.workflow import Status
from models.kinds import fault_contact_change
from models.services.audit import act_as
from models.services.editing import save_record
from models.services.opening import open_request
from models.services.transition import transition
from models.tables.mail import Mail
from models.tables.record import Record
from portal import create_portal
from tests.build import build_account, build_customer, build_site, complete_values, customer_of
from tests.clerk import Clerk, desk, furnish
from tests.identity import HASH
from tests.world import sign_in_as


@pytest.fixture
def app(db: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setenv("TAKE_BACK_SECONDS", "120")
    settings.cache_clear()
    furnish()
    yield desk()
    monkeypatch.undo()
    settings.cache_clear()


def build(count: int) -> list[int]:
    """Submitted changes of a company, each of a site of its own."""
    with transaction() as session:
        customer = build_customer(session)
        build_account(session, customer, user_name="hanako", password_hash=HASH, activated_at=customer.created_at)
        found = []
        for _ in range(count):
            request = open_request(session, build_site(session, customer), fault_contact_change.KIND, {}, SYSTEM)
            [record] = request.records
            actor = customer_of(record)
            act_as(actor)
            save_record(session, record, complete_values(session, record), record.version, actor)
            transition(session, [record], Status.SUBMITTED, actor).raise_if_refused()
            found.append(record.id)
    database.remove()
    return found


def statuses(ids: list[int]) -> list[str]:
    database.remove()
    return list(database().scalars(select(Record.status_code).where(Record.id.in_(ids)).order_by(Record.id)))


def waiting_mails() -> int:
    database.remove()
    found = select(func.count(Mail.id)).where(Mail.key == "status_changed", Mail.dropped_at.is_(None))
    return database().scalar(found) or 0


def move(clerk: Clerk, record_id: int, target: str) -> None:
    page = f"/records/{record_id}"
    database.remove()
    version = str(database().get_one(Record, record_id).version)
    clerk.follow(clerk.post(page, f"{page}/move", target=target, comment="番号が違います", version=version))


def test_who_goes_on_with_the_next_record_is_told_until_when_the_move_can_be_taken_back(app: Flask) -> None:
    clerk, ids = Clerk(app), build(2)
    clerk.get("/")
    page, version = f"/records/{ids[0]}", str(database().get_one(Record, ids[0]).version)
    database.remove()
    moved = clerk.post(page, f"{page}/move", target="reviewing", comment="", version=version, onward="1")
    assert moved.location == f"/records/{ids[1]}"
    assert re.search(
        rf'href="{page}">[^<]+</a>を「申込内容確認中」にしました。\d+:\d\dまで取り消せます。', clerk.follow(moved).text
    )


def test_a_move_is_taken_back_on_the_records_page_and_both_faces_tell_of_it(app: Flask) -> None:
    clerk, [record_id] = Clerk(app), build(1)
    page = f"/records/{record_id}"
    assert "取り消せます" not in clerk.get(page).text
    move(clerk, record_id, "reviewing")
    shown = clerk.get(page).text
    assert "「申込内容確認中」にした操作は、" in shown
    assert "まで取り消せます" in shown
    assert 'data-key="z"' in shown
    assert "送信待ち（予定" in shown
    assert "取り消せます" not in Clerk(app, "viewer").get(page).text
    assert waiting_mails() == 1
    done = clerk.follow(clerk.post(page, f"{page}/take-back"))
    assert "「提出済み」に戻しました" in done.text
    assert "（直前の操作の取り消し）" in done.text
    assert "操作が取り消されたため、送信しませんでした。" in done.text
    assert (statuses([record_id]), waiting_mails()) == (["submitted"], 0)
    again = clerk.post(page, f"{page}/take-back")
    assert again.status_code == 409
    assert "取り消せる操作はありません" in again.text
    customer = sign_in_as(create_portal(settings()), "hanako")
    assert "（直前の変更の取り消し）" in customer.get(page).text
    assert "番号が違います" not in customer.get(page).text  # nobody was meant to read it any more
    assert "直前のステータスの変更を取り消しました。" in customer.get("/updates").text


def test_what_the_customer_did_meanwhile_is_the_reason_on_the_page(app: Flask) -> None:
    clerk, [record_id] = Clerk(app), build(1)
    page = f"/records/{record_id}"
    move(clerk, record_id, "reviewing")
    move(clerk, record_id, "returned")
    with transaction() as session:
        record = session.get_one(Record, record_id)
        act_as(actor := customer_of(record))
        save_record(session, record, {"first_phone": "0399998888"}, record.version, actor)
    shown = clerk.get(page).text
    assert "直前の操作は取り消せません" in shown
    assert "この操作のあとにお客様が操作したため" in shown
    assert clerk.post(page, f"{page}/take-back").status_code == 409
    assert statuses([record_id]) == ["returned"]


def test_a_bulk_move_is_taken_back_by_a_plan_with_a_reason_for_each_row_that_stays(app: Flask) -> None:
    clerk, ids = Clerk(app), build(3)
    planned = clerk.post("/", "/bulk", table="record", act="move-submitted-reviewing", ids=ids).location
    report = clerk.follow(clerk.post(planned, f"{planned}/apply", comment=""))
    assert "この操作を取り消す" in report.text
    assert (set(statuses(ids)), waiting_mails()) == ({"reviewing"}, 3)
    move(clerk, ids[2], "returned")
    with transaction() as session:
        record = session.get_one(Record, ids[2])
        act_as(actor := customer_of(record))
        transition(session, [record], Status.SUBMITTED, actor).raise_if_refused()
    back = clerk.post(planned, f"{planned}/take-back").location
    shown = clerk.get(back)
    assert "2件を実行する" in shown.text
    assert "取り消せる操作はありません" in clerk.get(f"{back}?result=refused").text
    done = clerk.follow(clerk.post(back, f"{back}/apply"))
    assert "3件のうち2件を実行しました" in done.text
    assert statuses(ids) == ["submitted", "submitted", "submitted"]
    assert waiting_mails() == 2  # of the row that went on: looked at, returned
    clerk.post(back, f"{back}/apply")
    assert waiting_mails() == 2
    told = clerk.get(planned).text
    assert "実行した3件のうち2件は、そのあと取り消されています。" in told
    assert "この操作を取り消す" in told
    with time_machine.travel(now() + timedelta(minutes=3)):
        assert "この操作を取り消す" not in clerk.get(planned).text
        assert clerk.post(planned, f"{planned}/take-back").status_code == 409


def test_a_bulk_move_that_was_taken_back_as_a_whole_says_so_and_offers_nothing_more(app: Flask) -> None:
    clerk, ids = Clerk(app), build(2)
    planned = clerk.post("/", "/bulk", table="record", act="move-submitted-reviewing", ids=ids).location
    clerk.post(planned, f"{planned}/apply", comment="")
    for record_id in ids:
        clerk.post(f"/records/{record_id}", f"/records/{record_id}/take-back")
    report = clerk.get(planned).text
    assert "実行した2件は、そのあとすべて取り消されています。" in report
    assert "取り消せます" not in report
    assert "この操作を取り消す" not in report
