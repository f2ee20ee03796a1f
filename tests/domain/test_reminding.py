"""Due dates: one reminder before, one after, only to whom it is up to (SPEC §10)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine, select, update

from models.base.clock import JAPAN
from models.base.db import database, transaction
from models.base.workflow import Status
from models.kinds import fault_contact_change, site_rename
from models.seeds.texts import load_texts
from models.services.letters import write_letter
from models.services.reminding import remind_due
from models.tables.account import Account
from models.tables.mail import Mail, MailKey
from models.tables.record import Record
from tests.build import build_account, build_request

TUESDAY = date(2026, 12, 8)


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 8, tzinfo=JAPAN)


@pytest.fixture
def record_id(db: Engine) -> int:
    """A fault contact change that its customer owes until a Tuesday."""
    with transaction() as session:
        load_texts(session)
        request = build_request(session, fault_contact_change.KIND)
        build_account(session, request.site.customer, mail="a@example.jp")
        request.records[0].due_on = TUESDAY
        session.flush()
        return request.records[0].id


def reminded(day: date) -> list[str]:
    """The keys of the mails that this morning's round writes."""
    with time_machine.travel(morning(day), tick=False), transaction() as session:
        known = set(session.scalars(select(Mail.id)))
        remind_due(session)
        session.flush()
        return list(session.scalars(select(Mail.key).where(Mail.id.not_in(known)).order_by(Mail.id)))


def change(record_id: int, **values: Any) -> None:
    with transaction() as session:
        record = session.get_one(Record, record_id)
        for name, value in values.items():
            setattr(record, name, value)


def test_a_reminder_comes_three_business_days_before_and_another_when_the_day_has_passed(record_id: int) -> None:
    assert reminded(TUESDAY - timedelta(days=6)) == []
    assert reminded(TUESDAY - timedelta(days=5)) == [MailKey.DUE_NEAR]  # Thursday: then come Friday, Monday, Tuesday
    assert reminded(TUESDAY - timedelta(days=3)) == []
    assert reminded(TUESDAY) == []
    assert reminded(TUESDAY + timedelta(days=1)) == [MailKey.DUE_PASSED]
    assert reminded(TUESDAY + timedelta(days=9)) == []


def test_another_due_date_is_reminded_of_anew(record_id: int) -> None:
    assert reminded(TUESDAY) == [MailKey.DUE_NEAR]
    change(record_id, due_on=TUESDAY + timedelta(days=1))
    assert reminded(TUESDAY) == [MailKey.DUE_NEAR]


def test_nobody_is_reminded_of_what_waits_for_the_desk(db: Engine) -> None:
    with transaction() as session:
        request = build_request(session, fault_contact_change.KIND, Status.REVIEWING)
        build_account(session, request.site.customer)
        request.records[0].due_on = TUESDAY
    assert reminded(TUESDAY + timedelta(days=1)) == []


def test_nobody_is_reminded_while_a_rename_keeps_it_from_being_done(record_id: int) -> None:
    with transaction() as session:
        site = session.get_one(Record, record_id).request.site
        rename = build_request(session, site_rename.KIND, site=site)
        rename.records[0].due_on = TUESDAY
        rename_id = rename.id
    with time_machine.travel(morning(TUESDAY), tick=False), transaction() as session:
        assert remind_due(session) == 1
        assert session.scalars(select(Mail.request_id)).all() == [rename_id]
        site = session.get_one(Record, record_id).request.site
        site.open_rename_id = None
    assert reminded(TUESDAY) == [MailKey.DUE_NEAR]


def test_a_company_is_reminded_when_it_has_an_account(db: Engine) -> None:
    with transaction() as session:
        request = build_request(session, fault_contact_change.KIND)
        request.records[0].due_on = TUESDAY
        customer = request.site.customer
    assert reminded(TUESDAY) == []
    with transaction() as session:
        build_account(session, session.merge(customer))
    assert reminded(TUESDAY) == [MailKey.DUE_NEAR]


@pytest.mark.parametrize(("hours", "mails"), [(1, [MailKey.DUE_NEAR]), (-1, [])])
def test_a_company_is_told_up_to_the_moment_at_which_its_account_is_stopped(
    record_id: int, hours: int, mails: list[MailKey]
) -> None:
    with transaction() as session:
        session.execute(update(Account).values(disabled_at=morning(TUESDAY) + timedelta(hours=hours)))
    assert reminded(TUESDAY) == mails


def test_workers_that_remind_at_once_write_one_mail(record_id: int) -> None:
    def act() -> None:
        with transaction() as session:
            remind_due(session)
        database.remove()

    with time_machine.travel(morning(TUESDAY), tick=False):
        threads = [Thread(target=act) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(database().scalars(select(Mail.id)).all()) == 1


def test_the_mail_says_which_record_and_until_when(record_id: int) -> None:
    assert reminded(TUESDAY) == [MailKey.DUE_NEAR]
    mail = database().scalars(select(Mail)).one()
    subject, body = write_letter(database(), mail, {})
    assert "故障連絡先情報" in subject
    assert "2026年12月8日（火）" in body
    assert f"/records/{record_id}" in body
    assert "{" not in subject + body
