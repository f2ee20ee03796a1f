"""Keeping the index that searches ask, in the transaction that changes a row; making it anew; and whether it says what the rows say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy import inspect as inspect_row
from sqlalchemy.orm import Session, UOWTransaction

from models.base.db import Base, database, insert_into
from models.services.search_texts import (
    NAMING,
    Where,
    grams_of,
    indexed_classes,
    is_indexed,
    key_of,
    owner_of,
    texts_of,
    watched_names,
)
from models.tables.customer import Customer
from models.tables.record import Record
from models.tables.request import Request
from models.tables.search import SEARCH_ENTRY, Grams
from models.tables.site import Site

CHUNK = 500
Rows = dict[type[Base], set[int]]


def refresh(session: Where, mapped: type[Base], ids: Iterable[int]) -> None:
    """Writes anew what the index says of these rows; what is not there any more leaves it."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        texts = texts_of(session, mapped, part)
        _store(session, mapped, texts)
        if gone := [row_id for row_id in part if row_id not in texts]:
            forget(session, mapped, gone)


def _store(session: Where, mapped: type[Base], texts: Mapping[int, str]) -> None:
    if not texts:
        return
    made = insert_into(session, SEARCH_ENTRY)
    changed = {"text": made.excluded.text, "grams": made.excluded.grams}
    rows = [
        {"table_name": key_of(mapped), "row_id": row_id, "text": text, "grams": grams_of(mapped, text)}
        for row_id, text in texts.items()
    ]
    session.execute(made.on_conflict_do_update(index_elements=["table_name", "row_id"], set_=changed), rows)


def forget(session: Where, mapped: type[Base], ids: Sequence[int]) -> None:
    """Takes rows out of the index."""
    columns = SEARCH_ENTRY.c
    session.execute(sa.delete(SEARCH_ENTRY).where(columns.table_name == key_of(mapped), columns.row_id.in_(ids)))


@event.listens_for(database, "after_flush")
def _keep(session: Session, _context: UOWTransaction) -> None:
    if session.info.get("is_rehearsal"):  # nothing of it stays, and a file has many lines
        return
    rows: Rows = defaultdict(set)
    sites: set[int] = set()
    customers: set[int] = set()
    for row in [*session.new, *session.dirty]:
        kind: Any = type(row)
        if not is_indexed(kind) or not _says_something_else(session, row):
            continue
        rows[kind].add(row.id)
        sites |= {row.request.site_id} if _names_its_site(session, row) else set()
        sites |= {row.id} if isinstance(row, Site) and row not in session.new else set()
        customers |= {row.id} if isinstance(row, Customer) and row not in session.new else set()
    for row in session.deleted:
        kind = type(row)
        if is_indexed(kind):
            forget(session, kind, [row.id])
    if sites or customers:
        _add_what_belongs(session, rows, sites, customers)
    for mapped, ids in rows.items():
        refresh(session, mapped, ids)


def _says_something_else(session: Session, row: Any) -> bool:
    kind: Any = type(row)
    return row in session.new or not watched_names(kind).isdisjoint(inspect_row(row).committed_state)


def _names_its_site(session: Session, row: Any) -> bool:
    kind: Any = type(row)
    return kind in NAMING and (row in session.new or not set(NAMING[kind]).isdisjoint(inspect_row(row).committed_state))


def _add_what_belongs(session: Session, rows: Rows, sites: set[int], customers: set[int]) -> None:
    """Whatever is found by these sites' and companies' names: sites, requests, records, and what hangs on the company itself."""
    site, request, record = Site.__table__, Request.__table__, Record.__table__
    if customers:
        sites = sites | set(session.scalars(sa.select(site.c.id).where(site.c.customer_id.in_(customers))))
        for mapped in indexed_classes():
            if owner_of(mapped) == "customer_id":
                table = mapped.__table__
                rows[mapped] |= set(session.scalars(sa.select(table.c.id).where(table.c.customer_id.in_(customers))))
    rows[Site] |= sites
    requests = set(session.scalars(sa.select(request.c.id).where(request.c.site_id.in_(sites))))
    rows[Request] |= requests
    types = {kind.type_code(): kind for kind in Record.__subclasses__()}
    of_requests = sa.select(record.c.id, record.c.type).join_from(record, request, record.c.request_id == request.c.id)
    for record_id, type_code in session.execute(of_requests.where(request.c.site_id.in_(sites))):
        rows[types[type_code]].add(record_id)


# --- all of it


def fill(connection: sa.Connection) -> int:
    """Adds whatever row the index does not know yet; gives their number. Much memory is never needed."""
    is_first = connection.scalar(sa.select(SEARCH_ENTRY.c.id).limit(1)) is None
    pairs = next(iter(index for index in SEARCH_ENTRY.indexes if index.name == "ix_search_entry_grams"))
    is_apart = is_first and connection.dialect.name == "postgresql"
    if is_apart:  # one index made at the end is many times faster than one that grows
        connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
        pairs.drop(connection)
    count = sum(_fill_table(connection, mapped) for mapped in indexed_classes())
    if is_apart:
        pairs.create(connection)
    return count


def _fill_table(connection: sa.Connection, mapped: type[Base]) -> int:
    count = 0
    for ids in _chunks(connection, mapped):
        columns = SEARCH_ENTRY.c
        known = sa.select(columns.row_id).where(columns.table_name == key_of(mapped), columns.row_id.in_(ids))
        missing = set(ids) - set(connection.scalars(known))
        _store(connection, mapped, texts_of(connection, mapped, missing) if missing else {})
        count += len(missing)
    return count


def _chunks(session: Where, mapped: type[Base]) -> Iterator[list[int]]:
    table, last = mapped.__table__, 0
    while True:
        following = sa.select(table.c.id).where(table.c.id > last).order_by(table.c.id).limit(CHUNK)
        ids = list(session.scalars(following))
        if not ids:
            return
        yield ids
        last = ids[-1]


def rebuild(connection: sa.Connection) -> int:
    """Makes the index anew from the rows; gives their number."""
    connection.execute(sa.delete(SEARCH_ENTRY))
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("INSERT INTO search_gram(search_gram) VALUES ('rebuild')")  # whatever it held before
    return fill(connection)


def wrong_entries(session: Session) -> Iterator[str]:
    """Rows that searches do not find by what they say, and entries of rows that are gone; reads only."""
    columns = SEARCH_ENTRY.c
    for mapped in indexed_classes():
        of_table = sa.select(columns.row_id, columns.text, columns.grams).where(columns.table_name == key_of(mapped))
        for ids in _chunks(session, mapped):
            rows = session.execute(of_table.where(columns.row_id.in_(ids)))
            said = {row.row_id: (row.text, row.grams) for row in rows}
            for row_id, text in texts_of(session, mapped, ids).items():
                grams = Grams().process_bind_param(grams_of(mapped, text), session.get_bind().dialect)
                if said.get(row_id) != (text, grams):
                    yield f"{mapped.__tablename__} {row_id}"
    others = [one for one in indexed_classes() if not issubclass(one, Record)]
    bases: list[type[Base]] = [Record, *others]
    for mapped in bases:
        table = mapped.__table__
        there = sa.exists().where(table.c.id == columns.row_id)
        orphans = sa.select(columns.row_id).where(columns.table_name == key_of(mapped), ~there)
        yield from (f"{mapped.__tablename__} {row_id} (gone)" for row_id in session.scalars(orphans))
