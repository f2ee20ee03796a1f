"""What a search finds a row by: its own texts and the names of the company and site it belongs to, folded.

What a move of records writes (status, comment) is not among them, so that moves in sets never touch the index.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base.choices import Choice, MasterChoice
from models.base.db import Area, Base
from models.base.fields import Spec, specs_of
from models.base.technical import Secret
from models.base.text import bigrams, fold
from models.records.contract import ContractRecord
from models.records.site_name import SiteNameRecord
from models.tables.customer import Customer
from models.tables.fee import FeeItem
from models.tables.record import Record
from models.tables.request import Request
from models.tables.search import BETWEEN
from models.tables.site import NameClaim, Site, SiteVersion

# Services write these past the session; their few texts are searched where they stand.
IN_SETS = {FeeItem, NameClaim, SiteVersion}
# What is said of a site in its records, so that everything of the site is found by it; of each the same number of columns.
NAMING: dict[type[Record], tuple[str, str]] = {
    SiteNameRecord: ("short_name", "location_name"),
    ContractRecord: ("company_kana", ""),
}
OWNERS = ("customer_id", "site_id", "request_id")
Where = Session | sa.Connection
Texts = Mapping[int, list[str]]


def is_searched(spec: Spec) -> bool:
    """Whether a search looks into a column of that meaning: texts, no codes to choose from, nothing secret or for some roles alone."""
    if spec.readers is not None:
        return False
    return isinstance(spec.kind.column(), sa.String) and not isinstance(spec.kind, Secret | Choice | MasterChoice)


@cache
def is_indexed(mapped: type[Base]) -> bool:
    """Whether searches of the table are answered by the index. Logs are written in sets and searched as they stand."""
    return mapped.__area__ is not Area.LOG and mapped not in IN_SETS and bool(_own_names(mapped) or owner_of(mapped))


@cache
def _own_names(mapped: type[Base]) -> tuple[str, ...]:
    """The texts of the row itself; of a record, those of its type."""
    columns = sa.inspect(mapped).column_attrs
    table = None if mapped is Record else mapped.__table__
    return tuple(name for name, spec in specs_of(mapped).items() if is_searched(spec) and columns[name].columns[0].table is table)  # fmt: skip


@cache
def owner_of(mapped: type[Base]) -> str | None:
    """The column by which a row belongs to a request, a site or a company."""
    names = {one.key for one in sa.inspect(mapped).column_attrs}
    return "id" if mapped is Site else next((name for name in OWNERS if name in names), None)


@cache
def watched_names(mapped: type[Base]) -> frozenset[str]:
    """The columns whose change changes what the row is found by."""
    return frozenset({*_own_names(mapped), *OWNERS})


def key_of(mapped: type[Base]) -> str:
    """The name under which the index knows a table's rows: record types share their numbers."""
    return Record.__tablename__ if issubclass(mapped, Record) else mapped.__tablename__


@cache
def indexed_classes() -> tuple[type[Base], ...]:
    """Every class whose rows stand in the index; records by their types."""
    found: list[Any] = sorted((one.class_ for one in Base.registry.mappers), key=lambda one: one.__tablename__)
    return tuple(one for one in found if one is not Record and is_indexed(one))  # fmt: skip


def texts_of(session: Where, mapped: type[Base], ids: Collection[int]) -> dict[int, str]:
    """What a search finds these rows by, folded, a value a line; rows that do not exist are left out."""
    table, names = mapped.__table__, _own_names(mapped)
    columns = [sa.inspect(mapped).column_attrs[name].columns[0] for name in names]
    found: dict[int, list[str]] = {}
    for row in session.execute(sa.select(table.c.id, *columns).where(table.c.id.in_(ids))):
        found[row[0]] = [value for value in row[1:] if value]
    for row_id, names_of_owner in _owners_names(session, mapped, found).items():
        found[row_id] += names_of_owner
    return {row_id: "\n".join(dict.fromkeys(filter(None, map(fold, values)))) for row_id, values in found.items()}


def _owners_names(session: Where, mapped: type[Base], ids: Collection[int]) -> Texts:
    owners = [tuple(row) for row in session.execute(_owners_question(mapped, ids))] if owner_of(mapped) and ids else []
    customers = _customer_names(session, {customer_id for _, _, customer_id in owners if customer_id})
    sites = _site_names(session, {site_id for _, site_id, _ in owners if site_id})
    return {row_id: [*customers.get(customer_id, ()), *sites.get(site_id, ())] for row_id, site_id, customer_id in owners}  # fmt: skip


def _owners_question(mapped: type[Base], ids: Collection[int]) -> sa.Select[Any]:
    """(row, site, company) of each row, as far as it belongs to one."""
    table = Record.__table__ if issubclass(mapped, Record) else mapped.__table__
    request, site, owner = Request.__table__, Site.__table__, owner_of(mapped)
    rows = sa.select(table.c.id).where(table.c.id.in_(ids))
    if owner == "customer_id":
        return rows.add_columns(sa.null(), table.c.customer_id)
    if owner == "id":
        return rows.add_columns(table.c.id, table.c.customer_id)
    if owner == "site_id":
        return rows.add_columns(site.c.id, site.c.customer_id).join_from(table, site, table.c.site_id == site.c.id)
    joined = rows.add_columns(site.c.id, site.c.customer_id)
    joined = joined.join_from(table, request, table.c.request_id == request.c.id)
    return joined.join(site, request.c.site_id == site.c.id)


def _customer_names(session: Where, ids: Collection[int]) -> Texts:
    table = Customer.__table__
    named = sa.select(table.c.id, table.c.name).where(table.c.id.in_(ids))
    return {row.id: [row.name] for row in session.execute(named)} if ids else {}


def _site_names(session: Where, ids: Collection[int]) -> Texts:
    """All names that sites have, had or are to get, and the readings of their companies' names: whoever knows one of them finds the site."""
    record, request = Record.__table__, Request.__table__
    found: dict[int, list[str]] = defaultdict(list)
    asked = []
    for mapped, names in NAMING.items():
        own = mapped.__table__
        of_site = sa.select(request.c.site_id, own.c.id, *(own.c[name] if name else sa.null() for name in names))
        of_site = of_site.join_from(request, record, record.c.request_id == request.c.id).join(
            own, own.c.id == record.c.id
        )
        asked.append(of_site.where(request.c.site_id.in_(ids)))
    together = sa.union_all(*asked).subquery()
    for site_id, _, *said in session.execute(sa.select(together).order_by(together.c.id)) if ids else ():
        found[site_id] += filter(None, said)
    return found


def head_of(mapped: type[Base]) -> str:
    """The word by which the index knows the rows of a class from all others."""
    return f"@{mapped.__tablename__}"


def grams_of(mapped: type[Base], text: str) -> list[str]:
    """The pairs of a folded text, word by word, headed by the table that the row stands in: of a record, by its type's too."""
    found = list(dict.fromkeys((f"@{key_of(mapped)}", head_of(mapped))))
    for word in text.split():
        found += [*bigrams(word), BETWEEN]
    return found
