"""Whether the stamped form still says what the record says (SPEC §4: uploaded after the last change of what the form prints)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.records.contract import ContractRecord
from models.services.documents import form_of, newest_among, newest_of
from models.services.printing import fingerprint_of, printed_records
from models.tables.document import Document
from models.tables.event import Action, Event
from models.tables.record import Record


@dataclass(frozen=True)
class Stamping:
    """The newest form that was issued, whether it says what the record says now, and since when the record has said it."""

    form: Document | None
    is_current: bool
    changed_at: datetime | None

    def is_stamped_by(self, uploaded_at: datetime | None) -> bool:
        """Whether a stamped form that came at that moment counts."""
        if uploaded_at is None or not self.is_current:
            return False
        return self.changed_at is None or uploaded_at >= self.changed_at


def stamping_of(session: Session, record: Record, issued: Sequence[Document] | None = None) -> Stamping:
    """How the record stands to its form; `issued` are its documents where they were read already. Reads only.

    A form that was never issued here (the desk may have sent one by post) is compared with the last edit of what it would print.
    """
    kind = form_of(record)
    if kind is None or not isinstance(record, ContractRecord):
        return Stamping(None, is_current=True, changed_at=None)
    form = newest_of(session, record, kind) if issued is None else newest_among(issued, kind)
    if form is None:
        return Stamping(None, is_current=True, changed_at=_edited_at(session, printed_records(record)))
    # An edition is issued only when something changed (documents.issue), so the newest one's day is the last change's.
    return Stamping(form, form.fingerprint == fingerprint_of(session, record, kind), form.issued_at)


def _edited_at(session: Session, shown: list[Record]) -> datetime | None:
    """When a field that the form prints was last edited: a new due date or assignee changes no form."""
    fields = {record.id: set(type(record).specs_for(record.facts())) for record in shown}
    edits = select(Event.record_id, Event.changes, Event.at).where(
        Event.record_id.in_(fields), Event.action == Action.EDITED.value
    )
    for record_id, changes, at in session.execute(edits.order_by(Event.at.desc(), Event.id.desc())):
        if not fields[record_id].isdisjoint(changes or {}):
            return at  # type: ignore[no-any-return]
    return None
