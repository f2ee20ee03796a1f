"""Rows added, changed and deleted at the desk: checked, noted, never overwritten unseen (RELIABILITY checks 29, 37)."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from models.base.db import database, transaction
from models.base.kind import KINDS
from models.base.workflow import Status
from models.records.site_name import SiteNameRecord
from models.seeds.masters import load_masters
from models.services.claims import claim_site_name
from models.tables.customer import Customer
from models.tables.event import Action, Event
from models.tables.master import LinePlan, Notice
from models.tables.record import Record
from models.tables.site import NameClaim
from tests.build import build_customer, build_record, build_request, build_site
from tests.desk import desk_application, operator_at, send, values_in


@pytest.fixture
def app(db: Engine) -> Flask:
    return desk_application()


def add_notice(**values: str) -> int:
    with transaction() as session:
        notice = Notice(**{"title": "年末の受付", "body": "お知らせの本文", **values})
        session.add(notice)
        session.flush()
        return notice.id


def test_a_row_is_added_shown_changed_and_told_in_its_history(app: Flask) -> None:
    client = operator_at(app, "administrator", "tsukasa")
    made = send(client, "/notice/new/", title="　夏季休業　", body="休みます", shown_from="２０２６年８月１日")
    assert made.status_code == 303
    number = database().scalar(select(Notice.id))
    send(client, f"/notice/{number}/edit/", title="夏季休業のお知らせ")
    page = client.get(f"/notice/{number}/").text
    assert "夏季休業のお知らせ" in page
    assert "2026年8月1日" in page
    events = database().scalars(select(Event).where(Event.table_name == "notice").order_by(Event.id)).all()
    assert [(event.action, event.actor_name) for event in events] == [
        ("created", "tsukasaさん"),
        ("edited", "tsukasaさん"),
    ]
    assert events[1].changes == {"title": ["夏季休業", "夏季休業のお知らせ"]}


def test_a_row_has_no_history_of_a_deleted_one_that_had_its_number(app: Flask) -> None:
    number = add_notice(title="前の行")
    chief = operator_at(app, "administrator", "tsukasa")
    send(chief, f"/notice/{number}/delete/")
    with transaction() as session:
        session.add(Notice(id=number, title="次の行", body="お知らせの本文"))
    chief.get("/notice/")  # where the deletion is said
    page = chief.get(f"/notice/{number}/").text
    assert "次の行" in page
    assert "前の行" not in page


def test_what_was_deleted_is_registered_again_from_its_history(app: Flask) -> None:
    number = add_notice(body="休みます")
    chief = operator_at(app, "administrator", "tsukasa")
    assert send(chief, f"/notice/{number}/delete/").status_code == 303
    said = chief.get("/notice/").text
    again = re.search(r'href="(/notice/new/\?restore=(\d+))">同じ内容で登録し直す', said)
    assert again
    event = chief.get(f"/event/{again[2]}/").text
    assert f'href="{again[1]}">' in event
    assert "休みます" in event
    assert "[None" not in event, "what changed is told in words"
    assert f'href="{again[1]}">' not in operator_at(app, "viewer").get(f"/event/{again[2]}/").text
    assert send(chief, again[1]).status_code == 303
    assert database().scalars(select(Notice.body)).all() == ["休みます"]
    database.remove()


def test_the_second_of_two_who_save_sees_both_values_and_keeps_its_own(app: Flask) -> None:
    number = add_notice()
    first, second = operator_at(app, "administrator", "hayai"), operator_at(app, "administrator", "osoi")
    late = values_in(second.get(f"/notice/{number}/edit/").text)
    send(first, f"/notice/{number}/edit/", title="先に保存した件名")
    answer = second.post(f"/notice/{number}/edit/", data={**late, "title": "あとから直した件名", "body": "直した本文"})
    assert answer.status_code == 409
    assert "先に保存した件名" in answer.text
    assert "hayaiさん" in answer.text
    kept = values_in(answer.text)
    assert (kept["title"], kept["body"]) == ("あとから直した件名", "直した本文")
    assert database().scalar(select(Notice.title)) == "先に保存した件名"
    database.remove()
    assert second.post(f"/notice/{number}/edit/", data=kept).status_code == 303
    assert database().scalar(select(Notice.title)) == "あとから直した件名"


def test_a_record_edited_by_two_is_a_conflict_by_its_version(app: Flask) -> None:
    with transaction() as session:
        number = build_record(session, "site_name", Status.SUBMITTED).id
    first, second = operator_at(app, "operator", "hayai"), operator_at(app, "operator", "osoi")
    late = values_in(second.get(f"/site_name_record/{number}/edit/").text)
    answer = send(first, f"/site_name_record/{number}/edit/", short_name="豊洲", location_name="本社")
    assert answer.status_code == 303, answer.text
    assert answer.location == f"/records/{number}"
    conflict = second.post(
        f"/site_name_record/{number}/edit/", data={**late, "short_name": "有明", "location_name": "本社"}
    )
    assert conflict.status_code == 409
    assert "豊洲" in conflict.text
    assert values_in(conflict.text)["short_name"] == "有明"


def test_a_record_obeys_the_domain_when_an_operator_edits_it(app: Flask) -> None:
    with transaction() as session:
        other = build_record(session, "site_name", Status.SUBMITTED)
        assert isinstance(other, SiteNameRecord)
        other.short_name, other.location_name = "豊洲", "本社"
        session.flush()
        claim_site_name(session, other)
        record = build_record(session, "site_name", Status.SUBMITTED)
        number, version = record.id, record.version
    client = operator_at(app, "operator")
    taken = send(client, f"/site_name_record/{number}/edit/", short_name="豊洲", location_name="本社")
    assert taken.status_code == 422
    assert "すでに使われています" in taken.text
    assert send(client, f"/site_name_record/{number}/edit/", short_name="有明", location_name="本社").status_code == 303
    saved = database().get_one(SiteNameRecord, number)
    assert (saved.short_name, saved.version, saved.status) == ("有明", version + 1, Status.SUBMITTED)
    database.remove()
    empty = send(client, f"/site_name_record/{number}/edit/", short_name="", location_name="")
    assert empty.status_code == 422
    assert "会社名略称を入力してください" in empty.text
    saved = database().get_one(SiteNameRecord, number)
    assert database().scalar(select(NameClaim.id).where(NameClaim.site_id == saved.request.site_id)) is not None


def test_due_date_and_assignee_of_any_record_are_set_without_touching_its_fields(app: Flask) -> None:
    client = operator_at(app, "operator")
    with transaction() as session:
        records = [record.id for kind in KINDS.values() for record in build_request(session, kind).records]
    for number in records:
        answer = send(client, f"/record/{number}/edit/", due_on="2026-12-24", assignee_id="1")
        assert answer.status_code == 303, answer.text
    saved = database().scalars(select(Record)).all()
    assert {(record.due_on.isoformat(), record.assignee_id) for record in saved if record.due_on} == {("2026-12-24", 1)}
    assert len(saved) == len(records)


def test_the_desk_fills_in_what_the_customer_cannot(app: Flask) -> None:
    with transaction() as session:
        number = build_record(session, "billing_change", Status.DRAFT).id
    page = operator_at(app, "operator").get(f"/billing_record/{number}/edit/").text
    assert 'name="billed_on"' in page
    assert 'name="status' not in page


def test_an_earlier_value_is_put_back_into_the_form_and_saved_only_on_demand(app: Flask) -> None:
    number, client = add_notice(), operator_at(app, "administrator")
    send(client, f"/notice/{number}/edit/", title="誤った件名")
    event_id = database().scalar(select(Event.id).where(Event.action == Action.EDITED, Event.table_name == "notice"))
    database.remove()
    page = client.get(f"/notice/{number}/edit/?restore={event_id}").text
    assert values_in(page)["title"] == "年末の受付"
    assert database().scalar(select(Notice.title)) == "誤った件名"
    database.remove()
    client.post(f"/notice/{number}/edit/", data=values_in(page))
    assert database().scalar(select(Notice.title)) == "年末の受付"


def test_a_value_that_must_be_unique_is_refused_with_words(app: Flask) -> None:
    client = operator_at(app, "administrator")
    with transaction() as session:
        load_masters(session)
    answer = send(client, "/company_type/new/", code="kabushiki", label="株式会社")
    again = send(client, "/company_type/new/", code="kabushiki", label="株式会社")
    assert again.status_code == 422
    assert "すでに登録されています" in (again.text if answer.status_code == 303 else answer.text)


def test_a_reference_to_a_row_that_is_not_there_is_refused(app: Flask) -> None:
    answer = send(operator_at(app, "operator"), "/site/new/", customer_id="99")
    assert answer.status_code == 422
    assert "番号99のデータはありません" in answer.text


def test_what_is_used_cannot_be_deleted_and_the_page_says_by_what(app: Flask) -> None:
    with transaction() as session:
        load_masters(session)
        plan = session.scalars(select(LinePlan)).first()
        assert plan is not None
        site = build_site(session)
        site.line_plan, number = plan, plan.id
    client = operator_at(app, "administrator")
    page = client.get(f"/line_plan/{number}/delete/").text
    assert "削除できません" in page
    assert "拠点（回線プラン）" in page
    assert (
        client.post(f"/line_plan/{number}/delete/", data=values_in(client.get("/notice/new/").text)).status_code == 409
    )
    assert database().get(LinePlan, number) is not None


def test_a_row_is_deleted_after_a_question_and_its_last_values_are_kept(app: Flask) -> None:
    client = operator_at(app, "administrator")
    with transaction() as session:
        number = build_customer(session).id
    name = database().get_one(Customer, number).name
    database.remove()
    assert send(client, f"/customer/{number}/delete/").status_code == 303
    assert database().get(Customer, number) is None
    event = database().scalars(select(Event).where(Event.action == Action.DELETED)).one()
    assert event.changes is not None
    assert event.changes["name"] == [None, name]


def test_a_row_that_changed_after_the_question_is_not_deleted(app: Flask) -> None:
    number, client = add_notice(), operator_at(app, "administrator")
    question = values_in(client.get(f"/notice/{number}/delete/").text)
    send(client, f"/notice/{number}/edit/", title="まだ要るお知らせ")
    assert client.post(f"/notice/{number}/delete/", data=question).status_code == 409
    assert database().get(Notice, number) is not None


def test_saving_a_row_that_was_deleted_keeps_what_was_typed(app: Flask) -> None:
    number, client = add_notice(), operator_at(app, "administrator")
    typed = values_in(client.get(f"/notice/{number}/edit/").text)
    send(client, f"/notice/{number}/delete/")
    answer = client.post(f"/notice/{number}/edit/", data={**typed, "title": "書きかけの件名"})
    assert answer.status_code in {404, 409}
    assert database().scalar(select(Notice.id)) is None


def test_nothing_is_deleted_or_exported_by_a_get(app: Flask) -> None:
    number, client = add_notice(), operator_at(app, "administrator")
    client.get(f"/notice/{number}/delete/")
    assert client.get("/notice/export/").status_code == 405
    assert database().get(Notice, number) is not None
