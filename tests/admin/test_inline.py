"""Editing in the list: cells are typed in place, shown as old and new, then saved; nobody's work is overwritten unseen (UX "Operators")."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update
from werkzeug.test import TestResponse

from admin.codes import mapped_by_table
from admin.inline import inline_names
from models.base.choices import Choice, MasterChoice, MasterChoices
from models.base.clock import now
from models.base.db import database, transaction
from models.base.fields import specs_of
from models.base.technical import Code, Moment, Reference
from models.base.values import LongText
from models.services.worker import CHORES, do_chore, purge_imports
from models.tables.account import AccountRequest
from models.tables.event import Event
from models.tables.imports import ImportState, TableImport, TableImportLine
from models.tables.master import AspService, ClosingDay, LinePlanPrice, OutOfHoursFee
from models.tables.record import Record
from tests.clerk import Clerk, desk, furnish

DAYS = "/closing_day/inline/"


@pytest.fixture
def app(db: Engine) -> Flask:
    furnish()
    return desk()


def closing_days(*reasons: str) -> list[int]:
    """Days with these reasons; their numbers."""
    with transaction() as session:
        rows = [ClosingDay(day=date(2026, 12, 28 + number), reason=one) for number, one in enumerate(reasons)]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def reasons() -> list[str]:
    found = list(database().scalars(select(ClosingDay.reason).order_by(ClosingDay.id)))
    database.remove()
    return found


def sheet_of(page: str) -> dict[str, Any]:
    """What a browser would send of a page's sheet, untouched."""
    form = page.partition('id="inline"')[2] or page
    found: dict[str, Any] = {"ids": re.findall(r'name="ids" value="(\d+)"', form)}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] != "ids" and ('type="checkbox"' not in tag or " checked" in tag):
            found[name[1]] = unescape(value[1]) if value else ""
    return found


def send(clerk: Clerk, page: str, address: str, **typed: str) -> TestResponse:
    """Sends the sheet of a page that was opened before, with other texts in some cells."""
    return clerk.client.post(address, data={**sheet_of(page), **typed})


def save(clerk: Clerk, plan: str) -> TestResponse:
    found = re.search(r'action="([^"]+/apply/)"', plan)
    assert found, "this plan cannot be saved"
    return clerk.post("/notice/import/", found[1])


def edits() -> list[tuple[str, Any]]:
    found = database().scalars(select(Event).where(Event.table_name == "closing_day", Event.action == "edited"))
    return [(event.actor_name, event.changes) for event in found]


def test_typed_cells_are_shown_as_old_and_new_and_saved_with_their_history(app: Flask) -> None:
    clerk, (first, second, _) = Clerk(app, "administrator"), closing_days("年末", "年始", "夏季")
    listed = clerk.get("/closing_day/?sort=day").text
    link = re.search(r'href="([^"]+/inline/[^"]*)"', listed)
    assert link
    page = clerk.get(unescape(link[1])).text
    answer = send(clerk, page, f"{DAYS}?sort=day", **{f"reason-{first}": "年末休業", f"reason-{second}": " 年始休業 "})
    plan = clerk.follow(answer).text
    assert "<del>年末</del> → <ins>年末休業</ins>" in plan
    assert "<del>年始</del> → <ins>年始休業</ins>" in plan
    assert "夏季" not in plan
    assert "営業日の計算と工事日の選択に使われます" in plan  # what the change of master data affects
    assert reasons() == ["年末", "年始", "夏季"]  # nothing has happened yet
    done = save(clerk, plan)
    assert done.location.endswith("/closing_day/?sort=day")
    assert "一覧で入力した変更を保存しました" in clerk.follow(done).text
    assert reasons() == ["年末休業", "年始休業", "夏季"]
    assert edits() == [
        ("administratorさん", {"reason": ["年末", "年末休業"]}),
        ("administratorさん", {"reason": ["年始", "年始休業"]}),
    ]
    assert "すでに終わっています" in clerk.follow(save(clerk, plan)).text
    assert len(edits()) == 2


def test_an_error_stands_at_its_cell_and_everything_typed_is_kept(app: Flask) -> None:
    clerk = Clerk(app, "administrator")
    ids = list(database().scalars(select(AspService.id).order_by(AspService.place)))[:2]
    database.remove()
    page = clerk.get("/asp_service/inline/?sort=place").text
    typed = {f"place-{ids[0]}": "三番", f"label-{ids[1]}": "新しい名前"}
    answer = send(clerk, page, "/asp_service/inline/?sort=place", **typed)
    assert answer.status_code == 422
    cell = answer.text[answer.text.index(f'name="place-{ids[0]}"') :].partition("</td>")[0]
    assert 'aria-invalid="true"' in cell
    assert "整数を入力してください" in cell
    assert f'href="#place-{ids[0]}"' in answer.text
    kept = sheet_of(answer.text)
    assert {name: kept[name] for name in typed} == typed
    mended = send(clerk, answer.text, "/asp_service/inline/?sort=place", **{f"place-{ids[0]}": "９０"})
    plan = clerk.follow(mended).text
    assert "<ins>90</ins>" in plan
    assert "<ins>新しい名前</ins>" in plan


def test_who_typed_over_somebody_elses_change_sees_it_first(app: Flask) -> None:
    clerk, (first, second) = Clerk(app, "administrator"), closing_days("年末", "年始")
    page = clerk.get(DAYS).text
    with transaction() as session:
        session.get_one(ClosingDay, first).reason = "棚卸し"
        session.get_one(ClosingDay, second).reason = "年始休業"
    answer = send(clerk, page, DAYS, **{f"reason-{first}": "年末休業"})
    assert answer.status_code == 409
    assert "ほかの人が「棚卸し」に変更しました" in answer.text
    kept = sheet_of(answer.text)
    assert (kept[f"reason-{first}"], kept[f"reason-{second}"]) == ("年末休業", "年始休業")
    assert reasons() == ["棚卸し", "年始休業"]
    plan = clerk.follow(send(clerk, answer.text, DAYS)).text  # knowingly, once more
    assert "<del>棚卸し</del> → <ins>年末休業</ins>" in plan
    save(clerk, plan)
    assert reasons() == ["年末休業", "年始休業"]


def test_cells_that_somebody_else_changed_stay_when_they_were_not_typed_in(app: Flask) -> None:
    clerk = Clerk(app, "administrator")
    row = database().scalars(select(AspService).order_by(AspService.id)).first()
    assert row is not None
    row_id, old = row.id, row.label
    database.remove()
    page = clerk.get("/asp_service/inline/").text
    with transaction() as session:
        session.get_one(AspService, row_id).place = 77
    plan = clerk.follow(send(clerk, page, "/asp_service/inline/", **{f"label-{row_id}": f"{old}新"})).text
    assert save(clerk, plan).status_code == 303
    stored = database().get_one(AspService, row_id)
    assert (stored.label, stored.place) == (f"{old}新", 77)


def test_what_changed_after_the_confirmation_is_not_overwritten_and_the_input_comes_back(app: Flask) -> None:
    clerk, (first,) = Clerk(app, "administrator"), closing_days("年末")
    plan = clerk.follow(send(clerk, clerk.get(DAYS).text, DAYS, **{f"reason-{first}": "年末休業"})).text
    with transaction() as session:
        session.get_one(ClosingDay, first).reason = "棚卸し"
    answer = save(clerk, plan)
    assert answer.status_code == 409
    assert reasons() == ["棚卸し"]
    again = re.search(r'href="([^"]+/inline/\d+/)"', answer.text)
    assert again
    page = clerk.get(again[1]).text
    assert sheet_of(page)[f"reason-{first}"] == "年末休業"
    assert "いまの内容：棚卸し" in page
    assert Clerk(app, "administrator", "another").get(again[1]).status_code == 404


def test_a_row_that_was_deleted_meanwhile_is_named_with_what_was_typed(app: Flask) -> None:
    clerk, (first, second) = Clerk(app, "administrator"), closing_days("年末", "年始")
    page = clerk.get(DAYS).text
    with transaction() as session:
        session.delete(session.get_one(ClosingDay, first))
    answer = send(clerk, page, DAYS, **{f"reason-{first}": "年末休業", f"reason-{second}": "年始休業"})
    assert answer.status_code == 409
    assert f"番号{first}の行は、この間にほかの人が削除した" in answer.text
    assert "理由「年末休業」" in answer.text
    assert "<ins>年始休業</ins>" in clerk.follow(send(clerk, answer.text, DAYS)).text


def test_nothing_typed_is_nothing_planned(app: Flask) -> None:
    clerk, _ = Clerk(app, "administrator"), closing_days("年末")
    answer = clerk.follow(send(clerk, clerk.get(DAYS).text, DAYS))
    assert "変更された項目はありません" in answer.text
    assert database().scalars(select(TableImport)).all() == []


def test_what_was_typed_and_never_confirmed_is_deleted_by_the_worker_and_what_was_done_stays(app: Flask) -> None:
    clerk, (first, second) = Clerk(app, "administrator"), closing_days("年末", "年始")
    done = clerk.follow(send(clerk, clerk.get(DAYS).text, DAYS, **{f"reason-{first}": "年末休業"}))
    assert done.status_code == 200
    left = send(clerk, clerk.get(DAYS).text, DAYS, **{f"reason-{second}": "年始休業"})
    old = now() - timedelta(days=2)
    with transaction() as session:
        [kept, _] = session.scalars(select(TableImport).order_by(TableImport.id))
        kept.state = ImportState.DONE
        session.execute(update(TableImport).values(created_at=old))
    [chore] = [chore for chore in CHORES if chore.act is purge_imports]
    assert do_chore(chore)
    assert database().scalars(select(TableImport.state)).all() == [ImportState.DONE]
    assert len(database().scalars(select(TableImportLine.id)).all()) == 1
    assert clerk.get(left.location.removeprefix("http://localhost")).status_code == 404


def test_an_amount_is_edited_by_whom_the_table_allows_and_its_plan_by_nobody_in_the_list(app: Flask) -> None:
    clerk = Clerk(app, "administrator")
    price = database().scalars(select(LinePlanPrice)).first()
    assert price is not None
    number, plan_code = price.id, price.plan_code
    database.remove()
    address = f"/line_plan_price/inline/?q={number}"
    page = clerk.get(address).text
    forged = {f"plan_code-{number}": "other", f"monthly_fee-{number}": "412,345"}
    plan = clerk.follow(send(clerk, page, address, **forged)).text
    assert "<ins>¥412,345</ins>" in plan
    assert "提出済みの申込の料金は" in plan
    save(clerk, plan)
    stored = database().get_one(LinePlanPrice, number)
    assert (stored.monthly_fee, stored.plan_code) == (412345, plan_code)
    database.remove()
    for role in ("operator", "viewer"):
        other = Clerk(app, role)
        assert "一覧で編集" not in other.get("/closing_day/").text
        assert other.get(DAYS).status_code == 403
        sent = {**sheet_of(page), **forged, "csrf_token": sheet_of(other.get("/customer/").text)["csrf_token"]}
        assert other.client.post(address, data=sent).status_code == 403


def test_only_short_texts_amounts_days_and_ticks_that_nothing_hangs_on_are_edited_in_lists() -> None:
    unsafe = (Code, Reference, Moment, LongText, Choice, MasterChoice, MasterChoices)
    for mapped in mapped_by_table().values():
        specs = specs_of(mapped)
        names = inline_names(mapped)
        assert not any(isinstance(specs[name].kind, unsafe) or not specs[name].is_editable for name in names)
        assert not (names and issubclass(mapped, Record))
    assert inline_names(OutOfHoursFee) == ("fee", "note")
    assert "label" in inline_names(AspService)


def test_the_longest_page_of_the_longest_texts_can_be_sent(app: Flask) -> None:
    with transaction() as session:
        rows = [AccountRequest(company_name="社" * 24, contact_1_person_name="名" * 24) for _ in range(100)]
        for row in rows:
            for name in ("contact_1_department", "contact_2_department", "contact_2_person_name"):
                setattr(row, name, "部" * 24)
        session.add_all(rows)
    clerk, address = Clerk(app, "operator"), "/account_request/inline/?size=100"
    page = clerk.get(address).text
    typed = {name: "字" * 24 for name in sheet_of(page) if name.startswith("contact_1_department-")}
    assert len(typed) == 100
    assert send(clerk, page, address, **typed).status_code in {303, 422}
