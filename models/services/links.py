"""Links that are mailed and work once: to set a password, or to prove that a mail address is one's own (SPEC §8)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.base.clock import now, span_text
from models.base.db import database
from models.base.errors import Refused
from models.base.settings import settings
from models.services.addresses import mail_proof_address, password_address
from models.services.tokens import link_token, new_token, nonce_of_link
from models.tables.account import Account
from models.tables.login import LinkPurpose, PasswordLink, owned_by
from models.tables.operator import Operator

DEAD_LINK = "このリンクは使用済みか、有効期限が切れています。"
FOR_PASSWORDS = (LinkPurpose.ISSUE, LinkPurpose.RESET)
EVERY_PURPOSE = tuple(LinkPurpose)


def open_link(
    session: Session, owner: Account | Operator, purpose: LinkPurpose, new_mail: str | None = None
) -> PasswordLink:
    """A new link; those of the same use that were sent before it die."""
    drop_links(session, owner, FOR_PASSWORDS if purpose in FOR_PASSWORDS else (purpose,))
    link = PasswordLink(
        nonce=new_token(),
        purpose=purpose,
        new_mail=new_mail,
        expires_at=now() + timedelta(seconds=_seconds(purpose)),
        **owned_by(owner),
    )
    session.add(link)
    session.flush()
    return link


def _seconds(purpose: LinkPurpose) -> int:
    limits = settings()
    seconds = {
        LinkPurpose.ISSUE: limits.password_link_seconds,
        LinkPurpose.RESET: limits.password_reset_seconds,
        LinkPurpose.MAIL: limits.mail_link_seconds,
    }
    return seconds[purpose]


def period_text(purpose: LinkPurpose) -> str:
    """How long a link of this use lives, for the mail that carries it."""
    return span_text(_seconds(purpose))


def link_address(link: PasswordLink) -> str:
    """The address that the mail carries."""
    token = link_token(link)
    if link.purpose == LinkPurpose.MAIL:
        return mail_proof_address(token)
    return password_address(token, is_desk=link.operator_id is not None)


def drop_links(session: Session, owner: Account | Operator, purposes: Collection[LinkPurpose] = EVERY_PURPOSE) -> int:
    """Makes the owner's open links of these purposes useless; gives their number."""
    unused = update(PasswordLink).filter_by(**owned_by(owner)).where(PasswordLink.used_at.is_(None))
    dropped = unused.where(PasswordLink.purpose.in_(purposes)).values(used_at=now())
    return len(session.execute(dropped.returning(PasswordLink.id)).all())


def find_link(
    token: str, owners: type[Account] | type[Operator], purposes: Collection[LinkPurpose] = FOR_PASSWORDS
) -> PasswordLink:
    """The open link of a token for that kind of owner and use; raises Refused when it is used, old or foreign."""
    nonce = nonce_of_link(token)
    link = database().scalar(select(PasswordLink).where(PasswordLink.nonce == nonce)) if nonce else None
    if link is None or link.used_at or link.expires_at <= now() or not isinstance(link.owner, owners):
        raise Refused(DEAD_LINK)
    if link.purpose not in purposes:  # what proves a mail address sets no password
        raise Refused(DEAD_LINK)
    return link


def use_link(session: Session, link_id: int) -> PasswordLink:
    """Uses a link up and gives it; raises Refused when somebody was faster, however many try at once."""
    unused = update(PasswordLink).where(
        PasswordLink.id == link_id, PasswordLink.used_at.is_(None), PasswordLink.expires_at > now()
    )
    if session.execute(unused.values(used_at=now()).returning(PasswordLink.id)).first() is None:
        raise Refused(DEAD_LINK)
    return session.get_one(PasswordLink, link_id)
