"""Limits that every worker shares: one row for each key and window (RELIABILITY §1). Nobody is ever locked out for good."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import case, update
from sqlalchemy.orm import Session

from models.base.clock import now, span_text
from models.base.db import insert_into
from models.base.errors import Refused
from models.base.settings import settings
from models.services.tokens import digest
from models.tables.login import AttemptCount

TABLE = AttemptCount.__table__


class TooMany(Refused):
    """Tried too often; the text says when to try again."""


def count_attempt(session: Session, subject: str, seconds: int) -> int:
    """Counts one more attempt for the subject and gives the number of those in the current window."""
    moment = now()
    is_over = TABLE.c.window_started_at <= moment - timedelta(seconds=seconds)
    statement = insert_into(session, TABLE).values(key=digest("attempt", subject), window_started_at=moment, count=1)
    statement = statement.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "count": case((is_over, 1), else_=TABLE.c.count + 1),
            "window_started_at": case((is_over, moment), else_=TABLE.c.window_started_at),
        },
    )
    return int(session.execute(statement.returning(TABLE.c.count)).scalar_one())


def network_of(address: str) -> str:
    """What is counted as one place: an address, of IPv6 the network, whose addresses a single machine may all use in turn."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:  # a socket of this machine has none
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))


def place_subject(act: str, address: str) -> str:
    """What counts the attempts of one place at something."""
    return f"{act}@{network_of(address)}"


def login_subject(table_name: str, user_name: str) -> str:
    """What counts the attempts to sign in as somebody, wherever the password is asked for."""
    return f"login:{table_name}:{user_name}"


def forgive_attempt(session: Session, subject: str) -> None:
    """Takes one attempt back: it was not a failure."""
    counted = update(AttemptCount).where(AttemptCount.key == digest("attempt", subject), AttemptCount.count > 0)
    session.execute(counted.values(count=AttemptCount.count - 1), execution_options={"synchronize_session": False})


def count_form(session: Session, subject: str) -> None:
    """Counts one more form that is begun or sent; raises TooMany beyond the hourly limit (RELIABILITY §1)."""
    limits = settings()
    if count_attempt(session, subject, limits.form_limit_seconds) > limits.form_limit:
        raise too_many(limits.form_limit_seconds)


def too_many(seconds: int) -> TooMany:
    """The refusal of an attempt beyond the limit."""
    return TooMany(
        f"続けて操作された回数が上限に達しました。{span_text(seconds)}ほどたってから、もう一度お試しください。"
    )
