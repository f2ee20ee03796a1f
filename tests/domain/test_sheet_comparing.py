"""Sheets beside each other, cell by cell: with the one before, and with the blank one (SPEC §6)."""

from __future__ import annotations

import io

from openpyxl import Workbook, load_workbook
from sqlalchemy import update
from sqlalchemy.orm import Session

from models.base.workflow import Status
from models.rules.sheet_layout import PAGE, CellChange
from models.services.files import store_upload
from models.services.sheet_comparing import SheetReading, sheet_reading
from models.tables.record import Purpose, Record
from models.tables.upload import Upload
from tests.build import OPERATOR, build_record, customer_of
from tests.sheets import build_sheet_record, cells_of, filled, looked_at, saved


def send(session: Session, record: Record, data: bytes) -> None:
    store_upload(session, record, Purpose.SHEET, "sheet.xlsx", looked_at(data), customer_of(record))


def read(session: Session, record: Record) -> SheetReading:
    reading = sheet_reading(session, record)
    assert reading is not None
    return reading


def book_of(*rows: list[str]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def test_the_first_sheet_is_compared_with_the_blank_one(session: Session) -> None:
    record = build_sheet_record(session)
    assert sheet_reading(session, record) is None
    send(session, record, filled(session, record, note=None))
    reading, cells = read(session, record), cells_of(record)
    assert (reading.since_last, reading.written_over) == (None, [])
    assert reading.answers[0] == CellChange(cells["network"], "ネットワークアドレス", "", "192.168.10.0")
    assert reading.answers[0].name == f"ネットワークアドレス（{cells['network']}）"
    filled_in = [change.cell for change in reading.answers]
    assert filled_in == sorted(filled_in, key=lambda cell: int(cell[1:]))
    assert cells["note"] not in filled_in
    assert cells["dns_secondary"] not in filled_in


def test_a_later_sheet_is_compared_with_the_one_before_it_too(session: Session) -> None:
    record = build_sheet_record(session)
    send(session, record, filled(session, record))
    send(session, record, filled(session, record, dns_primary=None, terminal_count=40, note="増設しました"))
    reading, cells = read(session, record), cells_of(record)
    assert cells["terminal_count"] in {change.cell for change in reading.answers}
    assert reading.since_last == [
        CellChange(cells["dns_primary"], "DNSサーバー①", "192.168.10.53", ""),
        CellChange(cells["terminal_count"], "接続する端末の台数", "12", "40"),
        CellChange(cells["note"], "備考", "", "増設しました"),
    ]
    send(session, record, filled(session, record, dns_primary=None, terminal_count=40, note="増設しました"))
    assert read(session, record).since_last == []


def test_what_was_printed_on_the_sheet_and_written_over_is_seen(session: Session) -> None:
    record = build_sheet_record(session)
    book = load_workbook(io.BytesIO(filled(session, record)))
    book[PAGE]["C3"] = "晴海商事株式会社"
    book.create_sheet("メモ")["B2"] = "別紙"
    send(session, record, saved(book))
    reading = read(session, record)
    assert reading.written_over == [CellChange("C3", "契約会社", "豊洲商事株式会社", "晴海商事株式会社")]
    assert CellChange("メモ!B2", "", "", "別紙") in reading.answers
    assert not any("version" in change.cell for change in reading.answers)


def test_sheets_that_the_desk_made_elsewhere_are_compared_too(session: Session) -> None:
    record = build_sheet_record(session)
    blank = looked_at(book_of(["LAN設定票"], ["IPアドレス", "（記入）", "", "備考"]))
    store_upload(session, record, Purpose.BLANK_SHEET, "票.xlsx", blank, OPERATOR)
    send(session, record, book_of(["LAN設定票"], ["IPアドレス", "10.0.0.1", "", "備考", "夜間"]))
    reading = read(session, record)
    assert reading.written_over == [CellChange("Sheet!B2", "IPアドレス", "（記入）", "10.0.0.1")]
    assert reading.answers == [CellChange("Sheet!E2", "備考", "", "夜間")]


def test_sheets_that_came_before_cells_were_kept_are_not_compared(session: Session) -> None:
    record = build_sheet_record(session)
    send(session, record, filled(session, record))
    session.execute(update(Upload).values(cells=None))
    session.expire_all()
    assert sheet_reading(session, record) is None
    send(session, record, filled(session, record, note="直しました"))
    assert read(session, record) == SheetReading()
    assert sheet_reading(session, build_record(session, "supplies", Status.DRAFT)) is None
