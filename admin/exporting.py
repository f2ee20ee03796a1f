"""The list as a file, as it is filtered: CSV streamed row by row, or a workbook of Excel; noted either way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from itertools import chain
from typing import IO, Any

from flask import Response, request
from flask_admin import expose

from admin.cells import harmless, quoted
from admin.codes import desk_specs
from admin.columns import visible_names
from admin.deleting import DeletingView
from admin.export_columns import WriteColumn, exported_columns, exported_heads, shown_by, stored_moment
from admin.labels import KNOWN, Labels
from admin.proof import require_proof
from admin.selection import Selection
from models.base.clock import JAPAN, moment_texts, now
from models.base.db import transaction
from models.base.errors import Refused
from models.base.fields import Spec
from models.base.technical import Moment
from models.base.values import Day, Whole
from models.services.audit import note
from models.services.incoming import XLSX
from models.services.spreadsheets import write_workbook
from models.tables.event import Action
from web.downloads import attachment
from web.hooks import current_actor

PIECE = 64 * 1024
MOST_IN_WORKBOOK = 100_000  # a workbook is packed before it can be sent, and Excel itself ends at a million rows


class ExportingView(DeletingView):
    """Export of what the list's address selects; a POST, since it is noted."""

    @expose("/export/", methods=("POST",))
    def export(self) -> Response:
        """Every row that matches, in the list's order, with the columns that the address chose or else all that one may read;
        `format` is csv or xlsx."""
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
        name = f"{self.model.__label__}-{now().astimezone(JAPAN):%Y%m%d-%H%M}"
        ending, pieces, content_type = (
            ("xlsx", pieces_of(workbook(chosen)), XLSX)
            if is_workbook
            else ("csv", csv_lines(chosen), "text/csv; charset=utf-8")
        )
        answer = Response(pieces, content_type=content_type)
        answer.headers["Content-Disposition"] = attachment(f"{name}.{ending}")
        return answer


def _specs(chosen: Selection) -> dict[str, Spec]:
    return {name: desk_specs(chosen.mapped)[name] for name in chosen.columns or visible_names(chosen.mapped)}


def csv_lines(chosen: Selection) -> Iterator[bytes]:
    """The file, piece by piece: UTF-8 with a mark, so that Excel reads it as such. Memory stays the same however long it is."""
    return _csv_pieces(chosen, _specs(chosen))  # what one may see is asked while there still is a request


def _csv_pieces(chosen: Selection, specs: Mapping[str, Spec]) -> Iterator[bytes]:
    yield f"\ufeff{','.join(map(quoted, exported_heads(chosen, specs)))}\r\n".encode()
    for ids, *columns in exported_columns(chosen, specs, _fields):
        lines = map(",".join, zip(map(str, ids), *columns, strict=True))
        yield ("\r\n".join(lines) + "\r\n").encode()


def workbook(chosen: Selection) -> IO[bytes]:
    """The file, open at its beginning: numbers, days and moments are such in it, everything else as the list shows it."""
    specs = _specs(chosen)
    rows = chain.from_iterable(zip(*columns, strict=True) for columns in exported_columns(chosen, specs, _plain))
    return write_workbook(chosen.mapped.__label__, exported_heads(chosen, specs), rows)


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """An open file, piece by piece; closed at its end."""
    with file:
        while piece := file.read(PIECE):
            yield piece


def _fields(labels: Labels, spec: Spec) -> WriteColumn:
    if isinstance(spec.kind, Moment):
        return moment_texts  # that are seldom the same in many rows, and never in need of quotes
    show = shown_by(labels, spec)
    return _each(show if isinstance(spec.kind, Day) else lambda value: quoted(harmless(show(value))))


def _plain(labels: Labels, spec: Spec) -> WriteColumn:
    if isinstance(spec.kind, Moment):
        return partial(map, stored_moment)
    return partial(map, lambda value: value) if isinstance(spec.kind, Whole | Day) else _each(shown_by(labels, spec))


def _each(write: Callable[[Any], str]) -> WriteColumn:
    """What stands in many rows is written once; memory stays the same however many different values a column has."""
    return partial(map, lru_cache(KNOWN)(write))
