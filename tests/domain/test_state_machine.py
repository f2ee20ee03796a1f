"""Two companies, a desk and the clock do as they please; the portal stays what the specification says (SPEC §3 to §5, §8 to §11)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine

from models.base.clock import now
from models.base.db import database, transaction
from models.base.settings import settings as portal_settings
from models.seeds.masters import load_masters
from models.seeds.texts import load_texts
from models.tables.account import Account
from tests.domain import by_the_book as book
from tests.domain.acting import CHANGES, DESK, MADE, PLANS
from tests.domain.book_rows import BookRecord
from tests.domain.doing import Doing

NAMES = ("豊洲", "晴海", "月島")
EVERYBODY = ["owner", "owner", "stranger", *DESK]
# Where a story goes on to, where it can.
FORWARD = ("awaiting_stamp", "shipped", "accepted", "received", "reviewing", "submitted", "draft")
COMMENTS = st.sampled_from(["", "ご確認ください"])


class Portal(Doing):
    """Each step does something to the portal and to the book; then both must say the same."""

    def _pick(self, data: st.DataObject) -> BookRecord:
        return data.draw(st.sampled_from(data.draw(st.sampled_from(self.requests)).records))

    @rule(
        data=st.data(),
        kind=st.sampled_from(CHANGES),
        ticked=st.booleans(),
        with_contact=st.booleans(),
        payee=st.sampled_from(["new", "current"]),
        who=st.sampled_from(["owner", "owner", "owner", "stranger"]),
    )
    def open_change(
        self, data: st.DataObject, kind: str, ticked: bool, with_contact: bool, payee: str, who: str
    ) -> None:
        """A customer asks for a change; a rename is what blocks everything else."""
        site = data.draw(st.sampled_from([site for site in self.sites if site.in_service] + self.sites))
        answers = {"changes_billing": ticked, "changes_asp": ticked, "changes_fault_contact": with_contact}
        self.open(site, kind, who, one_time_payee=payee, **answers)

    @rule(data=st.data(), steps=st.integers(2, 8))
    def go_on(self, data: st.DataObject, steps: int) -> None:
        """Customer and desk do with a record what leads on, and now and then what leads back."""
        self._walk(data, self._pick(data), steps)

    @rule(data=st.data(), steps=st.integers(2, 8))
    def go_on_with_what_waits(self, data: st.DataObject, steps: int) -> None:
        """The same with one of the records that are not finished, of whatever type."""
        waiting = [record for record in self.records() if not record.is_closed]
        types = sorted({record.letter for record in waiting})
        if types:
            letter = data.draw(st.sampled_from(types))
            self._walk(
                data, data.draw(st.sampled_from([record for record in waiting if record.letter == letter])), steps
            )

    def _walk(self, data: st.DataObject, record: BookRecord, steps: int) -> None:
        location, days = data.draw(st.sampled_from(NAMES)), data.draw(st.sampled_from([None, 3]))
        for _ in range(steps):
            ways = sorted(
                (target, side) for source, side, target in book.MOVES[record.letter] if source == record.status
            )
            if not ways:
                return
            on = next(way for status in FORWARD for way in ways if way[0] == status)
            target, side = data.draw(st.sampled_from([on, on, *ways]))
            is_customers = side == "C"
            who = "owner" if is_customers else "operator"
            if is_customers and record.is_editable:
                self.fill(record, who, 0, location, days)
            if target in {"submitted", "accepted", "draft"}:
                self.add(record, who, is_customers)
            self.move([record], who, target, data.draw(COMMENTS) if target != "returned" else "ご確認ください")

    @rule(
        data=st.data(),
        act=st.sampled_from(["fill", "add", "issue", "move"]),
        who=st.sampled_from(EVERYBODY),
        is_so=st.booleans(),
        location=st.sampled_from(NAMES),
        days=st.sampled_from([None, 3]),
        to=st.sampled_from(book.STATUSES),
        comment=COMMENTS,
    )
    def meddle(
        self,
        data: st.DataObject,
        act: str,
        who: str,
        is_so: bool,
        location: str,
        days: int | None,
        to: str,
        comment: str,
    ) -> None:
        """Anybody tries anything with any record; a name may be another site's."""
        record = self._pick(data)
        if act == "fill":
            self.fill(record, who, int(is_so), location, days)
        elif act == "add":
            self.add(record, who, is_customers=is_so)
        elif act == "issue":
            self.issue(record, who, is_letter=is_so)
        else:
            self.move([record], who, to, comment)

    @rule(data=st.data(), to=st.sampled_from(book.STATUSES), who=st.sampled_from(sorted(DESK)), comment=COMMENTS)
    def move_many(self, data: st.DataObject, to: str, who: str, comment: str) -> None:
        """The desk moves many records at once; each one goes or stays for itself."""
        records = self.records()
        chosen = data.draw(st.lists(st.integers(0, len(records) - 1), min_size=2, max_size=8, unique=True))
        self.move([records[place] for place in chosen], who, to, comment)

    @precondition(lambda self: any(request.is_blocked for request in self.requests))
    @rule(data=st.data())
    def try_past_a_rename(self, data: st.DataObject) -> None:
        """A customer goes on with what an open rename blocks, and asks for more."""
        request = data.draw(st.sampled_from([request for request in self.requests if request.is_blocked]))
        record = data.draw(st.sampled_from(request.records))
        self.fill(record, "owner", 1, NAMES[0], None)
        self.add(record, "owner", is_customers=True)
        for source, side, target in sorted(book.MOVES[record.letter]):
            if (source, side) == (record.status, "C"):
                self.move([record], "owner", target, "")
        self.cancel(request, "owner", "")
        self.open(request.site, data.draw(st.sampled_from(CHANGES)), "owner")

    @rule(data=st.data(), who=st.sampled_from(["operator", "operator", "administrator", "viewer", "owner"]))
    def take_move_back(self, data: st.DataObject, who: str) -> None:
        """Somebody takes back what the desk did last with a record."""
        moved = [record for record in self.records() if record.before] or self.records()
        self.take_back(data.draw(st.sampled_from(moved)), who)

    @rule(data=st.data(), who=st.sampled_from(EVERYBODY), reason=st.sampled_from(["", "お客様のご希望"]))
    def cancel_one(self, data: st.DataObject, who: str, reason: str) -> None:
        """Somebody cancels a request."""
        self.cancel(data.draw(st.sampled_from(self.requests)), who, reason)

    @rule(data=st.data(), who=st.sampled_from(["owner", *DESK]), reason=st.sampled_from(["", "誤操作のため"]))
    def correct_one(self, data: st.DataObject, who: str, reason: str) -> None:
        """Somebody corrects the status of a record whose request is open, within the procedure."""
        record = self._pick(data)
        known = {status for move in book.MOVES[record.letter] for status in (move[0], move[2])}
        if not record.is_closed:
            target = data.draw(st.sampled_from(sorted(known - {"accepted", "shipped"})))
            self.correct(record, who, target, reason)

    @rule(data=st.data(), who=st.sampled_from(["operator", "operator", "viewer", "owner"]), plan=st.sampled_from(PLANS))
    def change_order(self, data: st.DataObject, who: str, plan: str) -> None:
        """Somebody wants another menu and plan for a line that was ordered."""
        orders = [record for record in self.records() if record.letter == "A"]
        self.change_plan(data.draw(st.sampled_from(orders)), who, plan, book.MENUS[plan])

    @rule(data=st.data(), hours=st.sampled_from([1, 24, 72, 24 * 16]), is_seen=st.booleans())
    def wait(self, data: st.DataObject, hours: int, is_seen: bool) -> None:
        """Time passes; somebody of a company may sign in, so that its account lives on."""
        self.now.shift(timedelta(hours=hours))
        if is_seen:
            customer = data.draw(st.sampled_from(sorted(self.seen)))
            with transaction() as session:
                session.query(Account).where(Account.customer_id == customer).one().last_login_at = now()
            self.seen[customer] = now()


@pytest.fixture(autouse=True)
def _minutes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The desk has two minutes to take a move back."""
    monkeypatch.setenv("TAKE_BACK_SECONDS", "120")
    portal_settings.cache_clear()
    yield
    monkeypatch.undo()
    portal_settings.cache_clear()


@pytest.mark.parametrize("steps", [30])
def test_whatever_everybody_does_the_portal_does_as_the_book_says(db: Engine, steps: int) -> None:
    with transaction() as session:
        load_masters(session)
        load_texts(session)
    database.remove()
    MADE.clear()
    # A profile asks for more: pytest --hypothesis-profile=thorough (tests/conftest.py).
    profile = settings.get_current_profile_name()
    is_thorough = profile == "thorough"
    usual = 10 if db.dialect.name == "sqlite" else 3
    examples = settings.get_profile(profile).max_examples if is_thorough else usual
    run_state_machine_as_test(
        Portal,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=not is_thorough,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    if is_thorough:
        every = {(letter, source, side, target) for letter, ways in book.MOVES.items() for source, side, target in ways}
        assert every - set(MADE) == set(), "no story made these moves"
