"""Two companies, a desk and the clock do as they please; the portal stays what the specification says (SPEC §3 to §5, §10)."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine

from models.base.actor import Actor
from models.base.clock import today
from models.base.db import database, transaction
from models.base.kind import KINDS
from models.base.workflow import Status
from models.rules.names import claim_name
from models.seeds.masters import load_masters
from models.services.checking import problems_in
from models.services.documents import form_of, issue
from models.services.editing import save_record
from models.services.opening import open_request
from models.services.transition import cancel_request, correct_status, transition
from models.tables.document import DocumentKind
from models.tables.record import Purpose, Record
from models.tables.request import Request
from models.tables.site import Site
from tests.domain import by_the_book as book
from tests.domain.acting import DESK, Acting, typed_into, values_of
from tests.files import add_upload

NAMES = ("豊洲", "晴海", "月島")
NUMBERS = count(1)
CHANGES = sorted(set(book.BRINGS) - {"new_installation"})
# Where a story goes on to, where it can.
FORWARD = ("awaiting_stamp", "shipped", "accepted", "received", "reviewing", "submitted", "draft")


class Portal(Acting):
    """Each step does one thing to the portal and to the book; then both must say the same."""

    def _pick(self, data: st.DataObject) -> book.BookRecord:
        return data.draw(st.sampled_from(data.draw(st.sampled_from(self.requests)).records))

    @rule(
        data=st.data(),
        kind=st.sampled_from(CHANGES),
        ticked=st.booleans(),
        with_contact=st.booleans(),
        is_new_payee=st.booleans(),
    )
    def open_change(self, data: st.DataObject, kind: str, ticked: bool, with_contact: bool, is_new_payee: bool) -> None:
        """A customer asks for a change."""
        self._open(
            data.draw(st.sampled_from([site for site in self.sites if site.in_service] + self.sites)),
            kind,
            ticked,
            with_contact,
            is_new_payee,
        )

    @rule(data=st.data())
    def open_rename(self, data: st.DataObject) -> None:
        """A customer asks for another name: that is what blocks everything else."""
        self._open(data.draw(st.sampled_from(self.sites)), "site_rename")

    def _open(
        self,
        site: book.BookSite,
        kind: str,
        ticked: bool = False,
        with_contact: bool = False,
        is_new_payee: bool = False,
    ) -> None:
        asked = {"changes_billing": ticked, "changes_asp": ticked, "changes_fault_contact": with_contact}
        asked_payee = {"one_time_payee": "new" if is_new_payee else "current"}
        options = {name: value for name, value in {**asked, **asked_payee}.items() if name in KINDS[kind].options}
        actor, made = self.actor_of("owner", site), []

        def act() -> None:
            with self.act(actor) as session:
                made.append(open_request(session, session.get_one(Site, site.id), KINDS[kind], options, actor).id)

        assert self.does(act) == (site.in_service and site.open_rename is None)
        if made:
            opened = database().get_one(Request, made[0])
            self.note_opening(opened, site, book.records_of(kind, options, is_self_installed=False))
            if kind == "site_rename":
                site.open_rename = made[0]

    @rule(
        data=st.data(),
        who=st.sampled_from(["owner", "operator", "viewer"]),
        sample=st.integers(0, 1),
        days=st.sampled_from([None, 3]),
    )
    def fill_in(self, data: st.DataObject, who: str, sample: int, days: int | None) -> None:
        """Somebody fills in the fields of a record; a name may be another site's."""
        self._fill(self._pick(data), who, sample, data.draw(st.sampled_from(NAMES)), days)

    def _fill(self, record: book.BookRecord, who: str, sample: int, location: str, days: int | None) -> None:
        actor, name = self.actor_of(who, record.request.site), ("海風", location)
        typed = typed_into(record.id, sample, name, days)
        is_valid = self.is_complete(record.id, lambda session, row: not problems_in(session, row, typed, False))

        def act() -> None:
            with self.act(actor) as session:
                row = session.get_one(Record, record.id)
                save_record(session, row, typed, row.version, actor)

        may = (record.status in book.EDITABLE and not record.is_blocked) if who == "owner" else who == "operator"
        may = may and is_valid and self._is_free(record, claim_name(*name))
        before = values_of(record.id)
        assert self.does(act) == may
        if may and values_of(record.id) != before:
            self._note_edit(record, claim_name(*name), days)

    def _is_free(self, record: book.BookRecord, name: str) -> bool:
        if not record.holds_a_name:
            return True
        taken = {site.name for site in self.sites if site is not record.request.site or record.is_open_rename}
        return name not in taken | {one.name for one in self.records() if one is not record and one.is_open_rename}

    def _note_edit(self, record: book.BookRecord, name: str, days: int | None) -> None:
        if record.type == "site_name":
            record.name = name
            if record.holds_a_name and not record.is_open_rename:
                record.request.site.name = name
        if record.type == "fault_contact":
            is_change = record.request.kind != "new_installation"
            record.effective_on = today() + timedelta(days=days) if days and is_change else None
        for one in record.request.records:
            # The form of a new installation prints the whole application, that of a change its own record.
            is_printed = one is record or (one.letter == "A" and record.type in {"site_name", "billing"})
            one.is_stamped = one.is_stamped and not (one.type == "contract" and is_printed)

    @rule(data=st.data(), who=st.sampled_from(["owner", "operator", "viewer"]), is_customers=st.booleans())
    def add_file(self, data: st.DataObject, who: str, is_customers: bool) -> None:
        """Somebody adds a file to a record that takes files."""
        self._add(self._pick(data), who, is_customers)

    def _add(self, record: book.BookRecord, who: str, is_customers: bool) -> None:
        purpose = (book.CUSTOMERS_FILES if is_customers else book.DESKS_FILES).get(record.type)
        if purpose is None:
            return
        actor = self.actor_of(who, record.request.site)

        def act() -> None:
            with self.act(actor) as session:
                row = session.get_one(Record, record.id)
                add_upload(session, row, Purpose(purpose), f"%PDF {next(NUMBERS)}".encode(), actor)

        if purpose == "stamped_form":
            self.does(lambda: self._print_form(record, actor))
        can = record.status in book.EDITABLE and not record.is_blocked and is_customers
        may = can if who == "owner" else who == "operator"
        assert self.does(act) == may
        if may:
            record.files.add(purpose)
            record.is_stamped = record.is_stamped or purpose == "stamped_form"

    def _print_form(self, record: book.BookRecord, actor: Actor) -> None:
        """Who stamps a form takes the newest one."""
        with self.act(actor) as session:
            row = session.get_one(Record, record.id)
            issue(session, row, form_of(row) or DocumentKind.CHANGE_FORM, actor)

    @rule(
        data=st.data(),
        who=st.sampled_from(["owner", *DESK]),
        to=st.sampled_from(book.STATUSES),
        comment=st.sampled_from(["", "ご確認ください"]),
    )
    def try_any_move(self, data: st.DataObject, who: str, to: str, comment: str) -> None:
        """Somebody tries to move a record anywhere."""
        self._move(self._pick(data), who, to, comment)

    @rule(data=st.data(), steps=st.integers(1, 5))
    def go_on(self, data: st.DataObject, steps: int) -> None:
        """Customer and desk do what is to be done next with a record, so that stories get far."""
        record = self._pick(data)
        location, days = data.draw(st.sampled_from(NAMES)), data.draw(st.sampled_from([None, 3]))
        for _ in range(steps):
            ways = {target: side for source, side, target in book.MOVES[record.letter] if source == record.status}
            target = next((status for status in FORWARD if status in ways), None)
            if target is None:
                return
            who, is_customers = ("owner", True) if ways[target] == "C" else ("operator", False)
            if is_customers:
                self._fill(record, who, 0, location, days)
            self._add(record, who, is_customers)
            self._move(record, who, target, "ご確認ください")

    @precondition(lambda self: any(request.is_blocked for request in self.requests))
    @rule(data=st.data())
    def try_past_a_rename(self, data: st.DataObject) -> None:
        """A customer goes on with what an open rename blocks, and asks for more."""
        blocked = [request for request in self.requests if request.is_blocked]
        request = data.draw(st.sampled_from(blocked))
        record = data.draw(st.sampled_from(request.records))
        self._fill(record, "owner", 1, NAMES[0], None)
        self._add(record, "owner", True)
        for target in sorted(
            target for source, side, target in book.MOVES[record.letter] if (source, side) == (record.status, "C")
        ):
            self._move(record, "owner", target, "")
        self._open(request.site, data.draw(st.sampled_from(CHANGES)))

    @rule(data=st.data(), comment=st.sampled_from(["", "ご確認ください"]))
    def turn_back(self, data: st.DataObject, comment: str) -> None:
        """Somebody makes any move that the book has at this status."""
        record = self._pick(data)
        ways = sorted(move for move in book.MOVES[record.letter] if move[0] == record.status)
        if ways:
            _, side, target = data.draw(st.sampled_from(ways))
            self._move(record, "owner" if side == "C" else "operator", target, comment)

    def _move(self, record: book.BookRecord, who: str, target: str, comment: str) -> None:
        actor = self.actor_of(who, record.request.site)
        is_complete = self.is_complete(
            record.id, lambda session, row: not problems_in(session, row, row.values(), True)
        )

        def act() -> None:
            with self.act(actor) as session:
                moving = [session.get_one(Record, record.id)]
                transition(session, moving, Status(target), actor, comment).raise_if_refused()

        may = book.may_move(record, target, actor.role.value, comment, is_complete)
        assert self.does(act) == may, f"{record.type} {record.letter}: {record.status} → {target} by {who}"
        if may:
            book.moved(record, target, actor.is_customer, today())

    @rule(data=st.data(), who=st.sampled_from(["owner", *DESK]), reason=st.sampled_from(["", "お客様のご希望"]))
    def cancel(self, data: st.DataObject, who: str, reason: str) -> None:
        """Somebody cancels a request."""
        request = data.draw(st.sampled_from(self.requests))
        actor = self.actor_of(who, request.site)

        def act() -> None:
            with self.act(actor) as session:
                cancel_request(session, session.get_one(Request, request.id), actor, reason)

        may = book.may_cancel(request, actor.role.value, reason)
        assert self.does(act) == may
        if may:
            for record in [one for one in request.records if not one.is_closed]:
                book.moved(record, "cancelled", actor.is_customer, today())

    @rule(data=st.data(), who=st.sampled_from(["owner", *DESK]), reason=st.sampled_from(["", "誤操作のため"]))
    def correct(self, data: st.DataObject, who: str, reason: str) -> None:
        """Somebody corrects the status of a record whose request is open, within the procedure."""
        record = self._pick(data)
        targets = {status for move in book.MOVES[record.letter] for status in (move[0], move[2])} - {
            "accepted",
            "shipped",
        }
        if record.is_closed:
            return
        target = data.draw(st.sampled_from(sorted(targets)))
        actor = self.actor_of(who, record.request.site)

        def act() -> None:
            with self.act(actor) as session:
                correct_status(session, session.get_one(Record, record.id), Status(target), actor, reason)

        may = who == "administrator" and bool(reason)
        assert self.does(act) == may
        if may:
            book.moved(record, target, is_by_customer=False, day=today())

    @rule(hours=st.sampled_from([1, 24, 72]))
    def wait(self, hours: int) -> None:
        """Time passes."""
        self.now.shift(timedelta(hours=hours))


@pytest.mark.parametrize("steps", [30])
def test_whatever_everybody_does_the_portal_does_as_the_book_says(db: Engine, steps: int) -> None:
    with transaction() as session:
        load_masters(session)
    database.remove()
    examples = 20 if db.dialect.name == "sqlite" else 4
    run_state_machine_as_test(
        Portal,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
