"""Fills an empty database with so many applications, set by set: each is a copy of one that the portal's own rules made.

    DATABASE_URL=postgresql+psycopg://… .venv/bin/python bench/load.py 100000

An application brings its site, its request, six or seven records with all their fields, two events each, fees and what a search
finds them by: 100,000 are about 650,000 records and 1,300,000 events. One of 200 waits for the desk, five of 200 for the
customer, the others are finished; twenty of them share a company. The same number gives the same rows again.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import datetime
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DEMO", "1")
os.environ.setdefault("SECRET_KEY", "bench-only-" + "0" * 40)

import sqlalchemy as sa
from copying import ROW, Copier, rows, say

import models.mapping  # noqa: F401 (maps every table)
from models.base.clock import JAPAN
from models.base.db import connect, database, transaction
from models.base.workflow import Status, Workflow
from models.kinds.new_installation import KIND
from models.seeds.masters import load_masters
from models.seeds.samples import TOYOSU, Persona
from models.seeds.service import put_in_service
from models.seeds.texts import load_texts
from models.services import search_index
from models.services.migrating import migrate
from models.tables.customer import Customer
from models.tables.master import LinePlan
from models.tables.operator import Operator
from models.tables.record import Record

FIRST = 1_000  # the number of the first copy; below it stand the ones that are copied
TYPES = [kind.type_code() for kind in sorted(Record.__subclasses__(), key=lambda kind: kind.__tablename__)]
SPAN = 6 * 365 * 86_400  # seconds in which all were made, up to 1 October 2026


def add_templates() -> None:
    """A finished application of each menu, as the portal itself writes it."""
    with transaction() as session:
        load_masters(session)
        load_texts(session)
        session.add(Operator(user_name="bench", name="計測", mail="bench@example.jp", role="administrator"))
        plans: dict[str, LinePlan] = {plan.menu_code: plan for plan in session.scalars(sa.select(LinePlan))}
        for menu, plan in plans.items():
            customer = Customer(name="株式会社ひながた")
            session.add(customer)
            session.flush()
            persona = Persona({**TOYOSU.texts, "short_name": "hinagata", "location_name": menu[:12]})
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


def copy_all(copier: Copier) -> None:
    """The tables of an application, in the order of their references."""
    made_at, changed_at = (
        f"n.i * {SPAN}.0 / {copier.count}",
        f"n.i * {SPAN}.0 / {copier.count} + (n.i * 7919 % 7776000)",
    )
    if not copier.is_postgresql:
        made_at, changed_at = f"CAST({made_at} AS integer)", f"CAST({changed_at} AS integer)"
    moments = {"created_at": copier.moment(made_at)}
    ids = {"site_id": f"{FIRST} + n.i", "request_id": f"{FIRST} + n.i"}
    order = " ".join(f"WHEN '{code}' THEN {place}" for place, code in enumerate(TYPES))
    record_id = f"{FIRST} + n.i * 8 + CASE r.type {order} END"
    its_records = "JOIN bench_record r ON r.request_id = b.request_id"
    opened_on = copier.day(made_at)

    first = "n.i IN (SELECT min(i) FROM bench_row GROUP BY company)"
    named = {"id": f"{FIRST} + n.company", "name": "'株式会社' || n.name", "corporate_number": "NULL", **moments}
    copier.copy(
        "customer", named, "JOIN bench_site r ON r.id = b.site_id JOIN bench_customer t ON t.id = r.customer_id", first
    )
    site = {
        "id": ids["site_id"],
        "customer_id": f"{FIRST} + n.company",
        "in_service_on": f"CASE WHEN n.phase = 0 THEN {opened_on} END",
    }
    copier.copy("site", {**site, **moments}, "JOIN bench_site t ON t.id = b.site_id")
    state = "CASE n.phase WHEN 0 THEN 'finished' WHEN 1 THEN 'checking' ELSE 'unsubmitted' END"
    request = {"id": ids["request_id"], "site_id": ids["site_id"], "state": state, "opened_on": opened_on}
    closed = {"closed_at": f"CASE WHEN n.phase = 0 THEN {copier.moment(changed_at)} END"}
    copier.copy("request", {**request, **closed, **moments}, "JOIN bench_request t ON t.id = b.request_id")
    record = {
        "id": record_id.replace("r.type", "t.type"),
        "request_id": ids["request_id"],
        "status": status_sql("status"),
        "side": status_sql("side"),
        "due_on": f"CASE WHEN n.phase > 0 THEN {copier.day(made_at + ' + 2592000')} END",
        "updated_at": copier.moment(changed_at),
        "status_changed_at": copier.moment(changed_at),
    }
    copier.copy("record", {**record, **moments}, "JOIN bench_record t ON t.request_id = b.request_id")
    names = {
        "site_name": {"short_name": "n.short_name", "location_name": "n.location"},
        "contract": {"company_name": "n.name"},
    }
    for code in TYPES:
        joined = f"{its_records} JOIN bench_{code}_record t ON t.id = r.id"
        copier.copy(f"{code}_record", {"id": record_id, **names.get(code, {})}, joined)
    joined = its_records + " JOIN bench_{} t ON t.record_id = r.id"
    told = {"record_id": record_id, "row_id": record_id, "request_id": ids["request_id"]}
    copier.copy("event", {**told, "at": copier.moment(made_at)}, joined.format("event"), "t.action = 'opened'", ("id",))
    moved = {
        "action": "'moved'",
        "actor_role": "'operator'",
        "actor_id": "1",
        "actor_name": "'計測'",
        "at": copier.moment(changed_at),
    }
    copier.copy(
        "event",
        {**told, **moved, "from_status": "'submitted'"},
        joined.format("event"),
        "t.action = 'opened' AND n.phase = 0",
        ("id",),
    )
    version = {"site_id": ids["site_id"], "record_id": record_id, "effective_on": opened_on}
    copier.copy("site_version", {**version, **moments}, joined.format("site_version"), "n.phase = 0", ("id",))
    claim = {"name": "n.short_name || '(' || n.location || ')'", "site_id": ids["site_id"], "request_id": "NULL"}
    copier.copy("name_claim", claim, "JOIN bench_name_claim t ON t.site_id = b.site_id", leave=("id",))
    copier.copy(
        "fee_item",
        {"request_id": ids["request_id"]},
        "JOIN bench_fee_item t ON t.request_id = b.request_id",
        leave=("id",),
    )


def analyse(engine: sa.Engine, statement: str) -> None:
    """Lets the database count what it has."""
    moment = time.perf_counter()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET statement_timeout = 0")
        connection.exec_driver_sql(statement)
    say(statement, moment)


def main(count: int) -> None:
    """Fills the database of DATABASE_URL."""
    started = time.perf_counter()
    engine = connect(os.environ["DATABASE_URL"])
    migrate(engine)
    add_templates()
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
        ROW.create(connection)
        every = rows(count)
        while part := list(islice(every, 10_000)):
            connection.execute(sa.insert(ROW), part)
        copy_all(Copier(connection, count))
        if connection.dialect.name == "postgresql":
            for table in ("customer", "site", "request", "record"):
                connection.execute(
                    sa.text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
                )
    analyse(engine, "ANALYZE")  # the index of searches is filled by questions that need to know what there is
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        moment = time.perf_counter()
        connection.execute(sa.delete(search_index.SEARCH_ENTRY))  # at once is faster than what the templates brought
        say(f"search: {search_index.fill(connection):,} rows", moment)
    analyse(engine, "VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE")
    say(f"{count:,} applications", started)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
