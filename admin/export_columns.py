"""What an export reads: every row that matches, in pieces of columns as the database gives them, with what names others beside it."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.codes import mapped_by_table
from admin.ground import ground_of
from admin.import_head import NUMBER
from admin.labels import Labels, named_by_columns
from admin.selection import Selection
from admin.whereabouts import place_labels, places
from models.base.choices import MasterChoice
from models.base.db import Base, database
from models.base.db import Moment as MomentColumn
from models.base.fields import Spec
from models.base.technical import Reference
from models.base.values import Text

CHUNK = 500  # rows; with more, the processor's cache no longer holds them
WriteColumn = Callable[[Iterable[Any]], Iterable[Any]]
Write = Callable[[Labels, Spec], WriteColumn]
PLACE = Spec(Text(200), "取引先か拠点")  # is written like any other text


def exported_heads(chosen: Selection, specs: Mapping[str, Spec]) -> list[str]:
    """The first line."""
    return [NUMBER, *place_labels(chosen.mapped), *(spec.full_label for spec in specs.values())]


def exported_columns(chosen: Selection, specs: Mapping[str, Spec], write: Write) -> Iterator[list[Iterable[Any]]]:
    """Numbers, what the list tells beside them, and cells, column by column, in pieces, on a connection of its own: the request's
    has ended when the answer is sent."""
    found, bind = _question(chosen, specs), database.get_bind()
    beside = {name: named_by_columns(named) for name, spec in specs.items() if (named := _read_beside(spec))}
    learnt = {name: spec for name, spec in specs.items() if isinstance(spec.kind, Reference | MasterChoice) and name not in beside}  # fmt: skip
    with Session(bind) as session, Session(bind) as other:
        labels = Labels(other, [], specs)
        writers, write_place = [write(labels, spec) for spec in specs.values()], write(labels, PLACE)
        for rows in _read_through(session.connection(), found).partitions():
            ids, *columns = zip(*rows, strict=True)
            rest = iter(columns)
            held = {name: _together(rest, len(beside[name])) if name in beside else next(rest) for name in specs}
            labels.learn({name: held[name] for name in learnt}, learnt)
            told = (write_place(column) for column in _place_columns(other, chosen, ids))
            yield [ids, *told, *(written(column) for written, column in zip(writers, held.values(), strict=True))]


def _place_columns(session: Session, chosen: Selection, ids: Sequence[int]) -> list[list[str]]:
    """The names of the rows' companies and sites: one question a piece."""
    found = places(session, chosen.mapped, ids)
    return [[found[row_id][index][1] for row_id in ids] for index in range(len(place_labels(chosen.mapped)))]


def _together(columns: Iterator[Sequence[Any]], count: int) -> list[tuple[Any, ...]]:
    return list(zip(*islice(columns, count), strict=True))


def shown_by(labels: Labels, spec: Spec) -> Callable[[Any], str]:
    """What shows the values of a column as it was read."""
    if not (named := _read_beside(spec)):
        return labels.writer(spec)
    row_of = namedtuple("row_of", named_by_columns(named))  # type: ignore[misc]
    return lambda parts: "" if parts[0] is None else named.name_from(row_of._make(parts)) or str(parts[0])


def stored_moment(stored: str | None) -> datetime | None:
    """A moment as it was read."""
    if stored is None:
        return None
    found = datetime.fromisoformat(stored)
    return found if found.tzinfo else found.replace(tzinfo=UTC)  # SQLite writes no zone


def _read_beside(spec: Spec) -> type[Base] | None:
    """The table that a column refers to, if its rows are named by their own columns."""
    named = mapped_by_table()[spec.kind.table] if isinstance(spec.kind, Reference) else None
    return named if named and named_by_columns(named) else None


def _question(chosen: Selection, specs: Mapping[str, Spec]) -> sa.Select[Any]:
    """Moments come as the database writes them, since most are not worth an object; names come with what refers to them, since
    one query a piece for these would cost more."""
    ground = ground_of(chosen.mapped, {"id", *specs})
    source = ground.source
    wanted: list[Any] = [ground.number]
    for name, spec in specs.items():
        column = ground.columns[name]
        if named := _read_beside(spec):
            other, own = named.__table__.alias(), sa.inspect(named).column_attrs
            source = source.outerjoin(other, other.c.id == column)
            wanted += [other.c[own[part].columns[0].key] for part in named_by_columns(named)]
        else:
            wanted.append(sa.cast(column, sa.String) if isinstance(column.type, MomentColumn) else column)
    found = sa.select(*wanted).select_from(source)
    return found.where(*ground.conditions, *chosen.conditions()).order_by(*chosen.order())


def _read_through(connection: sa.Connection, found: sa.Select[Any]) -> sa.CursorResult[Any]:
    if connection.dialect.name == "postgresql":  # else it plans for the first tenth alone
        connection.execute(sa.text("SET LOCAL cursor_tuple_fraction = 1"))
    return connection.execution_options(yield_per=CHUNK).execute(found)
