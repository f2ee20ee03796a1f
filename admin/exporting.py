"""The list as a file, as it is filtered: CSV streamed row by row, or a workbook of Excel; noted either way."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import IO, Any

import sqlalchemy as sa
from flask import Response, request
from flask_admin import expose
from sqlalchemy.orm import Session

from admin.cells import harmless
from admin.codes import desk_specs
from admin.columns import visible_names
from admin.deleting import DeletingView
from admin.labels import Labels
from admin.proof import require_proof
from admin.selection import Selection
from models.base.clock import now
from models.base.db import database, transaction
from models.base.errors import Refused
from models.base.fields import Spec
from models.base.technical import Moment
from models.base.values import Day, Whole
from models.services.audit import note
from models.services.incoming import XLSX
from models.services.spreadsheets import write_workbook
from models.tables.event import Action
from web.hooks import current_actor

CHUNK = 500
PIECE = 64 * 1024
MOST_IN_WORKBOOK = 100_000  # a workbook is packed before it can be sent, and Excel itself ends at a million rows
Write = Callable[[Labels, Spec, Any], Any]


class ExportingView(DeletingView):
    """Export of what the list's address selects; a POST, since it is noted."""

    @expose("/export/", methods=("POST",))
    def export(self) -> Response:
        """Every readable column of every row that matches, in the list's order; `format` is csv or xlsx."""
        require_proof()
        chosen, is_workbook = self.selection(), request.form.get("format") == "xlsx"
        with transaction() as session:
            count = chosen.count(session, None)
            if is_workbook and count > MOST_IN_WORKBOOK:
                raise Refused(
                    f"Excelで書き出せるのは{MOST_IN_WORKBOOK:,}件までです（選ばれているのは{count:,}件）。"
                    "条件で絞り込むか、CSVで書き出してください。"
                )
            detail = {"rows": [None, count], "query": [None, chosen.query(page=0)]}
            if is_workbook:
                detail["format"] = [None, "xlsx"]
            note(session, Action.EXPORTED, current_actor(), detail=detail, table_name=self.table)
        name = f"{self.table}-{now():%Y%m%d-%H%M}"
        ending, pieces, content_type = (
            ("xlsx", pieces_of(workbook(chosen)), XLSX)
            if is_workbook
            else ("csv", csv_lines(chosen), "text/csv; charset=utf-8")
        )
        answer = Response(pieces, content_type=content_type)
        answer.headers["Content-Disposition"] = f"attachment; filename={name}.{ending}"
        return answer


def _specs(chosen: Selection) -> dict[str, Spec]:
    return {name: desk_specs(chosen.mapped)[name] for name in visible_names(chosen.mapped)}


def csv_lines(chosen: Selection) -> Iterator[bytes]:
    """The file, piece by piece: UTF-8 with a mark, so that Excel reads it as such. Memory stays the same however long it is."""
    return _csv_pieces(chosen, _specs(chosen))  # what one may see is asked while there still is a request


def _csv_pieces(chosen: Selection, specs: Mapping[str, Spec]) -> Iterator[bytes]:
    yield "\ufeff".encode() + _csv([["番号", *(spec.full_label for spec in specs.values())]])
    for rows in exported_rows(chosen, specs, lambda labels, spec, value: harmless(labels.show(spec, value))):
        yield _csv(rows)


def _csv(rows: Sequence[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def workbook(chosen: Selection) -> IO[bytes]:
    """The file, open at its beginning: numbers, days and moments are such in it, everything else as the list shows it."""
    specs = _specs(chosen)
    rows = chain.from_iterable(exported_rows(chosen, specs, _plain))
    return write_workbook(chosen.mapped.__label__, ["番号", *(spec.full_label for spec in specs.values())], rows)


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """An open file, piece by piece; closed at its end."""
    with file:
        while piece := file.read(PIECE):
            yield piece


def _plain(labels: Labels, spec: Spec, value: Any) -> Any:
    return value if isinstance(spec.kind, Whole | Day | Moment) else labels.show(spec, value)


def exported_rows(chosen: Selection, specs: Mapping[str, Spec], write: Write) -> Iterator[Sequence[Sequence[Any]]]:
    """The rows as written, in pieces, on a connection of its own: the request's has ended when the answer is sent."""
    mapped: Any = chosen.mapped
    keys = [getattr(mapped, name) for name in ("id", *specs)]
    wanted = sa.select(*keys).where(*chosen.conditions()).order_by(*chosen.order())
    with Session(database.get_bind()) as session, Session(database.get_bind()) as other:
        for rows in session.execute(wanted, execution_options={"yield_per": CHUNK}).partitions():
            labels = Labels(other, rows, specs)
            ids, *columns = zip(*rows, strict=True)
            cells = [
                _written(labels, spec, column, write) for spec, column in zip(specs.values(), columns, strict=True)
            ]
            yield list(zip(ids, *cells, strict=True))


def _written(labels: Labels, spec: Spec, column: Sequence[Any], write: Write) -> list[Any]:
    """The cells of a column; what stands in many rows is written once."""
    known = {value: write(labels, spec, value) for value in set(column)}
    return [known[value] for value in column]
