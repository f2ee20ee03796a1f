"""Adding a file to a record, and fetching one."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from models.base.db import database, transaction
from models.base.errors import Invalid, Refused
from models.services.files import read, store_upload
from models.services.queries import own_record, own_upload
from models.tables.record import Purpose
from portal.blueprint import portal
from portal.downloads import download
from portal.hooks import current_actor


@portal.post("/records/<int:record_id>/files")
def add_file(record_id: int) -> ResponseReturnValue:
    """Keeps the file as a new version; says so only when the stored bytes were read back."""
    sent = request.files.get("file")
    purpose = request.form.get("purpose", "")
    if purpose not in set(Purpose):
        raise Refused("ファイルの用途を選び直してください。")
    try:
        with transaction() as session:
            record = own_record(session, current_actor(), record_id, lock=True)
            data = sent.read() if sent else b""
            made = store_upload(
                session, record, Purpose(purpose), (sent.filename if sent else "") or "", data, current_actor()
            )
            name = made.name
    except Invalid as wrong:
        flash(str(wrong), "error")
        return redirect(url_for("portal.show_record", record_id=record_id), 303)
    flash(f"「{name}」を受け付けました。", "success")
    return redirect(url_for("portal.show_record", record_id=record_id), 303)


@portal.get("/files/<int:upload_id>")
def fetch_file(upload_id: int) -> Response:
    """A version of a file, as a download that no browser runs."""
    upload = own_upload(database(), current_actor(), upload_id)
    return download(read(database(), upload), upload.content_type, upload.name)
