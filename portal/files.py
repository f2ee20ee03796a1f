"""Adding a file to a record, fetching one, and looking at one."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

from models.base.db import database, transaction
from models.base.errors import Invalid, NotFound, Refused
from models.services.files import read, refuse_upload, store_upload
from models.services.incoming import examine, wanted_for
from models.services.previews import preview_page
from models.services.queries import own_record, own_upload
from models.tables.record import Purpose
from portal.access import shown_to_desk
from portal.blueprint import portal
from portal.errors import error_page
from portal.hooks import current_actor
from portal.record_page import record_form, record_page
from portal.records import fields_were_sent, save
from web.downloads import download, picture
from web.sent_once import key_sent


@portal.post("/records/<int:record_id>/files")
def add_file(record_id: int) -> ResponseReturnValue:
    """Looks at the file, keeps it as a new version, and says so only when the stored bytes were read back.

    Fields that were sent along are saved after it: a paper that was stamped before cannot say what is typed now.
    """
    purpose, actor = _purpose(), current_actor()
    sent = request.files.get("file")
    name, data = (sent.filename or "", sent.read()) if sent else ("", b"")
    try:
        refuse_upload(own_record(database(), actor, record_id), purpose, actor)
        database().rollback()  # nothing is held while the file is looked at
        file = examine(purpose, data)
        with transaction() as session:
            record = own_record(session, actor, record_id, lock=True)
            made = store_upload(session, record, purpose, name, file, actor, key_sent())
            stored_name, warning = made.name, made.number_note if made.has_other_number else ""
    except Invalid as wrong:
        return _page_with(record_id, purpose, [problem.message for problem in wrong.problems])
    flash(f"「{stored_name}」を受け付けました。", "success")
    if warning:
        flash(warning, "warning")
    if fields_were_sent(own_record(database(), actor, record_id)):
        return save(record_id)
    return redirect(url_for("portal.show_record", record_id=record_id), 303)


def _purpose() -> Purpose:
    purpose = request.form.get("purpose", "")
    if purpose not in set(Purpose):
        raise Refused("ファイルの用途を選び直してください。")
    return Purpose(purpose)


def _page_with(record_id: int, purpose: Purpose, messages: list[str]) -> ResponseReturnValue:
    record = own_record(database(), current_actor(), record_id)
    form = record_form(database(), record, is_sent=True) if fields_were_sent(record) else None
    return record_page(database(), record, form, problems={purpose: messages}), 422


@portal.errorhandler(RequestEntityTooLarge)
def show_too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """A file that is far too large is not even read; which form it came from is then not known, but which page is."""
    # It is refused before anybody asked who sends it, and an error in this place would be a fault.
    if request.endpoint != "portal.add_file" or not current_user.is_authenticated:
        return error_page(413)
    try:
        record = own_record(database(), current_actor(), (request.view_args or {})["record_id"])
    except NotFound:
        return error_page(404)
    message = "ファイルが大きすぎるため受け付けられませんでした（{}）。"
    found = {one: [message.format(wanted_for(one).note)] for one in type(record).__purposes__}
    return record_page(database(), record, problems=found), 422


@portal.get("/files/<int:upload_id>")
@shown_to_desk
def fetch_file(upload_id: int) -> Response:
    """A version of a file, as a download that no browser runs."""
    upload = own_upload(database(), current_actor(), upload_id)
    return download(read(database(), upload), upload.content_type, upload.name)


@portal.get("/files/<int:upload_id>/preview/<int:page>")
@shown_to_desk
def show_preview(upload_id: int, page: int) -> Response:
    """A page of a file as a picture that we made ourselves."""
    return picture(preview_page(database(), own_upload(database(), current_actor(), upload_id), page))
