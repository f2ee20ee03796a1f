"""While a rename of a site is open, nothing else of that site is accepted from its customer (SPEC §5).

The gate is one conditional UPDATE of the site's row in the transaction of the write: two simultaneous requests meet at that row, and
the second one sees what the first one did. It stands behind every flush, so that no screen and no script can forget it.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, event, or_, update
from sqlalchemy.orm import Session, UOWTransaction

from models.base.db import database
from models.base.errors import Refused
from models.services.audit import actor_of
from models.tables.document import Document
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site
from models.tables.upload import Upload

REASON = "拠点名変更の手続き中のため、この拠点のほかの申込は受け付けられません。拠点名変更の完了後に操作してください。"


def blocking_rename_id(request: Request) -> int | None:
    """The open rename that blocks the customer from this request, or None. Reads only: pages and hooks ask here."""
    open_rename_id = request.site.open_rename_id
    return open_rename_id if open_rename_id not in {None, request.id} else None


def pass_gate(session: Session, site_id: int, request_id: int | None) -> None:
    """Goes through the site's gate for a write on one of its requests (None: one that is about to be opened); raises Refused."""
    allowed: ColumnElement[bool] = Site.open_rename_id.is_(None)
    if request_id is not None:
        allowed = or_(allowed, Site.open_rename_id == request_id)
    gate = update(Site).where(Site.id == site_id, allowed).values(open_rename_id=Site.open_rename_id)
    passed = session.execute(gate.execution_options(synchronize_session=False))
    if passed.rowcount != 1:  # type: ignore[attr-defined]
        site = session.get_one(Site, site_id, populate_existing=True)
        raise Refused(REASON, site.open_rename_id)


def take_lock(session: Session, rename: Request) -> None:
    """Makes a just opened rename the one open rename of its site; raises Refused when there is one already."""
    taken = session.execute(
        update(Site).where(Site.id == rename.site_id, Site.open_rename_id.is_(None)).values(open_rename_id=rename.id)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise Refused("この拠点には、手続き中の拠点名変更があります。", rename.site.open_rename_id)


def drop_lock(session: Session, rename_ids: Iterable[int]) -> None:
    """Frees the sites of renames that ended."""
    session.execute(update(Site).where(Site.open_rename_id.in_(list(rename_ids))).values(open_rename_id=None))


@event.listens_for(database, "before_flush")
def _guard_customers_writes(session: Session, _context: UOWTransaction, _instances: object) -> None:
    if not actor_of(session).is_customer:
        return
    with session.no_autoflush:
        for request in {
            id(found): found for row in [*session.new, *session.dirty] if (found := _request_of(session, row))
        }.values():
            pass_gate(session, request.site_id, request.id)


def _request_of(session: Session, row: object) -> Request | None:
    if isinstance(row, Upload | Document):
        row = session.get(Record, row.record_id)
    if isinstance(row, Record) and session.is_modified(row):
        return row.request
    return row.request if isinstance(row, Record) and row not in session.dirty else None
