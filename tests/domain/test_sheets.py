"""The parameter sheet: what is wrong with one that comes back, cell by cell (SPEC §6)."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from models.base.clock import today
from models.base.db import database, transaction
from models.base.errors import Invalid
from models.records.parameter_sheet import ParameterSheetRecord
from models.rules.sheet_layout import MARK_CELL, NUMBER_CELL, PAGE, lines_for
from models.seeds.masters import load_masters
from models.services import sheets
from models.services.files import read, store_upload
from models.services.incoming import Incoming
from models.services.queries import counting_ids, files_of, site_label
from models.tables.record import Purpose, Record
from models.tables.request import Request
from models.tables.upload import Upload
from tests import papers
from tests.build import OPERATOR
from tests.sheets import (
    DUAL,
    SINGLE,
    blank_of,
    build_sheet_record,
    cells_of,
    filled,
    looked_at,
    problems,
    saved,
    send,
    with_answers,
)


def typed(sheet: Incoming, record: Record, **answers: str) -> Incoming:
    """The same sheet with other texts in the cells of these parameters."""
    cells = cells_of(record)
    return replace(sheet, cells={**sheet.cells, **{f"{PAGE}!{cells[name]}": text for name, text in answers.items()}})


def test_a_sheet_filled_in_as_asked_is_kept_under_the_name_of_its_day_and_site(session: Session) -> None:
    for plan in (DUAL, SINGLE):
        record = build_sheet_record(session, plan_code=plan)
        data = filled(session, record)
        kept = send(session, record, data, "私のシート.xlsx")
        assert kept.name == f"{today():%Y%m%d}_{site_label(session, record.request.site)}パラメータシート.xlsx"
        assert read(session, kept) == data
        assert kept.cells is not None
        assert kept.cells[f"{PAGE}!{cells_of(record)['network']}"] == "192.168.10.0"


def test_the_name_of_the_desks_own_blank_sheet_is_kept_behind_day_and_site(session: Session) -> None:
    record = build_sheet_record(session)
    sheet = looked_at(papers.workbook())
    store_upload(session, record, Purpose.BLANK_SHEET, "LAN設定票 第2版.xlsx", sheet, OPERATOR)
    kept = send(session, record, papers.workbook("10.0.0.1"))
    assert kept.name == f"{today():%Y%m%d}_{site_label(session, record.request.site)}LAN設定票 第2版.xlsx"


def test_answers_are_taken_as_people_write_them(session: Session) -> None:
    record = build_sheet_record(session)
    data = filled(
        session, record, network="１９２．１６８．１０．０", mask="/24", phone="03-1234-5678", terminal_count="１２",
        vlan_usage=" 使う ", vlan_number=4094, nat_usage="使う", nat_source="192.168.10.20", nat_target="10.20.30.40",
        route_1_network="192.168.20.0", route_1_mask="255.255.255.0", route_1_gateway="192.168.10.250", note="夜間のみ\n停止可",
    )  # fmt: skip
    assert problems(session, record, data) == []


def test_every_wrong_answer_is_named_with_its_cell(session: Session) -> None:
    record = build_sheet_record(session)
    sheet, asked = looked_at(filled(session, record)), 0
    for line in lines_for(record.facts()):
        for wrong in line.spec.kind.counter_samples if line.spec else ():
            said = problems(session, record, typed(sheet, record, **{line.name: wrong}))
            assert any(text.startswith(f"セル{line.input_cell}「{line.title}」：") for text in said), (line.name, wrong)
            asked += 1
    assert asked > 60


def test_every_answer_that_is_missing_is_named_with_its_cell(session: Session) -> None:
    record = build_sheet_record(session)
    sheet = looked_at(with_answers(blank_of(session, record), record, note="あとで記入します"))
    cells = cells_of(record)
    required = (
        "network mask main_address backup_address virtual_address link_speed vlan_usage nat_usage dhcp_usage "
        "terminal_count person_name phone"
    )
    said = problems(session, record, sheet)
    assert [text.split("「")[0] for text in said] == [f"セル{cells[name]}" for name in required.split()]
    assert all("してください" in text for text in said)


MISFITS: dict[str, tuple[dict[str, str], str, str]] = {
    "a network that is an address in it": ({"network": "192.168.10.7"}, "network", "先頭のアドレス"),
    "a router elsewhere": ({"main_address": "192.168.11.1"}, "main_address", "192.168.10.0/24"),
    "a router at the end": ({"main_address": "192.168.10.255"}, "main_address", "最初と最後"),
    "two routers at one address": ({"backup_address": "192.168.10.1"}, "backup_address", "同じIPアドレス"),
    "a tag without its number": ({"vlan_usage": "使う"}, "vlan_number", "入力してください"),
    "a number without its tag": ({"vlan_number": "10"}, "vlan_number", "空欄"),
    "a translation of nothing": ({"nat_usage": "使う", "nat_target": "10.0.0.1"}, "nat_source", "入力してください"),
    "a range that ends first": (
        {"dhcp_usage": "使う", "dhcp_first": "192.168.10.90", "dhcp_last": "192.168.10.80"}, "dhcp_last", "後にして",
    ),
    "the second server alone": ({"dns_primary": "", "dns_secondary": "10.0.0.53"}, "dns_primary", "①から"),
    "half a route": ({"route_2_network": "192.168.20.0"}, "route_2_gateway", "入力してください"),
    "a route whose mask does not fit": (
        {"route_1_network": "192.168.20.7", "route_1_mask": "/24", "route_1_gateway": "192.168.10.250"},
        "route_1_network", "合いません",
    ),
    "a route through another network": (
        {"route_1_network": "192.168.20.0", "route_1_mask": "/24", "route_1_gateway": "192.168.20.1"},
        "route_1_gateway", "192.168.10.0/24",
    ),
    "a word that is not in the list": ({"link_speed": "はやい"}, "link_speed", "選"),
}  # fmt: skip


def test_answers_that_do_not_fit_together_are_named_with_their_cell(session: Session) -> None:
    record = build_sheet_record(session)
    sheet, cells = looked_at(filled(session, record)), cells_of(record)
    for name, (answers, field, words) in MISFITS.items():
        said = problems(session, record, typed(sheet, record, **answers))
        assert any(text.startswith(f"セル{cells[field]}「") and words in text for text in said), (name, said)


def test_one_wrong_cell_is_told_once(session: Session) -> None:
    record = build_sheet_record(session)
    sheet = looked_at(filled(session, record))
    for answers in ({"mask": "255.0.255.0"}, {"main_address": "192.168.10"}, {"phone": ""}):
        assert len(problems(session, record, typed(sheet, record, **answers))) == 1, answers


def test_a_formula_is_asked_for_as_its_value(session: Session) -> None:
    record = build_sheet_record(session)
    data = filled(session, record, main_address='=CONCATENATE("192.168.10.","1")')
    [said] = problems(session, record, data)
    assert (
        said
        == f"セル{cells_of(record)['main_address']}「メインルータのIPアドレス」：数式ではなく、値を入力してください"
    )


def test_a_long_list_of_errors_is_cut_and_says_so(session: Session) -> None:
    record = build_sheet_record(session)
    wrong = {name: "？" for name in cells_of(record) if name not in {"note", "person_name"}}
    said = problems(session, record, typed(looked_at(filled(session, record)), record, **wrong))
    assert len(said) == sheets.SHOWN + 1
    assert said[-1] == f"ほかに{len(wrong) - sheets.SHOWN}件あります。"


def _other_request(sheet: Incoming) -> Incoming:
    return replace(sheet, cells={**sheet.cells, NUMBER_CELL: "00099999"})


def _other_version(sheet: Incoming) -> Incoming:
    return replace(sheet, cells={**sheet.cells, MARK_CELL: "0"})


def _moved_rows(sheet: Incoming) -> Incoming:
    book = load_workbook(io.BytesIO(sheet.data))
    book[PAGE].insert_rows(12)
    return looked_at(saved(book))


def _renamed_page(sheet: Incoming) -> Incoming:
    book = load_workbook(io.BytesIO(sheet.data))
    book[PAGE].title = "Sheet1"
    return looked_at(saved(book))


def _own_workbook(_sheet: Incoming) -> Incoming:
    return looked_at(papers.workbook())


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_other_request, "申込番号 00099999"), (_other_version, "お渡ししたパラメータシートではない"),
        (_moved_rows, "行や列が変わっています（B12「"), (_renamed_page, "お渡ししたパラメータシートではない"),
        (_own_workbook, "お渡ししたパラメータシートではない"),
    ],
)  # fmt: skip
def test_another_sheet_is_told_apart(session: Session, spoil: Any, words: str) -> None:
    record = build_sheet_record(session)
    [said] = problems(session, record, spoil(looked_at(filled(session, record))))
    assert words in said


def test_a_sheet_that_comes_back_blank_is_not_taken(session: Session) -> None:
    record = build_sheet_record(session)
    [said] = problems(session, record, blank_of(session, record))
    assert "何も記入されていません" in said
    store_upload(session, record, Purpose.BLANK_SHEET, "票.xlsx", looked_at(papers.workbook()), OPERATOR)
    assert "何も記入されていません" in problems(session, record, papers.workbook())[0]


def test_of_a_sheet_that_the_desk_made_elsewhere_no_cell_is_judged(session: Session) -> None:
    record = build_sheet_record(session)
    store_upload(session, record, Purpose.BLANK_SHEET, "票.xlsx", looked_at(papers.workbook()), OPERATOR)
    assert problems(session, record, papers.workbook("どこでも")) == []
    session.execute(update(Upload).values(cells=None))  # one that came before cells were kept
    session.expire_all()
    assert problems(session, record, papers.workbook("どこでも")) == []


def test_the_newest_of_files_that_came_more_than_once_counts(session: Session) -> None:
    record = build_sheet_record(session)
    assert counting_ids(files_of(session, record, OPERATOR)) == set()
    send(session, record, filled(session, record))
    second = send(session, record, filled(session, record, note="直しました"))
    assert counting_ids(files_of(session, record, OPERATOR)) == {second.id}


def _send_a_wrong_sheet(record_id: int) -> None:
    with transaction() as session:
        record = session.get_one(ParameterSheetRecord, record_id)
        send(session, record, filled(session, record, network="どこか"))


def test_a_refused_sheet_leaves_nothing_behind(db: Engine) -> None:
    with transaction() as session:
        load_masters(session)
        record_id = build_sheet_record(session).id
    with pytest.raises(Invalid, match="ネットワークアドレス"):
        _send_a_wrong_sheet(record_id)
    database.remove()
    sheets_kept = select(func.count(Upload.id)).where(Upload.purpose == Purpose.SHEET.value)
    assert database().scalar(sheets_kept) == 0


def test_the_sheet_of_another_request_of_the_company_is_not_taken(session: Session) -> None:
    first = build_sheet_record(session)
    record = build_sheet_record(session, customer=first.request.site.customer)
    wrong = problems(session, record, filled(session, first))
    assert f"申込番号 {first.request.number}" in wrong[0]
    assert session.scalar(select(func.count(Request.id))) == 2
