"""Until when an account may be used (SPEC §8)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from models.base.clock import JAPAN, day_text, now, today
from models.base.settings import settings
from models.services.addresses import login_address
from models.services.outbox import write_mail
from models.tables.account import Account
from models.tables.mail import MailKey
from models.tables.request import Request
from models.tables.site import Site

SITES, REQUESTS = Site.__table__, Request.__table__
# Asked for every page of a customer, and so made once.
CLOSED = (
    select(func.count(REQUESTS.c.id), func.count(REQUESTS.c.closed_at), func.max(REQUESTS.c.closed_at))
    .select_from(REQUESTS.join(SITES, SITES.c.id == REQUESTS.c.site_id))
    .where(SITES.c.customer_id == bindparam("customer"))
)


def last_day(session: Session, account: Account) -> date:
    """The last day on which the account works: a month without login, or the grace period after all its company's requests were closed."""
    seen = max(account.issued_at, account.last_login_at or account.issued_at)
    days = [_day(seen) + timedelta(days=settings().account_idle_days)]
    if closed := _all_closed_at(session, account.customer_id):
        days.append(_day(max(closed, account.issued_at)) + timedelta(days=settings().account_grace_days))
    if account.expires_on:
        days.append(account.expires_on)
    return min(days)


def _all_closed_at(session: Session, customer_id: int) -> datetime | None:
    total, closed, latest = session.execute(CLOSED, {"customer": customer_id}).one()
    return latest if total and total == closed else None


def _day(moment: datetime) -> date:
    return moment.astimezone(JAPAN).date()


def is_disabled(account: Account) -> bool:
    """Whether the desk has stopped the account."""
    return account.disabled_at is not None and account.disabled_at <= now()


def is_usable() -> ColumnElement[bool]:
    """What a query asks of accounts: neither stopped by the desk nor beyond the day that it gave them."""
    is_going_on = Account.disabled_at.is_(None) | (Account.disabled_at > now())
    return is_going_on & (Account.expires_on.is_(None) | (Account.expires_on >= today()))


def is_expired(session: Session, account: Account) -> bool:
    """Whether the account may not be used any more, by rule or because the desk stopped it."""
    return is_disabled(account) or last_day(session, account) < today()


def remind_expiring(session: Session) -> int:
    """Writes one reminder to each account that ends within the reminder's days; gives their number. Called by the worker every day."""
    soon, count = today() + timedelta(days=settings().account_reminder_days), 0
    for account in session.scalars(
        select(Account).where(Account.disabled_at.is_(None), Account.activated_at.is_not(None))
    ):
        last = last_day(session, account)
        if today() <= last <= soon and account.reminded_for != last:
            context = {
                "name": account.person_name,
                "company": account.customer.name,
                "user_name": account.user_name,
                "expires_on": day_text(last),
                "url": login_address(),
            }
            write_mail(session, MailKey.ACCOUNT_EXPIRING, account.mail, context)
            account.reminded_for = last
            count += 1
    return count
