"""Parameter sheets for tests: a record whose blank one was handed over, and sheets filled in as a customer would."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.errors import Invalid
from models.base.workflow import Status
from models.records.parameter_sheet import ParameterSheetRecord
from models.rules.sheet_layout import PAGE, lines_for
from models.seeds.papers import filled_sheet
from models.services.files import read, store_upload
from models.services.incoming import XLSX, Incoming
from models.services.sheets import blank_sheet, newest, require_filled
from models.services.workbooks import inspect_workbook
from models.tables.customer import Customer
from models.tables.master import LinePlan
from models.tables.record import Purpose, Record
from models.tables.site import Site
from models.tables.upload import Upload
from tests.build import OPERATOR, build_record, customer_of

SINGLE, DUAL = "basic_best_effort", "basic_ether_100m"


def build_sheet_record(
    session: Session, status: Status = Status.DRAFT, plan_code: str = DUAL, customer: Customer | None = None
) -> ParameterSheetRecord:
    """A record at that status; but while it is prepared, the blank sheet that the portal made is there."""
    plan = session.scalars(select(LinePlan).where(LinePlan.code == plan_code)).one()
    site = Site(customer=customer or Customer(name="豊洲商事株式会社"), line_plan=plan)
    session.add(site)
    session.flush()
    record = build_record(session, "parameter_sheet", status, site)
    assert isinstance(record, ParameterSheetRecord)
    if status is not Status.PREPARING:
        blank = blank_sheet(session, record)
        store_upload(session, record, Purpose.BLANK_SHEET, "パラメータシート.xlsx", blank, OPERATOR)
    return record


def blank_of(session: Session, record: Record) -> bytes:
    """What the customer downloads."""
    blank = newest(session, record, Purpose.BLANK_SHEET)
    assert blank is not None
    return read(session, blank)


def filled(session: Session, record: Record, **answers: Any) -> bytes:
    """The blank sheet with every answer, and these in place of the usual ones (None: left empty)."""
    return with_answers(filled_sheet(blank_of(session, record), record.facts()).data, record, **answers)


def with_answers(sheet: bytes, record: Record, **answers: Any) -> bytes:
    """A sheet with these answers written into their cells."""
    book = load_workbook(io.BytesIO(sheet))
    cells = cells_of(record)
    for name, answer in answers.items():
        book[PAGE][cells[name]] = answer
    return saved(book)


def saved(book: Any) -> bytes:
    """A workbook as a file."""
    answer = io.BytesIO()
    book.save(answer)
    return answer.getvalue()


def looked_at(data: bytes) -> Incoming:
    """What examine() gives for a sound workbook, without a child of its own."""
    said, _ = inspect_workbook(data)
    return Incoming(data, XLSX, sheets=tuple(said["sheets"]), cells=said["cells"], formulas=frozenset(said["formulas"]))


def cells_of(record: Record) -> dict[str, str]:
    """Where each parameter is filled in: name → C9."""
    return {line.name: line.input_cell for line in lines_for(record.facts()) if line.is_parameter}


def problems(session: Session, record: Record, sheet: Incoming | bytes) -> list[str]:
    """What is said of a sheet that comes back."""
    file = sheet if isinstance(sheet, Incoming) else looked_at(sheet)
    try:
        require_filled(session, record, file)
    except Invalid as wrong:
        return [f"{problem.field}：{problem.message}".removeprefix("file：") for problem in wrong.problems]
    return []


def send(session: Session, record: Record, data: bytes, name: str = "sheet.xlsx") -> Upload:
    """The customer sends this file as the filled sheet."""
    return store_upload(session, record, Purpose.SHEET, name, looked_at(data), customer_of(record))
