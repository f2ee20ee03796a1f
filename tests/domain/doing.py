"""What people do with the portal: each act is tried on the portal, and the book says whether it had to be taken."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any, cast

from sqlalchemy import func, select

from models.base.clock import now, today
from models.base.db import database
from models.base.kind import KINDS
from models.base.workflow import Status
from models.records.contract import ContractRecord
from models.rules.names import claim_name
from models.services.checking import problems_in
from models.services.documents import form_of, issue
from models.services.editing import save_record
from models.services.opening import open_request
from models.services.printing import printed_records
from models.services.queries import own_site
from models.services.transition import cancel_request, correct_status, take_back, transition
from models.tables.document import Document, DocumentKind
from models.tables.record import Purpose, Record
from models.tables.request import Request
from tests.domain import by_the_book as book
from tests.domain.acting import MADE, Acting
from tests.domain.book_rows import BookRecord, BookRequest, BookSite
from tests.domain.typing_in import typed_into, values_of
from tests.files import add_upload

NUMBERS = count(1)
WRITERS = {"operator", "administrator"}


class Doing(Acting):
    """One act each."""

    def open(self, site: BookSite, kind: str, who: str, **answers: Any) -> None:
        """A customer opens a change; what the kind does not ask is not answered."""
        options = {name: value for name, value in answers.items() if name in KINDS[kind].options}
        actor, made = self.actor_of(who, site), []

        def act() -> None:
            with self.act(actor) as session:
                row = own_site(session, actor, site.id)
                made.append(open_request(session, row, KINDS[kind], options, actor).id)

        assert self.does(act) == (who == "owner" and site.in_service and site.open_rename is None)
        if not made:
            return
        noted = self.note_opening(database().get_one(Request, made[0]), site, options)
        site.acts += [record.id for record in noted.records]
        site.open_rename = made[0] if kind == "site_rename" else None
        for record in noted.records:
            stored = values_of(record.id)
            assert {name: stored[name] for name in record.values} == record.values, record.type

    def fill(self, record: BookRecord, who: str, sample: int, location: str, days: int | None) -> None:
        """Somebody fills in the fields of a record; a name may be another site's."""
        actor, name = self.actor_of(who, record.request.site), ("海風", location)
        typed = typed_into(record.id, sample, name, days)
        is_valid = self.is_so(record.id, lambda session, row: not problems_in(session, row, typed, False))

        def act() -> None:
            with self.act(actor) as session:
                row = self.row_of(session, record, actor)
                save_record(session, row, typed, row.version, actor)

        may = record.is_editable if who == "owner" else who in WRITERS
        may = may and is_valid and self._is_free(record, claim_name(*name))
        before = values_of(record.id)
        assert self.does(act) == may
        if may and values_of(record.id) != before:
            self._note_edit(record, who, claim_name(*name), days)

    def _is_free(self, record: BookRecord, name: str) -> bool:
        if not record.holds_a_name:
            return True
        taken = {site.name for site in self.sites if site is not record.request.site or record.is_open_rename}
        return name not in taken | {one.name for one in self.records() if one is not record and one.is_open_rename}

    def _note_edit(self, record: BookRecord, who: str, name: str, days: int | None) -> None:
        stored = values_of(record.id)
        record.values = {field: stored[field] for field in record.kept}
        if who == "owner":
            record.request.site.acts.append(record.id)
        if record.type == "site_name":
            record.name = name
            if record.holds_a_name and not record.is_open_rename:
                record.request.site.name = name
        if record.type == "fault_contact":
            record.effective_on = today() + timedelta(days=days) if days and record.request.is_change else None
        for one in record.request.records:
            # The form of a new installation prints the whole application, that of a change its own record.
            is_printed = one is record or (one.letter == "A" and record.type in {"site_name", "billing"})
            one.is_stamped = one.is_stamped and not (one.type == "contract" and is_printed)

    def add(self, record: BookRecord, who: str, is_customers: bool) -> None:
        """Somebody adds a file to a record that takes files; who stamps a form takes the newest one."""
        purpose = (book.CUSTOMERS_FILES if is_customers else book.DESKS_FILES).get(record.type)
        if purpose is None:
            return
        actor = self.actor_of(who, record.request.site)
        if purpose == "stamped_form":
            self.issue(record, who, is_letter=False)

        def act() -> None:
            with self.act(actor) as session:
                row = self.row_of(session, record, actor)
                add_upload(session, row, Purpose(purpose), f"%PDF {next(NUMBERS)}".encode(), actor)

        may = record.is_editable and is_customers if who == "owner" else who in WRITERS
        assert self.does(act) == may
        if may:
            record.files.add(purpose)
            record.is_stamped = record.is_stamped or purpose == "stamped_form"
            record.request.site.acts += [record.id] if who == "owner" else []

    def issue(self, record: BookRecord, who: str, is_letter: bool) -> None:
        """Somebody has a form, or the letter, made."""
        actor = self.actor_of(who, record.request.site)
        is_complete = record.type == "contract" and self.is_so(
            record.id,
            lambda session, row: (
                not any(
                    problems_in(session, one, one.values(), True) for one in printed_records(cast(ContractRecord, row))
                )
            ),
        )

        def act() -> None:
            with self.act(actor) as session:
                row = self.row_of(session, record, actor)
                form = form_of(row) or DocumentKind.CHANGE_FORM
                issue(session, row, DocumentKind.ACCEPTANCE_LETTER if is_letter else form, actor)

        issued = _papers_of(record)
        may = who != "stranger" and book.may_issue(record, is_letter, actor.role.value, is_complete)
        assert self.does(act) == may, f"{record.letter} {record.status} {who} {is_letter}"
        if _papers_of(record) > issued:
            assert may
            record.files |= {"letter"} if is_letter else set()
            record.request.site.acts += [record.id] if who == "owner" else []

    def move(self, records: list[BookRecord], who: str, target: str, comment: str) -> None:
        """Somebody moves records, one or many at once: each one that may goes, the others stay."""
        site = records[0].request.site
        actor, moved = self.actor_of(who, site), list[int]()
        may = [record for record in records if self._may_move(record, who, target, comment)]

        def act() -> None:
            with self.act(actor) as session:
                rows = [self.row_of(session, record, actor) for record in records]
                report = transition(session, rows, Status(target), actor, comment)
                assert len(report.moved) + len(report.refused) == len(rows)
                moved.extend(row.id for row in report.moved)

        assert self.does(act) == (who != "stranger")
        assert sorted(moved) == sorted(record.id for record in may), f"{who} → {target}"
        for record in sorted(may, key=lambda record: record.id):
            MADE[record.letter, record.status, "C" if actor.is_customer else "O", target] += 1
            book.moved(record, target, actor.is_customer, today(), now(), comment)

    def _may_move(self, record: BookRecord, who: str, target: str, comment: str) -> bool:
        def is_complete() -> bool:
            return self.is_so(record.id, lambda session, row: not problems_in(session, row, row.values(), True))

        role = self.actor_of(who, record.request.site).role.value
        return who != "stranger" and book.may_move(record, target, role, comment, is_complete)

    def take_back(self, record: BookRecord, who: str) -> None:
        """Somebody takes the desk's last move back."""
        actor = self.actor_of(who, record.request.site)
        names = {site.name for site in self.sites} | {one.name for one in self.records() if one.is_open_rename}

        def act() -> None:
            with self.act(actor) as session:
                take_back(session, [session.get_one(Record, record.id)], actor).raise_if_refused()

        may = book.may_take_back(record, actor.role.value, now() + book.A_SECOND, names - {""})
        assert self.does(act) == may, f"{record.type} {record.letter}: {record.status} by {who}"
        if may:
            MADE[record.letter, record.status, "back", record.before.status if record.before else ""] += 1
            book.taken_back(record, now())

    def cancel(self, request: BookRequest, who: str, reason: str) -> None:
        """Somebody cancels a request."""
        actor = self.actor_of(who, request.site)

        def act() -> None:
            with self.act(actor) as session:
                cancel_request(session, self.request_of(session, request, actor), actor, reason)

        may = who != "stranger" and book.may_cancel(request, actor.role.value, reason)
        assert self.does(act) == may
        if may:
            for record in [one for one in request.records if not one.is_closed]:
                MADE[record.letter, record.status, "C" if actor.is_customer else "O", "cancelled"] += 1
                book.moved(record, "cancelled", actor.is_customer, today(), now(), reason)

    def correct(self, record: BookRecord, who: str, target: str, reason: str) -> None:
        """Somebody corrects a status with a reason."""
        actor = self.actor_of(who, record.request.site)

        def act() -> None:
            with self.act(actor) as session:
                correct_status(session, session.get_one(Record, record.id), Status(target), actor, reason)

        may = who == "administrator" and bool(reason)
        assert self.does(act) == may
        if may:
            book.moved(record, target, False, today(), now(), reason)
            record.before = None

    def change_plan(self, record: BookRecord, who: str, plan: str, menu: str) -> None:
        """Somebody changes menu and plan of an order; what the new plan does not bring ends, what it brings begins."""
        actor, site = self.actor_of(who, record.request.site), record.request.site
        typed = {**values_of(record.id), "plan_code": plan, "menu_code": menu}
        is_valid = self.is_so(record.id, lambda session, row: not problems_in(session, row, typed, False))

        def act() -> None:
            with self.act(actor) as session:
                row = self.row_of(session, record, actor)
                save_record(session, row, typed, row.version, actor)

        is_changed = plan != site.plan
        is_done = self.does(act)
        # The customer asks the desk; the desk may also leave alone what was wrong before.
        assert not (is_done and is_changed) or who in WRITERS
        assert is_done or who not in WRITERS or not is_valid
        if is_done and is_changed:
            site.plan = plan
            self._note_edit(record, who, record.name, None)
            self._note_plan(record.request)

    def _note_plan(self, request: BookRequest) -> None:
        wanted, there = book.records_of(request.kind, {}, request.site.plan), {one.type: one for one in request.records}
        for record in request.records:
            if record.type not in wanted and record.status not in {"shipped", "cancelled"}:
                reason = _comment_of(record)
                book.moved(record, "cancelled", False, today(), now(), reason)
            elif record.type in wanted and record.status == "cancelled":
                book.moved(record, "draft", False, today(), now())
                record.before = None
        for row in database().get_one(Request, request.id).records:
            if row.type not in there:
                self.note_record(request, row.id, row.type, wanted[row.type])
        book.settle(request, now())


def _papers_of(record: BookRecord) -> int:
    database.remove()
    return database().scalar(select(func.count(Document.id)).where(Document.record_id == record.id)) or 0


def _comment_of(record: BookRecord) -> str:
    database.remove()
    comment = database().get_one(Record, record.id).comment
    assert "不要になりました" in comment
    return comment
