"""The list as a CSV file, as it is filtered: streamed row by row, and noted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from flask import Response
from flask_admin import expose
from sqlalchemy.orm import Session

from admin.codes import desk_specs
from admin.columns import readable_names
from admin.deleting import DeletingView
from admin.labels import Labels
from admin.selection import Selection
from models.base.clock import now
from models.base.db import database, transaction
from models.base.fields import Spec
from models.services.audit import note
from models.tables.event import Action
from web.hooks import current_actor

CHUNK = 500
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def harmless(value: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    is_number = value.removeprefix("-").replace(".", "", 1).isdigit()
    return f"'{value}" if value.startswith(FORMULA) and not is_number else value


class ExportingView(DeletingView):
    """Export of what the list's address selects; a POST, since it is noted."""

    @expose("/export/", methods=("POST",))
    def export(self) -> Response:
        """Every readable column of every row that matches, in the list's order."""
        chosen = self.selection()
        with transaction() as session:
            detail = {"rows": [None, chosen.count(session, None)], "query": [None, chosen.query(page=0)]}
            note(session, Action.EXPORTED, current_actor(), detail=detail, table_name=self.table)
        answer = Response(csv_lines(chosen), mimetype="text/csv", content_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = f"attachment; filename={self.table}-{now():%Y%m%d-%H%M}.csv"
        return answer


def csv_lines(chosen: Selection) -> Iterator[bytes]:
    """The file, piece by piece: UTF-8 with a mark, so that Excel reads it as such. Memory stays the same however long it is."""
    specs = {name: desk_specs(chosen.mapped)[name] for name in readable_names(chosen.mapped)}
    yield "\ufeff".encode() + _csv([["番号", *(spec.full_label for spec in specs.values())]])
    for rows in exported_rows(chosen, specs):
        yield _csv(rows)


def _csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def exported_rows(chosen: Selection, specs: Mapping[str, Spec]) -> Iterator[list[list[str]]]:
    """The rows as shown texts, in pieces, on a connection of its own: the request's has ended when the answer is sent."""
    mapped: Any = chosen.mapped
    keys = [getattr(mapped, name) for name in ("id", *specs)]
    wanted = sa.select(*keys).where(*chosen.conditions()).order_by(*chosen.order())
    with Session(database.get_bind()) as session, Session(database.get_bind()) as other:
        for rows in session.execute(wanted, execution_options={"yield_per": CHUNK}).partitions():
            labels = Labels(other, rows, specs)
            yield [
                [str(row[0]), *(harmless(labels.show(spec, row[i])) for i, spec in enumerate(specs.values(), 1))]
                for row in rows
            ]
