"""For some minutes a move of the desk can be taken back: everything is as before, and nobody was told (SPEC §11)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from models.base.actor import SYSTEM, Role
from models.base.clock import now
from models.base.db import database, transaction
from models.base.errors import Refused
from models.base.settings import settings
from models.base.workflow import WORKFLOWS, Edge, Status
from models.kinds import site_rename
from models.rules.names import claim_name
from models.seeds.masters import load_masters
from models.seeds.texts import load_texts
from models.services.audit import act_as, signed
from models.services.delivery import deliver_due
from models.services.doctor import examine
from models.services.editing import save_record
from models.services.effects import refresh_states
from models.services.opening import open_request
from models.services.queries import site_label, timeline
from models.services.remarks import SinceReturn, remarks_by_event, since_return
from models.services.rename_guard import take_lock
from models.services.transition import take_back, transition
from models.tables.event import Action, Event
from models.tables.mail import Mail
from models.tables.record import Record
from models.tables.site import NameClaim, SiteVersion
from tests.build import (
    OPERATOR,
    VIEWER,
    build_account,
    build_customer,
    build_record,
    build_site,
    complete_values,
    customer_of,
)
from tests.files import fulfil
from tests.statements import statements


@pytest.fixture(autouse=True)
def _minutes(db: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two minutes for taking back, in a portal that has its texts."""
    monkeypatch.setenv("TAKE_BACK_SECONDS", "120")
    settings.cache_clear()
    with transaction() as session:
        load_masters(session)
        load_texts(session)
    yield
    monkeypatch.undo()
    settings.cache_clear()


def build(code: str, status: Status) -> int:
    """A complete record of a company that has an account."""
    with transaction() as session:
        customer = build_customer(session)
        build_account(session, customer)
        record = build_record(session, code, status, build_site(session, customer, is_in_service=False))
        fulfil(session, record)
        if record.request.kind.is_exclusive:
            take_lock(session, record.request)
        begin(session, record)
        return record.id


def begin(session: Session, record: Record) -> None:
    """The record's history begins where it stands."""
    record.comment = "前のコメント"
    opened = {"at": record.status_changed_at, "to_status": record.status_code, "comment": record.comment}
    owner = {"record_id": record.id, "request_id": record.request_id, **signed(SYSTEM)}
    session.add(Event(action=Action.OPENED, **opened, **owner))
    refresh_states(session, {record.request_id})


def move(record_id: int, target: Status, comment: str | None = "ご確認ください", **pinned: str) -> None:
    with transaction() as session:
        record = session.get_one(Record, record_id)
        transition(session, [record], target, OPERATOR, comment, pinned).raise_if_refused()


def undo(record_id: int) -> None:
    with transaction() as session:
        take_back(session, [session.get_one(Record, record_id)], OPERATOR).raise_if_refused()


def refused(record_id: int) -> str:
    with pytest.raises(Refused) as reason:
        undo(record_id)
    return str(reason.value)


def picture(record_id: int) -> dict[str, object]:
    """How everything stands that a move may change."""
    database.remove()
    record = database().get_one(Record, record_id)
    request, site = record.request, record.request.site
    claims = database().execute(
        select(NameClaim.name, NameClaim.site_id, NameClaim.request_id).order_by(NameClaim.name)
    )
    return {
        "record": (record.status, record.side, record.comment, record.status_changed_at),
        "request": (request.state, request.closed_at),
        "site": (site.in_service_on, site.open_rename_id, site_label(database(), site)),
        "claims": [tuple(row) for row in claims],
        "versions": list(database().scalars(select(SiteVersion.record_id))),
    }


def wrong() -> list[str]:
    database.remove()
    return [str(finding) for finding in examine(database()) if finding.wrong]


@pytest.mark.parametrize("code", WORKFLOWS)
def test_every_move_of_the_desk_can_be_taken_back_and_leaves_all_as_it_was(code: str) -> None:
    edges = [edge for edge in WORKFLOWS[code].edges.values() if Role.OPERATOR in edge.roles]
    assert edges
    for edge in edges:
        check(build(code, edge.source), edge)
    with time_machine.travel(now() + timedelta(hours=1)):
        assert deliver_due("tests").sent == 0


def check(record_id: int, edge: Edge) -> None:
    """Moves it, takes it back, and moves it again."""
    before = picture(record_id)
    move(record_id, edge.target)
    assert picture(record_id) != before
    undo(record_id)
    assert picture(record_id) == before
    steps = database().scalars(select(Event).where(Event.record_id == record_id).order_by(Event.id)).all()
    back = [(one.from_status, one.to_status, one.actor_name) for one in steps if one.action == Action.TAKEN_BACK]
    assert back == [(edge.target.value, edge.source.value, OPERATOR.name)]
    mails = database().scalars(select(Mail).where(Mail.record_id == record_id)).all()
    assert all(mail.dropped_at and mail.last_error == "操作が取り消されたため、送信しませんでした。" for mail in mails)
    move(record_id, edge.target)
    undo(record_id)


def test_a_rename_that_was_accepted_is_open_again_under_its_lock_and_the_site_called_as_before() -> None:
    with transaction() as session:
        customer = build_customer(session)
        first = build_record(session, "site_name_new", Status.ACCEPTED, site := build_site(session, customer))
        first.short_name, first.location_name = "旧商事", "本社"  # type: ignore[attr-defined]
        session.add(NameClaim(name=claim_name("旧商事", "本社"), site_id=site.id))
        begin(session, first)
        actor = customer_of(first)
        request = open_request(session, site, site_rename.KIND, {}, actor)
        [record] = request.records
        save_record(session, record, {"short_name": "新商事", "location_name": "本社"}, record.version, actor)
        transition(session, [record], Status.SUBMITTED, actor).raise_if_refused()
        record_id = record.id
    move(record_id, Status.REVIEWING)
    before = picture(record_id)
    move(record_id, Status.ACCEPTED)
    accepted = picture(record_id)
    assert accepted["site"] != before["site"]
    undo(record_id)
    assert picture(record_id) == before
    assert wrong() == []


def test_the_names_owner_meanwhile_keeps_an_accepted_rename_from_being_taken_back() -> None:
    record_id = build("site_name", Status.REVIEWING)
    with transaction() as session:
        site = session.get_one(Record, record_id).request.site
        first = build_record(session, "site_name_new", Status.ACCEPTED, site)
        first.short_name, first.location_name = "旧商事", "本社"  # type: ignore[attr-defined]
    move(record_id, Status.ACCEPTED)
    with transaction() as session:
        session.add(NameClaim(name=claim_name("旧商事", "本社"), site_id=build_site(session).id))
    assert "元の拠点名" in refused(record_id)


def test_whatever_the_customer_did_in_between_keeps_the_move() -> None:
    record_id = build("fault_contact", Status.REVIEWING)
    move(record_id, Status.RETURNED)
    with transaction() as session:
        record = session.get_one(Record, record_id)
        values = complete_values(session, record, first_phone="0398765432")
        actor = customer_of(record)
        act_as(actor)
        save_record(session, record, values, record.version, actor)
    assert "お客様が操作した" in refused(record_id)
    assert database().get_one(Record, record_id).status is Status.RETURNED


def test_there_are_two_minutes_and_the_mail_waits_so_long() -> None:
    record_id = build("fault_contact", Status.REVIEWING)
    begun = datetime.now(now().tzinfo)
    with time_machine.travel(begun, tick=False) as clock:
        move(record_id, Status.RETURNED)
        clock.move_to(begun + timedelta(seconds=119))
        assert deliver_due("tests").sent == 0
        clock.move_to(begun + timedelta(seconds=120))
        assert refused(record_id) == "操作から2分が過ぎたため、取り消せません。"
        assert deliver_due("tests").sent == 1


def test_a_mail_that_is_on_its_way_keeps_the_move() -> None:
    record_id = build("fault_contact", Status.REVIEWING)
    move(record_id, Status.RETURNED)
    with transaction() as session:
        session.scalars(select(Mail)).one().claimed_at = now()
    assert "メールがすでに送られた" in refused(record_id)


def test_only_the_last_move_can_be_taken_back_once_and_by_who_may_move() -> None:
    record_id = build("fault_contact", Status.SUBMITTED)
    assert "取り消せる操作はありません" in refused(record_id)
    move(record_id, Status.REVIEWING)
    with transaction() as session:
        report = take_back(session, [session.get_one(Record, record_id)], VIEWER)
        assert [reason for _, reason in report.refused] == ["あなたの権限では取り消せません。"]
    undo(record_id)
    assert "取り消せる操作はありません" in refused(record_id)


def test_a_return_that_was_taken_back_leaves_no_remark() -> None:
    record_id = build("fault_contact", Status.REVIEWING)
    move(record_id, Status.RETURNED, first_phone="つながりません。")
    assert returned(record_id) is not None
    undo(record_id)
    assert returned(record_id) is None


def returned(record_id: int) -> SinceReturn | None:
    session = database()
    record = session.get_one(Record, record_id)
    return since_return(session, record, timeline(session, record, OPERATOR), remarks_by_event(session, record))


def test_many_are_taken_back_with_as_many_statements_as_one(db: Engine) -> None:
    ids = [build("fault_contact", Status.SUBMITTED) for _ in range(4)]
    counts = []
    for some in (ids[:1], ids[1:]):
        with transaction() as session:
            transition(session, [session.get_one(Record, one) for one in some], Status.REVIEWING, OPERATOR)
        with transaction() as session:
            records = [session.get_one(Record, one) for one in some]
            with statements(db) as asked:
                assert len(take_back(session, records, OPERATOR).moved) == len(some)
        counts.append(len(asked))
    assert counts[0] == counts[1]
