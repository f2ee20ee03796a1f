"""What many changes of a table would do is stored and shown line by line, and one confirm does exactly that, once (UX "Operators").

They come from a file (admin.importing) or were typed in the list (admin.inline).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from admin.exporting import ExportingView
from admin.import_lines import Lines, Outcome
from models.base.clock import now
from models.base.db import database, transaction
from models.base.errors import Conflict, NotFound, Refused
from models.base.numbers import number_in
from models.base.sets import add_rows
from models.services.audit import note
from models.services.tabular import MOST_LINES
from models.tables.event import Action
from models.tables.imports import ImportState, LineResult, TableImport, TableImportLine
from web.hooks import current_actor

LINE = cast(Table, TableImportLine.__table__)
SHOWN = 100
PAGES = MOST_LINES // SHOWN
IMPORT = "/import/<int:table_import_id>/"
CHANGED = (
    "確認したあとにデータが変わったため、取り込みませんでした（何も変更していません）。"
    "もう一度ファイルをアップロードして、内容を確認してください。"
)
CHANGED_IN_LIST = (
    "確認したあとにデータが変わったため、保存しませんでした（何も変更していません）。"
    "「入力に戻る」を押して、いまの内容を確かめてください。入力した内容は残っています。"
)
NOT_YOURS = "取り込みを実行できるのは、ファイルをアップロードした担当者だけです。"
NOT_YOURS_IN_LIST = "保存できるのは、一覧に入力した担当者だけです。"
WRONG_LINES = "誤りのある行があるため取り込めません。ファイルを直して、もう一度アップロードしてください。"


class PlanningView(ExportingView):
    """Plans of changes, for those who may edit the table."""

    def keep_plan(
        self, outcomes: Sequence[Outcome], file_name: str = "", left_out: str = "", list_query: str | None = None
    ) -> int:
        """Stores what the lines came to when they were tried out; its number."""
        actor = current_actor()
        with transaction() as session:
            made = TableImport(table_name=self.table, file_name=file_name, note=left_out, list_query=list_query)
            made.operator_id, made.operator_name = actor.id, actor.name
            session.add(made)
            session.flush()
            add_rows(session, LINE, [_stored(made.id, outcome) for outcome in outcomes])
            return made.id

    @expose(IMPORT)
    def import_plan_view(self, table_import_id: int) -> str:
        """What the lines would do, or have done, one by one."""
        self.require_editing()
        return self._plan_page(self.find_plan(database(), table_import_id))

    @expose(f"{IMPORT}apply/", methods=("POST",))
    def apply_import(self, table_import_id: int) -> ResponseReturnValue:
        """Does what was shown, all of it or nothing; a second time it only shows what was done."""
        self.require_editing()
        try:
            with transaction() as session:
                is_first = self._apply(session, table_import_id)
        except Conflict:
            made = self.find_plan(database(), table_import_id)
            return self._plan_page(made, CHANGED_IN_LIST if made.is_typed else CHANGED), 409
        made = self.find_plan(database(), table_import_id)
        if not is_first:
            flash(
                f"この{'変更' if made.is_typed else '取り込み'}はすでに終わっています。結果は次のとおりです。", "info"
            )
        elif made.is_typed:
            flash("一覧で入力した変更を保存しました。", "success")
            return redirect(f"{self.address()}?{made.list_query}", 303)
        else:
            flash("取り込みました。", "success")
        return redirect(f"{self.address()}import/{table_import_id}/", 303)

    def _apply(self, session: Session, table_import_id: int) -> bool:
        """Whether it was done now; raises Conflict when it would not do what was shown, and Refused."""
        made = self.find_plan(session, table_import_id, lock=True)
        if made.operator_id != current_actor().id:
            raise Refused(NOT_YOURS_IN_LIST if made.is_typed else NOT_YOURS)
        if made.state == ImportState.DONE:
            return False
        planned = session.scalars(lines_of(made).order_by(TableImportLine.line)).all()
        if any(line.result == LineResult.WRONG for line in planned):
            raise Refused(WRONG_LINES)
        outcomes = Lines(self, session, [(line.line, line.cells) for line in planned]).carry_out()
        if any(not _is_same(line, outcome) for line, outcome in zip(planned, outcomes, strict=True)):
            raise Conflict(CHANGED)
        for line, outcome in zip(planned, outcomes, strict=True):
            line.row_id = outcome.row_id
        made.state, made.applied_at = ImportState.DONE, now()
        if not made.is_typed:  # of what was typed in the list, each row's own history tells
            detail = {"import": [None, made.id], "file": [None, made.file_name], **_counted(outcomes)}
            note(session, Action.IMPORTED, current_actor(), detail=detail, table_name=self.table)
        return True

    def find_plan(self, session: Any, table_import_id: int, lock: bool = False) -> TableImport:
        """A plan of this table; raises NotFound."""
        found = select(TableImport).where(TableImport.id == table_import_id, TableImport.table_name == self.table)
        made: TableImport | None = session.scalar(found.with_for_update() if lock else found)
        if made is None:
            raise NotFound
        return made

    def _plan_page(self, made: TableImport, problem: str = "") -> str:
        session = database()
        counts = dict.fromkeys(LineResult, 0)
        grouped = select(TableImportLine.result, func.count(TableImportLine.id))
        for result, count in session.execute(
            grouped.where(TableImportLine.table_import_id == made.id).group_by(TableImportLine.result)
        ):
            counts[LineResult(result)] = count
        chosen = _chosen(counts)
        page = number_in(request.args.get("page", "1"), PAGES) or 1
        first = (page - 1) * SHOWN
        found = lines_of(made).where(TableImportLine.result == chosen).order_by(TableImportLine.line)
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
        "effects": outcome.effects,
    }


def _is_same(line: TableImportLine, outcome: Outcome) -> bool:
    """Whether a line still does to the same row what was shown; a new row has its number only now."""
    is_row = line.result == LineResult.CREATED or line.row_id == outcome.row_id
    return is_row and line.result == outcome.result and line.changes == outcome.changes


def lines_of(made: TableImport) -> Any:
    """The lines of a plan, in no order."""
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
