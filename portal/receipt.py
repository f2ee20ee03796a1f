"""The receipt of an application: its number, what happens next, the form to put a seal on (SPEC §7)."""

from __future__ import annotations

from flask import make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.base.db import database
from models.base.errors import NotFound
from models.base.workflow import Side
from models.records.contract import ContractRecord
from models.records.site_name import SiteNameRecord
from models.services.applying import submitted_records
from models.services.documents import late_words, newest_of, pdf_of
from models.services.drafting import idle_time
from models.services.front_page import desk_lines
from models.services.scans import PDF
from models.tables.document import Document, DocumentKind
from models.tables.record import Record
from portal.access import open_to_visitors
from portal.blueprint import portal
from portal.documents import LOOK_AGAIN_SECONDS
from portal.draft_cookie import forget_draft, visited_draft
from web.downloads import download


@portal.get("/apply/receipt")
@open_to_visitors
def show_receipt() -> ResponseReturnValue:
    """What this browser has applied for; it can be opened again until the session ends."""
    records = _records(database())
    if not records:
        return redirect(url_for("portal.apply", page=1), 303)
    contract = next(record for record in records if isinstance(record, ContractRecord))
    name = next(record for record in records if isinstance(record, SiteNameRecord))
    form = newest_of(database(), contract, DocumentKind.APPLICATION_FORM)
    page = render_template(
        "portal/apply/receipt.html",
        application=contract.request,
        contract=contract,
        site_name=name.full_name,
        form_document=form,
        late_words=late_words(form) if form and not form.is_ready else "",
        owed=[record for record in records if record.waits_for is Side.CUSTOMER and record is not contract],
        idle_time=idle_time(),
        desk=desk_lines(database()),
    )
    waiting = {"Refresh": LOOK_AGAIN_SECONDS} if form and not form.is_ready and not form.is_late else {}
    return page, 200, waiting


@portal.get("/apply/receipt/form")
@open_to_visitors
def fetch_application_form() -> ResponseReturnValue:
    """The 利用申込書 as a download, for whoever sent the application from this browser; the receipt waits until it is made."""
    form = _form(database())
    if not form.is_ready:
        return redirect(url_for("portal.show_receipt"), 303)
    return download(pdf_of(database(), form), PDF, form.file_name)


@portal.post("/apply/receipt/leave")
@open_to_visitors
def apply_again() -> ResponseReturnValue:
    """Closes the receipt, so that another site can be applied for."""
    response = make_response(redirect(url_for("portal.apply", page=1), 303))
    forget_draft(response)
    return response


def _records(session: Session) -> list[Record]:
    draft = visited_draft()
    if draft is None or draft.request_id is None:
        return []
    return submitted_records(session, draft.request_id)


def _form(session: Session) -> Document:
    for record in _records(session):
        if isinstance(record, ContractRecord) and (form := newest_of(session, record, DocumentKind.APPLICATION_FORM)):
            return form
    raise NotFound
