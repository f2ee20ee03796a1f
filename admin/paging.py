"""A page of a list by key: it begins beside a row of the order, so that it costs the same wherever it stands, and nothing that is
added or taken away meanwhile is shown twice or left out. Its address says the row's value and number and can be passed on.

What has no value stands at the end of either direction, on both databases.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base.numbers import LARGEST_KEY

AFTER, BEFORE, END = "after", "before", "end"
READERS: dict[type[Any], Callable[[str], Any]] = {
    int: int,
    str: str,
    bool: lambda typed: {"True": True, "False": False}[typed],
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
}


@dataclass(frozen=True)
class Spot:
    """Beside which row of the order a page stands: after it, or before it. The number 0 is the end of the list."""

    is_before: bool
    row_id: int = 0
    value: Any = None

    @property
    def pair(self) -> tuple[str, str]:
        """Its name and value in an address."""
        value = self.value.isoformat() if isinstance(self.value, date) else self.value
        token = f"{self.row_id}-" if value is None else f"{self.row_id}.{value}"
        return BEFORE if self.is_before else AFTER, token if self.row_id else END


LAST = Spot(is_before=True)


def read_spot(is_before: bool, typed: str, order: Order) -> Spot:
    """The spot of an address in an order; raises ValueError."""
    if is_before and typed == END:
        return LAST
    digits = typed[: len(typed) - len(typed.lstrip("0123456789"))]
    sign, value = typed[len(digits) :][:1], typed[len(digits) + 1 :]
    if not (digits and int(digits[:11]) <= LARGEST_KEY and sign and sign in "-."):
        raise ValueError(typed)
    if sign == "-":
        if value or not (order.column is None or order.may_lack):
            raise ValueError(typed)
        return Spot(is_before, int(digits))
    try:
        return Spot(is_before, int(digits), _read(order, value))
    except (KeyError, AttributeError, OverflowError) as wrong:
        raise ValueError(typed) from wrong


def _read(order: Order, typed: str) -> Any:
    column_type = order.column.type
    decorated = column_type.impl_instance if isinstance(column_type, sa.TypeDecorator) else column_type
    value = READERS[decorated.python_type](typed)
    is_adrift = isinstance(value, datetime) and value.tzinfo is None
    if isinstance(value, datetime) and not is_adrift:
        value = value.astimezone(UTC)  # here, where a moment beyond all days in UTC is still a wrong address
    if is_adrift or (isinstance(value, int) and abs(value) > LARGEST_KEY) or (isinstance(value, str) and "\0" in value):
        raise ValueError(typed)
    return value


@dataclass(frozen=True)
class Order:
    """By a column, then by number in the same direction, which an index of both serves; or by number alone."""

    number: sa.ColumnElement[int]
    column: Any = None
    is_descending: bool = False
    may_lack: bool = False

    def directed(self, is_down: bool) -> list[Any]:
        """Column and number, up or down."""
        by = [self.number] if self.column is None else [self.column, self.number]
        return [one.desc() if is_down else one.asc() for one in by]

    def clauses(self) -> list[Any]:
        """The SQL of it, for those who take all rows."""
        directed = self.directed(self.is_descending)
        return [self.column.is_(None), *directed] if self.may_lack else directed

    def spot(self, row: sa.Row[Any], is_before: bool) -> Spot:
        """Beside a row that `page_at` gave."""
        return Spot(is_before, *row)


@dataclass(frozen=True)
class Page:
    """The rows of a page in order, as (number, value in the order), and whether others stand before and after them."""

    rows: Sequence[sa.Row[Any]]
    has_before: bool
    has_after: bool


def page_at(session: Session, found: sa.Select[Any], order: Order, spot: Spot | None, offset: int, size: int) -> Page:
    """The page that begins at the spot, or after so many rows. `found` are the numbers that match, in no order."""
    if spot is None:
        rows = take(session, found, order, None, size + 1, offset=offset)
        return Page(rows[:size], bool(offset), len(rows) > size)
    rows = take(session, found, order, spot, size + 1)
    if not spot.is_before:
        return Page(rows[:size], True, len(rows) > size)
    if len(rows) < size and spot.row_id:  # the list begins here: a full first page says more
        return page_at(session, found, order, None, 0, size)
    return Page(rows[:size][::-1], len(rows) > size, bool(spot.row_id))


def take(
    session: Session, found: sa.Select[Any], order: Order, spot: Spot | None, limit: int, offset: int = 0
) -> list[sa.Row[Any]]:
    """Up to so many rows from the spot on, away from it: of those before it, the nearest comes first."""
    found = found if order.column is None else found.add_columns(order.column)
    if offset:
        return list(session.execute(found.order_by(*order.clauses()).offset(offset).limit(limit)))
    is_down = order.is_descending != bool(spot and spot.is_before)
    rows: list[sa.Row[Any]] = []
    for part in _parts(order, spot, is_down):
        asked = found.where(*part).order_by(*order.directed(is_down)).limit(limit - len(rows))
        rows += session.execute(asked)
        if len(rows) == limit:
            break
    return rows


def _parts(order: Order, spot: Spot | None, is_down: bool) -> list[list[Any]]:
    """Conditions of the stretches still to come, in order: each is a range of the order's index."""
    begun = [_beyond(order, spot, is_down)] if spot and spot.row_id else []
    if not order.may_lack:
        return [begun]
    given, lacking = [order.column.is_not(None)], [order.column.is_(None)]
    if spot is None or not begun:
        return [given, lacking] if spot is None else [lacking, given]
    if spot.value is None:
        return [[*lacking, *begun], given] if spot.is_before else [[*lacking, *begun]]
    return [begun] if spot.is_before else [begun, lacking]


def _beyond(order: Order, spot: Spot, is_down: bool) -> sa.ColumnElement[bool]:
    if order.column is None or spot.value is None:
        return order.number < spot.row_id if is_down else order.number > spot.row_id
    here, there = sa.tuple_(order.column, order.number), (spot.value, spot.row_id)
    return here < there if is_down else here > there
