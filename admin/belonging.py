"""Rows found by what they refer to or belong to: a number, or words of its name. A record belongs to a request, that to a site, that
to a company."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from admin.codes import mapped_by_table
from admin.searching import Searched
from models.base.db import Base
from models.tables.customer import Customer
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site

# By which column the rows of a table belong to the next one, nearest the company first.
OWNERS: dict[type[Base], str] = {Site: "customer_id", Request: "site_id", Record: "request_id"}
TARGETS: dict[str, type[Base]] = {"customer_id": Customer, "site_id": Site, "request_id": Request, "record_id": Record}


def is_row(column: Any, table: str, value: int | str) -> sa.ColumnElement[bool]:
    """Whether a column holds the number of a row of the table: the number itself, or of a row in which all words stand."""
    is_it: sa.ColumnElement[bool] = (
        column == value if isinstance(value, int) else column.in_(_called(mapped_by_table()[table], value))
    )
    return is_it


def _called(mapped: Any, words: str) -> sa.Select[Any]:
    return sa.select(mapped.id).where(*Searched(mapped, words, mapped.id).conditions())


def owner_column(mapped: type[Base]) -> str:
    """The column by which a row belongs to a company, a site, a request or a record: the nearest to the company; empty where none."""
    names = {one.key for one in sa.inspect(mapped).column_attrs}
    return next((name for name in TARGETS if name in names), "")


def owners_of(mapped: type[Base]) -> Iterator[type[Base]]:
    """The company and the site to which the rows belong, as far as no column of their own names them."""
    name = owner_column(mapped)
    yield from (Customer, Site)[: list(TARGETS).index(name)] if name else ()


def belongs_to(column: Any, name: str, owner: type[Base], value: int | str) -> sa.ColumnElement[bool]:
    """Whether what a column of that name refers to belongs to an owner: by the numbers of each table on the way, which are indexed."""
    target = TARGETS[name]
    if target is owner:
        return is_row(column, owner.__tablename__, value)
    rows, following = target.__table__.c, OWNERS[target]
    return column.in_(sa.select(rows.id).where(belongs_to(rows[following], following, owner, value)))  # type: ignore[no-any-return]
