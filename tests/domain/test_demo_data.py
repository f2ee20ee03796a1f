"""The demo shows everything that the portal knows, sound and plausible (SPEC §13)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from models.base.clock import now, today
from models.base.db import connect, database, transaction
from models.base.kind import KINDS
from models.base.settings import ROOT
from models.base.workflow import WORKFLOWS, Status
from models.records.contract import ContractRecord
from models.seeds.demo import LOGINS, PASSWORD, load_demo
from models.seeds.masters import load_masters
from models.seeds.people import FIRMS
from models.seeds.texts import load_texts
from models.services.doctor import examine
from models.services.expiry import is_expired
from models.services.needs import gather, missing
from models.services.passwords import matches
from models.services.postal_codes import places_of
from models.services.printing import printed_records
from models.tables.account import Account, AccountRequest, AccountRequestState
from models.tables.document import Document, DocumentKind
from models.tables.event import Event
from models.tables.mail import Mail
from models.tables.operator import Operator
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site

NOT_YET = {Status.PREPARING, Status.DRAFT, Status.CANCELLED}


@pytest.fixture
def session(sqlite_demo: Path) -> Iterator[Session]:
    """The demo's data, for tests that only read."""
    engine = connect(f"sqlite:///{sqlite_demo}")
    yield database()
    database.remove()
    engine.dispose()


def _load() -> bool:
    with transaction() as session:
        load_masters(session)
        load_texts(session)
        return load_demo(session)


def test_on_both_databases_it_is_loaded_once_and_the_doctor_finds_nothing_wrong(db: Engine) -> None:
    assert _load()
    assert not _load()
    assert [str(finding) for finding in examine(database()) if finding.wrong] == []


def test_every_workflow_is_shown_in_every_status(session: Session) -> None:
    table = Record.__table__
    shown = {tuple(row) for row in session.execute(select(table.c.workflow, table.c.status))}
    wanted = {(code, status.value) for code, made in WORKFLOWS.items() for status in made.statuses}
    assert wanted - shown == set(), "models/seeds/plots.py tells no story of these"


def test_every_kind_of_change_is_shown_in_every_status_and_cancelled(session: Session) -> None:
    table = Record.__table__
    found = select(Request.kind_code, table.c.type, table.c.status).join(Request, table.c.request_id == Request.id)
    shown = {tuple(row) for row in session.execute(found)}
    wanted = set()
    for kind in KINDS.values():
        main = kind.includes[0]
        statuses = {*main.workflow.statuses, *([Status.CANCELLED] if kind.is_change else [])}
        wanted |= {(kind.code, main.record.type_code(), status.value) for status in statuses}
    assert wanted - shown == set(), "models/seeds/plots.py tells no story of these"


def test_what_was_handed_in_is_complete_with_its_files(session: Session) -> None:
    for record in session.scalars(
        select(Record).join(Record.request).where(Request.opened_on > today() - timedelta(90))
    ):
        if record.status in NOT_YET:
            continue
        for status in _passed(session, record):
            needed = [
                need for need in record.workflow.needs.get(status, ()) if need.name not in {"COMMENT", "COMPLETE"}
            ]
            if needed:
                evidence = gather(session, [record], status)
                assert missing(session, record, status, "コメント", evidence) is None, (str(record), status)
        empty = [name for name, spec in type(record).specs_for(record.facts()).items()
                 if spec.required is True and getattr(record, name) in (None, "")]  # fmt: skip
        assert empty == [], str(record)


def _passed(session: Session, record: Record) -> set[Status]:
    rows = select(Event.to_status).where(Event.record_id == record.id, Event.to_status.is_not(None))
    _first, *later = [Status(status) for status in session.scalars(rows.order_by(Event.id)) if status]
    return set(later)


def test_addresses_fit_their_postal_codes(session: Session) -> None:
    for record in session.scalars(select(ContractRecord)):
        places = {(place.prefecture, place.city) for place in places_of(record.postal_code)}
        assert (record.prefecture, record.city) in places, str(record)
        if record.place_postal_code:
            places = {(place.prefecture, place.city) for place in places_of(record.place_postal_code)}
            assert (record.place_prefecture, record.place_city) in places, str(record)


def test_histories_are_told_in_order_over_the_last_weeks(session: Session) -> None:
    last: dict[int, object] = {}
    for record_id, at in session.execute(select(Event.record_id, Event.at).order_by(Event.id)):
        assert at <= now()
        if record_id is not None:
            assert last.get(record_id, at) <= at  # type: ignore[operator]
            last[record_id] = at
    opened = session.execute(select(Request.id, Request.opened_on).order_by(Request.id)).all()
    recent = [day for _, day in opened if day > today() - timedelta(90)]
    assert recent == sorted(recent)
    assert max(recent) >= today() - timedelta(7)
    assert session.scalar(select(func.count()).select_from(Mail).where(Mail.created_at > now())) == 0


def test_some_records_are_due_soon_and_some_overdue_and_most_are_not(session: Session) -> None:
    due = [
        record.due_on for record in session.scalars(select(Record).where(Record.side == "customer")) if record.due_on
    ]
    late = [day for day in due if day < today()]
    near = [day for day in due if today() <= day <= today() + timedelta(days=4)]
    assert 3 <= len(late) < len(due) / 2
    assert len(near) >= 3


def test_every_published_login_works_but_the_one_that_has_expired(session: Session) -> None:
    for _, user_name, password in LOGINS:
        account = session.scalar(select(Account).where(Account.user_name == user_name))
        operator = session.scalar(select(Operator).where(Operator.user_name == user_name))
        owner = account or operator
        assert owner is not None, user_name
        assert matches(owner.password_hash, password)
        if account:
            assert is_expired(session, account) == (user_name == "demo-expired")


def test_the_readme_lists_every_login() -> None:
    readme = (ROOT / "README.md").read_text()
    assert PASSWORD in readme
    assert [user_name for _, user_name, _ in LOGINS if f"`{user_name}`" not in readme] == []


def test_the_desk_has_work_of_every_sort(session: Session) -> None:
    assert {request.state for request in session.scalars(select(AccountRequest))} == set(AccountRequestState)
    assert {document.kind for document in session.scalars(select(Document))} == set(DocumentKind)
    assert session.scalar(
        select(func.count(func.distinct(Record.__table__.c.assignee_id))).select_from(Record.__table__)
    )
    assert session.scalar(select(func.count()).select_from(Mail).where(Mail.sent_at.is_(None)))
    assert session.scalar(select(func.count()).select_from(Mail).where(Mail.sent_at.is_not(None)))
    without = select(Request.id).where(Request.kind_code == "new_installation", Request.closed_at.is_(None))
    companies = select(Account.customer_id)
    assert session.scalar(without.join(Request.site).where(Site.customer_id.not_in(companies)).limit(1))


def test_forms_that_wait_for_their_seal_have_been_issued(session: Session) -> None:
    for record in session.scalars(select(ContractRecord)):
        if record.status is Status.AWAITING_STAMP:
            assert session.scalar(select(Document.id).where(Document.record_id == record.id)), str(record)
            assert printed_records(record)


def test_companies_and_people_differ(session: Session) -> None:
    assert len({firm.name for firm in FIRMS}) == len(FIRMS)
    people = [person.name for firm in FIRMS for person in firm.people]
    assert len(set(people)) == len(people)
    phones = [person.phone for firm in FIRMS for person in firm.people]
    assert len(set(phones)) == len(phones)
