"""The same applications in the peers' own tables, so that one run measures all of them: a row for each contract record.

    BENCH_DATA=… BENCH_DB=pg|sqlite BENCH_N=100000 .venv/bin/python bench/peers.py <folder of the peers' rig>

Reads portal_<N> (which bench/load.py filled) and writes apps_<N>, whose tables and indexes are the rig's (`sql/schema.sql`,
`sql/index_common.sql`); then run the rig's `mkfast.py` for the clone that its hand-written page asks.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from pathlib import Path

import psycopg

COUNT, KIND = int(os.environ["BENCH_N"]), os.environ["BENCH_DB"]
FOLDER, PORT = Path(os.environ["BENCH_DATA"]), os.environ.get("BENCH_PGPORT", "54329")
TYPES = "CASE r.request_id % 3 WHEN 0 THEN 'new_supply' WHEN 1 THEN 'relocation' ELSE 'meter' END"
STATUS = "CASE r.status WHEN 'accepted' THEN 'completed' ELSE r.status END"
CUSTOMERS = "SELECT id, name, 'desk@example.jp' FROM {0}customer"
APPLICATIONS = f"""
SELECT r.request_id - 999, {{1}}, s.customer_id, {TYPES}, {STATUS}, c.company_name, n.short_name, n.location_name, c.menu_code,
  c.plan_code, r.created_at, coalesce(r.due_on, {{2}}), r.updated_at, '', 1
FROM {{0}}record r JOIN {{0}}contract_record c ON c.id = r.id JOIN {{0}}request q ON q.id = r.request_id
  JOIN {{0}}site s ON s.id = q.site_id JOIN {{0}}record o ON o.request_id = q.id AND o.type = 'site_name'
  JOIN {{0}}site_name_record n ON n.id = o.id
WHERE r.request_id >= 1000 ORDER BY r.request_id
"""
EVENTS = """
SELECT row_number() OVER (ORDER BY e.id), e.request_id - 999, coalesce(e.from_status, ''), e.to_status, e.actor_role, e.at
FROM {0}event e JOIN {0}contract_record c ON c.id = e.record_id WHERE e.request_id >= 1000 ORDER BY e.id
"""
OPERATORS = (
    "CREATE TABLE bench_operators (id integer PRIMARY KEY, name varchar(60) NOT NULL)",
    "INSERT INTO bench_operators VALUES (1, 'admin')",
)


def on_postgresql(schema: str, indexes: str) -> None:
    """From one database to another, as COPY gives it."""
    server, name = f"host=127.0.0.1 port={PORT} user=bench dbname=", f"apps_{COUNT}"
    with psycopg.connect(server + "postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    number, day = "'A-' || lpad((r.request_id - 999)::text, 8, '0')", "r.created_at::date + 30"
    with psycopg.connect(f"{server}portal_{COUNT}") as source, psycopg.connect(server + name) as target:
        target.execute(schema)
        for table, question in (("customers", CUSTOMERS), ("applications", APPLICATIONS), ("status_events", EVENTS)):
            asked = question.format("", number, day)
            with (
                source.cursor().copy(f"COPY ({asked}) TO STDOUT") as given,
                target.cursor().copy(f"COPY {table} FROM STDIN") as taken,
            ):
                for piece in given:
                    taken.write(piece)
        for statement in (indexes, *OPERATORS):
            target.execute(statement)
        target.execute("CREATE SEQUENCE status_events_id_seq OWNED BY status_events.id")
        target.execute("SELECT setval('status_events_id_seq', (SELECT max(id) FROM status_events))")
        target.execute("ALTER TABLE status_events ALTER id SET DEFAULT nextval('status_events_id_seq')")
        target.commit()
        target.autocommit = True
        target.execute("VACUUM ANALYZE")


def on_sqlite(schema: str, indexes: str) -> None:
    """From one file to another."""
    path = FOLDER / f"apps_{COUNT}.sqlite3"
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; {schema}")
    connection.execute("ATTACH ? AS portal", (str(FOLDER / f"portal_{COUNT}.sqlite"),))
    connection.execute("BEGIN")
    number, day = "printf('A-%08d', r.request_id - 999)", "date(r.created_at, '+30 days')"
    for table, question in (("customers", CUSTOMERS), ("applications", APPLICATIONS), ("status_events", EVENTS)):
        connection.execute(f"INSERT INTO {table} {question.format('portal.', number, day)}")
    connection.execute("COMMIT")
    connection.executescript(f"{indexes}; {'; '.join(OPERATORS)}; ANALYZE")
    connection.close()


if __name__ == "__main__":
    sql = Path(sys.argv[1]) / "sql"
    (on_postgresql if KIND == "pg" else on_sqlite)(
        (sql / "schema.sql").read_text(), (sql / "index_common.sql").read_text()
    )
