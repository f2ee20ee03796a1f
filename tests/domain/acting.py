"""The portal beside the book of its rules: how both begin, how somebody acts, and whether they say the same afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.actor import SYSTEM, Actor, Role
from models.base.clock import now, today
from models.base.db import database, transaction
from models.base.errors import Invalid, NotFound, Refused
from models.base.kind import KINDS
from models.base.workflow import Status
from models.records.contract import ContractRecord
from models.services.audit import act_as
from models.services.opening import open_request
from models.services.queries import own_record, own_request
from models.services.transition import correct_status
from models.tables.master import LinePlan
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site
from tests.build import build_account, build_customer
from tests.domain import by_the_book as book
from tests.domain.book_rows import BookRecord, BookRequest, BookSite
from tests.domain.comparing import Compared, compare, compare_searches
from tests.domain.emptying import empty

DESK = {
    "operator": Actor(Role.OPERATOR, 1, "窓口 花子"),
    "administrator": Actor(Role.ADMINISTRATOR, 2, "管理 太郎"),
    "viewer": Actor(Role.VIEWER, 3, "閲覧 次郎"),
}
START = datetime(2026, 11, 24, 3, tzinfo=UTC)
CHANGES = sorted(set(book.BRINGS) - {"new_installation"})
PLANS = ("basic_ether_100m", "light_best_effort", "light_minimum", "light_mobile")
# Which moves of the specification were made, over all stories: whoever wants to know asks after a run.
MADE: Counter[tuple[str, str, str, str]] = Counter()


class Acting(RuleBasedStateMachine):
    """What every step stands on."""

    @initialize(plan=st.sampled_from(PLANS), kinds=st.tuples(st.sampled_from(CHANGES), st.sampled_from(CHANGES)))
    def begin(self, plan: str, kinds: tuple[str, str]) -> None:
        """Two companies, each with a site in service, a change of it begun, and a site whose new installation is under way.

        The first company's line was ordered here and its order accepted; the second's came before the portal did.
        """
        self.clock = time_machine.travel(START, tick=False)
        self.now = self.clock.start()
        self.sites: list[BookSite] = []
        self.requests: list[BookRequest] = []
        self.seen: dict[int, datetime] = {}
        self.compared = Compared()
        with self.act(SYSTEM) as session:
            empty(session)
            for _ in range(2):
                customer = build_customer(session)
                build_account(session, customer)
                self.seen[customer.id] = now()
                for in_service in (True, False):
                    self._begin_site(session, customer.id, plan, in_service)
        self._put_in_service(self.requests[0])
        for site, kind in zip(self.sites[::2], kinds, strict=True):
            ticks = dict.fromkeys(("changes_billing", "changes_asp", "changes_fault_contact"), True)
            self.open(site, kind, "owner", one_time_payee="new", **ticks)

    def _begin_site(self, session: Session, customer: int, plan_code: str, in_service: bool) -> None:
        plan = session.scalars(select(LinePlan).where(LinePlan.code == plan_code)).one()
        is_older = in_service and bool(self.requests)
        site = Site(customer_id=customer, line_plan=plan, in_service_on=today() if is_older else None)
        session.add(site)
        session.flush()
        self.sites.append(BookSite(site.id, customer, is_older, plan_code))
        if not is_older:
            values: Any = {"menu_code": plan.menu_code, "plan_code": plan_code, "rules_accepted": True}
            made = open_request(session, site, KINDS["new_installation"], {}, SYSTEM, {ContractRecord: values})
            self.note_opening(made, self.sites[-1], {})

    def _put_in_service(self, request: BookRequest) -> None:
        """Its records are filled in and, by an administrator's word, accepted."""
        boss = DESK["administrator"]
        for record in request.records:
            self.fill(record, "operator", 0, "有明", None)
            with self.act(boss) as session:
                correct_status(session, session.get_one(Record, record.id), Status.ACCEPTED, boss, "移行")
            book.moved(record, "accepted", False, today(), now(), "移行")
            record.before = None

    def open(self, site: BookSite, kind: str, who: str, **answers: Any) -> None:
        """Somebody opens a change."""
        raise NotImplementedError

    def fill(self, record: BookRecord, who: str, sample: int, location: str, days: int | None) -> None:
        """Somebody fills in a record."""
        raise NotImplementedError

    def teardown(self) -> None:
        """What the story left can be found; the clock goes on as it was."""
        act_as(SYSTEM)
        database.remove()
        try:
            compare_searches(database())
        finally:
            database.remove()
            if hasattr(self, "clock"):
                self.clock.stop()

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
        except (Refused, Invalid, NotFound):
            return False
        finally:
            act_as(SYSTEM)
            database.remove()
        self.compared.is_stale = True
        return True

    def actor_of(self, who: str, site: BookSite) -> Actor:
        """Somebody of the desk, the site's owner, or a stranger: the other company."""
        others = [one.customer for one in self.sites if one.customer != site.customer]
        company = others[0] if who == "stranger" else site.customer
        return DESK.get(who) or Actor(Role.CUSTOMER, company, "豊洲 太郎", company)

    def row_of(self, session: Session, record: BookRecord, actor: Actor) -> Record:
        """The record as the actor finds it: a customer among its own; raises NotFound."""
        if actor.is_customer:
            return own_record(session, actor, record.id, lock=True)
        return session.get_one(Record, record.id)

    def request_of(self, session: Session, request: BookRequest, actor: Actor) -> Request:
        """The request as the actor finds it; raises NotFound."""
        return own_request(session, actor, request.id) if actor.is_customer else session.get_one(Request, request.id)

    def note_opening(self, made: Request, site: BookSite, options: dict[str, Any]) -> BookRequest:
        """Writes an opened request into the book, if its records are those that the book says."""
        letters = book.records_of(made.kind_code, options, site.plan)
        assert {record.type for record in made.records} == set(letters), made.kind_code
        noted = BookRequest(made.id, made.kind_code, site, bool(options.get("changes_asp")))
        self.requests.append(noted)
        for record in made.records:
            self.note_record(noted, record.id, record.type, letters[record.type])
        return noted

    def note_record(self, noted: BookRequest, record_id: int, type_code: str, letter: str) -> BookRecord:
        """Writes a record into the book: at its first status, with what counts at its site."""
        record = BookRecord(record_id, type_code, letter, noted, book.FIRST.get(letter, "draft"))
        noted.records.append(record)
        begins_empty = not noted.is_change or noted.kind == "site_rename"
        for name in () if begins_empty else record.kept:
            record.values[name] = noted.site.value(type_code, name, today())
        if letter == "C-new":
            noted.site.ordered = record
        return record

    def records(self) -> list[BookRecord]:
        """Every record."""
        return [record for request in self.requests for record in request.records]

    def is_so(self, record_id: int, check: Callable[[Session, Record], bool]) -> bool:
        """What the forms say of a record's fields: their rules have tests of their own."""
        database.remove()
        return check(database(), database().get_one(Record, record_id))

    @invariant()
    def both_say_the_same(self) -> None:
        """Statuses, comments, states, locks, current values, papers, mails and accounts are those of the book."""
        if hasattr(self, "requests"):
            database.remove()
            compare(database(), self)
