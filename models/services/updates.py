"""What the desk changed on a company's records, and how far an account has looked (UX "Header")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import Select, bindparam, func, select, update
from sqlalchemy.orm import Session, contains_eager, raiseload

from models.base.actor import WRITERS
from models.base.fields import specs_of
from models.base.numbers import LARGEST_KEY
from models.services.queries import tells_of_held_letter
from models.tables.account import Account
from models.tables.event import Action, Event
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site

TOLD = (Action.MOVED, Action.CORRECTED, Action.CANCELLED, Action.TAKEN_BACK, Action.UPLOADED, Action.EDITED)
# Whose work a record is at the desk is none of the customer's business.
INTERNAL = frozenset({"assignee_id"})
MOST = 100  # beyond that, one more or less makes no difference to the reader
PAGE = 30


@dataclass(frozen=True)
class Update:
    """One change of the desk, for reading."""

    event: Event
    record: Record
    is_unread: bool

    @property
    def edited(self) -> dict[str, str]:
        """The labels of the fields that the desk wrote, by name; empty for anything but an edit."""
        specs = specs_of(type(self.record))
        names = _shown_names(self.event)
        return {name: specs[name].full_label for name in names if name in specs}


def unread_count(session: Session, account: Account) -> int:
    """How many changes the account has not marked as read, counted up to MOST; for every page's head."""
    asked = {"customer": account.customer_id, "seen": account.seen_up_to, "since": account.created_at}
    count, before = 0, LARGEST_KEY
    while count < MOST:
        rows = session.execute(_unread(), {**asked, "before": before}).all()
        count += sum(1 for row in rows if _is_told(row.action, row.changes))
        if len(rows) < MOST:
            break
        before = rows[-1].id
    return min(count, MOST)


@cache
def _unread() -> Select[Any]:
    """Asked for every page, and so made once."""
    newer = (Event.id > bindparam("seen"), Event.at >= bindparam("since"), Event.id < bindparam("before"))
    found = _all_changes().with_only_columns(Event.id, Event.action, Event.changes).where(*newer)
    return found.order_by(Event.id.desc()).limit(MOST)


def updates_of(session: Session, account: Account, before: int | None = None) -> tuple[Sequence[Update], int | None]:
    """A page of changes, newest first, and the number of the event that the next page begins before; the records' own fields are not read."""
    ways = (contains_eager(Record.request).contains_eager(Request.site), raiseload("*", sql_only=True))
    found = _changes(account).with_only_columns(Event, Record).order_by(Event.id.desc())
    if before is not None:
        found = found.where(Event.id < before)
    with session.execute(found.options(*ways).execution_options(yield_per=PAGE + 1)) as rows:
        told = list(islice((row for row in rows if _is_told(row[0].action, row[0].changes)), PAGE + 1))
    updates = [Update(event, record, _is_unread(event, account)) for event, record in told[:PAGE]]
    return updates, updates[-1].event.id if len(told) > PAGE else None


def mark_seen(session: Session, account: Account, up_to: int) -> None:
    """Notes that the account has seen every change up to that event, as far as there are any; never takes it back."""
    newest = session.scalar(_changes(account).with_only_columns(func.max(Event.id))) or 0
    rows = update(Account).where(Account.id == account.id, Account.seen_up_to < min(up_to, newest))
    session.execute(rows.values(seen_up_to=min(up_to, newest)))  # looking is no change that a history would tell of


def _changes(account: Account) -> Select[Any]:
    """The desk's events on the company's records, as far as the company may know of them."""
    return _all_changes().params(customer=account.customer_id)


def _all_changes() -> Select[Any]:
    joined = select(Event).join(Record, Record.id == Event.record_id).join(Record.request).join(Request.site)
    return joined.where(
        Site.customer_id == bindparam("customer"),
        Event.actor_role.in_(sorted(WRITERS)),
        Event.action.in_([action.value for action in TOLD]),
        ~tells_of_held_letter(),
    )


def _is_unread(event: Event, account: Account) -> bool:
    # What happened before there was this account is no news to it.
    return event.id > account.seen_up_to and event.at >= account.created_at


def _is_told(action: str, changes: dict[str, object] | None) -> bool:
    # Asked while rows come in, so that no number of those that are not told crowds out what is.
    return action != Action.EDITED or bool(set(changes or {}) - INTERNAL)


def _shown_names(event: Event) -> list[str]:
    return [name for name in event.changes or {} if name not in INTERNAL] if event.action == Action.EDITED else []
