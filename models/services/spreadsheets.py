"""Writing a workbook row by row: memory stays the same however long it is, and no text in it is ever a formula."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter

from models.base.clock import JAPAN

# A text that begins so is calculated, in a workbook and in CSV.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
LONGEST_TEXT = 32_767  # what a cell of Excel holds
DAY, MOMENT = "yyyy/mm/dd", "yyyy/mm/dd hh:mm"
WIDTH = 18
IN_MEMORY = 1024 * 1024


def write_workbook(title: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> IO[bytes]:
    """A workbook of one sheet as an open file at its beginning; values are None, texts, numbers, days or moments.

    The sheet is written to a temporary file while the rows come, and packed at the end.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "B2"
    for index in range(1, len(head) + 1):
        sheet.column_dimensions[get_column_letter(index)].width = WIDTH
    sheet.append([_cell(sheet, text) for text in head])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (whoever asked closes it)
    book.save(file)
    file.seek(0)
    return file


def _cell(sheet: Any, value: Any) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return _dated(sheet, value.astimezone(JAPAN).replace(tzinfo=None), MOMENT)
    if isinstance(value, date):
        return _dated(sheet, value, DAY)
    return _text(sheet, value) if isinstance(value, str) else value


def _dated(sheet: Any, value: Any, form: str) -> Any:
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = form
    return cell


def _text(sheet: Any, value: str) -> Any:
    text = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_TEXT]
    if not text.startswith(FORMULAS):
        return text
    # Excel's own mark for 「this is text」: it stays one when somebody edits the cell, and reads as it was typed.
    cell = WriteOnlyCell(sheet, "")
    cell.value, cell.data_type, cell.quotePrefix = text, "s", True
    return cell
