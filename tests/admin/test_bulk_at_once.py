"""Bulk acts that meet: each record is moved once, mailed once, and both reports add up (RELIABILITY checks 31 and 32)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.base.db import database, transaction
from models.base.workflow import Status
from models.services import bulk, bulk_reports
from models.services.acts import Act, Order
from models.services.desk_acts import find_act
from models.services.record_acts import MoveAct
from models.services.transition import correct_status, transition
from models.tables.bulk import BulkAct, BulkState, RowResult
from models.tables.event import Action, Event
from models.tables.mail import Mail
from models.tables.record import Record
from tests.build import ADMINISTRATOR, build_account, build_customer, build_record, build_site
from tests.clerk import furnish, operator_actor


@pytest.fixture
def clerks(db: Engine) -> list[Actor]:
    furnish()
    return [operator_actor("aoi"), operator_actor("midori")]


def build(count: int, status: Status = Status.SUBMITTED) -> list[int]:
    with transaction() as session:
        customer = build_customer(session)
        build_account(session, customer)
        ids = [build_record(session, "billing_change", status, build_site(session, customer)).id for _ in range(count)]
    database.remove()
    return ids


def the_act(code: str = "move-submitted-reviewing") -> Act:
    found = find_act("record", code)
    assert found is not None
    return found


def planned(ids: list[int], actor: Actor, code: str = "move-submitted-reviewing") -> int:
    with transaction() as session:
        bulk_act_id = bulk.plan(session, the_act(code), ids, Order(actor)).id
    database.remove()
    return bulk_act_id


def confirmed(bulk_act_id: int, actor: Actor, comment: str = "") -> bool:
    with transaction() as session:
        begun = bulk.confirm(session, bulk.bulk_act_by_id(session, bulk_act_id), Order(actor, comment))
    database.remove()
    return begun


def counts(bulk_act_id: int) -> Mapping[RowResult, int]:
    database.remove()
    return bulk_reports.counts_of(database(), database().get_one(BulkAct, bulk_act_id))


def assert_each_once(ids: list[int]) -> None:
    """Every move has one event, and every event one mail to the company's one account."""
    database.remove()
    moved = Counter(database().scalars(select(Event.record_id).where(Event.action == Action.MOVED)))
    mailed = Counter(database().scalars(select(Mail.record_id)))
    assert set(moved) <= set(ids)
    assert set(moved.values()) <= {1}
    assert mailed == moved


def test_two_overlapping_moves_move_each_record_once_and_both_reports_add_up(
    clerks: list[Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 7)
    ids = build(60)
    acts = [planned(ids[:40], clerks[0]), planned(ids[20:], clerks[1])]
    assert all(confirmed(act, clerk) for act, clerk in zip(acts, clerks, strict=True))
    together = Barrier(4)

    def carry_on(bulk_act_id: int) -> None:
        together.wait()
        bulk.carry_on(bulk_act_id)
        database.remove()

    with ThreadPoolExecutor(4) as pool:  # each act by two at once, as by a web server and a worker
        list(pool.map(carry_on, [*acts, *acts]))
    while bulk.carry_on_all():  # what somebody left because another held it
        database.remove()
    first, second = counts(acts[0]), counts(acts[1])
    assert sum(first.values()) == sum(second.values()) == 40
    assert first[RowResult.READY] == second[RowResult.READY] == 0
    assert first[RowResult.DONE] + second[RowResult.DONE] == 60
    assert first[RowResult.CHANGED] + second[RowResult.CHANGED] == 20
    assert_each_once(ids)
    assert len(database().scalars(select(Mail.id)).all()) == 60


def test_a_plan_that_two_confirm_at_once_begins_once(clerks: list[Actor]) -> None:
    bulk_act_id = planned(build(3), clerks[0])
    together = Barrier(4)

    def confirm(_number: int) -> bool:
        together.wait()
        return confirmed(bulk_act_id, clerks[0])

    with ThreadPoolExecutor(4) as pool:
        assert Counter(pool.map(confirm, range(4))) == {True: 1, False: 3}


def test_a_crash_between_chunks_loses_and_repeats_nothing(clerks: list[Actor], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 4)
    ids = build(10)
    bulk_act_id = planned(ids, clerks[0])
    confirmed(bulk_act_id, clerks[0])
    carry_out, calls = MoveAct.carry_out, []

    def crash_in_the_second(self: MoveAct, session: Session, rows: Any, order: Order) -> Any:
        done = carry_out(self, session, rows, order)
        calls.append(len(rows))
        if len(calls) == 2:
            raise KeyboardInterrupt  # as when the process is ended in the middle of a chunk
        return done

    with monkeypatch.context() as patch:
        patch.setattr(MoveAct, "carry_out", crash_in_the_second)
        with pytest.raises(KeyboardInterrupt):
            bulk.carry_on(bulk_act_id)
    assert counts(bulk_act_id)[RowResult.DONE] == 4
    assert_each_once(ids)
    database.remove()
    assert bulk.carry_on_all() == 6
    assert counts(bulk_act_id)[RowResult.DONE] == 10
    assert_each_once(ids)
    assert database().scalar(select(BulkAct.state)) == BulkState.DONE


def test_one_row_that_fails_spoils_no_other(clerks: list[Actor], monkeypatch: pytest.MonkeyPatch) -> None:
    ids = build(5)
    bulk_act_id = planned(ids, clerks[0])
    confirmed(bulk_act_id, clerks[0])
    carry_out = MoveAct.carry_out

    def stumble(self: MoveAct, session: Session, rows: Any, order: Order) -> Any:
        done = carry_out(self, session, rows, order)
        if ids[2] in {row.id for row in rows}:
            raise LookupError("something nobody thought of")
        return done

    monkeypatch.setattr(MoveAct, "carry_out", stumble)
    bulk.carry_on(bulk_act_id)
    found = counts(bulk_act_id)
    assert (found[RowResult.DONE], found[RowResult.FAILED]) == (4, 1)
    assert_each_once(ids)
    database.remove()
    assert database().get_one(Record, ids[2]).status is Status.SUBMITTED


def test_an_operator_who_lost_the_right_meanwhile_moves_nothing(clerks: list[Actor]) -> None:
    ids = build(2)
    bulk_act_id = planned(ids, clerks[0])
    confirmed(bulk_act_id, clerks[0])
    with transaction() as session:
        bulk.bulk_act_by_id(session, bulk_act_id).operator.is_active = False  # type: ignore[union-attr]
    database.remove()
    bulk.carry_on_all()
    assert counts(bulk_act_id)[RowResult.REFUSED] == 2
    assert_each_once([])


MEANWHILE = st.lists(st.sampled_from(["nothing", "moved", "edited", "corrected", "nothing"]), min_size=1, max_size=6)


@given(before=MEANWHILE, after=MEANWHILE)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_report_adds_up_whatever_happens_between_plan_and_confirm(
    clerks: list[Actor], before: list[str], after: list[str]
) -> None:
    ids = build(len(before))
    happen(ids, before)
    bulk_act_id = planned(ids, clerks[0])
    ready = counts(bulk_act_id)[RowResult.READY]
    assert ready == sum(one in {"nothing", "edited"} for one in before)
    happen(ids, after)
    versions = {row.id: row.version for row in database().scalars(select(Record).where(Record.id.in_(ids)))}
    database.remove()
    confirmed(bulk_act_id, clerks[0])
    bulk.carry_on(bulk_act_id)
    found = counts(bulk_act_id)
    touched = {row_id for row_id, what in zip(ids, after, strict=False) if what != "nothing"}
    untouched = [row_id for row_id, what in zip(ids, before, strict=True) if what in {"nothing", "edited"}]
    expected = [row_id for row_id in untouched if row_id not in touched]
    assert sum(found.values()) == len(ids)
    assert found[RowResult.READY] == 0
    assert found[RowResult.DONE] == len(expected)
    database.remove()
    now = {row.id: row.version for row in database().scalars(select(Record).where(Record.id.in_(ids)))}
    assert {row_id for row_id in ids if now[row_id] != versions[row_id]} == set(expected)
    database.remove()


def happen(ids: list[int], what: list[str]) -> None:
    """Something happens to each record, as by other people."""
    for record_id, one in zip(ids, what, strict=False):
        with transaction() as session:
            record = session.get_one(Record, record_id)
            if one == "moved" and record.status is Status.SUBMITTED:
                transition(session, [record], Status.REVIEWING, ADMINISTRATOR)
            elif one in {"corrected", "moved"}:
                correct_status(session, record, Status.RETURNED, ADMINISTRATOR, "電話で依頼があったため")
            elif one == "edited":
                record.version += 1
        database.remove()


def test_more_rows_than_one_chunk_holds_are_moved_once_each(
    clerks: list[Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 25)
    ids = build(60)
    bulk_act_id = planned(ids, clerks[0])
    confirmed(bulk_act_id, clerks[0])
    assert bulk.carry_on(bulk_act_id) == 60
    assert counts(bulk_act_id)[RowResult.DONE] == 60
    assert database().scalar(select(func.count(Mail.id))) == 60
