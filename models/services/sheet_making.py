"""Writing the blank parameter sheet: the one place that makes xlsx (SPEC §6)."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from models.base.fields import Spec
from models.base.text import clean
from models.base.values import LongText, Whole
from models.rules.sheet_layout import FIRST_ROW, HELPS, HIDDEN, INPUTS, LABELS, PAGE, VERSION, Line, words_of

WIDTHS = {"A": 3, LABELS: 36, INPUTS: 34, HELPS: 64}  # characters
HEIGHT, LONG_HEIGHT, TITLE_HEIGHT = 21, 66, 32  # points
FAMILY = "Yu Gothic"
PLAIN, BOLD, TITLE, SOFT = (
    Font(FAMILY, 11),
    Font(FAMILY, 11, b=True),
    Font(FAMILY, 16, b=True),
    Font(FAMILY, 10, color="555555"),
)
THIN = Side(style="thin", color="B3B3B3")
FRAME = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HEADING, INPUT = PatternFill("solid", fgColor="DCF0FF"), PatternFill("solid", fgColor="FFF3C4")
MIDDLE, WRAPPED = Alignment("left", "center", indent=1), Alignment("left", "center", indent=1, wrap_text=True)
NOTE_IN_FORCE = "現在の設定を記入してあります。変わるところを直して保存し、お申し込みのページで追加してください。"
NOTE = "黄色の欄に記入してください。必須の項目は「※必須」と書いてあります。記入したら保存して、お申し込みのページで追加してください。"


def make_sheet(
    title: str, head: Sequence[tuple[str, str]], number: str, lines: Sequence[Line], facts: Mapping[str, Any]
) -> bytes:
    """The blank sheet: `head` says whose it is, `lines` what it asks. Every text is a text, whatever sign it begins with."""
    book = Workbook()
    page: Worksheet = book.active
    page.title = PAGE
    _write_head(page, title, head, NOTE_IN_FORCE if any(line.answer for line in lines) else NOTE)
    for line in lines:
        _write_line(page, line, facts)
    for column, width in WIDTHS.items():
        page.column_dimensions[column].width = width
    page.print_title_rows = "1:2"
    page.page_setup.paperSize = page.PAPERSIZE_A4
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


def _write_head(page: Worksheet, title: str, head: Sequence[tuple[str, str]], note: str) -> None:
    _put(page, f"{LABELS}1", title, TITLE)
    for row, (label, value) in enumerate(head, 2):
        _put(page, f"{LABELS}{row}", label, BOLD)
        _put(page, f"{INPUTS}{row}", value)
    _put(page, f"{LABELS}{FIRST_ROW - 1}", note)
    for row in range(2, FIRST_ROW):
        page.row_dimensions[row].height = HEIGHT
    page.row_dimensions[1].height = TITLE_HEIGHT


def _write_line(page: Worksheet, line: Line, facts: Mapping[str, Any]) -> None:
    label = _put(page, f"{LABELS}{line.row}", line.title, PLAIN if line.spec else BOLD)
    page.row_dimensions[line.row].height = LONG_HEIGHT if line.spec and isinstance(line.spec.kind, LongText) else HEIGHT
    if line.spec is None:
        for column in (LABELS, INPUTS, HELPS):
            page[f"{column}{line.row}"].fill = HEADING
        return
    spec, cell = line.spec, page[line.input_cell]
    cell.fill, cell.number_format, cell.font, cell.protection = INPUT, "@", PLAIN, Protection(locked=False)
    cell.border = label.border = FRAME
    cell.alignment = label.alignment = WRAPPED
    _put(page, f"{HELPS}{line.row}", _help_of(spec, facts), SOFT)
    _validate(page, line)
    if line.answer:
        _fill(cell, spec, line.answer)


def _fill(cell: Any, spec: Spec, answer: str) -> None:
    if isinstance(spec.kind, Whole) and answer.isdecimal():
        cell.value = int(answer)
    else:
        cell.value, cell.data_type = clean(answer, keep_lines=True), "s"


def _help_of(spec: Spec, facts: Mapping[str, Any]) -> str:
    note = (
        spec.required_note
        if spec.required_note.endswith("必須") or not spec.required_note
        else f"{spec.required_note}必須"
    )
    mark = "※必須" if spec.is_required(facts) else f"※{note or '任意'}"
    choosing = "（一覧から選択）" if words_of(spec.kind) else ""
    return f"{mark}　{spec.help}{choosing}".strip()


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


def _put(page: Worksheet, cell: str, text: str, font: Font = PLAIN) -> Any:
    """A text, never a formula, and without the control characters that a workbook cannot hold."""
    found = page[cell]
    found.value = clean(text, keep_lines=True)
    found.data_type, found.font, found.alignment = "s", font, MIDDLE
    return found
