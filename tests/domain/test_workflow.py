"""The workflows are those of the specification, and only they move a status."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from sqlalchemy import Engine

from models.base.actor import Actor, Role
from models.base.db import transaction
from models.base.workflow import WORKFLOWS, Need, Status, WrongWorkflow, workflow
from models.services.transition import refusal, transition
from models.tables.event import Event
from models.tables.record import Record
from tests.build import OPERATOR, build_record, customer_of
from tests.files import fulfil

# SPEC §4, written a second time by hand: source, who, target.
CONTRACT = {
    "awaiting_stamp C submitted", "submitted C withdrawn", "submitted O reviewing", "reviewing C withdrawn", "reviewing O returned",
    "reviewing O received", "withdrawn C submitted", "returned C submitted", "received O accepted",
}  # fmt: skip
NAME = {
    "submitted C withdrawn", "submitted O reviewing", "reviewing C withdrawn", "reviewing O returned", "reviewing O accepted",
    "withdrawn C submitted", "returned C submitted",
}  # fmt: skip
SENT = {
    "draft C submitted", "submitted C draft", "submitted O reviewing", "reviewing C withdrawal_requested", "reviewing O returned",
    "reviewing O accepted", "withdrawal_requested O draft", "returned C submitted",
}  # fmt: skip
EXPECTED = {
    "contract_new": CONTRACT,
    "contract_change": CONTRACT | {"draft C awaiting_stamp"},
    "site_name": NAME | {"draft C submitted"},
    "site_name_new": NAME,
    "billing_change": NAME | {"draft C submitted"},
    "billing_new": {
        "submitted C withdrawn",
        "submitted O reviewing",
        "reviewing C withdrawn",
        "reviewing O accepted",
        "withdrawn C submitted",
    },
    "shipping": SENT | {"accepted O shipped"},
    "parameter_sheet": SENT | {"preparing O draft"},
    "supplies": {"draft C submitted", "submitted C draft", "submitted O accepted"},
    "fault_contact": SENT,
}
LETTER = {Role.CUSTOMER: "C", Role.OPERATOR: "O", Role.ADMINISTRATOR: "O", Role.VIEWER: "-", Role.SYSTEM: "-"}


def test_every_workflow_is_tested() -> None:
    assert set(WORKFLOWS) == set(EXPECTED), "EXPECTED tells each workflow a second time, by hand"


@pytest.mark.parametrize("code", EXPECTED)
def test_only_the_edges_of_the_specification_are_open(code: str) -> None:
    made = WORKFLOWS[code]
    found = {
        f"{source} {LETTER[role]} {target}"
        for source, role in product(Status, Role)
        for target in made.targets(source, role)
    }
    assert found == EXPECTED[code]


@pytest.mark.parametrize("code", EXPECTED)
def test_every_move_by_every_role_does_what_the_table_says(db: Engine, code: str) -> None:
    for source in [*WORKFLOWS[code].statuses, Status.CANCELLED]:
        closed = []
        for target, role in product(Status, Role):
            if f"{source} {LETTER[role]} {target}" in EXPECTED[code]:
                assert_moves(code, source, target, role)
            else:
                closed.append((target, role))
        assert_all_refused(code, source, closed)


def assert_moves(code: str, source: Status, target: Status, role: Role) -> None:
    with transaction() as session:
        record = build_record(session, code, source)
        fulfil(session, record)
        report = transition(session, [record], target, by(role, record), "理由")
        assert len(report.moved) + len(report.refused) == 1
        if role is not Role.CUSTOMER or Need.COMPLETE not in WORKFLOWS[code].needs.get(target, ()):
            assert report.moved
            assert record.status is target
            last = session.query(Event).filter_by(record_id=record.id).order_by(Event.id.desc()).first()
            assert last is not None
            assert (last.from_status, last.to_status) == (source.value, target.value)
        session.rollback()


def assert_all_refused(code: str, source: Status, moves: list[tuple[Status, Role]]) -> None:
    with transaction() as session:
        record = build_record(session, code, source)
        fulfil(session, record)
        for target, role in moves:
            report = transition(session, [record], target, by(role, record), "理由")
            assert (len(report.moved), len(report.refused)) == (0, 1), (source, target, role)
            assert record.status is source
        session.rollback()


def by(role: Role, record: Record) -> Actor:
    return Actor(role, 1, "誰か", record.request.site.customer_id if role is Role.CUSTOMER else None)


@pytest.mark.parametrize("status", Status)
def test_the_desk_lists_workflows_together_under_words_that_are_true_of_all(status: Status) -> None:
    words = {made.label_of(status) for made in WORKFLOWS.values() if status in made.statuses}
    assert len(words) <= 1 or status.desk_label not in words


def test_a_return_without_a_comment_is_refused(db: Engine) -> None:
    with transaction() as session:
        record = build_record(session, "site_name", Status.REVIEWING)
        assert refusal(session, record, Status.RETURNED, OPERATOR, " ") == Need.COMMENT.value
        assert refusal(session, record, Status.RETURNED, OPERATOR, "ロケーション名をご確認ください") is None


def test_an_empty_draft_cannot_be_submitted(db: Engine) -> None:
    with transaction() as session:
        record: Any = build_record(session, "site_name", Status.DRAFT)
        record.request.site.open_rename_id = record.request_id
        session.flush()
        assert refusal(session, record, Status.SUBMITTED, customer_of(record)) == Need.COMPLETE.value
        record.short_name, record.location_name = "ABC", "豊洲"
        assert refusal(session, record, Status.SUBMITTED, customer_of(record)) is None


def test_a_status_cannot_be_assigned(db: Engine) -> None:
    with transaction() as session:
        record = build_record(session, "site_name", Status.DRAFT)
        with pytest.raises(RuntimeError, match="transition"):
            record.status_code = "accepted"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("draft →C submitted, submitted", "duplicate edge"),
        ("draft →C flying", "unknown status"),
        ("draft →C submitted\nreturned →O accepted", "nothing leads to"),
        ("draft →C submitted", "nothing leads out"),
        ("draft →X accepted", "unknown side"),
    ],
)
def test_a_table_that_cannot_be_meant_stops_the_start(table: str, message: str) -> None:
    with pytest.raises(WrongWorkflow, match=message):
        workflow(f"wrong_{message}", "誤り", first="draft", table=table, needs={})
