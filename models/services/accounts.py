"""Issuing accounts, and asking for one (SPEC §8)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.base.clock import today
from models.base.errors import Invalid, Refused
from models.base.fields import problems_of, specs_of
from models.base.settings import settings
from models.records.contract import ContractRecord
from models.services.addresses import desk_account_request_address
from models.services.audit import note
from models.services.expiry import is_disabled, last_day
from models.services.links import period_text
from models.services.masters import masters_on
from models.services.outbox import Letter, write_mail
from models.services.passwords import LINK_LATER, send_link
from models.tables.account import Account, AccountRequest, AccountRequestState
from models.tables.customer import Customer
from models.tables.event import Action
from models.tables.login import LinkPurpose
from models.tables.mail import MailKey
from models.tables.request import Request

NAMESAKE = (
    "同じ名前の取引先（{}）が登録されています。申請の「取引先」でその会社を選ぶか、"
    "別の会社のときは新しい取引先を登録して選んでから、払い出してください。"
)
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are mistaken for one another on paper


@dataclass(frozen=True)
class Issue:
    """What became of one row of a bulk issue: an account, or the reason why not."""

    subject: Request | AccountRequest
    account: Account | None
    reason: str = ""


def issue_accounts(session: Session, subjects: Sequence[Request | AccountRequest], actor: Actor) -> list[Issue]:
    """Issues an account for each application or account request and mails its link; one result per row. Raises Refused without the role."""
    if not actor.may_write:
        raise Refused("アカウントを払い出す権限がありません。")
    return [_issue(session, subject, actor) for subject in subjects]


def _issue(session: Session, subject: Request | AccountRequest, actor: Actor) -> Issue:
    session.refresh(subject, with_for_update=True)  # two operators at once issue one account
    if reason := issue_obstacle(session, subject):
        return Issue(subject, None, reason)
    contact = _contact(session, subject)
    account = Account(
        customer=_customer_of(session, subject),
        user_name=_new_user_name(session),
        person_name=contact.contact_1_person_name,
        mail=contact.contact_1_mail,
        request_id=subject.id if isinstance(subject, Request) else None,
        account_request_id=subject.id if isinstance(subject, AccountRequest) else None,
    )
    session.add(account)
    if isinstance(subject, AccountRequest):
        subject.state = AccountRequestState.ISSUED
    session.flush()
    _send(session, account, actor)
    return Issue(subject, account)


def issue_obstacle(session: Session, subject: Request | AccountRequest) -> str:
    """Why no account can be issued for this, in Japanese; empty when it can. Reads only: plans ask here."""
    if isinstance(subject, Request) and subject.kind.is_change:
        return "アカウントを払い出せるのは、新設申込だけです。"
    if isinstance(subject, AccountRequest) and subject.state != AccountRequestState.RECEIVED:
        return "すでに処理済みの申請です。"
    if isinstance(subject, Request) and _usable_account(session, subject):
        return "この申込のアカウントはすでに払い出されています。"
    if isinstance(subject, AccountRequest) and (namesake := _namesake(session, subject)):
        return NAMESAKE.format(namesake)
    contact = _contact(session, subject)
    if contact is None or not contact.contact_1_mail or not contact.contact_1_person_name:
        return "担当者①の氏名とメールアドレスが登録されていません。"
    return ""


def _send(session: Session, account: Account, actor: Actor) -> None:
    send_link(session, account, LinkPurpose.ISSUE)
    detail = {"user_name": account.user_name}
    note(session, Action.ISSUED, actor, detail=detail, table_name="account", row_id=account.id)


def account_letter(session: Session, subject: Request | AccountRequest) -> Letter:
    """The mail that an account to be issued will get; without its user name and link, which are made then."""
    contact = _contact(session, subject)
    context = {
        "name": contact.contact_1_person_name,
        "user_name": "（払い出し時に決まります）",
        "company": subject.site.customer.name if isinstance(subject, Request) else subject.company_name,
        "link": LINK_LATER,
        "period": period_text(LinkPurpose.ISSUE),
    }
    return Letter(MailKey.ACCOUNT_ISSUED, contact.contact_1_mail, context)


def _usable_account(session: Session, request: Request) -> Account | None:
    own = session.scalars(select(Account).where(Account.request_id == request.id))
    return next(
        (account for account in own if not is_disabled(account) and last_day(session, account) >= today()), None
    )


def _contact(session: Session, subject: Request | AccountRequest) -> Any:
    if isinstance(subject, AccountRequest):
        return subject
    contracts = select(ContractRecord).join(ContractRecord.request).where(Request.site_id == subject.site_id)
    newest_first = session.scalars(contracts.order_by(ContractRecord.id.desc()))
    return next((record for record in newest_first if record.contact_1_mail), None)


def _customer_of(session: Session, subject: Request | AccountRequest) -> Customer:
    if isinstance(subject, Request):
        return subject.site.customer
    # Never found by its name: whoever types another company's name must not reach its sites. The operator chooses it.
    if subject.customer is None:
        subject.customer = Customer(name=_full_name(session, subject))
        session.add(subject.customer)
        session.flush()
    return subject.customer


def _full_name(session: Session, subject: AccountRequest) -> str:
    values = {name: getattr(subject, name) for name in ("company_type", "type_position", "company_name")}
    return masters_on(session).company_name(values)


def _namesake(session: Session, subject: AccountRequest) -> str | None:
    """The name of a company that is there already and was not chosen."""
    if subject.customer is not None:
        return None
    return session.scalar(select(Customer.name).where(Customer.name == _full_name(session, subject)).limit(1))


def _new_user_name(session: Session) -> str:
    while True:
        name = "c" + "".join(secrets.choice(LETTERS) for _ in range(8))
        if session.scalar(select(Account.id).where(Account.user_name == name)) is None:
            return name


def receive_account_request(
    session: Session, values: Mapping[str, Any], actor: Actor, sent_key: str | None = None
) -> AccountRequest:
    """Stores what a company typed, mails a receipt and tells the desk; raises Invalid.

    What a page with `sent_key` asked for already is given again: a form that is sent twice, or by two at once, is one request.
    """
    specs = {name: specs_of(AccountRequest)[name] for name in AccountRequest.section_names()}
    masters = masters_on(session)
    problems = [*problems_of(specs, {**values, **masters.facts}, is_complete=True), *masters.repeated_forms(values)]
    if problems:
        raise Invalid(problems)
    made = AccountRequest(**{name: values.get(name) for name in specs}, sent_key=sent_key)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        return session.scalars(select(AccountRequest).where(AccountRequest.sent_key == sent_key)).one()
    note(session, Action.OPENED, actor, table_name="account_request", row_id=made.id)
    context = {
        "name": made.contact_1_person_name,
        "company": made.company_name,
        "number": made.number,
    }
    write_mail(session, MailKey.ACCOUNT_REQUEST_RECEIVED, made.contact_1_mail, context)
    desk = {**context, "url": desk_account_request_address(made.id)}
    write_mail(session, MailKey.DESK_ACCOUNT_REQUEST, settings().desk_mail, desk)
    return made
