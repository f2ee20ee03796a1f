"""A process that is killed in the middle of an act leaves it undone or done, never half done, and the next one goes on (RELIABILITY check 32)."""

from __future__ import annotations

import mailbox
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine, func, select

from models.base.actor import SYSTEM
from models.base.clock import now
from models.base.db import database, transaction
from models.base.workflow import Status
from models.kinds import billing_change, contractor_change
from models.services import bulk
from models.services.acts import Order
from models.services.applying import quoted_now, submit_application
from models.services.delivery import LEASE, deliver_due
from models.services.desk_acts import find_act
from models.services.doctor import examine
from models.services.drafting import find_draft, read_draft
from models.services.files import store_upload
from models.services.incoming import Incoming
from models.services.outbox import Letter, write_mails
from models.services.queries import own_record
from models.services.scans import PDF
from models.services.transition import transition
from models.tables.bulk import BulkAct, BulkState
from models.tables.event import Action, Event
from models.tables.mail import Mail, MailKey
from models.tables.record import Purpose, Record
from models.tables.request import Request
from models.tables.upload import Upload
from tests.build import OPERATOR, build_account, build_customer, build_draft, build_request, build_site, customer_of
from tests.clerk import furnish, operator_actor
from tests.mail_server import Postman
from tests.outbox import use_mail_url
from tests.papers import scan_pdf
from tests.sudden_death import BEFORE_COMMIT, is_killed
from tests.world import dump


@pytest.fixture
def ground(db: Engine) -> Engine:
    furnish()
    return db


def records(count: int, status: Status = Status.SUBMITTED) -> list[int]:
    """Billing changes of one company with one login."""
    with transaction() as session:
        customer = build_customer(session)
        build_account(session, customer)
        sites = [build_site(session, customer) for _ in range(count)]
        made = [build_request(session, billing_change.KIND, status, site, state="checking") for site in sites]
        return [request.records[0].id for request in made]


def kill_everywhere(db: Engine, act: Callable[[], Any], stride: int = 1) -> None:
    """Kills an act of one transaction at its statements and before its commit: nothing of it is left. The next time it is done, and all is well."""
    before, point = dump(), 1
    assert is_killed(db, BEFORE_COMMIT, act)
    assert dump() == before
    while is_killed(db, point, act):
        assert dump() == before, f"killed at statement {point}, the act left something"
        point += stride
    assert point > 5
    assert dump() != before
    assert_well()


def assert_well() -> None:
    database.remove()
    assert [str(finding) for finding in examine(database()) if finding.wrong] == []
    database.remove()


def test_an_upload_is_kept_whole_or_not_at_all(ground: Engine) -> None:
    with transaction() as session:
        change = build_request(session, contractor_change.KIND, Status.AWAITING_STAMP)
        actor, record_id = customer_of(change), change.records[0].id
    paper = Incoming(scan_pdf("00000001"), PDF, 1, "00000001")

    def upload() -> None:
        with transaction() as session:
            record = own_record(session, actor, record_id, lock=True)
            store_upload(session, record, Purpose.STAMPED_FORM, "押印済み.pdf", paper, actor)

    kill_everywhere(ground, upload)
    assert database().scalar(select(func.count(Upload.id))) == 1


def test_a_move_with_its_event_and_mails_is_made_whole_or_not_at_all(ground: Engine) -> None:
    ids = records(2, Status.REVIEWING)

    def move() -> None:
        with transaction() as session:
            found = list(session.scalars(select(Record).where(Record.id.in_(ids)).with_for_update()))
            transition(session, found, Status.ACCEPTED, OPERATOR).raise_if_refused()

    kill_everywhere(ground, move)
    assert database().scalar(select(func.count(Mail.id))) == 2


def test_an_application_is_submitted_whole_or_not_at_all(ground: Engine) -> None:
    with transaction() as session:
        token = build_draft(session)[1]
    seen = quoted_now(read_draft(database(), find_draft(database(), token))).fingerprint

    def submit() -> None:
        with transaction() as session:
            submit_application(session, find_draft(session, token), seen, SYSTEM)

    kill_everywhere(ground, submit, stride=29)
    assert database().scalar(select(func.count(Request.id))) == 1


def test_a_bulk_act_that_is_killed_again_and_again_moves_and_mails_each_record_once(
    ground: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 2)
    ids, clerk, act = records(4), operator_actor("aoi"), find_act("record", "move-submitted-reviewing")
    assert act
    with transaction() as session:
        bulk_act_id = bulk.plan(session, act, ids, Order(clerk)).id
        bulk.confirm(session, bulk.bulk_act_by_id(session, bulk_act_id), Order(clerk))
    seen, point = set(), 1
    while is_killed(ground, point, lambda: bulk.carry_on(bulk_act_id)):
        assert_well()
        moved = database().scalars(select(Event.record_id).where(Event.action == Action.MOVED)).all()
        seen.add(len(moved))
        point += 2
    assert {0, 2} <= seen
    for once in (select(Event.record_id).where(Event.action == Action.MOVED), select(Mail.record_id)):
        assert Counter(database().scalars(once)) == Counter(ids)
    assert database().scalar(select(BulkAct.state)) == BulkState.DONE
    assert_well()


def test_mails_of_a_worker_that_is_killed_arrive_again_only_as_the_same_mail(
    ground: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postman: Postman
) -> None:
    use_mail_url(monkeypatch, f"maildir:{tmp_path / 'mail'}")
    with transaction() as session:
        key, to = MailKey.ACCOUNT_REQUEST_RECEIVED, "hanako@example.co.jp"
        write_mails(session, [Letter(key, to, {"company": str(number)}) for number in range(2)])
    written = set(database().scalars(select(Mail.message_id)))
    begun, point = now(), 1

    def deliver() -> None:
        with time_machine.travel(begun + point * 2 * LEASE):
            deliver_due(f"worker-{point}")

    while is_killed(ground, point, deliver):
        point += 1
    # Those that were claimed by the last one who died wait for the end of its lease.
    with time_machine.travel(begun + (point + 1) * 2 * LEASE):
        deliver_due("the last")
    arrived = [mail["Message-ID"] for mail in mailbox.Maildir(tmp_path / "mail", create=False)]
    assert set(arrived) == written
    assert len(arrived) > len(written)  # killed after the mail server had taken it: it comes again, as itself
    assert database().scalar(select(func.count(Mail.id)).where(Mail.sent_at.is_(None))) == 0
