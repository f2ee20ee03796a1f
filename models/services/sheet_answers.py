"""What is set up at a site now: the answers of its newest accepted sheet, so that a change begins with them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.workflow import Status
from models.rules.sheet_layout import answers_on
from models.tables.record import Purpose, Record
from models.tables.request import Request
from models.tables.upload import Upload


def answers_in_force(session: Session, record: Record) -> dict[str, str]:
    """By the titles of the sheet's rows; empty where no sheet was accepted, or one that the desk made elsewhere."""
    found = select(Upload.cells).join(Upload.record).join(Record.request)
    found = found.where(
        Request.site_id == record.request.site_id,
        Record.id != record.id,
        Record.status_code == Status.ACCEPTED.value,
        Upload.purpose == Purpose.SHEET.value,
    )
    cells = session.scalar(found.order_by(Record.status_changed_at.desc(), Upload.id.desc()).limit(1))
    return answers_on(cells or {})
