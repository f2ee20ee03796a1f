"""Records as an act needs them: locked, as they are now, with all that it asks of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session, joinedload, selectin_polymorphic

from models.base.db import among
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site

TABLE = cast(Table, Record.__table__)


def lock_records(session: Session, ids: Sequence[int], with_fields: bool = True) -> list[Record]:
    """Records locked for this transaction, as they are now, with all that a move asks of them; in the order of their numbers.

    `with_fields`: their types' own columns and the plan too, which many moves do not ask about.
    """
    session.flush()
    # The bare rows first: a lock and a join together would lock what is joined too.
    there = among(session, TABLE.c.id, ids)
    session.execute(select(TABLE.c.id).where(there).order_by(TABLE.c.id).with_for_update())
    site = joinedload(Record.request).joinedload(Request.site)
    ways = [site.joinedload(Site.customer)]
    if with_fields:
        ways += [selectin_polymorphic(Record, Record.__subclasses__()), site.joinedload(Site.line_plan)]
    found = select(Record).where(there).order_by(Record.id).options(*ways)
    return list(session.scalars(found.execution_options(populate_existing=True)))
