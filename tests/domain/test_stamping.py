"""The stamped form: uploaded after the last change of what the form prints (SPEC §4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine

from models.base.db import database, transaction
from models.base.workflow import Need, Status
from models.records.contract import ContractRecord
from models.services.documents import issue
from models.services.editing import save_record
from models.services.files import store_upload
from models.services.transition import refusal, transition
from models.tables.document import DocumentKind
from models.tables.record import Purpose, Record
from tests.build import OPERATOR, customer_of
from tests.issued import build_contract, issue_for, put_at, scan

LETTER = DocumentKind.ACCEPTANCE_LETTER


@pytest.fixture
def clock() -> Iterator[Any]:
    """A clock that goes on only when a test says so."""
    with time_machine.travel(datetime(2026, 11, 25, 1, tzinfo=UTC), tick=False) as travelled:
        yield travelled


def _later(clock: Any) -> None:
    clock.shift(timedelta(minutes=5))


def _upload(record_id: int) -> None:
    with transaction() as session:
        record = session.get_one(Record, record_id)
        store_upload(session, record, Purpose.STAMPED_FORM, "stamped.pdf", scan(), customer_of(record))


def _edit(record_id: int, **values: Any) -> None:
    with transaction() as session:
        record = session.get_one(ContractRecord, record_id)
        save_record(session, record, values, record.version, customer_of(record))


def _why_not(record_id: int) -> str | None:
    database.remove()
    record = database().get_one(Record, record_id)
    return refusal(database(), record, Status.SUBMITTED, customer_of(record))


@pytest.mark.parametrize("kind", ["new_installation", "contractor_change", "configuration_change"])
def test_a_form_that_was_stamped_after_it_was_issued_is_accepted(db: Engine, clock: Any, kind: str) -> None:
    record_id = build_contract(kind)
    issue_for(record_id)
    assert _why_not(record_id) == Need.STAMPED_FORM.value
    _later(clock)
    _upload(record_id)
    assert _why_not(record_id) is None
    with transaction() as session:
        record = session.get_one(Record, record_id)
        transition(session, [record], Status.SUBMITTED, customer_of(record)).raise_if_refused()


def test_a_form_that_was_stamped_before_a_change_is_refused_with_the_words(db: Engine, clock: Any) -> None:
    record_id = build_contract()
    issue_for(record_id)
    _upload(record_id)
    _later(clock)
    _edit(record_id, company_name="新社名")
    assert _why_not(record_id) == Need.STAMPED_ANEW.value
    assert "発行し直し" in Need.STAMPED_ANEW.value
    _later(clock)
    _upload(record_id)
    assert _why_not(record_id) == Need.STAMPED_ANEW.value, "what was stamped was the older form"
    _later(clock)
    issue_for(record_id)
    assert _why_not(record_id) == Need.STAMPED_ANEW.value
    _later(clock)
    _upload(record_id)
    assert _why_not(record_id) is None


def test_an_edited_application_has_a_new_form_that_must_be_stamped(db: Engine, clock: Any) -> None:
    record_id = build_contract("new_installation")
    issue_for(record_id)
    _upload(record_id)
    _later(clock)
    _edit(record_id, company_name="新社名")
    assert _why_not(record_id) == Need.STAMPED_ANEW.value
    _later(clock)
    _upload(record_id)
    assert _why_not(record_id) is None


def test_a_change_that_was_taken_back_needs_no_new_stamp(db: Engine, clock: Any) -> None:
    record_id = build_contract()
    issue_for(record_id)
    _later(clock)
    _upload(record_id)
    before = database().get_one(ContractRecord, record_id).company_name
    _edit(record_id, company_name="新社名")
    assert _why_not(record_id) == Need.STAMPED_ANEW.value
    _edit(record_id, company_name=before)
    assert _why_not(record_id) is None


def test_a_new_due_date_or_assignee_needs_no_new_stamp(db: Engine, clock: Any) -> None:
    for is_issued in (True, False):
        record_id = build_contract()
        if is_issued:
            issue_for(record_id)
        _upload(record_id)
        _later(clock)
        with transaction() as session:
            session.get_one(Record, record_id).due_on = date(2026, 12, 24)
        assert _why_not(record_id) is None


def test_a_form_that_was_issued_elsewhere_counts_until_the_record_is_edited(db: Engine, clock: Any) -> None:
    record_id = build_contract()
    _later(clock)
    _upload(record_id)
    assert _why_not(record_id) is None
    _later(clock)
    _edit(record_id, company_name="新社名")
    assert _why_not(record_id) == Need.STAMPED_ANEW.value
    _later(clock)
    _upload(record_id)
    assert _why_not(record_id) is None


def test_a_button_pressed_again_after_stamping_asks_for_no_new_stamp(db: Engine, clock: Any) -> None:
    record_id = build_contract()
    issue_for(record_id)
    _later(clock)
    _upload(record_id)
    _later(clock)
    issue_for(record_id)
    assert _why_not(record_id) is None


def test_a_returned_form_need_not_be_stamped_again_where_nothing_changed(db: Engine, clock: Any) -> None:
    record_id = build_contract()
    issue_for(record_id)
    _upload(record_id)
    put_at(database().get_one(Record, record_id), Status.RETURNED)
    database().commit()
    assert _why_not(record_id) is None


def test_acceptance_needs_a_letter_issued_or_added(db: Engine) -> None:
    for is_issued in (True, False):
        record_id = build_contract(status=Status.RECEIVED)
        record = database().get_one(Record, record_id)
        assert refusal(database(), record, Status.ACCEPTED, OPERATOR) == Need.LETTER.value
        with transaction() as session:
            record = session.get_one(Record, record_id)
            if is_issued:
                issue(session, record, LETTER, OPERATOR)
            else:
                store_upload(session, record, Purpose.LETTER, "letter.pdf", scan(), OPERATOR)
        database.remove()
        record = database().get_one(Record, record_id)
        assert refusal(database(), record, Status.ACCEPTED, OPERATOR) is None
