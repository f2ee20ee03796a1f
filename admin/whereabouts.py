"""What stands in none of a row's own columns: the company and the site it belongs to, and whether it counts today."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from flask import request
from sqlalchemy import Select, select
from sqlalchemy import inspect as inspect_mapping
from sqlalchemy.orm import Session

from admin.belonging import OWNERS, TARGETS, owner_column, owners_of
from models.base.clock import today
from models.base.db import Base, among
from models.services.queries import SITE_NAME, SITES, name_shown, with_site_name
from models.services.validity import standings
from models.tables.customer import Customer
from models.tables.site import Site

# A text, the address it leads to, a status's tone, and whether it is a number.
Cell = tuple[str, str | None, str | None, bool]
STANDING = "適用状況"
NOTHING: Cell = ("", None, None, False)


def whereabouts_labels(mapped: type[Base]) -> tuple[str, ...]:
    """The columns' names; none where rows belong to nobody and no day limits them."""
    return (STANDING,) if mapped.__validity__ else place_labels(mapped)


def whereabouts(session: Session, mapped: type[Base], ids: Collection[int]) -> dict[int, list[Cell]]:
    """The cells of each row: company and site, leading to their pages; or how it stands today."""
    if ids and mapped.__validity__:
        found = standings(session, mapped, ids, today())
        return {row_id: [(one.label, None, one.tone, False)] for row_id, one in found.items()}
    root, tables = request.script_root, [one.__tablename__ for one in told_of(mapped)]
    return {
        row_id: [
            (name, f"{root}/{table}/{number}/", None, False) if number else NOTHING
            for table, (number, name) in zip(tables, places_of_row, strict=True)
        ]
        for row_id, places_of_row in places(session, mapped, ids).items()
    }


def told_of(mapped: type[Base]) -> tuple[type[Base], ...]:
    """Company and site, as far as no column of the rows' own names them; a site's own name stands in none either."""
    return (Site,) if mapped is Site else tuple(owners_of(mapped))


def place_labels(mapped: type[Base]) -> tuple[str, ...]:
    """What a list and its export call them."""
    return tuple(one.__label__ for one in told_of(mapped))


def places(session: Session, mapped: type[Base], ids: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    """Number and name of each of them, of every row, with one question; 0 and nothing where a row belongs to none."""
    told = told_of(mapped)
    if not (ids and told):
        return {}
    asked, number = _places(mapped)
    found = {
        row_id: {Customer: (customer_id, customer), Site: (site_id, name_shown(site_id, *site_name))}
        for row_id, customer_id, customer, site_id, *site_name in session.execute(
            asked.where(among(session, number, ids)), {"today": today()}
        )
    }
    return {row_id: [found[row_id][one] if row_id in found else (0, "") for one in told] for row_id in ids}


@cache
def _places(mapped: type[Base]) -> tuple[Select[Any], Any]:
    """The question, and the column of the rows' numbers in it."""
    name, customers = owner_column(mapped), Customer.__table__
    column: Any = inspect_mapping(mapped).column_attrs[name].columns[0]
    joined = column.table  # of a record type it is the table of all records
    number = joined.c.id
    while (owner := TARGETS[name]) is not Customer:
        rows, name = owner.__table__, OWNERS[owner]
        joined = joined.join(rows, rows.c.id == column)
        column = rows.c[name]
    joined = with_site_name(joined.join(customers, customers.c.id == column))
    return select(number, customers.c.id, customers.c.name, SITES.c.id, *SITE_NAME).select_from(joined), number
