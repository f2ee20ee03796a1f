"""Documents at the desk: issuing the letter of a record, making its parameter sheet, and fetching what was issued."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from admin.blueprint import desk
from admin.record_page import find_record
from models.base.db import database, transaction
from models.base.errors import NotFound, Refused
from models.services.documents import issue, pdf_of
from models.services.locking import lock_records
from models.services.scans import PDF
from models.services.sheet_acts import make_blank
from models.tables.document import Document, DocumentKind
from web.downloads import download


@desk.post("/records/<int:record_id>/documents")
def issue_document(record_id: int) -> ResponseReturnValue:
    """Issues the letter, or the form on the customer's behalf; pressed twice, it is still one."""
    kind = request.form.get("kind", "")
    if kind not in set(DocumentKind):
        raise Refused("発行する書類を選び直してください。")
    with transaction() as session:
        find_record(session, record_id)
        [record] = lock_records(session, [record_id])
        label = issue(session, record, DocumentKind(kind), current_user.actor()).label
    flash(f"{label}を発行しました。", "success")
    return redirect(url_for("desk.show_record", record_id=record_id, _anchor="documents"), 303)


@desk.post("/records/<int:record_id>/sheet")
def make_sheet(record_id: int) -> ResponseReturnValue:
    """Makes the blank parameter sheet from the order's data; pressed twice, it is still one."""
    with transaction() as session:
        find_record(session, record_id)
        [record] = lock_records(session, [record_id])
        name = make_blank(session, record, current_user.actor()).name
    flash(f"「{name}」を作成しました。", "success")
    return redirect(url_for("desk.show_record", record_id=record_id, _anchor="files"), 303)


@desk.get("/documents/<int:document_id>")
def fetch_document(document_id: int) -> Response:
    """The PDF as a download."""
    document = database().get(Document, document_id)
    if document is None:
        raise NotFound
    return download(pdf_of(database(), document), PDF, document.file_name)
