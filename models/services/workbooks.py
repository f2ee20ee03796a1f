"""Reading a workbook that somebody sent, cell by cell: the one place that opens foreign xlsx. Runs in a guarded child."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError  # nosec B405 (the error alone; openpyxl parses with defusedxml)

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from models.base.text import clean
from models.services.packages import BROKEN, Unacceptable, check_package

MOST_CELLS = 20_000
MOST_ROWS = 5_000
MOST_COLUMNS = 200
MOST_CHARACTERS = 2_000  # of one cell; more is cut off
MOST_TEXT = 400_000  # characters of all cells: they are kept, so that versions can be compared
LONGEST_CELL = 32_767  # what a cell of Excel holds
TOO_MANY = f"入力されたセルが多すぎます（{MOST_CELLS:,}個まで）。不要なシートや行を削除してください。"
FORMULA = "セル{}に数式があります。コピーして「値として貼り付け」をしてから、保存し直してください。"
TOO_LONG = f"文字が多すぎます（全部で{MOST_TEXT:,}文字まで）。不要なシートや行を削除してください。"
TOO_FAR = f"{MOST_ROWS:,}行・{MOST_COLUMNS}列を超える位置に入力があります。不要な行や列を削除してください。"


def inspect_workbook(data: bytes) -> tuple[dict[str, Any], bytes]:
    """`{"problem": …}` in Japanese, or `{"sheets": [names], "cells": {"sheet!A1": text}, "formulas": [cells]}`."""
    try:
        check_package(data)
        return _read(data), b""
    except Unacceptable as reason:
        return {"problem": str(reason)}, b""
    except (InvalidFileException, KeyError, ValueError, TypeError, IndexError, AttributeError, ParseError):
        # What openpyxl raises for a package that is a zip but no workbook.
        return {"problem": BROKEN}, b""


def read_first_sheet(data: bytes) -> list[list[str]]:
    """The texts of the first sheet, row by row; raises Unacceptable. A formula is refused: what it shows is not known here."""
    try:
        check_package(data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        if not book.worksheets:
            raise Unacceptable(BROKEN)
        rows: list[list[str]] = []
        for cell in _filled(book.worksheets[0]):
            if cell.data_type == "f":
                raise Unacceptable(FORMULA.format(cell.coordinate))
            rows += [[] for _ in range(cell.row - len(rows))]
            row = rows[cell.row - 1]
            row += [""] * (cell.column - len(row))
            row[cell.column - 1] = _text(cell.value, LONGEST_CELL)
    except (InvalidFileException, KeyError, ValueError, TypeError, IndexError, AttributeError, ParseError):
        raise Unacceptable(BROKEN) from None
    return rows


def _read(data: bytes) -> dict[str, Any]:
    cells: dict[str, str] = {}
    formulas: list[str] = []
    length = 0
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    for sheet in book.worksheets:
        for cell in _filled(sheet):
            name = f"{sheet.title}!{cell.coordinate}"
            cells[name] = _text(cell.value)
            if cell.data_type == "f":
                formulas.append(name)
            length += len(cells[name])
            if len(cells) > MOST_CELLS or length > MOST_TEXT:
                raise Unacceptable(TOO_MANY if len(cells) > MOST_CELLS else TOO_LONG)
    if not book.worksheets:
        raise Unacceptable(BROKEN)
    return {"sheets": book.sheetnames, "cells": cells, "formulas": formulas}


def _filled(sheet: Any) -> Iterator[Any]:
    # What a file says about its own size is not to be believed.
    sheet.reset_dimensions()
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None and _text(cell.value):
                if cell.row > MOST_ROWS or cell.column > MOST_COLUMNS:
                    raise Unacceptable(TOO_FAR)
                yield cell


def _text(value: Any, most: int = MOST_CHARACTERS) -> str:
    """A value as a person reads it in the cell."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        is_day = value.time() == time()
        return f"{value:%Y-%m-%d}" if is_day else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return clean(str(value), keep_lines=True)[:most]
