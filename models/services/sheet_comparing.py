"""What the newest filled sheet says, cell by cell: beside the one before it, and beside the blank one (SPEC §6)."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from models.rules.sheet_layout import CellChange, changes_between, without_answers
from models.services.sheets import newest
from models.tables.record import Purpose, Record
from models.tables.upload import Upload


@dataclass(frozen=True)
class SheetReading:
    """The newest filled sheet of a record.

    `since_last` is what the sheet before it said otherwise (None where there is none), `answers` what stands where the blank one was
    empty or said what is set up now, `written_over` what stands in place of a text that the blank one had.
    """

    since_last: list[CellChange] | None = None
    answers: list[CellChange] = field(default_factory=list)
    written_over: list[CellChange] = field(default_factory=list)


def sheet_reading(session: Session, record: Record) -> SheetReading | None:
    """None where no sheet came yet, or one of before the portal kept what their cells say."""
    if Purpose.SHEET not in type(record).__purposes__:
        return None
    found = select(Upload).where(Upload.record_id == record.id, Upload.purpose == Purpose.SHEET.value)
    sheets = session.scalars(found.order_by(Upload.id.desc()).limit(2).options(undefer(Upload.cells))).all()
    if not sheets or sheets[0].cells is None:
        return None
    before = sheets[1].cells if len(sheets) > 1 else None
    since_last = None if before is None else changes_between(before, sheets[0].cells)
    blank = newest(session, record, Purpose.BLANK_SHEET)
    if blank is None or blank.cells is None:
        return SheetReading(since_last)
    changes = changes_between(blank.cells, sheets[0].cells)
    answers = changes_between(without_answers(blank.cells), sheets[0].cells)
    return SheetReading(since_last, [one for one in answers if not one.before], [one for one in changes if one.before])
