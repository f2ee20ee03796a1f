"""Whose records the rows of a list are: the company and the site, which stand in none of their own columns."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.db import Base
from models.services.queries import site_labels
from models.tables.customer import Customer
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site

Cell = tuple[str, str | None, str | None, bool]
LABELS = (Customer.__label__, Site.__label__)


def whereabouts_labels(mapped: type[Base]) -> tuple[str, ...]:
    """The columns' names; none for a table whose rows are no records."""
    return LABELS if issubclass(mapped, Record) else ()


def whereabouts(session: Session, mapped: type[Base], ids: Collection[int]) -> dict[int, list[Cell]]:
    """The cells of each row: company and site, both leading to their pages."""
    if not (ids and issubclass(mapped, Record)):
        return {}
    asked = select(Record.id, Site.id, Customer.id, Customer.name).join(Record.request).join(Request.site)
    rows: list[Any] = list(session.execute(asked.join(Site.customer).where(Record.id.in_(ids))))
    sites = site_labels(session, {site_id for _, site_id, _, _ in rows})
    root = request.script_root
    return {
        row_id: [
            (name, f"{root}/customer/{customer_id}/", None, False),
            (sites[site_id], f"{root}/site/{site_id}/", None, False),
        ]
        for row_id, site_id, customer_id, name in rows
    }
