"""Issuing the form of a record, and fetching a document."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from models.base.db import database, transaction
from models.base.errors import Invalid, Refused
from models.services.documents import form_of, issue, late_words, pdf_of
from models.services.queries import own_document, own_record
from models.services.scans import PDF
from portal.access import shown_to_desk
from portal.blueprint import portal
from portal.hooks import current_actor
from portal.record_page import record_form
from portal.records import fields_were_sent, save_typed, wrong_page
from web.downloads import download

# A page that waits for a PDF looks again by itself.
LOOK_AGAIN_SECONDS = "3"


@portal.post("/records/<int:record_id>/documents")
def issue_form(record_id: int) -> ResponseReturnValue:
    """Issues the form that the customer puts a seal on, of what is typed by now; pressed twice, it is still one."""
    actor, form = current_actor(), None
    try:
        with transaction() as session:
            record = own_record(session, actor, record_id, lock=True)
            kind = form_of(record)
            if kind is None:
                raise Refused("この情報には申込書がありません。")
            if fields_were_sent(record):
                form = record_form(session, record, is_sent=True)
                save_typed(session, record, form)
            label = issue(session, record, kind, actor).label
    except Invalid as wrong:
        return wrong_page(record_id, form, wrong)
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
    return download(pdf_of(database(), document), PDF, document.file_name)
