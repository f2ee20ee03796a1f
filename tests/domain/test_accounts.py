"""Accounts are issued one by one or many at once, and end when they are not needed any more (SPEC §8)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from models.base.clock import now
from models.base.db import database, transaction
from models.base.errors import Refused
from models.kinds import new_installation, site_rename
from models.seeds.masters import load_masters
from models.services.accounts import issue_accounts
from models.services.expiry import is_expired, last_day, remind_expiring
from models.services.login import secret_of_mail
from models.services.sessions import purge_logins, start_session
from models.tables.account import Account, AccountRequest
from models.tables.customer import Customer
from models.tables.login import LoginSession
from models.tables.mail import Mail
from models.tables.request import Request
from tests.build import OPERATOR, VIEWER, build_account, build_customer, build_request, build_site

LONG_AGO = datetime(2026, 1, 10, 3, 0, tzinfo=UTC)


def ask(session: Session, name: str = "豊洲商事", mail: str | None = "hanako@example.co.jp") -> AccountRequest:
    made = AccountRequest(
        company_name=name,
        contact_1_person_name="豊洲花子",
        contact_1_phone="0312345678",
        contact_1_mail=mail,
    )
    session.add(made)
    session.flush()
    return made


def test_accounts_are_issued_for_many_requests_at_once_each_with_its_result(db: Engine) -> None:
    with transaction() as session:
        first, second = ask(session), ask(session, "品川商事", mail=None)
        results = issue_accounts(session, [first, second], OPERATOR)
        assert [result.account is not None for result in results] == [True, False]
        assert "メールアドレス" in results[1].reason
        assert (first.state, second.state) == ("issued", "received")
        again = issue_accounts(session, [first], OPERATOR)
        assert again[0].reason
    mail = database().scalars(select(Mail)).one()
    assert mail.recipient == "hanako@example.co.jp"
    secret = secret_of_mail(database(), mail)
    assert secret is not None
    assert secret["link"] not in str(mail.context)


def test_an_account_for_an_application_belongs_to_its_company(db: Engine) -> None:
    with transaction() as session:
        request = build_request(session, new_installation.KIND)
        contract = next(record for record in request.records if record.type == "contract")
        for name, value in {"contact_1_mail": "taro@example.co.jp", "contact_1_person_name": "豊洲太郎"}.items():
            setattr(contract, name, value)
        session.flush()
        account = issue_accounts(session, [request], OPERATOR)[0].account
        assert account is not None
        assert account.customer_id == request.site.customer_id
        assert issue_accounts(session, [request], OPERATOR)[0].reason


def test_the_same_company_name_alone_reaches_nobody_elses_sites_and_the_desk_has_to_choose(db: Engine) -> None:
    with transaction() as session:
        other = Customer(name="豊洲商事")
        session.add(other)
        session.flush()
        asked = ask(session)
        [refused] = issue_accounts(session, [asked], OPERATOR)
        assert "同じ名前の取引先（豊洲商事）が登録されています" in refused.reason
        assert session.scalar(select(func.count(Account.id))) == 0
        asked.customer = other
        session.flush()
        account = issue_accounts(session, [asked], OPERATOR)[0].account
        assert account is not None
        assert account.customer_id == other.id


def test_a_company_that_asks_for_an_account_is_registered_with_its_legal_form(db: Engine) -> None:
    with transaction() as session:
        load_masters(session)
        asked = ask(session)
        for name, value in {"company_type": "kabushiki", "type_position": "after"}.items():
            setattr(asked, name, value)
        session.flush()
        account = issue_accounts(session, [asked], OPERATOR)[0].account
        assert account is not None
        assert account.customer.name == "豊洲商事株式会社"


def test_a_viewer_issues_nothing(db: Engine) -> None:
    with transaction() as session, pytest.raises(Refused):
        issue_accounts(session, [ask(session)], VIEWER)
    assert database().scalar(select(func.count(Account.id))) == 0


def test_an_account_ends_a_month_after_the_last_login(db: Engine) -> None:
    with transaction() as session:
        account = build_account(session, build_customer(session), issued_at=LONG_AGO)
        assert last_day(session, account) == date(2026, 2, 10)
        account.last_login_at = LONG_AGO + timedelta(days=5)
        assert last_day(session, account) == date(2026, 2, 15)
        assert is_expired(session, account)


def test_an_account_ends_when_all_is_closed_and_the_grace_is_over(db: Engine) -> None:
    with transaction() as session:
        site = build_site(session)
        account = build_account(session, site.customer, issued_at=LONG_AGO, last_login_at=now())
        request = build_request(session, site_rename.KIND, site=site)
        assert not is_expired(session, account)
        close(session, request, now() - timedelta(days=29))
        assert not is_expired(session, account)
        close(session, request, now() - timedelta(days=32))
        assert is_expired(session, account)
        account.issued_at = now()
        assert not is_expired(session, account)


def close(session: Session, request: Request, moment: datetime) -> None:
    request.state, request.closed_at = "finished", moment
    session.flush()


def test_one_reminder_is_written_in_the_last_week(db: Engine) -> None:
    with transaction() as session:
        customer = build_customer(session)
        build_account(session, customer, activated_at=LONG_AGO, issued_at=now() - timedelta(days=27))
        build_account(session, customer, activated_at=LONG_AGO, issued_at=now() - timedelta(days=3))
        build_account(session, customer, activated_at=LONG_AGO, issued_at=LONG_AGO)
        assert remind_expiring(session) == 1
        assert remind_expiring(session) == 0


def test_old_logins_are_deleted_and_living_ones_stay(db: Engine) -> None:
    with transaction() as session:
        account = build_account(session, build_customer(session))
        start_session(session, account, "127.0.0.1")
        start_session(session, account, "127.0.0.1")
        session.flush()
        session.scalars(select(LoginSession)).all()[0].last_seen_at = now() - timedelta(days=40)
        session.flush()
        purge_logins(session)
        assert session.scalar(select(func.count(LoginSession.id))) == 1
