"""What is typed into a record's fields is kept whatever else is sent from its page: a file, or the wish for the form."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from models.base.db import database, transaction
from models.base.workflow import Status
from models.services.editing import save_record
from models.tables.document import Document
from models.tables.record import Record
from models.tables.upload import Upload
from tests import papers
from tests.build import build_account, complete_values, customer_of
from tests.issued import build_contract
from tests.member import Member

ISSUE = "変更申込書を発行する"


@pytest.fixture
def member(app: Flask) -> Member:
    """At the page of a contractor's change that waits for its form and the stamp."""
    record_id = build_contract()
    with transaction() as session:
        record = session.get_one(Record, record_id)
        save_record(session, record, complete_values(session, record), record.version, customer_of(record))
        customer = record.request.site.customer
        build_account(session, customer, user_name="hanako", activated_at=customer.created_at)
    member = Member(app, "hanako")
    member.record(record_id)
    return member


def stored() -> Any:
    database.remove()
    return database().scalars(select(Record)).one()


def number_of(table: type[Upload | Document]) -> int:
    return database().scalar(select(func.count(table.id))) or 0


def test_what_is_typed_beside_a_file_is_saved_with_it(member: Member) -> None:
    member.press(ISSUE)
    answer = member.add_file(papers.scan_png("00000001"), "押印済み.png", company_name="新豊洲商事")
    assert answer.status_code == 200
    member.sees("「押印済み.png」を受け付けました。", "保存しました。")
    assert stored().company_name == "新豊洲商事"
    member.sees("申込内容が変わったため、発行済みの変更申込書は使えません")  # the paper was stamped before


def test_a_mistake_beside_a_file_is_told_and_both_are_there(member: Member) -> None:
    answer = member.add_file(papers.scan_png(), "押印済み.png", phone="電話")
    assert answer.status_code == 422
    member.sees("「押印済み.png」を受け付けました。", "電話番号")
    assert 'value="電話"' in answer.text
    assert number_of(Upload) == 1


def test_a_wrong_file_leaves_what_is_typed_beside_it(member: Member) -> None:
    answer = member.add_file(b"hello", "押印済み.pdf", company_name="新豊洲商事")
    assert answer.status_code == 422
    assert 'value="新豊洲商事"' in answer.text
    assert (stored().company_name != "新豊洲商事", number_of(Upload)) == (True, 0)


def test_a_colleague_who_was_faster_does_not_take_what_is_typed_beside_a_file(member: Member) -> None:
    with transaction() as session:
        record = session.scalars(select(Record)).one()
        save_record(session, record, {"company_name": "青山商事"}, record.version, customer_of(record))
    answer = member.add_file(papers.scan_png(), "押印済み.png", company_name="新豊洲商事")
    assert answer.status_code == 409
    member.sees("新豊洲商事", "青山商事")
    assert (stored().company_name, number_of(Upload)) == ("青山商事", 1)


def test_the_form_is_issued_of_what_is_typed_by_then(member: Member) -> None:
    member.press(ISSUE, company_name="新豊洲商事")
    member.sees("変更申込書（第1版）を発行しました")
    assert stored().company_name == "新豊洲商事"
    member.misses("使えません")


def test_a_form_is_not_issued_of_a_mistake(member: Member) -> None:
    answer = member.press(ISSUE, phone="電話")
    assert answer.status_code == 422
    assert 'value="電話"' in answer.text
    assert number_of(Document) == 0
    assert stored().status is Status.AWAITING_STAMP
