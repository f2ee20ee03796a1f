"""What a record's page says of its documents: those issued, the form to stamp, and what has to be done with it next."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from sqlalchemy.orm import Session

from models.services.documents import documents_of, form_of, issuing_refusal, late_words
from models.services.stamping import stamping_of
from models.tables.record import Purpose, Record
from models.tables.upload import Upload
from portal.hooks import current_actor


def documents_shown(session: Session, record: Record, files: Sequence[Upload]) -> dict[str, object]:
    """The same for components/documents.html; `files` are those of the record that the customer may see."""
    actor = current_actor()
    kind = form_of(record)
    issued = documents_of(session, record, actor)  # a letter may be held back, a form never is
    stamping = stamping_of(session, record, issued)
    stamped = max(
        (file for file in files if file.purpose == Purpose.STAMPED_FORM), key=lambda file: file.added_at, default=None
    )
    return {
        "issued": [
            {
                "name": document.file_name,
                "url": url_for("portal.fetch_document", document_id=document.id),
                "size": None,
                "stored_at": document.issued_at,
                "who": document.label,
                "is_current": document is stamping.form and stamping.is_current,
                "note": None if document.is_ready else late_words(document),
            }
            for document in issued
        ],
        "form": kind,
        "is_due": kind is not None and record.is_editable,
        "is_stamped": stamping.is_stamped_by(stamped.added_at if stamped else None),
        "is_another": stamped is not None and stamped.has_other_number,
        "has_form": stamping.form is not None,
        "is_current": stamping.is_current and stamping.form is not None,
        "refusal": issuing_refusal(record, kind, actor) if kind else None,
    }
