"""Issuing the form of a record, and fetching a document."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.base.db import database, transaction
from models.base.errors import Refused
from models.services.documents import (
    documents_of,
    form_of,
    issue,
    issuing_refusal,
    late_words,
    pdf_of,
)
from models.services.queries import own_document, own_record
from models.services.stamping import stamping_of
from models.tables.record import Purpose, Record
from models.tables.upload import Upload
from portal.access import shown_to_desk
from portal.blueprint import portal
from portal.hooks import current_actor

# A page that waits for a PDF looks again by itself.
LOOK_AGAIN_SECONDS = "3"


@portal.post("/records/<int:record_id>/documents")
def issue_form(record_id: int) -> ResponseReturnValue:
    """Issues the form that the customer puts a seal on; pressed twice, it is still one."""
    actor = current_actor()
    with transaction() as session:
        record = own_record(session, actor, record_id, lock=True)
        kind = form_of(record)
        if kind is None:
            raise Refused("この情報には申込書がありません。")
        label = issue(session, record, kind, actor).label
    flash(f"{label}を発行しました。印刷して押印し、この画面から追加してください。", "success")
    return redirect(url_for("portal.show_record", record_id=record_id, _anchor="documents"), 303)


@portal.get("/documents/<int:document_id>")
@shown_to_desk
def fetch_document(document_id: int) -> ResponseReturnValue:
    """The PDF as a download; in the seconds before it exists, a page that waits for it."""
    document = own_document(database(), current_actor(), document_id)
    if not document.is_ready:
        page = render_template("portal/document_waits.html", document=document, words=late_words(document))
        return page, 202, {"Refresh": LOOK_AGAIN_SECONDS}
    answer = Response(pdf_of(database(), document), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(document.file_name)}"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def documents_shown(session: Session, record: Record, files: Sequence[Upload]) -> dict[str, object]:
    """What the record's page says of its documents: those issued, the form to stamp, and what has to be done with it next."""
    actor = current_actor()
    kind = form_of(record)
    stamping = stamping_of(session, record)
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
            for document in documents_of(session, record, actor)
        ],
        "form": kind,
        "is_due": kind is not None and record.is_editable,
        "is_stamped": stamping.is_stamped_by(
            max((file.added_at for file in files if file.purpose == Purpose.STAMPED_FORM), default=None)
        ),
        "has_form": stamping.form is not None,
        "is_current": stamping.is_current and stamping.form is not None,
        "refusal": issuing_refusal(record, kind, actor) if kind else None,
    }
