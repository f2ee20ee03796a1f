"""What stands in none of a row's own columns: whose record it is, and whether it counts today."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from flask import request
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.base.clock import today
from models.base.db import Base, among
from models.services.queries import SITE_NAME, SITES, name_shown, with_site_name
from models.services.validity import standings
from models.tables.customer import Customer
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site

# A text, the address it leads to, a status's tone, and whether it is a number.
Cell = tuple[str, str | None, str | None, bool]
STANDING = "適用状況"
RECORDS = Record.__table__
LABELS = (Customer.__label__, Site.__label__)


def whereabouts_labels(mapped: type[Base]) -> tuple[str, ...]:
    """The columns' names; none where rows are no records and no day limits them."""
    return LABELS if issubclass(mapped, Record) else (STANDING,) if mapped.__validity__ else ()


def whereabouts(session: Session, mapped: type[Base], ids: Collection[int]) -> dict[int, list[Cell]]:
    """The cells of each row: company and site, both leading to their pages; or how it stands today."""
    if ids and mapped.__validity__:
        found = standings(session, mapped, ids, today())
        return {row_id: [(one.label, None, one.tone, False)] for row_id, one in found.items()}
    if not (ids and issubclass(mapped, Record)):
        return {}
    rows = session.execute(_places().where(among(session, RECORDS.c.id, ids)), {"today": today()})
    root = request.script_root
    return {
        row_id: [
            (name, f"{root}/customer/{customer_id}/", None, False),
            (name_shown(site_id, *site_name), f"{root}/site/{site_id}/", None, False),
        ]
        for row_id, customer_id, name, site_id, *site_name in rows
    }


@cache
def _places() -> Select[Any]:
    customers, requests = Customer.__table__, Request.__table__
    found = select(RECORDS.c.id, customers.c.id, customers.c.name, SITES.c.id, *SITE_NAME)
    joined = RECORDS.join(requests, requests.c.id == RECORDS.c.request_id).join(SITES, SITES.c.id == requests.c.site_id)
    return found.select_from(with_site_name(joined.join(customers, customers.c.id == SITES.c.customer_id)))
