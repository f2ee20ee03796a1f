"""A record that changed while a customer typed: refused, with everything that was typed still there (UX "Forms", RELIABILITY check 29)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from models.base.db import database, transaction
from models.base.workflow import Status
from models.kinds import fault_contact_change, site_rename
from models.services.editing import save_record
from models.services.opening import open_request
from models.services.transition import transition
from models.tables.event import Action, Event
from models.tables.record import Record
from tests.build import OPERATOR, build_account, build_customer, build_request, build_site, complete_values, customer_of
from tests.member import Member


@pytest.fixture
def record_id(app: Flask) -> int:
    """A fault contact's change that was filled in and saved."""
    with transaction() as session:
        customer = build_customer(session)
        build_account(session, customer, user_name="hanako", activated_at=customer.created_at)
        request = build_request(session, fault_contact_change.KIND, site=build_site(session, customer))
        [record] = request.records
        save_record(session, record, complete_values(session, record), 1, customer_of(record))
        number = record.id
    database.remove()
    return number


def meanwhile(record_id: int, **values: Any) -> None:
    with transaction() as session:
        record = session.get_one(Record, record_id)
        save_record(session, record, values, record.version, customer_of(record))
    database.remove()


def move(record_id: int, target: Status) -> None:
    with transaction() as session:
        record = session.get_one(Record, record_id)
        actor = customer_of(record) if target is Status.SUBMITTED else OPERATOR
        transition(session, [record], target, actor, "直してください").raise_if_refused()
    database.remove()


def stored(record_id: int) -> Any:
    database.remove()
    return database().get_one(Record, record_id)


def test_a_colleague_who_saved_first_is_not_overwritten_unseen(app: Flask, record_id: int) -> None:
    member = Member(app, "hanako")
    member.record(record_id)
    meanwhile(record_id, first_person_name="青山　一郎", first_department="総務部")
    answer = member.press("途中保存する", first_person_name="赤坂　二郎", first_phone="03-9999-0000")
    assert answer.status_code == 409
    member.sees("入力した内容は、まだ保存されていません", "保存されている内容との違い", "青山　一郎", "03-9999-0000")
    assert member.form_with("途中保存する").values["first_person_name"] == "赤坂　二郎"
    assert "<title>エラー：" in answer.text
    assert stored(record_id).first_person_name == "青山　一郎"

    member.press("途中保存する")
    member.sees("保存しました。")
    assert (stored(record_id).first_person_name, stored(record_id).first_phone) == ("赤坂　二郎", "03-9999-0000")


def test_a_colleague_who_handed_it_in_first_leaves_what_was_typed_to_be_read(app: Flask, record_id: int) -> None:
    member = Member(app, "hanako")
    member.record(record_id)
    move(record_id, Status.SUBMITTED)
    answer = member.press("提出する", first_person_name="赤坂　二郎")
    assert answer.status_code == 409
    member.sees("いまは編集できません", "赤坂　二郎", "提出済み")
    assert stored(record_id).first_person_name == "豊洲　花子"
    refused = database().scalars(select(Event).where(Event.action == Action.REFUSED)).one()
    assert refused.actor_role == "customer"


def test_a_rename_that_was_begun_meanwhile_leaves_what_was_typed_to_be_read(app: Flask, record_id: int) -> None:
    member = Member(app, "hanako")
    member.record(record_id)
    with transaction() as session:
        record = session.get_one(Record, record_id)
        open_request(session, record.request.site, site_rename.KIND, {}, customer_of(record))
    database.remove()
    answer = member.press("途中保存する", first_person_name="赤坂　二郎")
    assert answer.status_code == 409
    member.sees("入力した内容は、まだ保存されていません", "赤坂　二郎", "拠点名変更を確認する")


def test_the_same_words_of_two_people_are_no_difference(app: Flask, record_id: int) -> None:
    member = Member(app, "hanako")
    member.record(record_id)
    meanwhile(record_id, first_person_name="青山　一郎")
    member.press("途中保存する", first_person_name="青山　一郎")
    member.sees("入力した内容は、いま保存されている内容と同じです。").misses("保存されている内容との違い")


def test_what_cannot_be_read_is_kept_as_it_was_typed(app: Flask, record_id: int) -> None:
    member = Member(app, "hanako")
    member.record(record_id)
    move(record_id, Status.SUBMITTED)
    answer = member.press("途中保存する", first_mail="hanako(at)example")
    assert answer.status_code == 409
    member.sees("hanako(at)example")
