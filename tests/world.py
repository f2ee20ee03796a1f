"""A small world for the tests of whole faces: two companies that own one of everything, an operator of each role, and their browsers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import MetaData, Select, Table, inspect, select
from sqlalchemy.orm import Session

from models.base.actor import SYSTEM
from models.base.db import Base, database, transaction
from models.base.kind import KINDS
from models.seeds.masters import load_masters
from models.seeds.texts import load_texts
from models.services.audit import act_as
from models.services.sessions import start_session
from models.tables.account import Account
from models.tables.document import Document, DocumentKind
from models.tables.operator import Operator
from models.tables.record import Purpose, Record
from tests.build import OPERATOR, build_account, build_customer, build_request, build_site
from tests.files import add_upload
from tests.identity import HASH
from tests.papers import scan_pdf

# What reading may change, and why: a session notes when it was last used (RELIABILITY check 15 excepts nothing else).
TOUCHED = {("login_session", "last_seen_at")}


def build_world() -> None:
    """Companies 1 and 2, each with accounts, sites, a request of every kind, files and documents; operators of every role."""
    with transaction() as session:
        load_masters(session)
        load_texts(session)
        for number in (1, 2):
            _build_company(session, number)
        for role in ("viewer", "operator", "administrator"):
            who = {"user_name": f"desk-{role}", "name": "窓口", "mail": f"{role}@example.jp", "role": role}
            session.add(Operator(password_hash=HASH, totp_secret="JBSWY3DPEHPK3PXP" * 2, **who))
    database.remove()


def _build_company(session: Session, number: int) -> None:
    customer = build_customer(session)
    build_account(
        session, customer, user_name=f"company-{number}", password_hash=HASH, activated_at=customer.created_at
    )
    for kind in KINDS.values():
        request = build_request(session, kind, site=build_site(session, customer, is_in_service=kind.is_change))
        for record in request.records:
            _add_files(session, record, number)


def _add_files(session: Session, record: Record, number: int) -> None:
    if Purpose.STAMPED_FORM in type(record).__purposes__:
        # A file of one's own each: the same bytes would be one blob of both companies.
        content = scan_pdf(f"{number:02d}{record.id:06d}")
        upload = add_upload(session, record, Purpose.STAMPED_FORM, content, OPERATOR)
        upload.page_count = 1
        names = {
            "kind": DocumentKind.CHANGE_FORM,
            "fingerprint": "f" * 64,
            "edition": 1,
            "snapshot": {},
            "issued_by": "窓口",
        }
        session.add(Document(record_id=record.id, blob_id=upload.blob_id, **names))


def sign_in_as(app: Flask, user_name: str, device: str = "") -> FlaskClient:
    """A browser of somebody who is signed in already."""
    owners: type[Any] = Operator if user_name.startswith("desk-") else Account
    with transaction() as session:
        owner = session.scalars(select(owners).where(owners.user_name == user_name)).one()
        token = start_session(session, owner, "127.0.0.1", device)
    act_as(SYSTEM)
    database.remove()
    client = app.test_client()
    with client.session_transaction() as kept:
        kept.update({"_user_id": token, "_fresh": True})
    return client


def dump() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table as it is, but for what reading may touch."""
    database.remove()
    found = {}
    for table in _tables():
        columns = [column for column in table.columns if (table.name, column.name) not in TOUCHED]
        found[table.name] = sorted(map(tuple, database().execute(select(*columns))), key=repr)
    database.remove()
    return found


def _tables() -> Iterator[Table]:
    engine = database().get_bind()
    mapped = Base.metadata.tables
    for name in inspect(engine).get_table_names():
        yield mapped[name] if name in mapped else Table(name, MetaData(), autoload_with=engine)


def changes_of(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """What differs between two dumps, by table."""
    return {
        name: [row for row in before.get(name, []) + rows if row not in before.get(name, []) or row not in rows]
        for name, rows in after.items()
        if rows != before.get(name)
    }


def row_of(table_name: str, customer_id: int | None) -> int | None:
    """A row of the table: of that company where the table's foreign keys lead to one, else (None: always) just any."""
    table = Base.metadata.tables.get(table_name)
    if table is None:
        return None
    found = select(table.c.id).order_by(table.c.id.desc()).limit(1)
    path = _path_to_customer(table) if customer_id else None
    try:
        return database().scalar(_owned(found, path, customer_id) if path else found)
    finally:
        database.remove()


def is_owned(table_name: str) -> bool:
    """Whether rows of the table are somebody's."""
    table = Base.metadata.tables.get(table_name)
    return table is not None and _path_to_customer(table) is not None


def _owned(found: Select[Any], path: list[tuple[Any, Any]], customer_id: int | None) -> Select[Any]:
    *joins, (last, _) = path
    for column, target in joins:
        found = found.join(target.table, column == target)
    return found.where(last == customer_id)


def _path_to_customer(table: Table) -> list[tuple[Any, Any]] | None:
    paths: list[tuple[Table, list[tuple[Any, Any]]]] = [(table, [])]
    seen = {table.name}
    while paths:
        here, path = paths.pop(0)
        for column in here.columns:
            for key in column.foreign_keys:
                if key.column.table.name == "customer":
                    return [*path, (column, key.column)]
                if key.column.table.name not in seen:
                    seen.add(key.column.table.name)
                    paths.append((key.column.table, [*path, (column, key.column)]))
    return None
