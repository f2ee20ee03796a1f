"""New mail addresses: a customer's is proved by a link that is sent there; the old one works until then, and is told (SPEC §8)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, select
from sqlalchemy import inspect as inspect_row
from sqlalchemy.orm import Session, UOWTransaction

from models.base.actor import Actor
from models.base.clock import now
from models.base.db import database, transaction
from models.base.errors import Invalid, Problem, Refused
from models.base.fields import specs_of
from models.services.attempts import count_form
from models.services.links import DEAD_LINK, drop_links, find_link, open_link, period_text, use_link
from models.services.outbox import write_mail
from models.services.owners import introduction
from models.services.passwords import require_password
from models.tables.account import Account
from models.tables.login import LinkPurpose, PasswordLink, owned_by
from models.tables.mail import MailKey
from models.tables.operator import Operator

PURPOSES = (LinkPurpose.MAIL,)


def request_mail_change(account: Account, typed: str, password: str, actor: Actor) -> PasswordLink:
    """Mails a link to the new address; an earlier change that was not confirmed is off. Raises Invalid or TooMany. A whole act of its own."""
    new_mail = _new_address(account, typed)
    require_password(account, password, actor)
    with transaction() as session:
        count_form(session, f"mail_change:{account.id}")
        link = open_link(session, account, LinkPurpose.MAIL, new_mail)
        context = {**introduction(account), "period": period_text(LinkPurpose.MAIL)}
        write_mail(session, MailKey.MAIL_CHANGE, new_mail, context, link_id=link.id, expires_at=link.expires_at)
    return link


def _new_address(account: Account, typed: str) -> str:
    kind = specs_of(Account)["mail"].kind
    new_mail = kind.normalise(typed)
    message = kind.problem(new_mail)
    if new_mail == account.mail:
        message = "現在のメールアドレスと同じです。新しいメールアドレスを入力してください"
    if message:
        raise Invalid([Problem("new_mail", message)])
    return new_mail


def pending_mail_change(session: Session, account: Account) -> PasswordLink | None:
    """The change that waits for its confirmation, if there is one."""
    waiting = select(PasswordLink).filter_by(**owned_by(account), purpose=LinkPurpose.MAIL)
    waiting = waiting.where(PasswordLink.used_at.is_(None), PasswordLink.expires_at > now())
    return session.scalars(waiting.order_by(PasswordLink.id.desc()).limit(1)).first()


def cancel_mail_change(session: Session, account: Account) -> bool:
    """Makes the link useless; says whether there was one."""
    return drop_links(session, account, PURPOSES) > 0


def find_mail_link(token: str, account: Account) -> PasswordLink:
    """The open link of a token, if it is this account's; raises Refused. Whoever was sent it by mistake is somebody else."""
    link = find_link(token, Account, PURPOSES)
    if link.account_id != account.id:
        raise Refused(DEAD_LINK)
    return link


def confirm_mail_change(link: PasswordLink, account: Account) -> None:
    """The new address takes the old one's place, which is told (below). Raises Refused. A whole act of its own."""
    link_id = link.id
    with transaction() as session:
        new_mail = use_link(session, link_id).new_mail
        if new_mail is None:
            raise Refused(DEAD_LINK)
        account.mail = new_mail


@event.listens_for(database, "before_flush")
def _tell_the_old_address(session: Session, _context: UOWTransaction, _instances: object) -> None:
    # Whoever changes a login's address, its owner or the desk: the old one is told, and what was mailed there leads nowhere.
    for row in list(session.dirty):
        if not isinstance(row, Account | Operator) or not _is_moved(row):
            continue
        with session.no_autoflush:
            # Asked of the database: a row that was not read before it was written knows no old value.
            old_mail = session.scalar(select(type(row).mail).where(type(row).id == row.id))
            if old_mail and old_mail != row.mail:
                drop_links(session, row)
                write_mail(session, MailKey.MAIL_CHANGED, old_mail, introduction(row))


def _is_moved(row: Account | Operator) -> bool:
    state: Any = inspect_row(row)
    return bool(state.attrs["mail"].history.has_changes())
