"""The parameter sheet: made from the order's data, checked when it comes back, compared cell by cell (SPEC §6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
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
    Line,
    lines_for,
    typed_of,
)
from models.services.incoming import XLSX, Incoming
from models.services.queries import site_label
from models.services.sheet_answers import answers_in_force
from models.services.sheet_making import make_sheet
from models.services.workbooks import inspect_workbook
from models.tables.record import Purpose, Record
from models.tables.upload import Upload

TITLE = "パラメータシート"
NO_SHEET = f"この情報には{TITLE}がありません。"
UNTOUCHED = "何も記入されていません。シートに記入して保存してから、もう一度追加してください。"
SHOWN = 20
HANDED_OVER = frozenset({Status.DRAFT, Status.RETURNED})
Cells = Mapping[str, str]


def making_refusal(session: Session, record: Record, actor: Actor) -> str | None:
    """Why the blank sheet cannot be made now, in Japanese, or None. Reads only."""
    return making_refusals(session, [record], actor).get(record.id)


def making_refusals(session: Session, records: Sequence[Record], actor: Actor) -> dict[int, str]:
    """The same for many records with one query, by the record's number: buttons and bulk plans ask here.

    Once handed over, a sheet is made anew only where it asks for something else than the order needs by now.
    """
    handed_over = [record for record in records if record.status in HANDED_OVER]
    outdated = {
        record.id
        for record, cells in _blank_cells(session, handed_over)
        if isinstance(record, ParameterSheetRecord) and is_outdated(record, cells)
    }
    found = {record.id: _refusal(record, actor, record.id in outdated) for record in records}
    return {record_id: reason for record_id, reason in found.items() if reason}


def _refusal(record: Record, actor: Actor, is_blank_outdated: bool) -> str | None:
    if not isinstance(record, ParameterSheetRecord):
        return NO_SHEET
    if not actor.may_write:
        return f"あなたの権限では{TITLE}を作成できません。"
    if record.status is not Status.PREPARING and not is_blank_outdated:
        return f"{TITLE}は、「{Status.PREPARING.desk_label}」の間に作成できます。"
    return None


def is_outdated(record: Record, blank_cells: Cells) -> bool:
    """Whether a sheet that the portal made asks for something else than the order needs now: its plan was changed meanwhile."""
    if MARK_CELL not in blank_cells:
        return False
    return blank_cells[MARK_CELL] != VERSION or _moved(lines_for(record.facts()), blank_cells) is not None


def _blank_cells(session: Session, records: Sequence[Record]) -> Iterator[tuple[Record, Cells]]:
    if not records:
        return
    newest_ids = select(func.max(Upload.id)).where(
        Upload.record_id.in_([record.id for record in records]), Upload.purpose == Purpose.BLANK_SHEET.value
    )
    blanks = select(Upload.record_id, Upload.cells).where(Upload.id.in_(newest_ids.group_by(Upload.record_id)))
    cells = {record_id: found for record_id, found in session.execute(blanks) if found}
    yield from ((record, cells[record.id]) for record in records if record.id in cells)


def blank_sheet(session: Session, record: Record) -> Incoming:
    """The sheet of a record's order to be filled in, with what is set up at its site now; raises Refused for other types."""
    if not isinstance(record, ParameterSheetRecord):
        raise Refused(NO_SHEET)
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
    lines = lines_for(facts, answers_in_force(session, record))
    data = make_sheet(f"お客様LAN側の{TITLE}", head, record.request.number, lines, facts)
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
    messages = list(_wrong(record, known, file))
    if len(messages) > SHOWN:
        messages = [*messages[:SHOWN], f"ほかに{len(messages) - SHOWN}件あります。"]
    if messages:
        raise Invalid([Problem("file", message) for message in messages])


def _wrong(record: Record, known: Cells, file: Incoming) -> Iterator[str]:
    if is_outdated(record, known):
        yield f"お渡しした{TITLE}は、変更前のお申し込みのものです。新しいシートをご用意しますので、窓口へお問い合わせください。"
    elif MARK_CELL in known:
        lines = lines_for(record.facts())
        other = _other_sheet(record, lines, file)
        wrong = [other] if other else _wrong_cells(record, [line for line in lines if line.is_parameter], file)
        # What is set up now may stay as it is, where a change is about something else.
        yield from [UNTOUCHED] if wrong and known == file.cells else wrong
    elif known and known == file.cells:
        yield UNTOUCHED


def _other_sheet(record: Record, lines: Sequence[Line], file: Incoming) -> str | None:
    """What tells that this is not the sheet that was handed over, else None."""
    if file.cells.get(MARK_CELL) != VERSION or PAGE not in file.sheets:
        return f"お渡しした{TITLE}ではないファイルです。ダウンロードしたシートに記入してください。"
    number = file.cells.get(NUMBER_CELL, "")[:8]
    if number != record.request.number:
        return f"ほかの申込（申込番号 {number}）の{TITLE}です。この申込のシートに記入してください。"
    moved = _moved(lines, file.cells)
    if moved:
        return f"シートの行や列が変わっています（{LABELS}{moved.row}「{moved.title}」）。ダウンロードし直したシートに記入してください。"
    return None


def _moved(lines: Sequence[Line], cells: Cells) -> Line | None:
    """The first line that does not stand where it was written."""
    return next((line for line in lines if cells.get(f"{PAGE}!{LABELS}{line.row}") != line.title), None)


def _wrong_cells(record: Record, lines: Sequence[Line], file: Incoming) -> list[str]:
    values, unread = _read(lines, file)
    specs = {line.name: line.spec for line in lines if line.spec}
    found = dict(unread)
    for problem in [*problems_of(specs, {**record.facts(), **values}, is_complete=True), *problems_in_lan(values)]:
        found.setdefault(problem.field, problem.message)
    return [_said(line, found[line.name]) for line in lines if line.name in found]


def _read(lines: Sequence[Line], file: Incoming) -> tuple[dict[str, Any], dict[str, str]]:
    """The values by name, and what cannot be read at all."""
    values: dict[str, Any] = {}
    unread: dict[str, str] = {}
    for line in lines:
        cell = f"{PAGE}!{line.input_cell}"
        if cell in file.formulas:
            unread[line.name] = "数式ではなく、値を入力してください"
        elif line.spec:
            value, problem = read_typed(line.spec.kind, typed_of(line.spec.kind, file.cells.get(cell, "")))
            values[line.name] = value
            if problem:
                unread[line.name] = problem
    return values, unread


def _said(line: Line, message: str) -> str:
    return f"セル{line.input_cell}「{line.title}」：{message}"
