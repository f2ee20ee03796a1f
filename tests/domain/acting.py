"""The portal beside the book of its rules: how both begin, how somebody acts, and whether they say the same afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant
from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from models.base.actor import SYSTEM, Actor, Role
from models.base.clock import today
from models.base.db import Base, database, transaction
from models.base.errors import Invalid, Refused
from models.base.kind import KINDS
from models.records.contract import ContractRecord
from models.services.audit import act_as
from models.services.checking import facts_of
from models.services.doctor import examine
from models.services.opening import open_request
from models.services.queries import current_record
from models.tables.mail import Mail, MailKey
from models.tables.master import LinePlan
from models.tables.record import Record
from models.tables.request import Request
from models.tables.search import SEARCH_ENTRY
from models.tables.site import Site
from tests.build import build_account, build_customer
from tests.domain import by_the_book as book
from tests.filling import fill
from tests.world import is_owned

DESK = {
    "operator": Actor(Role.OPERATOR, 1, "窓口 花子"),
    "administrator": Actor(Role.ADMINISTRATOR, 2, "管理 太郎"),
    "viewer": Actor(Role.VIEWER, 3, "閲覧 次郎"),
}
START = datetime(2026, 11, 24, 3, tzinfo=UTC)
TO_DESK = {MailKey.DESK_SUBMISSION, MailKey.DESK_WITHDRAWAL}
TO_CUSTOMER = {MailKey.STATUS_CHANGED, MailKey.SHEET_READY}


class Acting(RuleBasedStateMachine):
    """What every step stands on."""

    @initialize(menu=st.sampled_from(["basic_ether_100m", "light_minimum"]))
    def begin(self, menu: str) -> None:
        """Two companies, each with a site in service, a change of it begun, and a site whose new installation is under way."""
        self.clock = time_machine.travel(START, tick=False)
        self.now = self.clock.start()
        self.sites: list[book.BookSite] = []
        self.requests: list[book.BookRequest] = []
        with self.act(SYSTEM) as session:
            _empty(session)
            plan = session.scalars(select(LinePlan).where(LinePlan.code == menu)).one()
            for _ in range(2):
                customer = build_customer(session)
                build_account(session, customer)
                for in_service in (True, False):
                    site = Site(customer=customer, line_plan=plan, in_service_on=today() if in_service else None)
                    session.add(site)
                    session.flush()
                    self.sites.append(book.BookSite(site.id, customer.id, in_service))
                    kind = "fault_contact_change" if in_service else "new_installation"
                    ordered: Any = {ContractRecord: {"menu_code": plan.menu_code, "plan_code": plan.code}}
                    made = open_request(session, site, KINDS[kind], {}, SYSTEM, {} if in_service else ordered)
                    self.note_opening(made, self.sites[-1], book.records_of(kind, {}, menu == "light_minimum"))

    def teardown(self) -> None:
        """The clock goes on as it was."""
        if hasattr(self, "clock"):
            self.clock.stop()
        act_as(SYSTEM)
        database.remove()

    @contextmanager
    def act(self, actor: Actor) -> Iterator[Session]:
        """One act of somebody, a second after the last one."""
        self.now.shift(timedelta(seconds=1))
        database.remove()
        act_as(actor)
        with transaction() as session:
            yield session

    def does(self, act: Callable[[], None]) -> bool:
        """Whether the act was taken; a refused one has to leave nothing, which the comparison sees."""
        try:
            act()
        except (Refused, Invalid):
            return False
        finally:
            act_as(SYSTEM)
            database.remove()
        return True

    def actor_of(self, who: str, site: book.BookSite) -> Actor:
        """Somebody of the desk, or the site's owner."""
        return DESK.get(who) or Actor(Role.CUSTOMER, site.customer, "豊洲 太郎", site.customer)

    def note_opening(self, made: Request, site: book.BookSite, letters: dict[str, str]) -> None:
        """Writes an opened request into the book, if its records are those that the book says."""
        assert {record.type for record in made.records} == set(letters), made.kind_code
        noted = book.BookRequest(made.id, made.kind_code, site)
        for record in made.records:
            letter = letters[record.type]
            noted.records.append(
                book.BookRecord(record.id, record.type, letter, noted, book.FIRST.get(letter, "draft"))
            )
        self.requests.append(noted)

    def records(self) -> list[book.BookRecord]:
        """Every record."""
        return [record for request in self.requests for record in request.records]

    def is_complete(self, record_id: int, check: Callable[[Session, Record], bool]) -> bool:
        """What the forms say of a record's fields: their rules have tests of their own."""
        database.remove()
        return check(database(), database().get_one(Record, record_id))

    @invariant()
    def both_say_the_same(self) -> None:
        """Statuses, states, locks, current values and mails are those of the book."""
        if not hasattr(self, "requests"):
            return
        database.remove()
        session = database()
        table = Record.__table__.c
        stored = {row.id: row.status for row in session.execute(select(table.id, table.status))}
        assert stored == {record.id: record.status for record in self.records()}
        states = {row.id: row.state for row in session.execute(select(Request.id, Request.state))}
        assert states == {request.id: request.state for request in self.requests}
        for site in self.sites:
            row = session.get_one(Site, site.id)
            assert (row.open_rename_id, row.is_in_service) == (site.open_rename, site.in_service)
            for type_code in {record.type for record in self.records()}:
                current = current_record(session, row, type_code)
                assert (current.id if current else None) == site.current(type_code, today()), type_code
        self._compare_mails(session)

    def _compare_mails(self, session: Session) -> None:
        counts: dict[tuple[int, bool], int] = {}
        found = select(Mail.record_id, Mail.key, func.count()).where(Mail.record_id.is_not(None))
        for record_id, key, count in session.execute(found.group_by(Mail.record_id, Mail.key)):
            assert key in TO_DESK | TO_CUSTOMER
            owner = (record_id or 0, key in TO_DESK)
            counts[owner] = counts.get(owner, 0) + count
        for record in self.records():
            told = (counts.get((record.id, True), 0), counts.get((record.id, False), 0))
            assert told == (record.told_desk, record.told_customer), record.type

    @invariant()
    def the_doctor_finds_nothing(self) -> None:
        """What must be true after every act."""
        if hasattr(self, "requests"):
            database.remove()
            wrong = [str(finding) for finding in examine(database()) if finding.wrong]
            assert wrong == [], wrong


def _empty(session: Session) -> None:
    names = [name for name in Base.metadata.tables if is_owned(name) or name == "customer"]
    # Deleted in SQL, rows leave behind what searches find them by.
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    gone = [
        *names,
        "blob",
        "event",
        "mail",
        *(["reference_document"] if is_postgresql else []),
    ]  # CASCADE: with its bytes
    session.execute(delete(SEARCH_ENTRY).where(SEARCH_ENTRY.c.table_name.in_(gone)))
    if is_postgresql:
        session.execute(text(f"TRUNCATE {', '.join([*names, 'blob', 'event', 'mail'])} CASCADE"))
        return
    session.execute(text("PRAGMA defer_foreign_keys=ON"))
    for name in [*names, "blob", "event", "mail"]:
        session.execute(text(f"DELETE FROM {name}"))


def values_of(record_id: int) -> dict[str, Any]:
    """The record's fields as they are stored."""
    database.remove()
    return database().get_one(Record, record_id).values()


def typed_into(record_id: int, sample: int, name: tuple[str, str], days: int | None) -> dict[str, Any]:
    """What somebody types into every field of the record that a customer may type into; the others stay as they are."""
    database.remove()
    session = database()
    with session.no_autoflush:
        record = session.get_one(Record, record_id)
        stored = record.values()
        fill(session, record, sample)
        specs = record.specs_for(facts_of(session, record))
        own_names = {field for field, spec in specs.items() if spec.is_editable and not spec.is_fixed}
        typed = {field: getattr(record, field) if field in own_names else stored[field] for field in specs}
    own = {
        "short_name": name[0],
        "location_name": name[1],
        "day_given": "yes" if days else "no",
        "changes_on": today() + timedelta(days=days) if days else None,
        "wanted_on": today() + timedelta(days=90),
    }
    database.remove()
    return {field: own.get(field, value) for field, value in typed.items()}
