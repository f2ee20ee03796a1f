"""The bell: what the desk changed since the account last said that it had looked."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.base.clock import now
from models.base.db import database, transaction
from models.base.workflow import Status
from models.kinds import fault_contact_change, new_installation
from models.services.audit import act_as
from models.services.desk_work import assign, set_due_day
from models.services.editing import save_record
from models.services.files import store_upload
from models.services.transition import cancel_request, correct_status, transition
from models.services.updates import MOST, PAGE
from models.tables.account import Account
from models.tables.customer import Customer
from models.tables.event import Action, Event
from models.tables.record import Purpose, Record
from tests.build import ADMINISTRATOR, OPERATOR, build_request, build_site, customer_of
from tests.clerk import operator_actor
from tests.identity import add_account, sign_in
from tests.pages import token_in
from tests.papers import workbook
from tests.statements import statements

DETAILS = [table.__tablename__ for table in Record.__subclasses__() if table.__tablename__ != "site_name_record"]


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    add_account()
    client = app.test_client()
    sign_in(client)
    return client


def add_record(customer_id: int = 1, status: Status = Status.SUBMITTED) -> int:
    """A record of a change that the company has sent in."""
    with transaction() as session:
        site = build_site(session, session.get_one(Customer, customer_id))
        record_id = build_request(session, fault_contact_change.KIND, status, site).records[0].id
    database.remove()
    return record_id


def act(record_id: int, does: Callable[[Session, Record], object], actor: Actor = OPERATOR) -> None:
    """What somebody does to a record."""
    act_as(actor)
    with transaction() as session:
        does(session, session.get_one(Record, record_id))
    database.remove()


def set_due_day_to(due: date, session: Session, record: Record) -> None:
    set_due_day(session, record, due, OPERATOR)


def move(record_id: int, target: Status, actor: Actor = OPERATOR, comment: str | None = None) -> None:
    act(record_id, lambda session, record: transition(session, [record], target, actor, comment), actor)


def bell(client: FlaskClient, address: str = "/home") -> int:
    """What the bell in the page's head says to a screen reader."""
    said = re.search(r"お知らせ<span[^>]*>（未読(なし|\d+件)）", client.get(address).text)
    assert said
    return 0 if said[1] == "なし" else int(said[1].removesuffix("件"))


def mark(client: FlaskClient) -> None:
    """Presses the button of the list as it is shown."""
    page = client.get("/updates").text
    token, up_to = (re.search(rf'name="{name}" value="([^"]+)"', page) for name in ("csrf_token", "up_to"))
    assert token
    assert up_to
    client.post("/updates", data={"csrf_token": token[1], "up_to": up_to[1]})


def test_the_bell_counts_what_the_desk_did_until_it_is_marked_as_read(client: FlaskClient) -> None:
    record_id = add_record()
    assert bell(client) == 0
    assert "窓口からの変更はまだありません" in client.get("/updates").text
    move(record_id, Status.REVIEWING)
    move(record_id, Status.RETURNED, comment="電話番号をご確認ください")
    assert bell(client) == bell(client, f"/records/{record_id}") == bell(client, "/updates") == 2
    page = client.get("/updates").text
    assert page.count(">未読<") == 2
    assert page.index("電話番号をご確認ください") < page.index("申込内容確認中"), "the newest comes first"
    mark(client)
    assert bell(client) == 0
    page = client.get("/updates").text
    assert "電話番号をご確認ください" in page
    assert ">未読<" not in page
    assert "すべて既読にする" not in page


def test_looking_at_the_list_marks_nothing(client: FlaskClient) -> None:
    move(add_record(), Status.REVIEWING)
    client.get("/updates")
    client.head("/updates")
    assert bell(client) == 1


def test_what_comes_in_while_one_reads_stays_unread(client: FlaskClient) -> None:
    record_id = add_record()
    move(record_id, Status.REVIEWING)
    page = client.get("/updates").text
    token, up_to = (re.search(rf'name="{name}" value="([^"]+)"', page) for name in ("csrf_token", "up_to"))
    assert token
    assert up_to
    move(record_id, Status.ACCEPTED)
    client.post("/updates", data={"csrf_token": token[1], "up_to": up_to[1]})
    assert bell(client) == 1
    assert client.get("/updates").text.count(">未読<") == 1


@pytest.mark.parametrize("up_to", ["99999999999999999999", "2147483647", "x", "-1", ""])
def test_nobody_marks_what_has_not_happened_yet(client: FlaskClient, up_to: str) -> None:
    record_id = add_record()
    move(record_id, Status.REVIEWING)
    token = token_in(client.get("/updates").text)
    assert client.post("/updates", data={"csrf_token": token, "up_to": up_to}).status_code == 303
    move(record_id, Status.ACCEPTED)
    assert bell(client) >= 1


def test_every_kind_of_change_of_the_desk_is_told(client: FlaskClient) -> None:
    record_id = add_record()
    actor = operator_actor("madoguchi")
    act(record_id, lambda session, record: set_due_day(session, record, date(2030, 3, 1), actor), actor)
    act(
        record_id,
        lambda session, record: save_record(session, record, {"first_phone": "03-1234-5678"}, 1, actor),
        actor,
    )
    act(
        record_id,
        lambda session, record: correct_status(session, record, Status.DRAFT, ADMINISTRATOR, "誤操作のため"),
        ADMINISTRATOR,
    )
    act(record_id, lambda session, record: cancel_request(session, record.request, actor, "重複のため"), actor)
    page = client.get("/updates").text
    for said in (
        "提出締切日を2030年3月1日（金）にしました",
        "第1連絡先の電話番号",
        "ステータスを訂正しました",
        "誤操作のため",
        "重複のため",
    ):
        assert said in page
    assert bell(client) == 4


def test_a_sheet_of_the_desk_is_told(client: FlaskClient) -> None:
    with transaction() as session:
        customer = session.get_one(Customer, 1)
        request = build_request(session, new_installation.KIND, site=build_site(session, customer, False))
        record_id = next(record.id for record in request.records if record.type == "parameter_sheet")
    database.remove()
    act(record_id, lambda s, r: store_upload(s, r, Purpose.BLANK_SHEET, "設定シート.xlsx", workbook(), OPERATOR))
    assert "ファイル「設定シート.xlsx」を追加しました" in client.get("/updates").text
    assert bell(client) == 1


def test_whose_work_a_record_is_at_the_desk_is_not_told(client: FlaskClient) -> None:
    record_id, actor = add_record(), operator_actor("tantou")
    act(record_id, lambda session, record: assign(session, record, actor.id, actor), actor)
    assert bell(client) == 0
    assert "tantou" not in client.get("/updates").text
    assert "担当者" not in client.get("/updates").text


def test_however_often_a_record_changed_hands_the_rest_is_counted_and_listed(client: FlaskClient) -> None:
    record_id = add_record()
    move(record_id, Status.REVIEWING)
    with transaction() as session:
        who = {"actor_role": OPERATOR.role.value, "actor_name": OPERATOR.name, "record_id": record_id}
        changed = {"assignee_id": ["tantou", "madoguchi"]}
        session.add_all([Event(action=Action.EDITED, changes=changed, **who) for _ in range(MOST + PAGE)])
    database.remove()
    assert bell(client) == 1
    assert "申込内容確認中" in client.get("/updates").text
    mark(client)
    assert bell(client) == 0


def test_what_one_did_oneself_and_what_others_are_told_rings_no_bell(client: FlaskClient) -> None:
    own, foreign = add_record(status=Status.DRAFT), None
    with transaction() as session:
        foreign = build_request(session, fault_contact_change.KIND, Status.SUBMITTED).records[0].id
        customer = customer_of(session.get_one(Record, own))
    database.remove()
    move(foreign, Status.REVIEWING)
    act(own, lambda session, record: cancel_request(session, record.request, customer), customer)
    assert bell(client) == 0
    assert "窓口からの変更はまだありません" in client.get("/updates").text


def test_a_new_colleague_is_not_told_what_happened_before(app: Flask, client: FlaskClient) -> None:
    move(add_record(), Status.REVIEWING)
    with transaction() as session:
        for account in session.scalars(select(Account)):
            account.created_at = now() + timedelta(seconds=1)
    database.remove()
    assert bell(client) == 0
    page = client.get("/updates").text
    assert "申込内容確認中" in page
    assert ">未読<" not in page


def test_each_colleague_has_a_bell_of_ones_own(app: Flask, client: FlaskClient) -> None:
    with transaction() as session:
        customer = session.get_one(Customer, 1)
    add_account(user_name="jiro", customer=customer)
    other = app.test_client()
    sign_in(other, "jiro")
    move(add_record(), Status.REVIEWING)
    mark(client)
    assert (bell(client), bell(other)) == (0, 1)


def test_a_long_list_has_pages(client: FlaskClient) -> None:
    record_id = add_record()
    for day in range(31):
        due = date(2030, 1, 1) + timedelta(days=day)
        act(record_id, partial(set_due_day_to, due))
    page = client.get("/updates").text
    assert "1月31日" in page
    assert "2030年1月1日" not in page
    older = re.search(r'href="(/updates\?before=\d+)"', page)
    assert older
    page = client.get(older[1]).text
    assert "2030年1月1日" in page
    assert "1月31日" not in page
    assert "すべて既読にする" not in page, "it would mark what this page does not show"
    assert client.get("/updates?before=x").status_code == 200


def test_the_bell_costs_one_query_and_the_list_the_same_however_much_happened(db: Engine, client: FlaskClient) -> None:
    move(add_record(), Status.REVIEWING)
    client.get("/updates")
    with statements(db) as few:
        client.get("/updates")
    for _ in range(8):
        move(add_record(), Status.REVIEWING)
    with statements(db) as many:
        assert client.get("/updates").text.count(">未読<") == 9
    assert len(many) == len(few)
    assert not [table for table in DETAILS if table in " ".join(many)], "a list needs no record's own fields"
    with statements(db) as asked:
        assert bell(client, "/account") == 9
    assert len([one for one in asked if "FROM event" in one.replace("\n", " ")]) == 1
