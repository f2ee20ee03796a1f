"""Records as an act needs them: locked, as they are now, with all that it asks of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session, joinedload, selectin_polymorphic

from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site

TABLE = cast(Table, Record.__table__)


def lock_records(session: Session, ids: Sequence[int]) -> list[Record]:
    """Records locked for this transaction, as they are now, with all that a move asks of them; in the order of their numbers."""
    session.flush()
    # The bare rows first: a lock and a join together would lock what is joined too.
    session.execute(select(TABLE.c.id).where(TABLE.c.id.in_(ids)).order_by(TABLE.c.id).with_for_update())
    site = joinedload(Record.request).joinedload(Request.site)
    ways = (
        selectin_polymorphic(Record, Record.__subclasses__()),
        site.joinedload(Site.customer),
        site.joinedload(Site.line_plan),
    )
    found = select(Record).where(Record.id.in_(ids)).order_by(Record.id).options(*ways)
    return list(session.scalars(found.execution_options(populate_existing=True)))
