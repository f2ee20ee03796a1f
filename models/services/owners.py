"""Accounts and operators alike, as the owners of logins: what mails call them, and that they are told what happens to their login."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.base.actor import Role
from models.base.clock import moment_text, now
from models.services.outbox import Letter, write_mail
from models.tables.account import Account
from models.tables.mail import MailKey
from models.tables.operator import Operator

OWNERS: Mapping[str, type[Account] | type[Operator]] = {
    Operator.__tablename__: Operator,
    Account.__tablename__: Account,
}
CUSTOMERS_CONTACT = "窓口"
MOST_PEOPLE = 200  # whom one word may mean; more than that is no search for somebody


def people_called(session: Session, owners: type[Account] | type[Operator], words: str) -> Sequence[int]:
    """The numbers of those whose user name or name holds the words, at most MOST_PEOPLE."""
    name: Any = owners.person_name if owners is Account else owners.name  # type: ignore[union-attr]
    meant = or_(owners.user_name.contains(words, autoescape=True), name.contains(words, autoescape=True))
    return session.scalars(select(owners.id).where(meant).order_by(owners.id).limit(MOST_PEOPLE)).all()


def person_name(owner: Account | Operator) -> str:
    """What the person is called."""
    return owner.person_name if isinstance(owner, Account) else owner.name


def introduction(owner: Account | Operator) -> dict[str, str]:
    """What every mail about a login says of its owner."""
    company = owner.customer.name if isinstance(owner, Account) else ""
    return {"name": person_name(owner), "company": company, "user_name": owner.user_name}


def login_changed_letter(owner: Account | Operator, what: str) -> Letter:
    """The mail of tell_login_changed(), before it is written. Customers turn to the desk, and the desk's people to an administrator."""
    contact = CUSTOMERS_CONTACT if isinstance(owner, Account) else Role.ADMINISTRATOR.label
    context = {**introduction(owner), "what": what, "at": moment_text(now()), "contact": contact}
    return Letter(MailKey.LOGIN_CHANGED, owner.mail, context)


def tell_login_changed(session: Session, owner: Account | Operator, what: str) -> None:
    """Writes to the owner's address what happened to the login: whoever did not do it oneself learns of it."""
    letter = login_changed_letter(owner, what)
    write_mail(session, letter.key, letter.recipient, letter.context)
