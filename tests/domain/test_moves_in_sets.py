"""A move of many records costs the database the same number of statements as a move of few."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from models.base.actor import Role
from models.base.clock import today
from models.base.db import database, transaction
from models.base.workflow import WORKFLOWS, Edge, Status
from models.kinds import fault_contact_change, new_installation
from models.services.transition import correct_status, transition
from models.tables.event import Action, Event
from models.tables.mail import Mail
from models.tables.record import Record
from models.tables.request import Request, RequestState
from models.tables.site import SiteVersion
from tests.build import ADMINISTRATOR, OPERATOR, build_account, build_customer, build_record, build_request, build_site
from tests.files import fulfil
from tests.statements import statements

DESK_EDGES = [
    (code, edge) for code, made in WORKFLOWS.items() for edge in made.edges.values() if Role.OPERATOR in edge.roles
]


def _build(code: str, edge: Edge, count: int) -> list[int]:
    with transaction() as session:
        ids = []
        for _ in range(count):
            customer = build_customer(session)
            build_account(session, customer)
            site = build_site(session, customer)
            record = build_record(session, code, edge.source, site)
            fulfil(session, record)
            ids.append(record.id)
    database.remove()
    return ids


@pytest.mark.parametrize(("code", "edge"), DESK_EDGES, ids=lambda value: getattr(value, "target", value))
def test_every_move_of_the_desk_costs_as_many_statements_for_thirty_records_as_for_three(
    db: Engine, code: str, edge: Edge
) -> None:
    costs = []
    for count in (3, 30):
        ids = _build(code, edge, count)
        with statements(db) as asked, transaction() as session:
            records = session.scalars(select(Record).where(Record.id.in_(ids))).all()
            report = transition(session, records, edge.target, OPERATOR, "ご確認ください")
            assert len(report.moved) == count
        costs.append(len(asked))
        database.remove()
        moved = database().scalars(select(Record.status_code).where(Record.id.in_(ids))).all()
        assert set(moved) == {edge.target.value}
        versions = database().scalars(select(Record.version).where(Record.id.in_(ids))).all()
        assert set(versions) == {2}
        database.remove()
    assert costs[0] == costs[1], "\n".join(asked)


def test_a_move_of_many_mails_each_company_once(db: Engine) -> None:
    edge = WORKFLOWS["site_name"].edges[Status.SUBMITTED, Status.REVIEWING]
    ids = _build("site_name", edge, 5)
    with transaction() as session:
        records = session.scalars(select(Record).where(Record.id.in_(ids))).all()
        transition(session, records, Status.REVIEWING, OPERATOR)
        assert {record.version for record in records} == {2}
    mails = database().scalars(select(Mail)).all()
    assert sorted(mail.record_id or 0 for mail in mails) == sorted(ids)
    assert len({mail.recipient for mail in mails}) == 5
    events = select(func.count(Event.id)).where(Event.action == Action.MOVED)
    assert database().scalar(events) == 5


def test_a_move_of_many_tells_of_each_request_that_it_ends(db: Engine) -> None:
    edge = WORKFLOWS["fault_contact"].edges[Status.REVIEWING, Status.ACCEPTED]
    ids = _build("fault_contact", edge, 3)
    with transaction() as session:
        records = session.scalars(select(Record).where(Record.id.in_(ids))).all()
        transition(session, records, Status.ACCEPTED, OPERATOR)
        assert {record.request.state for record in records} == {RequestState.FINISHED.value}
        requests = {record.request_id: record.request.closed_at for record in records}
    told = database().scalars(select(Event).where(Event.action == Action.EDITED, Event.table_name == "request")).all()
    assert {event.row_id for event in told} == set(requests)
    for event in told:
        closed_at = requests[event.row_id or 0]
        assert closed_at
        assert event.changes == {"state": ["unsubmitted", "finished"], "closed_at": [None, closed_at.isoformat()]}


def test_two_moves_of_one_request_at_once_leave_its_state_right(db: Engine) -> None:
    with transaction() as session:
        request = build_request(session, new_installation.KIND, Status.REVIEWING)
        wanted = {"site_name", "billing", "parameter_sheet", "fault_contact"}
        for record in [record for record in request.records if record.type not in wanted]:
            correct_status(session, record, Status.ACCEPTED, ADMINISTRATOR, "紙で受け付けたため")
        request_id, ids = request.id, [record.id for record in request.records if record.type in wanted]
    database.remove()
    together = Barrier(len(ids))

    def accept(record_id: int) -> None:
        together.wait()
        with transaction() as session:
            transition(session, [session.get_one(Record, record_id)], Status.ACCEPTED, OPERATOR).raise_if_refused()
        database.remove()

    threads = [Thread(target=accept, args=(record_id,)) for record_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    state = database().scalar(select(Request.state).where(Request.id == request_id))
    assert state == RequestState.FINISHED


def test_a_fault_contact_with_a_given_day_counts_from_that_day_in_a_move_of_many(db: Engine) -> None:
    with transaction() as session:
        records: list[Any] = []
        for days in (0, 5):
            request = build_request(session, fault_contact_change.KIND, Status.REVIEWING)
            record: Any = request.records[0]
            record.changes_on = today() + timedelta(days=days) if days else None
            records.append(record)
        session.flush()
        transition(session, records, Status.ACCEPTED, OPERATOR)
        found = session.scalars(select(SiteVersion)).all()
        assert {one.record_id: one.effective_on for one in found} == {
            records[0].id: today(),
            records[1].id: today() + timedelta(days=5),
        }
