"""Writing the blank parameter sheet: the one place that makes xlsx (SPEC §6)."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from models.base.text import clean
from models.base.values import Whole
from models.rules.sheet_layout import FIRST_ROW, HELPS, HIDDEN, INPUTS, LABELS, PAGE, VERSION, Line, words_of

WIDTHS = {"A": 3, LABELS: 36, INPUTS: 30, HELPS: 58}
THIN = Side(style="thin", color="B3B3B3")
FRAME = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HEADING, INPUT = PatternFill("solid", fgColor="DCF0FF"), PatternFill("solid", fgColor="FBF5E0")
NOTE = "黄色の欄に記入してください。必須の項目は「※必須」と書いてあります。行や列の追加・削除はしないでください。"


def make_sheet(
    title: str, head: Sequence[tuple[str, str]], number: str, lines: Sequence[Line], facts: Mapping[str, Any]
) -> bytes:
    """The blank sheet: `head` says whose it is, `lines` what it asks. Every text is a text, whatever sign it begins with."""
    book = Workbook()
    page: Worksheet = book.active
    page.title = PAGE
    _write_head(page, title, head)
    for line in lines:
        _write_line(page, line, facts)
    for column, width in WIDTHS.items():
        page.column_dimensions[column].width = width
    page.freeze_panes = f"A{FIRST_ROW}"
    page.print_title_rows = "1:2"
    page.page_setup.orientation, page.page_setup.fitToWidth, page.page_setup.fitToHeight = "portrait", 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    _protect(page)
    hidden = book.create_sheet(HIDDEN)
    hidden.sheet_state = "hidden"
    _put(hidden, "A1", VERSION)
    _put(hidden, "A2", number)
    answer = io.BytesIO()
    book.save(answer)
    return answer.getvalue()


def _protect(page: Worksheet) -> None:
    """Only the cells to fill in can be changed, without a password: rows that moved are the commonest reason for a refusal."""
    page.protection.sheet = True
    for allowed in ("formatCells", "formatColumns", "formatRows"):
        setattr(page.protection, allowed, False)  # a lock that is not set


def _write_head(page: Worksheet, title: str, head: Sequence[tuple[str, str]]) -> None:
    _put(page, f"{LABELS}1", title).font = Font(size=16, bold=True)
    for row, (label, value) in enumerate(head, 2):
        _put(page, f"{LABELS}{row}", label).font = Font(bold=True)
        _put(page, f"{INPUTS}{row}", value)
    _put(page, f"{LABELS}{FIRST_ROW - 1}", NOTE)


def _write_line(page: Worksheet, line: Line, facts: Mapping[str, Any]) -> None:
    label = _put(page, f"{LABELS}{line.row}", line.title)
    if line.spec is None:
        label.font = Font(bold=True)
        for column in (LABELS, INPUTS, HELPS):
            page[f"{column}{line.row}"].fill = HEADING
        return
    spec = line.spec
    cell, label.border = page[line.input_cell], FRAME
    cell.fill, cell.border, cell.number_format, cell.protection = INPUT, FRAME, "@", Protection(locked=False)
    label.alignment = cell.alignment = Alignment(wrap_text=True, vertical="center")
    required = spec.required is True or (not spec.required_note and spec.is_required(facts))
    mark = "※必須" if required else f"※{spec.required_note}必須" if spec.required_note else "※任意"
    _put(page, f"{HELPS}{line.row}", f"{mark}　{spec.help}".strip())
    _validate(page, line)


def _validate(page: Worksheet, line: Line) -> None:
    kind = line.spec.kind if line.spec else None
    if kind is None:
        return
    if words := words_of(kind):
        rule = DataValidation("list", formula1=f'"{",".join(words)}"', allow_blank=True)
        rule.error = "一覧から選択してください。"
    elif isinstance(kind, Whole):
        rule = DataValidation("whole", str(kind.least), str(kind.most), operator="between", allow_blank=True)
        rule.error = f"{kind.least}から{kind.most}までの整数を入力してください。"
        page[line.input_cell].number_format = "General"
    else:
        return
    rule.errorTitle, rule.showErrorMessage = "入力内容をご確認ください", True
    page.add_data_validation(rule)
    rule.add(line.input_cell)


def _put(page: Worksheet, cell: str, text: str) -> Any:
    """A text, never a formula, and without the control characters that a workbook cannot hold."""
    found = page[cell]
    found.value = clean(text, keep_lines=True)
    found.data_type = "s"
    return found
