"""What the database should hold by its own histories, for the doctor to compare with what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base.actor import Role
from models.base.kind import KINDS
from models.base.settings import settings
from models.base.workflow import Status
from models.records.site_name import SiteNameRecord
from models.rules.names import claim_name
from models.services.notices import TO_DESK, key_for
from models.tables.account import Account
from models.tables.event import Action, Event
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site, SiteVersion

BATCH = 5000


@dataclass(frozen=True)
class Move:
    """One step of a record's history; an opening has no source. `is_told`: a mail may be due, which openings and steps back have none of."""

    event_id: int
    record_id: int
    source: str | None
    target: str
    is_customers: bool
    is_told: bool
    at: datetime
    customer_id: int


def moves_of(session: Session) -> Iterator[Move]:
    """Every step of every record, a record's own in the order in which they were made."""
    steps = (
        select(
            Event.id,
            Record.id,
            Event.from_status,
            Event.to_status,
            Event.actor_role,
            Event.action,
            Event.at,
            Site.customer_id,
        )
        .join(Record, Event.record_id == Record.id)
        .join(Request, Record.request_id == Request.id)
        .join(Site, Request.site_id == Site.id)
        .where(Event.to_status.is_not(None))
        .order_by(Event.record_id, Event.id)
    )
    for row in session.execute(steps.execution_options(yield_per=BATCH)):
        event_id, record_id, source, target, role, action, at, customer_id = row
        is_customers, is_told = role == Role.CUSTOMER, action not in {Action.OPENED, Action.TAKEN_BACK}
        yield Move(event_id, record_id, source, target or "", is_customers, is_told, at, customer_id)


@dataclass
class Wanted:
    """How many mails of one key a record's moves ask for: at least `least` together, at most `most` to one recipient."""

    least: int = 0
    most: int = 0


def expected_mails(session: Session) -> dict[tuple[int, str], Wanted]:
    """What the moves ask for by (record, mail). A company whose accounts may have been out of use just then need not have been told."""
    surely = _surely_told(session)
    found: dict[tuple[int, str], Wanted] = {}
    for move in moves_of(session):
        if not move.is_told:
            continue
        target = Status(move.target)
        key = TO_DESK.get(target) if move.is_customers else key_for(target)
        if key is None:
            continue
        wanted = found.setdefault((move.record_id, key.value), Wanted())
        wanted.most += 1
        if move.is_customers or any(start <= move.at <= end for start, end in surely.get(move.customer_id, ())):
            wanted.least += 1
    return found


def _surely_told(session: Session) -> dict[int, list[tuple[datetime, datetime]]]:
    # Within the grace period after its issue no rule can have ended an account that the desk has not limited.
    unlimited = select(Account.customer_id, Account.issued_at).where(
        Account.disabled_at.is_(None), Account.expires_on.is_(None)
    )
    days = timedelta(days=min(settings().account_grace_days, settings().account_idle_days) - 1)
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    for customer_id, issued_at in session.execute(unlimited):
        found.setdefault(customer_id, []).append((issued_at, issued_at + days))
    return found


def names_of_sites(session: Session) -> dict[tuple[int, int | None], str]:
    """The names that should be claimed: of every site (key: site, none) and of every open rename (key: site, request)."""
    table = SiteNameRecord
    given = (
        select(Request.site_id, Request.id, Request.kind_code, Request.closed_at, table.short_name, table.location_name)
        .select_from(table)
        .join(Request, table.request_id == Request.id)
        .where(func.length(table.short_name) > 0, func.length(table.location_name) > 0)
    )
    current = _current_records(session)
    found: dict[tuple[int, int | None], str] = {}
    for record_id, site_id, request_id, kind, closed_at, short, location in session.execute(
        given.with_only_columns(table.id, *given.selected_columns).order_by(table.id.desc())
    ):
        is_rename = KINDS[kind].is_exclusive
        if is_rename and closed_at is None:
            found[site_id, request_id] = claim_name(short, location)
        # Before any name was accepted, a site is called as its new installation said.
        if record_id == current.get(site_id) or (site_id not in current and not is_rename):
            found[site_id, None] = claim_name(short, location)
    return found


def _current_records(session: Session) -> dict[int, int]:
    newest = (
        select(SiteVersion.site_id, SiteVersion.record_id)
        .where(SiteVersion.type == SiteNameRecord.type_code())
        .order_by(SiteVersion.effective_on, SiteVersion.id)
    )
    return {row.site_id: row.record_id for row in session.execute(newest)}
