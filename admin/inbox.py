"""The start page: what waits for the desk, overdue first, then oldest (SPEC §11)."""

from __future__ import annotations

from collections import Counter

from flask import render_template
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin.blueprint import desk
from models.base.clock import today
from models.base.db import database
from models.base.workflow import Side
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site

SHOWN = 200


@desk.get("/")
def show_inbox() -> str:
    """All record types together."""
    waiting = (
        select(Record)
        .where(Record.side == Side.PROVIDER.value)
        .options(joinedload(Record.request).joinedload(Request.site).joinedload(Site.customer))
    )
    records = (
        database()
        .scalars(
            waiting.order_by(Record.due_on.is_(None), Record.due_on, Record.status_changed_at, Record.id).limit(SHOWN)
        )
        .all()
    )
    counts = Counter(record.title for record in records)
    return render_template("admin/inbox.html", records=records, counts=counts, today=today())
