"""The list as a file, as it is filtered: CSV streamed row by row, or a workbook of Excel; noted either way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache, partial
from itertools import chain
from typing import IO, Any

import sqlalchemy as sa
from flask import Response, request
from flask_admin import expose
from sqlalchemy.orm import Session

from admin.cells import harmless, quoted
from admin.codes import desk_specs
from admin.columns import visible_names
from admin.deleting import DeletingView
from admin.ground import ground_of
from admin.labels import KNOWN, Labels
from admin.proof import require_proof
from admin.selection import Selection
from models.base.choices import MasterChoice
from models.base.clock import JAPAN, moment_texts, now
from models.base.db import Moment as MomentColumn
from models.base.db import database, transaction
from models.base.errors import Refused
from models.base.fields import Spec
from models.base.technical import Moment, Reference
from models.base.values import Day, Whole
from models.services.audit import note
from models.services.incoming import XLSX
from models.services.spreadsheets import write_workbook
from models.tables.event import Action
from web.downloads import attachment
from web.hooks import current_actor

CHUNK = 2_000
PIECE = 64 * 1024
MOST_IN_WORKBOOK = 100_000  # a workbook is packed before it can be sent, and Excel itself ends at a million rows
WriteColumn = Callable[[Iterable[Any]], Iterable[Any]]
Write = Callable[[Labels, Spec], WriteColumn]


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
    return {name: desk_specs(chosen.mapped)[name] for name in visible_names(chosen.mapped)}


def csv_lines(chosen: Selection) -> Iterator[bytes]:
    """The file, piece by piece: UTF-8 with a mark, so that Excel reads it as such. Memory stays the same however long it is."""
    return _csv_pieces(chosen, _specs(chosen))  # what one may see is asked while there still is a request


def _csv_pieces(chosen: Selection, specs: Mapping[str, Spec]) -> Iterator[bytes]:
    heads = ["番号", *(spec.full_label for spec in specs.values())]
    yield f"\ufeff{','.join(map(quoted, heads))}\r\n".encode()
    for ids, *columns in exported_columns(chosen, specs, _fields):
        lines = map(",".join, zip(map(str, ids), *columns, strict=True))
        yield ("\r\n".join(lines) + "\r\n").encode()


def workbook(chosen: Selection) -> IO[bytes]:
    """The file, open at its beginning: numbers, days and moments are such in it, everything else as the list shows it."""
    specs = _specs(chosen)
    rows = chain.from_iterable(zip(*columns, strict=True) for columns in exported_columns(chosen, specs, _plain))
    return write_workbook(chosen.mapped.__label__, ["番号", *(spec.full_label for spec in specs.values())], rows)


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """An open file, piece by piece; closed at its end."""
    with file:
        while piece := file.read(PIECE):
            yield piece


def _fields(labels: Labels, spec: Spec) -> WriteColumn:
    if isinstance(spec.kind, Moment):
        return moment_texts  # that are seldom the same in many rows, and never in need of quotes
    show = labels.writer(spec)
    return _each(show if isinstance(spec.kind, Day) else lambda value: quoted(harmless(show(value))))


def _plain(labels: Labels, spec: Spec) -> WriteColumn:
    if isinstance(spec.kind, Moment):
        return partial(map, _moment)
    return partial(map, lambda value: value) if isinstance(spec.kind, Whole | Day) else _each(labels.writer(spec))


def _each(write: Callable[[Any], str]) -> WriteColumn:
    """What stands in many rows is written once; memory stays the same however many different values a column has."""
    return partial(map, lru_cache(KNOWN)(write))


def _moment(stored: str | None) -> datetime | None:
    if stored is None:
        return None
    found = datetime.fromisoformat(stored)
    return found if found.tzinfo else found.replace(tzinfo=UTC)  # SQLite writes no zone


def exported_columns(chosen: Selection, specs: Mapping[str, Spec], write: Write) -> Iterator[list[Iterable[Any]]]:
    """Numbers and cells column by column, in pieces, on a connection of its own: the request's has ended when the answer is sent.

    Moments are read as the database writes them, since most of them are not worth an object.
    """
    bind, ground = database.get_bind(), ground_of(chosen.mapped, {"id", *specs})
    columns = (ground.columns[name] for name in specs)
    wanted = [sa.cast(one, sa.String) if isinstance(one.type, MomentColumn) else one for one in columns]
    found = sa.select(ground.number, *wanted).select_from(ground.source)
    found = found.where(*ground.conditions, *chosen.conditions()).order_by(*chosen.order())
    referring = {name: spec for name, spec in specs.items() if isinstance(spec.kind, Reference | MasterChoice)}
    with Session(bind) as session, Session(bind) as other:
        labels = Labels(other, [], specs)
        writers = [write(labels, spec) for spec in specs.values()]
        for rows in _read_through(session.connection(), found).partitions():
            ids, *held = zip(*rows, strict=True)
            labels.learn(dict(zip(specs, held, strict=True)), referring)
            yield [ids, *(written(column) for written, column in zip(writers, held, strict=True))]


def _read_through(connection: sa.Connection, found: sa.Select[Any]) -> sa.CursorResult[Any]:
    if connection.dialect.name == "postgresql":  # else it plans for the first tenth alone
        connection.execute(sa.text("SET LOCAL cursor_tuple_fraction = 1"))
    return connection.execution_options(yield_per=CHUNK).execute(found)
