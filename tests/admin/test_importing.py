"""Import: a file says what would happen before it happens, and then exactly that happens, once (UX "Operators")."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from admin import importing
from models.base.db import database, transaction
from models.base.workflow import Status
from models.tables.customer import Customer
from models.tables.event import Action, Event
from models.tables.mail import Mail
from models.tables.master import ClosingDay, LinePlanPrice, Notice
from models.tables.record import Record
from models.tables.texts import CommentTemplate
from tests.build import build_record
from tests.clerk import Clerk, desk, furnish
from tests.sheets import saved
from tests.statements import statements


@pytest.fixture
def app(db: Engine) -> Flask:
    furnish()
    return desk()


def send(clerk: Clerk, table: str, data: bytes, name: str = "rows.csv") -> TestResponse:
    """Uploads a file; gives the page that says what it would do, or the form with its error."""
    answer = clerk.post(f"/{table}/import/", f"/{table}/import/", file=(io.BytesIO(data), name))
    return clerk.follow(answer) if answer.status_code == 303 else answer


def sheet(*rows: list[Any]) -> bytes:
    """A workbook of these rows."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def csv(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join(lines).encode(encoding)


def counts(page: str) -> list[int]:
    """Lines that are created, changed, left as they are, wrong."""
    return [int(one.replace(",", "")) for one in re.findall(r'class="sums__number">([\d,]+)<', page)]


def apply(clerk: Clerk, page: str) -> TestResponse:
    found = re.search(r'action="([^"]+/apply/)"', page)
    assert found, "this import cannot be applied"
    return clerk.post("/notice/import/", found[1])


def test_a_file_changes_what_it_names_and_adds_what_it_does_not_know(app: Flask) -> None:
    clerk = Clerk(app, "administrator")
    with transaction() as session:
        session.add(ClosingDay(day=date(2026, 12, 29), reason="年末"))
    page = send(clerk, "closing_day", csv("日付,理由", "2026年12月29日（火）,年末休業", "2026/12/30,年末休業")).text
    assert counts(page) == [1, 1, 0, 0]
    assert "<del>年末</del>" in clerk.get(f"{_address(page)}?result=changed").text
    assert database().scalars(select(ClosingDay.reason)).all() == ["年末"]  # nothing has happened yet
    database.remove()
    done = clerk.follow(apply(clerk, page))
    assert "に取り込みました" in done.text
    rows = database().execute(select(ClosingDay.day, ClosingDay.reason).order_by(ClosingDay.day)).all()
    assert [tuple(row) for row in rows] == [(date(2026, 12, 29), "年末休業"), (date(2026, 12, 30), "年末休業")]
    events = database().scalars(select(Event).where(Event.table_name == "closing_day").order_by(Event.id)).all()
    assert [event.action for event in events][-3:] in (
        ["edited", "created", "imported"],
        ["created", "edited", "imported"],
    )
    assert {event.actor_name for event in events[-3:]} == {"administratorさん"}


def test_the_index_of_searches_is_written_when_rows_are_taken_and_not_when_they_are_tried_out(
    app: Flask, db: Engine
) -> None:
    clerk = Clerk(app, "administrator")
    with statements(db) as asked:
        page = send(clerk, "closing_day", csv("日付,理由", "2026-12-29,棚卸し")).text
    assert not [one for one in asked if "INSERT INTO search_entry" in one]
    assert counts(page) == [1, 0, 0, 0]
    apply(clerk, page)
    assert "2026年12月29日" in clerk.get("/closing_day/?q=棚卸し").text


def _address(page: str) -> str:
    found = re.search(r'action="([^"]+)apply/"', page)
    return found[1] if found else ""


def test_an_import_is_applied_once_however_often_it_is_sent(app: Flask) -> None:
    clerk = Clerk(app, "administrator")
    page = send(clerk, "notice", csv("件名", "年末の受付")).text
    for _ in range(2):
        assert apply(clerk, page).status_code == 303
    assert len(database().scalars(select(Notice).where(Notice.title == "年末の受付")).all()) == 1
    assert len(database().scalars(select(Event).where(Event.action == Action.IMPORTED)).all()) == 1
    database.remove()
    assert "すでに終わっています" in clerk.follow(apply(clerk, page)).text


def test_what_changed_since_one_looked_is_not_overwritten(app: Flask) -> None:
    clerk = Clerk(app, "administrator")
    with transaction() as session:
        session.add(ClosingDay(day=date(2026, 12, 29), reason="年末"))
    page = send(clerk, "closing_day", csv("日付,理由", "2026-12-29,休業", "2026-12-30,休業")).text
    with transaction() as session:
        session.scalars(select(ClosingDay)).one().reason = "ほかの人の理由"
    answer = apply(clerk, page)
    assert answer.status_code == 409
    assert "確認したあとにデータが変わった" in answer.text
    assert database().scalars(select(ClosingDay.reason)).all() == ["ほかの人の理由"]


def test_what_excel_in_japan_writes_is_read(app: Flask) -> None:
    clerk = Clerk(app, "administrator")
    for encoding in ("utf-8", "utf-8-sig", "cp932"):
        page = send(clerk, "notice", csv("件名,本文", '"受付, 再開",①', "㈱の件,～", encoding=encoding)).text
        assert counts(page) == [2, 0, 0, 0], encoding
        assert "㈱の件" in page


def test_each_error_stands_at_its_row_and_field_and_nothing_is_taken(app: Flask) -> None:
    clerk = Clerk(app, "administrator")
    page = send(
        clerk,
        "line_plan_price",
        csv(
            "回線プラン,適用開始日,初期費用,基本月額費用",
            "basic_ether_100m,2027-02-30,238300,370000",
            "ないプラン,2027-04-01,とても高い,-5",
            "basic_ether_100m,2027-04-01,1,",
            "basic_ether_100m,2027-05-01,238300,380000",
            "basic_ether_100m,2027-05-01,238300,390000",
        ),
    ).text
    assert counts(page) == [1, 0, 0, 4]
    wrong = (
        (2, "適用開始日", "「2027-02-30」"),
        (3, "回線プラン", "「ないプラン」"),
        (3, "初期費用", "「とても高い」"),
    )
    for line, title, cell in (*wrong, (3, "基本月額費用", "「-5」"), (4, "基本月額費用", "")):
        row = page[page.index(f"{line}行目") :].partition("</tr>")[0]
        assert f"<strong>{title}</strong>：{cell}" in row, (line, title)
        assert row.count(cell or "<li>") == 1, "quoted once"
    assert "6行目" in page
    assert "apply/" not in page
    assert not database().scalars(select(LinePlanPrice).where(LinePlanPrice.valid_from >= date(2027, 1, 1))).all()


def test_the_rules_of_a_text_hold_for_a_file_too(app: Flask) -> None:
    page = send(
        Clerk(app, "administrator"),
        "comment_template",
        csv("ワークフロー,ステータス,文面", "site_name,returned,{nobody}さん"),
    ).text
    assert counts(page) == [0, 0, 0, 1]
    assert "{nobody}" in page
    assert not database().scalars(select(CommentTemplate).where(CommentTemplate.text.contains("nobody"))).all()


def test_what_was_exported_changes_nothing_when_it_comes_back(app: Flask) -> None:
    clerk = Clerk(app, "administrator")
    with transaction() as session:
        session.add(ClosingDay(day=date(2026, 12, 29), reason="=1+1"))
    for table in ("line_plan", "asp_service", "mail_template", "closing_day", "out_of_hours_fee"):
        for form in ("csv", "xlsx"):
            data = clerk.post(f"/{table}/", f"/{table}/export/", format=form).data
            page = send(clerk, table, data, f"rows.{form}").text
            created, changed, same, wrong = counts(page)
            assert (created, changed, wrong) == (0, 0, 0), (table, form, page)
            assert same > 0
            assert "変更する行はありません" in page


def test_a_price_is_changed_and_one_from_a_later_day_added_by_an_excel_file(app: Flask) -> None:
    clerk = Clerk(app, "administrator")
    price = database().scalars(select(LinePlanPrice)).first()
    assert price is not None
    number, plan, begin, fees = (
        price.id,
        price.plan.full_label,
        price.valid_from,
        (price.initial_fee, price.monthly_fee),
    )
    database.remove()
    head = ["回線プラン", "適用開始日", "初期費用", "基本月額費用"]
    data = sheet(head, [plan, begin, fees[0], 412345], [plan, date(2027, 4, 1), fees[0], 423456])
    page = send(clerk, "line_plan_price", data, "p.xlsx").text
    assert counts(page) == [1, 1, 0, 0]
    changed = clerk.get(f"{_address(page)}?result=changed").text
    assert f"<del>¥{fees[1]:,}</del> → <ins>¥412,345</ins>" in changed
    apply(clerk, page)
    assert database().get_one(LinePlanPrice, number).monthly_fee == 412345
    later = database().scalars(select(LinePlanPrice).where(LinePlanPrice.valid_from == date(2027, 4, 1))).one()
    assert later.monthly_fee == 423456


def test_a_record_is_imported_by_its_number_and_its_status_never(app: Flask) -> None:
    with transaction() as session:
        number = build_record(session, "site_name", Status.SUBMITTED).id
    clerk = Clerk(app)
    page = send(
        clerk,
        "site_name_record",
        csv("番号,ステータス,会社名略称,ロケーション名", f"{number},承諾,豊洲,本社", ",承諾,有明,支店"),
    ).text
    assert "取り込まない列：ステータス" in page
    assert "番号を「番号」の列に入れてください" in page
    page = send(
        clerk, "site_name_record", csv("番号,ステータス,会社名略称,ロケーション名", f"{number},承諾,豊洲,本社")
    ).text
    assert counts(page) == [0, 1, 0, 0]
    apply(clerk, page)
    record: Any = database().get_one(Record, number)
    assert (record.short_name, record.location_name, record.status, record.version) == (
        "豊洲",
        "本社",
        Status.SUBMITTED,
        2,
    )


def test_a_rehearsal_writes_no_mail_and_leaves_no_row(app: Flask) -> None:
    clerk = Clerk(app, "administrator")
    page = send(
        clerk, "operator", csv("ユーザー名,氏名,メールアドレス,権限", "sato,佐藤 一,sato@example.jp,担当者")
    ).text
    assert counts(page) == [1, 0, 0, 0]
    assert not database().scalars(select(Mail)).all()
    database.remove()
    apply(clerk, page)
    assert len(database().scalars(select(Mail)).all()) == 1


BROKEN = (
    (b"", "選んでください"),
    (b"\xff\xfe\x00\x81\x00", "文字を読み取れません"),
    (csv("件名"), "行がありません"),
    (csv("件名,色", "あ,赤"), "「色」という列はこの表にありません"),
    (csv("件名,件名", "あ,い"), "2つあります"),
    (csv("番号", "1"), "取り込める列がありません"),
    (csv("件名", '"あ'), "CSVの形が崩れています"),
    (csv("件名", *["あ"] * 10_001), "10,000行まで"),
    (b"PK\x03\x04broken", "ファイルが壊れている"),
    (sheet(["件名"], ["=1+1"]), "数式"),
)


def test_a_file_that_cannot_be_meant_is_refused_at_its_field(app: Flask) -> None:
    clerk = Clerk(app, "administrator")
    for data, words in BROKEN:
        answer = send(clerk, "notice", data)
        assert answer.status_code == 422, words
        assert words in answer.text
        assert 'aria-invalid="true"' in answer.text


def test_a_file_costs_what_it_changes_and_is_refused_where_that_takes_too_long(
    db: Engine, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, asked = Clerk(app, "administrator"), []
    with transaction() as session:
        session.add_all(Notice(id=number, title="件名", body="本文") for number in range(101, 141))
    for lines in (["101,件名,本文"], [f"{number},件名,本文" for number in range(101, 141)]):
        with statements(db) as found:
            assert counts(send(clerk, "notice", csv("番号,件名,本文", *lines)).text) == [0, 0, len(lines), 0]
        asked.append(len(found))
    assert asked[0] == asked[1]
    monkeypatch.setattr(importing, "SECONDS", -1)
    assert "一度に確認できません（1行目まで確認しました" in send(clerk, "notice", csv("件名", "あ")).text


def test_only_who_may_edit_a_table_imports_it_and_only_the_own_file(app: Flask) -> None:
    viewer, operator, chief = Clerk(app, "viewer"), Clerk(app, "operator"), Clerk(app, "administrator")
    assert viewer.get("/customer/import/").status_code == 403
    assert operator.get("/notice/import/").status_code == 403
    assert chief.get("/event/import/").status_code == 403
    assert 'href="/customer/import/"' not in viewer.get("/customer/").text
    page = send(operator, "customer", csv("会社名", "有明商事")).text
    assert counts(page) == [1, 0, 0, 0]
    assert chief.post("/notice/import/", f"{_address(page)}apply/").status_code == 409
    assert viewer.post("/views/customer", f"{_address(page)}apply/").status_code == 403
    assert not database().scalars(select(Customer)).all()
