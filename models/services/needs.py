"""What must be there before a move: gathered once for many records (SPEC §4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base.workflow import Need, Status
from models.services.checking import problems_in
from models.tables.event import Action, Event
from models.tables.record import Purpose, Record
from models.tables.upload import Upload

FILES = {
    Need.STAMPED_FORM: Purpose.STAMPED_FORM,
    Need.SHEET: Purpose.SHEET,
    Need.BLANK_SHEET: Purpose.BLANK_SHEET,
    Need.LETTER: Purpose.LETTER,
}


@dataclass
class Evidence:
    """When the newest file of each purpose came, and when the fields were last changed, by record."""

    newest: dict[tuple[int, str], datetime] = field(default_factory=dict)
    edited: dict[int, datetime] = field(default_factory=dict)


def gather(session: Session, records: Sequence[Record], target: Status) -> Evidence:
    """Reads what the needs of a move to `target` ask about, for all records at once."""
    if not any(need in FILES for record in records for need in record.workflow.needs.get(target, ())):
        return Evidence()
    ids = [record.id for record in records]
    files = select(Upload.record_id, Upload.purpose, func.max(Upload.added_at)).where(Upload.record_id.in_(ids))
    edits = select(Event.record_id, func.max(Event.at)).where(Event.record_id.in_(ids), Event.action == Action.EDITED)
    return Evidence(
        {
            (record_id, purpose): at
            for record_id, purpose, at in session.execute(files.group_by(Upload.record_id, Upload.purpose))
        },
        {record_id: at for record_id, at in session.execute(edits.group_by(Event.record_id)) if record_id},
    )


def missing(session: Session, record: Record, target: Status, comment: str | None, evidence: Evidence) -> Need | None:
    """The first need of this move that is not met, or None."""
    for need in record.workflow.needs.get(target, ()):
        if not _is_met(session, need, record, comment, evidence):
            return need
    return None


def _is_met(session: Session, need: Need, record: Record, comment: str | None, evidence: Evidence) -> bool:
    if need is Need.COMPLETE:
        return not problems_in(session, record, record.values(), is_complete=True)
    if need is Need.COMMENT:
        return bool(comment and comment.strip())
    uploaded = evidence.newest.get((record.id, FILES[need]))
    if need is Need.STAMPED_FORM and uploaded:
        # A form stamped before the last change says something else than the record (SPEC §4).
        edited = evidence.edited.get(record.id)
        return edited is None or uploaded >= edited
    return uploaded is not None
