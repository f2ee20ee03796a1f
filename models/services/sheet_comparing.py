"""What the newest filled sheet says otherwise than the one before it, and than the blank one, cell by cell (SPEC §6)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from models.rules.sheet_layout import CellChange, changes_between
from models.services.sheets import newest
from models.tables.record import Purpose, Record
from models.tables.upload import Upload


@dataclass(frozen=True)
class SheetComparison:
    """Two sheets of a record beside each other; `is_with_blank` tells which of the two comparisons it is."""

    title: str
    old_title: str
    new_title: str
    changes: list[CellChange]
    is_with_blank: bool


def sheet_comparisons(session: Session, record: Record) -> list[SheetComparison]:
    """Of the newest filled sheet: with the one before it, where there is one, and with the blank one. Older sheets have no cells."""
    if Purpose.SHEET not in type(record).__purposes__:
        return []
    found = select(Upload).where(Upload.record_id == record.id, Upload.purpose == Purpose.SHEET.value)
    sheets = session.scalars(found.order_by(Upload.id.desc()).limit(2).options(undefer(Upload.cells))).all()
    if not sheets or sheets[0].cells is None:
        return []
    comparisons = []
    if len(sheets) > 1 and sheets[1].cells is not None:
        changes = changes_between(sheets[1].cells, sheets[0].cells)
        comparisons.append(SheetComparison("前回のシートからの変更", "前回のシート", "最新のシート", changes, False))
    blank = newest(session, record, Purpose.BLANK_SHEET)
    if blank is not None and blank.cells is not None:
        changes = changes_between(blank.cells, sheets[0].cells)
        comparisons.append(SheetComparison("最新のシートの記入内容", "お渡ししたシート", "最新のシート", changes, True))
    return comparisons
