"""Import of a table: a file is understood, what it would do is shown line by line, and one confirm does exactly that, once (UX "Operators")."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_wtf import FlaskForm
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session
from wtforms import FileField

from admin import rights
from admin.exporting import ExportingView
from admin.import_head import cells_of, importable, keys_of, read_head
from admin.import_lines import Lines, Outcome
from admin.typed_cells import how_to_write, words_of
from models.base.clock import now
from models.base.db import database, transaction
from models.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from models.base.settings import settings
from models.forms import show_problems
from models.services.audit import note
from models.services.guarded import ChildFailed, Limits, run_guarded
from models.services.incoming import FAILURES, MEGABYTE
from models.services.tabular import MOST_LINES, read_rows
from models.tables.event import Action
from models.tables.imports import ImportState, LineResult, TableImport, TableImportLine
from web.hooks import current_actor

LIMITS = Limits(cpu_seconds=8, wall_seconds=10, memory_megabytes=512)
SHOWN = 100
PAGES = 20
IMPORT = "/import/<int:table_import_id>/"
CHANGED = (
    "確認したあとにデータが変わったため、取り込みませんでした（何も変更していません）。"
    "もう一度ファイルをアップロードして、内容を確認してください。"
)
NOT_YOURS = "取り込みを実行できるのは、ファイルをアップロードした担当者だけです。"
WRONG_LINES = "誤りのある行があるため取り込めません。ファイルを直して、もう一度アップロードしてください。"


class FileForm(FlaskForm):
    """The file to import."""

    file = FileField("ファイル", render_kw={"accept": ".csv,.tsv,.txt,.xlsx"})


class ImportingView(ExportingView):
    """Import, for those who may edit the table."""

    @expose("/import/", methods=("GET", "POST"))
    def import_view(self) -> ResponseReturnValue:
        """Asks for a file, and shows how it is written."""
        self.require(rights.may_edit)
        form = FileForm()
        form.file.flags.required = True
        if request.method == "GET":
            return self._upload_page(form)
        try:
            made_id = self._plan()
        except Invalid as wrong:
            show_problems(form, wrong.problems)
            return self._upload_page(form), 422
        return redirect(f"{self.address()}import/{made_id}/", 303)

    @expose(IMPORT)
    def import_plan_view(self, table_import_id: int) -> str:
        """What the file would do, or has done, line by line."""
        self.require(rights.may_edit)
        return self._plan_page(self._find(database(), table_import_id))

    @expose(f"{IMPORT}apply/", methods=("POST",))
    def apply_import(self, table_import_id: int) -> ResponseReturnValue:
        """Does what was shown, all of it or nothing; a second time it only shows what was done."""
        self.require(rights.may_edit)
        try:
            with transaction() as session:
                is_first = self._apply(session, table_import_id)
        except Conflict:
            return self._plan_page(self._find(database(), table_import_id), CHANGED), 409
        flash(
            "取り込みました。" if is_first else "この取り込みはすでに終わっています。結果は次のとおりです。",
            "success" if is_first else "info",
        )
        return redirect(f"{self.address()}import/{table_import_id}/", 303)

    def _plan(self) -> int:
        """Understands the sent file, tries it out, and stores what it came to; raises Invalid (field `file`)."""
        sent = request.files.get("file")
        rows = _rows(sent.read() if sent else b"")
        head = read_head(self.model, rows[0][1])
        lines = [(number, cells_of(head, row)) for number, row in rows[1:]]
        with transaction(is_rehearsal=True) as session:
            outcomes = Lines(self, session, lines).carry_out()
        actor, name = current_actor(), PurePath((sent.filename if sent else "") or "").name[:200]
        with transaction() as session:
            made = TableImport(table_name=self.table, file_name=name, note="、".join(head.left_out))
            made.operator_id, made.operator_name = actor.id, actor.name
            session.add(made)
            session.flush()
            session.execute(insert(TableImportLine), [_stored(made.id, outcome) for outcome in outcomes])
            return made.id

    def _apply(self, session: Session, table_import_id: int) -> bool:
        """Whether it was done now; raises Conflict when it would not do what was shown, and Refused."""
        made = self._find(session, table_import_id, lock=True)
        if made.operator_id != current_actor().id:
            raise Refused(NOT_YOURS)
        if made.state == ImportState.DONE:
            return False
        planned = session.scalars(_lines_of(made).order_by(TableImportLine.line)).all()
        if any(line.result == LineResult.WRONG for line in planned):
            raise Refused(WRONG_LINES)
        outcomes = Lines(self, session, [(line.line, line.cells) for line in planned]).carry_out()
        if any(not _is_same(line, outcome) for line, outcome in zip(planned, outcomes, strict=True)):
            raise Conflict(CHANGED)
        for line, outcome in zip(planned, outcomes, strict=True):
            line.row_id = outcome.row_id
        made.state, made.applied_at = ImportState.DONE, now()
        detail = {"import": [None, made.id], "file": [None, made.file_name], **_counted(outcomes)}
        note(session, Action.IMPORTED, current_actor(), detail=detail, table_name=self.table)
        return True

    def _find(self, session: Any, table_import_id: int, lock: bool = False) -> TableImport:
        found = select(TableImport).where(TableImport.id == table_import_id, TableImport.table_name == self.table)
        made: TableImport | None = session.scalar(found.with_for_update() if lock else found)
        if made is None:
            raise NotFound
        return made

    def _upload_page(self, form: FileForm) -> str:
        specs = importable(self.model)
        words = words_of(specs)
        keys = [[specs[name].full_label for name in key] for key in keys_of(self.model)]
        return self.page(
            "admin/import.html",
            mapped=self.model,
            form=form,
            address=self.address(),
            columns=[
                (spec.full_label, spec.required is True, how_to_write(name, spec, words))
                for name, spec in specs.items()
            ],
            keys=["と".join(key) for key in keys],
            may_create=rights.may_create(current_actor(), self.model),
            most=MOST_LINES,
            megabytes=settings().sheet_megabytes,
        )

    def _plan_page(self, made: TableImport, problem: str = "") -> str:
        session = database()
        counts = dict.fromkeys(LineResult, 0)
        grouped = select(TableImportLine.result, func.count(TableImportLine.id))
        for result, count in session.execute(
            grouped.where(TableImportLine.table_import_id == made.id).group_by(TableImportLine.result)
        ):
            counts[LineResult(result)] = count
        chosen = _chosen(counts)
        page = min(
            int(typed)
            if (typed := request.args.get("page", "1")).isascii() and typed.isdigit() and len(typed) < 4
            else 1,
            PAGES,
        )
        first = max(page - 1, 0) * SHOWN
        found = _lines_of(made).where(TableImportLine.result == chosen).order_by(TableImportLine.line)
        lines = session.scalars(found.offset(first).limit(SHOWN + 1)).all()
        here = f"{self.address()}import/{made.id}/?result={chosen.value}"
        return self.page(
            "admin/import_plan.html",
            mapped=self.model,
            made=made,
            address=self.address(),
            counts=counts,
            chosen=chosen,
            lines=[(line, self.row_url(line.row_id) if line.row_id else None) for line in lines[:SHOWN]],
            previous_url=f"{here}&page={page - 1}" if page > 1 else None,
            next_url=f"{here}&page={page + 1}" if len(lines) > SHOWN else None,
            is_own=made.operator_id == current_actor().id,
            is_done=made.state == ImportState.DONE,
            LineResult=LineResult,
            problem=problem,
        )


def _rows(data: bytes) -> list[tuple[int, list[str]]]:
    if not data:
        raise _wrong("取り込むファイルを選んでください（空のファイルは取り込めません）。")
    if len(data) > settings().sheet_megabytes * MEGABYTE:
        raise _wrong(f"ファイルは{settings().sheet_megabytes}MB以内にしてください。行を分けて取り込めます。")
    try:
        value, _ = run_guarded(read_rows, data, limits=LIMITS)
    except ChildFailed as failed:
        raise _wrong(FAILURES[failed.cause]) from None
    if "problem" in value:
        raise _wrong(str(value["problem"]))
    return [(number, row) for number, row in value["rows"]]


def _wrong(message: str) -> Invalid:
    return Invalid([Problem("file", message)])


def _stored(table_import_id: int, outcome: Outcome) -> dict[str, Any]:
    return {
        "table_import_id": table_import_id,
        "line": outcome.line,
        # A row that was made in the rehearsal has gone again, its number with it.
        "row_id": None if outcome.result is LineResult.CREATED else outcome.row_id,
        "label": outcome.label[:200],
        "result": outcome.result.value,
        "cells": outcome.cells,
        "changes": outcome.changes,
        "problems": outcome.problems,
    }


def _is_same(line: TableImportLine, outcome: Outcome) -> bool:
    """Whether a line still does to the same row what was shown; a new row has its number only now."""
    is_row = line.result == LineResult.CREATED or line.row_id == outcome.row_id
    return is_row and line.result == outcome.result and line.changes == outcome.changes


def _lines_of(made: TableImport) -> Any:
    return select(TableImportLine).where(TableImportLine.table_import_id == made.id)


def _counted(outcomes: Sequence[Outcome]) -> dict[str, list[Any]]:
    return {
        one.value: [None, sum(outcome.result is one for outcome in outcomes)]
        for one in (LineResult.CREATED, LineResult.CHANGED)
    }


def _chosen(counts: dict[LineResult, int]) -> LineResult:
    wanted = request.args.get("result", "")
    if wanted in set(LineResult):
        return LineResult(wanted)
    return next((one for one in LineResult if counts[one]), LineResult.CHANGED)
