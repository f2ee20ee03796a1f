"""What must be there before a move: gathered once for many records (SPEC §4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base.db import among
from models.base.workflow import Need, Status
from models.services.checking import problems_in
from models.services.stamping import stamping_of
from models.tables.document import Document, DocumentKind
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
    """When the newest file of each purpose came, and which records have an issued letter."""

    newest: dict[tuple[int, str], datetime] = field(default_factory=dict)
    with_letter: set[int] = field(default_factory=set)


def gather(session: Session, records: Sequence[Record], target: Status) -> Evidence:
    """Reads what the needs of a move to `target` ask about, for all records at once."""
    asked = {need for record in records for need in record.workflow.needs.get(target, ())}
    if asked.isdisjoint(FILES):
        return Evidence()
    ids = [record.id for record in records]
    files = select(Upload.record_id, Upload.purpose, func.max(Upload.added_at)).where(
        among(session, Upload.record_id, ids)
    )
    found = session.execute(files.group_by(Upload.record_id, Upload.purpose))
    newest = {(record_id, purpose): at for record_id, purpose, at in found}
    return Evidence(newest, _with_letter(session, ids) if Need.LETTER in asked else set())


def _with_letter(session: Session, ids: Sequence[int]) -> set[int]:
    letters = select(Document.record_id).where(
        among(session, Document.record_id, ids), Document.kind == DocumentKind.ACCEPTANCE_LETTER.value
    )
    return set(session.scalars(letters))


def missing(session: Session, record: Record, target: Status, comment: str | None, evidence: Evidence) -> Need | None:
    """The first need of this move that is not met, or None."""
    for need in record.workflow.needs.get(target, ()):
        if not _is_met(session, need, record, comment, evidence):
            return _in_words(need, record, evidence)
    return None


def _in_words(need: Need, record: Record, evidence: Evidence) -> Need:
    # A form that was sent but says something else by now needs other words than one that was never sent.
    is_sent = need is Need.STAMPED_FORM and (record.id, Purpose.STAMPED_FORM.value) in evidence.newest
    return Need.STAMPED_ANEW if is_sent else need


def _is_met(session: Session, need: Need, record: Record, comment: str | None, evidence: Evidence) -> bool:
    if need is Need.COMPLETE:
        return not problems_in(session, record, record.values(), is_complete=True)
    if need is Need.COMMENT:
        return bool(comment and comment.strip())
    uploaded_at = evidence.newest.get((record.id, FILES[need].value))
    if need is Need.STAMPED_FORM:
        return stamping_of(session, record).is_stamped_by(uploaded_at)
    return uploaded_at is not None or (need is Need.LETTER and record.id in evidence.with_letter)
