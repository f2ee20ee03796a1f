"""The parameter sheet: made from the order's data, checked when it comes back, compared cell by cell (SPEC §6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.base.clock import today
from models.base.errors import Invalid, Problem, Refused
from models.base.fields import problems_of, read_typed
from models.base.settings import settings
from models.base.workflow import Status
from models.records.parameter_sheet import ParameterSheetRecord
from models.rules.lan import problems_in_lan
from models.rules.sheet_layout import (
    LABELS,
    MARK_CELL,
    NUMBER_CELL,
    PAGE,
    VERSION,
    CellChange,
    Line,
    changes_between,
    lines_for,
    typed_of,
)
from models.services.incoming import XLSX, Incoming
from models.services.queries import site_label
from models.services.sheet_making import make_sheet
from models.services.workbooks import inspect_workbook
from models.tables.record import Purpose, Record
from models.tables.upload import Upload

TITLE = "パラメータシート"
SHOWN = 20
Cells = Mapping[str, str]


def making_refusal(record: Record, actor: Actor) -> str | None:
    """Why the blank sheet cannot be made now, in Japanese, or None. Reads only: buttons and bulk plans ask here."""
    if not isinstance(record, ParameterSheetRecord):
        return f"この情報には{TITLE}がありません。"
    if not actor.may_write:
        return f"あなたの権限では{TITLE}を作成できません。"
    if record.status is not Status.PREPARING:
        return f"{TITLE}は、「{record.workflow.label_of(Status.PREPARING)}」の間に作成できます。"
    return None


def blank_sheet(session: Session, record: Record) -> Incoming:
    """The blank sheet of a record's order; raises Refused for a record of another type."""
    if not isinstance(record, ParameterSheetRecord):
        raise Refused(f"この情報には{TITLE}がありません。")
    site = record.request.site
    plan = site.line_plan
    head = [
        ("申込番号", record.request.number),
        ("契約会社", site.customer.name),
        ("拠点名", site_label(session, site)),
        ("メニュー・回線プラン", f"{plan.menu.label}／{plan.label}" if plan else ""),
        ("提供", settings().provider_name),
    ]
    facts = record.facts()
    data = make_sheet(f"お客様LAN側の{TITLE}", head, record.request.number, lines_for(facts), facts)
    value, _ = inspect_workbook(data)  # our own bytes: no child is needed
    return Incoming(
        data, XLSX, sheets=tuple(value["sheets"]), cells=value["cells"], formulas=frozenset(value["formulas"])
    )


def stored_name(session: Session, record: Record, purpose: Purpose, name: str) -> str:
    """The name under which a file is kept: a filled sheet gets day and site before the blank one's name (SPEC §6)."""
    if purpose is not Purpose.SHEET:
        return name
    blank = newest(session, record, Purpose.BLANK_SHEET)
    return f"{today():%Y%m%d}_{site_label(session, record.request.site)}{blank.name if blank else name}"


def newest(session: Session, record: Record, purpose: Purpose) -> Upload | None:
    """The newest version of a file: the one that counts."""
    found = select(Upload).where(Upload.record_id == record.id, Upload.purpose == purpose.value)
    return session.scalar(found.order_by(Upload.id.desc()).limit(1))


def require_filled(session: Session, record: Record, file: Incoming) -> None:
    """Raises Invalid (field `file`) with what is wrong in a filled sheet, cell by cell.

    A blank sheet that the desk made elsewhere says nothing about its cells: then only what is not filled in at all is refused.
    """
    blank = newest(session, record, Purpose.BLANK_SHEET)
    known: Cells = (blank.cells if blank else None) or {}
    if known and known == file.cells:
        raise Invalid(
            [Problem("file", "何も記入されていません。シートに記入して保存してから、もう一度追加してください。")]
        )
    if MARK_CELL not in known:
        return
    messages = list(_wrong(record, file))
    if len(messages) > SHOWN:
        messages = [*messages[:SHOWN], f"ほかに{len(messages) - SHOWN}件あります。"]
    if messages:
        raise Invalid([Problem("file", message) for message in messages])


def _wrong(record: Record, file: Incoming) -> Iterator[str]:
    facts = record.facts()
    lines = lines_for(facts)
    if file.cells.get(MARK_CELL) != VERSION or PAGE not in file.sheets:
        yield f"お渡しした{TITLE}ではないファイルです。ダウンロードしたシートに記入してください。"
        return
    number = file.cells.get(NUMBER_CELL, "")
    if number != record.request.number:
        yield f"ほかの申込（申込番号 {number}）の{TITLE}です。この申込のシートに記入してください。"
        return
    moved = [line for line in lines if file.cells.get(f"{PAGE}!{LABELS}{line.row}") != line.title]
    if moved:
        yield f"シートの行や列が変わっています（{LABELS}{moved[0].row}「{moved[0].title}」）。ダウンロードし直したシートに記入してください。"
        return
    parameters = [line for line in lines if line.is_parameter]
    values, unread = _read(parameters, file)
    yield from unread.values()
    specs = {line.name: line.spec for line in parameters if line.spec}
    places = {line.name: line for line in parameters}
    found = [*problems_of(specs, {**facts, **values}, is_complete=True), *problems_in_lan(values)]
    for problem in found:
        if problem.field not in unread:
            yield _said(places[problem.field], problem.message)


def _read(lines: list[Line], file: Incoming) -> tuple[dict[str, Any], dict[str, str]]:
    values: dict[str, Any] = {}
    unread: dict[str, str] = {}
    for line in lines:
        cell = f"{PAGE}!{line.input_cell}"
        if cell in file.formulas:
            unread[line.name] = _said(line, "数式ではなく、値を入力してください")
        elif line.spec:
            value, problem = read_typed(line.spec.kind, typed_of(line.spec.kind, file.cells.get(cell, "")))
            values[line.name] = value
            if problem:
                unread[line.name] = _said(line, problem)
    return values, unread


def _said(line: Line, message: str) -> str:
    return f"セル{line.input_cell}「{line.title}」：{message}"


def sheet_changes(session: Session, record: Record) -> tuple[str, list[CellChange]]:
    """What the newest filled sheet says otherwise than the one before it, else than the blank one; and the words for that earlier one."""
    found = select(Upload).where(Upload.record_id == record.id, Upload.purpose == Purpose.SHEET.value)
    sheets = session.scalars(found.order_by(Upload.id.desc()).limit(2)).all()
    if not sheets or sheets[0].cells is None:
        return "", []
    if len(sheets) > 1 and sheets[1].cells is not None:
        return "前回のシート", changes_between(sheets[1].cells, sheets[0].cells)
    blank = newest(session, record, Purpose.BLANK_SHEET)
    return "未記入のシート", changes_between((blank.cells if blank else None) or {}, sheets[0].cells)
