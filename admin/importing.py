"""Import of a table: a file is understood, and what it would do becomes a plan (admin.planned)."""

from __future__ import annotations

from pathlib import PurePath

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_wtf import FlaskForm
from wtforms import FileField

from admin import rights
from admin.import_head import cells_of, importable, keys_of, read_head
from admin.import_lines import MOST_EFFECTS, SECONDS, Lines
from admin.planned import PlanningView
from admin.typed_cells import how_to_write, words_of
from models.base.db import transaction
from models.base.errors import Invalid, Problem
from models.base.settings import settings
from models.forms import show_problems
from models.services.guarded import MEGABYTE, ChildFailed, Limits, run_guarded
from models.services.incoming import FAILURES
from models.services.tabular import MOST_LINES, read_rows
from web.hooks import current_actor

LIMITS = Limits(cpu_seconds=8, wall_seconds=10, memory_megabytes=512)


class FileForm(FlaskForm):
    """The file to import."""

    file = FileField("ファイル", render_kw={"accept": ".csv,.tsv,.txt,.xlsx"})


class ImportingView(PlanningView):
    """Import, for those who may edit the table."""

    @expose("/import/", methods=("GET", "POST"))
    def import_view(self) -> ResponseReturnValue:
        """Asks for a file, and shows how it is written."""
        self.require_editing()
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

    def _plan(self) -> int:
        """Understands the sent file, tries it out, and stores what it came to; raises Invalid (field `file`)."""
        sent = request.files.get("file")
        rows = _rows(sent.read() if sent else b"")
        head = read_head(self.model, rows[0][1])
        lines = [(number, cells_of(head, row)) for number, row in rows[1:]]
        with transaction(is_rehearsal=True) as session:
            outcomes = Lines(self, session, lines, MOST_EFFECTS, SECONDS).carry_out()
        name = PurePath((sent.filename if sent else "") or "").name[:200]
        return self.keep_plan(outcomes, name, "、".join(head.left_out))

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
