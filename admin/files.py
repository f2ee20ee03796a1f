"""Files of a record at the desk: adding one, fetching one, and looking at one."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from admin.blueprint import desk
from admin.record_page import find_record, record_page
from models.base.db import database, transaction
from models.base.errors import Invalid, NotFound, Refused
from models.services.files import read, refuse_upload, store_upload
from models.services.incoming import examine
from models.services.previews import preview_page
from models.tables.record import Purpose
from models.tables.upload import Upload
from web.downloads import download, picture
from web.sent_once import key_sent

FILE = "/files/<int:upload_id>"


@desk.post("/records/<int:record_id>/files")
def add_file(record_id: int) -> ResponseReturnValue:
    """Keeps a file of the desk as a new version; says so only when the stored bytes were read back."""
    sent, purpose = request.files.get("file"), request.form.get("purpose", "")
    if purpose not in set(Purpose):
        raise Refused("ファイルの用途を選び直してください。")
    data, name = (sent.read(), sent.filename or "") if sent else (b"", "")
    wanted, actor = Purpose(purpose), current_user.actor()
    try:
        refuse_upload(find_record(database(), record_id), wanted, actor)
        database().rollback()  # nothing is held while the file is looked at
        file = examine(wanted, data)
        with transaction() as session:
            record = find_record(session, record_id)
            kept = store_upload(session, record, wanted, name, file, actor, key_sent()).name
    except Invalid as wrong:
        problems = {wanted: [problem.message for problem in wrong.problems]}
        return record_page(database(), find_record(database(), record_id), file_problems=problems), 422
    flash(f"「{kept}」を受け付けました。", "success")
    return redirect(url_for("desk.show_record", record_id=record_id, _anchor="files"), 303)


@desk.get(FILE)
def fetch_file(upload_id: int) -> Response:
    """A version of a file under the name that it is kept by, as a download that no browser runs."""
    upload = _upload(upload_id)
    return download(read(database(), upload), upload.content_type, upload.name)


@desk.get(f"{FILE}/preview/<int(max=1000):page>")
def show_preview(upload_id: int, page: int) -> Response:
    """A page of a file as a picture that we made ourselves."""
    return picture(preview_page(database(), _upload(upload_id), page))


def _upload(upload_id: int) -> Upload:
    upload = database().get(Upload, upload_id)
    if upload is None:
        raise NotFound
    return upload
