"""The list as a file, as it is filtered: CSV streamed row by row, or a workbook of Excel; noted either way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from typing import IO, Any, cast

import sqlalchemy as sa
from flask import Response, request
from flask_admin import expose
from sqlalchemy.orm import Session

from admin.cells import harmless, quoted
from admin.codes import desk_specs
from admin.columns import visible_names
from admin.deleting import DeletingView
from admin.labels import KNOWN, Labels
from admin.proof import require_proof
from admin.selection import Selection
from models.base.choices import MasterChoice
from models.base.clock import JAPAN, now
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
Write = Callable[[Labels, Spec], Callable[[Any], Any]]


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
    for ids, *columns in exported_columns(chosen, specs, _field):
        lines = map(",".join, zip(map(str, ids), *columns, strict=True))
        yield "".join(f"{line}\r\n" for line in lines).encode()


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


def _field(labels: Labels, spec: Spec) -> Callable[[Any], Any]:
    show = labels.writer(spec)
    return show if isinstance(spec.kind, Day | Moment) else lambda value: quoted(harmless(show(value)))


def _plain(labels: Labels, spec: Spec) -> Callable[[Any], Any]:
    return (lambda value: value) if isinstance(spec.kind, Whole | Day | Moment) else labels.writer(spec)


class Cells:
    """The cells of a column by what the database holds: what stands in many rows is written once."""

    def __init__(self, column: Any, dialect: sa.Dialect, write: Callable[[Any], Any], known: dict[Any, Any]) -> None:
        self._write, self._known = write, known
        # Read as the driver gives it, since the column's own type would make a value of every single cell.
        decorated = column.type if isinstance(column.type, sa.TypeDecorator) else None
        self._read: Callable[[Any], Any] | None = None
        self.column = column
        if isinstance(decorated, MomentColumn):
            self._read, self.column = _moment, sa.cast(column, sa.String)
        elif decorated:
            self._read = partial(decorated.process_result_value, dialect=dialect)
            self.column = sa.type_coerce(column, decorated.load_dialect_impl(dialect))

    def written(self, column: Sequence[Any]) -> list[Any]:
        """The cells of these rows."""
        known = self._known
        if len(known) > KNOWN:  # memory stays the same however many different values a column has
            known.clear()
        new = list({held for held in column if held not in known})
        values: Iterable[Any] = map(self._read, new) if self._read else new
        known.update(zip(new, map(self._write, values), strict=True))
        return [known[held] for held in column]


def _moment(text: str | None) -> datetime | None:
    """A moment from how the database writes it in UTC; SQLite without a zone."""
    if text is None:
        return None
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def exported_columns(chosen: Selection, specs: Mapping[str, Spec], write: Write) -> Iterator[list[Sequence[Any]]]:
    """Numbers and cells column by column, in pieces, on a connection of its own: the request's has ended when the answer is sent."""
    mapped, bind = cast(Any, chosen.mapped), database.get_bind()
    referring = {name: spec for name, spec in specs.items() if isinstance(spec.kind, Reference | MasterChoice)}
    with Session(bind) as session, Session(bind) as other:
        labels = Labels(other, [], specs)
        moments: dict[Any, Any] = {}  # a row is often changed, moved and made at one moment
        cells = {
            name: Cells(
                getattr(mapped, name),
                bind.dialect,
                write(labels, spec),
                moments if isinstance(spec.kind, Moment) else {},
            )
            for name, spec in specs.items()
        }
        wanted = sa.select(mapped.id, *(one.column for one in cells.values()))
        wanted = wanted.where(*chosen.conditions()).order_by(*chosen.order())
        for rows in session.execute(wanted, execution_options={"yield_per": CHUNK}).partitions():
            ids, *columns = zip(*rows, strict=True)
            held = dict(zip(specs, columns, strict=True))
            labels.learn(held, referring)
            yield [ids, *(cells[name].written(held[name]) for name in specs)]
