"""The blank parameter sheet: who makes it and when, what it asks and what it begins with (SPEC §6)."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base.errors import Refused
from models.base.workflow import Status
from models.kinds import configuration_change
from models.records.parameter_sheet import ParameterSheetRecord
from models.rules.sheet_layout import HIDDEN, PAGE
from models.services import sheets
from models.services.acts import Order
from models.services.desk_acts import find_act
from models.services.files import read, store_upload
from models.services.queries import site_label
from models.services.sheet_acts import make_blank
from models.services.sheet_comparing import sheet_reading
from models.tables.customer import Customer
from models.tables.master import LinePlan
from models.tables.record import Purpose
from models.tables.upload import Upload
from tests.build import OPERATOR, VIEWER, build_record, build_request, customer_of
from tests.sheets import (
    DUAL,
    SINGLE,
    blank_of,
    build_sheet_record,
    cells_of,
    filled,
    looked_at,
    problems,
    send,
    with_answers,
)


@pytest.mark.parametrize(("plan", "is_asked"), [(DUAL, True), (SINGLE, False)])
def test_the_blank_sheet_asks_for_what_the_order_needs(session: Session, plan: str, is_asked: bool) -> None:
    record = build_sheet_record(session, plan_code=plan)
    book = load_workbook(io.BytesIO(blank_of(session, record)))
    page = book[PAGE]
    texts = [cell.value for row in page.iter_rows() for cell in row if cell.value]
    for said in (
        record.request.number,
        "豊洲商事株式会社",
        site_label(session, record.request.site),
        "ネットワークアドレス",
    ):
        assert said in texts
    assert ("バックアップルータのIPアドレス" in texts) is is_asked
    assert book[HIDDEN].sheet_state == "hidden"
    inputs = set(cells_of(record).values())
    unlocked = {cell.coordinate for row in page.iter_rows() for cell in row if not cell.protection.locked}
    assert page.protection.sheet
    assert unlocked == inputs
    assert all(page[cell].value is None for cell in inputs)
    lists = {str(rule.sqref): rule.formula1 for rule in page.data_validations.dataValidation if rule.type == "list"}
    assert lists[cells_of(record)["vlan_usage"]] == '"使う,使わない"'


def test_a_text_that_begins_like_a_formula_stays_a_text(session: Session) -> None:
    record = build_sheet_record(session, customer=Customer(name='=HYPERLINK("http://example.jp")'))
    book = load_workbook(io.BytesIO(blank_of(session, record)))
    assert book[PAGE]["C3"].value == '=HYPERLINK("http://example.jp")'
    assert book[PAGE]["C3"].data_type == "s"
    assert looked_at(blank_of(session, record)).formulas == frozenset()


def test_a_blank_sheet_is_made_once_while_it_is_prepared_and_by_the_desk_alone(session: Session) -> None:
    record = build_sheet_record(session, Status.PREPARING)
    assert make_blank(session, record, OPERATOR).id == make_blank(session, record, OPERATOR).id
    for actor in (VIEWER, customer_of(record)):
        with pytest.raises(Refused, match="権限"):
            make_blank(session, record, actor)
    for status in set(record.workflow.statuses) - {Status.PREPARING}:
        with pytest.raises(Refused, match="準備中」の間に作成できます"):
            make_blank(session, build_sheet_record(session, status), OPERATOR)
    other = build_record(session, "supplies", Status.DRAFT)
    with pytest.raises(Refused, match="パラメータシートがありません"):
        make_blank(session, other, OPERATOR)


def test_when_the_plan_changes_the_sheet_is_made_anew(session: Session) -> None:
    record = build_sheet_record(session, plan_code=SINGLE)
    old = looked_at(filled(session, record))
    assert sheets.making_refusal(session, record, OPERATOR)
    record.request.site.line_plan = session.scalars(select(LinePlan).where(LinePlan.code == DUAL)).one()
    session.flush()
    assert "窓口へお問い合わせください" in problems(session, record, old)[0]
    make_blank(session, record, OPERATOR)
    assert "行や列が変わっています" in problems(session, record, old)[0]
    assert problems(session, record, filled(session, record)) == []


def test_a_change_begins_with_what_is_set_up_now(session: Session) -> None:
    first = build_sheet_record(session, Status.ACCEPTED)
    sheet = looked_at(filled(session, first, vrrp_group=10, note="夜間のみ"))
    store_upload(session, first, Purpose.SHEET, "a.xlsx", sheet, OPERATOR)
    change = build_request(session, configuration_change.KIND, Status.PREPARING, first.request.site).records
    record = next(one for one in change if isinstance(one, ParameterSheetRecord))
    blank = make_blank(session, record, OPERATOR)
    book, cells = load_workbook(io.BytesIO(read(session, blank))), cells_of(record)
    page = book[PAGE]
    assert page[cells["network"]].value == "192.168.10.0"
    assert page[cells["vrrp_group"]].value == 10
    assert (page[cells["note"]].value, page[cells["note"]].data_type) == ("夜間のみ", "s")
    assert page[cells["nat_source"]].value is None
    assert "現在の設定を記入してあります" in str(page["B7"].value)
    assert problems(session, record, read(session, blank)) == []  # a change may leave the network as it is
    changed = with_answers(read(session, blank), record, terminal_count=40, dns_primary=None)
    store_upload(session, record, Purpose.SHEET, "b.xlsx", looked_at(changed), OPERATOR)
    reading = sheet_reading(session, record)
    assert reading is not None
    assert [(one.label, one.before, one.after) for one in reading.written_over] == [
        ("DNSサーバー①", "192.168.10.53", ""),
        ("接続する端末の台数", "12", "40"),
    ]
    assert {"ネットワークアドレス", "接続する端末の台数"} <= {one.label for one in reading.answers}
    assert first.request.number not in looked_at(read(session, blank)).cells.values()


def test_a_sheet_that_was_not_accepted_is_not_what_is_set_up(session: Session) -> None:
    first = build_sheet_record(session, Status.RETURNED)
    send(session, first, filled(session, first))
    site = first.request.site
    change = build_request(session, configuration_change.KIND, Status.PREPARING, site).records
    record = next(one for one in change if isinstance(one, ParameterSheetRecord))
    blank = looked_at(read(session, make_blank(session, record, OPERATOR)))
    assert f"{PAGE}!{cells_of(record)['network']}" not in blank.cells


def test_sheets_are_made_for_many_records_at_once(session: Session) -> None:
    waiting = [build_sheet_record(session, Status.PREPARING) for _ in range(3)]
    handed_over, other = build_sheet_record(session), build_record(session, "supplies", Status.DRAFT)
    act = find_act("record", "make-sheet")
    assert act is not None
    ids = [record.id for record in (*waiting, handed_over, other)]
    expected = {handed_over.id, other.id}
    planned = act.refusals(session, act.load(session, ids), Order(OPERATOR))
    assert set(planned) == expected
    assert set(act.carry_out(session, act.lock(session, ids), Order(OPERATOR))) == expected
    made = select(Upload.record_id).where(Upload.record_id.in_([one.id for one in waiting]))
    assert sorted(session.scalars(made)) == sorted(one.id for one in waiting)
    assert session.scalar(select(func.count(Upload.id)).where(Upload.record_id == handed_over.id)) == 1
