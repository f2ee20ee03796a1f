"""Fills an empty database with so many applications, set by set: each is a copy of one that the portal's own rules made.

    DATABASE_URL=postgresql+psycopg://… .venv/bin/python bench/load.py 100000

An application brings its site, its request, six or seven records with all their fields, two events each, fees and what a search
finds them by: 100,000 are about 650,000 records and 1,300,000 events. One of 200 waits for the desk, five of 200 for the
customer, the others are finished; twenty of them share a company, which has one login, so that moves write mails. The same
number gives the same rows again.

Indexes are made after the rows. On PostgreSQL the role has to be a superuser: references are not checked again for rows that are
copies of good ones.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DEMO", "1")
os.environ.setdefault("SECRET_KEY", "bench-only-" + "0" * 40)

import finding
import sqlalchemy as sa
from copying import FIRST, Copier, add_rows, is_postgresql, rows, say

import models.mapping  # noqa: F401 (maps every table)
from models.base.clock import JAPAN
from models.base.db import Base, connect, database, transaction
from models.base.workflow import Status, Workflow
from models.kinds.new_installation import KIND
from models.seeds.masters import load_masters
from models.seeds.samples import TOYOSU, Persona
from models.seeds.service import put_in_service
from models.seeds.texts import load_texts
from models.services.migrating import migrate
from models.tables.account import Account
from models.tables.customer import Customer
from models.tables.master import LinePlan
from models.tables.operator import Operator
from models.tables.record import Record
from models.tables.search import SEARCH_ENTRY

TYPES = finding.TYPES
NARROW = ["customer", "account", "site", "request", "record", "event", "site_version", "name_claim", "fee_item"]
COPIED = [*NARROW, *(kind.__tablename__ for kind in Record.__subclasses__())]
SPAN = 6 * 365 * 86_400  # seconds in which all were made, up to 1 October 2026
Job = Callable[[sa.Connection], None]


def add_templates() -> None:
    """A finished application of each menu, as the portal itself writes it."""
    with transaction() as session:
        load_masters(session)
        load_texts(session)
        session.add(Operator(user_name="bench", name="計測", mail="bench@example.jp", role="administrator"))
        plans: dict[str, LinePlan] = {plan.menu_code: plan for plan in session.scalars(sa.select(LinePlan))}
        for menu, plan in plans.items():
            customer = Customer(name=finding.COMPANY)
            session.add(customer)
            session.flush()
            login = {"user_name": finding.login_of(menu), "person_name": "計測", "mail": finding.MAIL}
            session.add(Account(customer_id=customer.id, **login))
            names = {"short_name": finding.SHORT, "location_name": finding.location_of(menu)}
            persona = Persona({**TOYOSU.texts, **names, "company_name": finding.CONTRACTOR})
            put_in_service(session, customer, persona, plan, datetime(2026, 6, 1, 10, tzinfo=JAPAN))
    database.remove()


def status_sql(column: str) -> str:
    """The status, or the side, of a copy by its record's type and how far the application is."""
    cases = []
    for include in KIND.includes:
        flow, code = include.workflow, include.record.type_code()
        for phase, status in ((1, at_desk(flow)), (2, at_customer(flow))):
            value = flow.side(status).value if column == "side" else status.value
            cases.append(f"WHEN n.phase = {phase} AND t.type = '{code}' THEN '{value}'")
    return f"CASE {' '.join(cases)} ELSE t.{column} END"


def at_desk(flow: Workflow) -> Status:
    """Where a record waits for the desk."""
    return Status.REVIEWING if Status.REVIEWING in flow.statuses else Status.SUBMITTED


def at_customer(flow: Workflow) -> Status:
    """Where a record waits for the customer."""
    return next(status for status in (Status.RETURNED, Status.DRAFT, Status.WITHDRAWN) if status in flow.statuses)


def made_at(count: int) -> str:
    """The second at which a copy was made."""
    return f"n.i * {SPAN}.0 / {count}"


def changed_at(count: int) -> str:
    """The second of its last change."""
    return f"{made_at(count)} + (n.i % 100000 * 7919 % 7776000)"


def record_id(column: str) -> str:
    """The number of a record's copy, by its type."""
    order = " ".join(f"WHEN '{code}' THEN {place}" for place, code in enumerate(TYPES))
    return f"{FIRST} + n.i * 8 + CASE {column} {order} END"


ITS_RECORDS = "JOIN bench_record r ON r.request_id = b.request_id"
NUMBER = f"{FIRST} + n.i"


def copy_requests(copier: Copier, count: int) -> None:
    """Companies, sites, requests and what hangs on these."""
    moments, opened_on = {"created_at": copier.moment(made_at(count))}, copier.day(made_at(count))
    company = f"{FIRST} + n.company"
    named = {"id": company, "name": "n.company_name", "corporate_number": "NULL", **moments}
    owner = "JOIN bench_site r ON r.id = b.site_id JOIN bench_customer t ON t.id = r.customer_id"
    copier.copy("customer", named, f"{owner} JOIN bench_first f ON f.i = n.i")
    login = {"user_name": "'bench-' || n.company", "mail": "'bench-' || n.company || '@example.jp'", **moments}
    accounts = "JOIN bench_site r ON r.id = b.site_id JOIN bench_account t ON t.customer_id = r.customer_id"
    first = f"{accounts} JOIN bench_first f ON f.i = n.i"
    copier.copy("account", {**login, "id": company, "customer_id": company}, first)
    in_service_on = f"CASE WHEN n.phase = 0 THEN {opened_on} END"
    site = {"id": NUMBER, "customer_id": company, "in_service_on": in_service_on}
    copier.copy("site", {**site, **moments}, "JOIN bench_site t ON t.id = b.site_id")
    state = "CASE n.phase WHEN 0 THEN 'finished' WHEN 1 THEN 'checking' ELSE 'unsubmitted' END"
    request = {"id": NUMBER, "site_id": NUMBER, "state": state, "opened_on": opened_on}
    closed = {"closed_at": f"CASE WHEN n.phase = 0 THEN {copier.moment(changed_at(count))} END"}
    copier.copy("request", {**request, **closed, **moments}, "JOIN bench_request t ON t.id = b.request_id")
    claim = {"name": "n.short_name || '(' || n.location || ')'", "site_id": NUMBER, "request_id": "NULL"}
    copier.copy("name_claim", claim, "JOIN bench_name_claim t ON t.site_id = b.site_id", leave=("id",))
    fees = "JOIN bench_fee_item t ON t.request_id = b.request_id"
    copier.copy("fee_item", {"request_id": NUMBER}, fees, leave=("id",))


def copy_records(copier: Copier, count: int) -> None:
    """The records, and which of them count at their sites."""
    moments, opened_on = {"created_at": copier.moment(made_at(count))}, copier.day(made_at(count))
    late = f"{made_at(count)} + 2592000"
    record = {
        "id": record_id("t.type"),
        "request_id": NUMBER,
        "status": status_sql("status"),
        "side": status_sql("side"),
        # What the desk has is overdue; what customers owe is not, or the worker would write reminders while it is measured.
        "due_on": f"CASE n.phase WHEN 1 THEN {copier.day(late)} WHEN 2 THEN {copier.day(late + f' + {2 * SPAN}')} END",
        "updated_at": copier.moment(changed_at(count)),
        "status_changed_at": copier.moment(changed_at(count)),
    }
    copier.copy("record", {**record, **moments}, "JOIN bench_record t ON t.request_id = b.request_id")
    names = {
        "site_name": {"short_name": "n.short_name", "location_name": "n.location"},
        "contract": {"company_name": "n.name", "contact_company_name": "n.name"},
    }
    for code in TYPES:
        joined = f"{ITS_RECORDS} JOIN bench_{code}_record t ON t.id = r.id"
        copier.copy(f"{code}_record", {"id": record_id("r.type"), **names.get(code, {})}, joined)
    version = {"site_id": NUMBER, "record_id": record_id("r.type"), "effective_on": opened_on, **moments}
    joined = f"{ITS_RECORDS} JOIN bench_site_version t ON t.record_id = r.id"
    copier.copy("site_version", version, joined, "n.phase = 0", ("id",))


def copy_events(copier: Copier, count: int) -> None:
    """How each record was opened, and how it came to its end."""
    number = record_id("r.type")
    told = {"record_id": number, "row_id": number, "request_id": NUMBER}
    joined = f"{ITS_RECORDS} JOIN bench_event t ON t.record_id = r.id"
    opened = {**told, "at": copier.moment(made_at(count))}
    copier.copy("event", opened, joined, "t.action = 'opened'", ("id",))
    who = {"actor_role": "'operator'", "actor_id": "1", "actor_name": "'計測'"}
    moved = {"action": "'moved'", "from_status": "'submitted'", "at": copier.moment(changed_at(count)), **who, **told}
    copier.copy("event", moved, joined, "t.action = 'opened' AND n.phase = 0", ("id",))


# --- beside each other on PostgreSQL, one after the other on SQLite


@contextmanager
def unchecked(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection for writing whatever is known to be good."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if is_postgresql(connection):
            for name in ("statement_timeout = 0", "lock_timeout = 0", "session_replication_role = replica"):
                connection.execute(sa.text(f"SET LOCAL {name}"))
            connection.execute(sa.text("SET LOCAL maintenance_work_mem = '1GB'"))
        yield connection


def run(engine: sa.Engine, jobs: Sequence[Job]) -> None:
    """All of the jobs, each in a transaction of its own."""

    def act(job: Job) -> None:
        with unchecked(engine) as connection:
            job(connection)

    workers = 2 if engine.dialect.name == "postgresql" else 1
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(act, jobs))


def indexes_of(engine: sa.Engine) -> list[sa.Index]:
    """Every index of the copied tables that is there, the greatest first; what must be unique stays so."""
    there = {index["name"] for table in [*COPIED, "search_entry"] for index in sa.inspect(engine).get_indexes(table)}
    tables = [SEARCH_ENTRY, *(Base.metadata.tables[table] for table in ("event", "record", *COPIED))]
    found = dict.fromkeys(index for table in tables for index in sorted(table.indexes, key=str))
    return [index for index in found if index.name in there and not index.unique]


def build(index: sa.Index) -> Job:
    """The making of an index."""

    def job(connection: sa.Connection) -> None:
        started = time.perf_counter()
        index.create(connection)
        say(f"{index.name}", started)

    return job


def add_entries(engine: sa.Engine, count: int, found: list[list[finding.Lines]]) -> None:
    """What searches find the copies by."""
    started, url = time.perf_counter(), engine.url.render_as_string(hide_password=False)
    if engine.dialect.name == "postgresql":
        with multiprocessing.get_context("spawn").Pool(2) as pool:
            parts = [(url, count, 0, count // 2, found), (url, count, count // 2, count, found)]
            pool.starmap(finding.fill, parts)
    else:
        with unchecked(engine) as connection:
            triggers = connection.execute(
                sa.text("SELECT name, sql FROM sqlite_master WHERE name = 'search_entry_added'")
            )
            [(name, sql)] = triggers.all()
            connection.execute(sa.text(f"DROP TRIGGER {name}"))  # made at the end, the index is made faster
            words = finding.Words(is_set=False)
            finding.add(connection, finding.of_part(count, 0, count, found, words))
            connection.exec_driver_sql("INSERT INTO search_gram(search_gram) VALUES ('rebuild')")
            connection.exec_driver_sql(sql)
    say("what searches find", started)


def tidy(engine: sa.Engine) -> None:
    """The bench's own tables go; numbers go on after the copies; the database counts what it has."""
    with unchecked(engine) as connection:
        for table in ("bench_row", "bench_template", "bench_first", *(f"bench_{table}" for table in COPIED)):
            connection.execute(sa.text(f"DROP TABLE {table}"))
        for table in ("customer", "account", "site", "request", "record") if is_postgresql(connection) else ():
            connection.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"))
    started = time.perf_counter()
    statement = "VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if is_postgresql(connection):
            connection.exec_driver_sql("SET statement_timeout = 0")
        connection.exec_driver_sql(statement)
    say(statement, started)


def main(count: int) -> None:
    """Fills the database of DATABASE_URL."""
    started = time.perf_counter()
    engine = connect(os.environ["DATABASE_URL"])
    if engine.dialect.name == "sqlite":
        for pragma in ("synchronous = OFF", "foreign_keys = OFF", "cache_size = -1000000"):
            sa.event.listen(engine, "connect", lambda raw, _, pragma=pragma: raw.execute(f"PRAGMA {pragma}"))
    migrate(engine)
    add_templates()
    with unchecked(engine) as connection:
        add_rows(connection, rows(count))
        for table in COPIED:
            connection.execute(sa.text(f"CREATE TABLE bench_{table} AS SELECT * FROM {table}"))
        found = finding.templates(connection)
    indexes = indexes_of(engine)
    with unchecked(engine) as connection:
        for index in indexes:
            index.drop(connection)
    run(
        engine,
        [
            lambda it: copy_events(Copier(it), count),
            lambda it: copy_records(Copier(it), count),
            lambda it: copy_requests(Copier(it), count),
        ],
    )
    add_entries(engine, count, found)
    run(engine, [build(index) for index in indexes])
    tidy(engine)
    say(f"{count:,} applications", started)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
