"""The files of the documents that customers read before applying: looked at and replaced here."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from admin.blueprint import desk
from models.base.db import database, transaction
from models.base.errors import Invalid
from models.services.reference_files import (
    examine_reference,
    read_reference_file,
    reference_document,
    reference_documents,
    store_reference_file,
    wanted_reference,
)
from web.downloads import download


@desk.get("/reference-files")
def show_reference_files() -> str:
    """Every document with its file and, for administrators, the way to replace it."""
    return _page(None, "")


@desk.post("/reference-files/<int:document_id>")
def add_reference_file(document_id: int) -> ResponseReturnValue:
    """Puts the sent file in place of the present one."""
    sent = request.files.get("file")
    data, name = (sent.read(), sent.filename or "") if sent else (b"", "")
    try:
        incoming = examine_reference(data, current_user.actor())
        with transaction() as session:
            document = reference_document(session, document_id)
            store_reference_file(session, document, name, incoming, current_user.actor())
            label = document.label
    except Invalid as wrong:
        return _page(document_id, str(wrong)), 422
    flash(f"「{label}」のファイルを登録しました。", "success")
    return redirect(url_for("desk.show_reference_files"), 303)


@desk.get("/reference-files/<int:document_id>")
def fetch_reference_file(document_id: int) -> Response:
    """The file as customers get it."""
    document, data = read_reference_file(database(), document_id)
    return download(data, document.content_type, document.file_name)


def _page(wrong_id: int | None, error: str) -> str:
    return render_template(
        "admin/reference_files.html",
        documents=reference_documents(database()),
        may_write=current_user.actor().is_administrator,
        wanted=wanted_reference(),
        wrong_id=wrong_id,
        error=error,
    )
