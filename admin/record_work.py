"""What an operator does on a record's page beside moving it: assignee, due date, notes, files, cancelling."""

from __future__ import annotations

from datetime import date

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.utils import secure_filename

from admin.blueprint import desk
from admin.record_page import find_record, record_page
from admin.work_forms import AssignForm, DueForm, NoteForm, ReasonForm
from models.base.db import database, transaction
from models.base.errors import Invalid, NotFound, Problem, Refused
from models.base.values import Day
from models.forms import show_problems
from models.services.desk_work import add_note, assign, set_due_day
from models.services.files import read, refuse_upload, store_upload
from models.services.incoming import examine
from models.services.transition import cancel_request, cancellation_refusal
from models.tables.record import Purpose
from models.tables.upload import Upload

RECORD = "/records/<int(max=2147483647):record_id>"


def _back(record_id: int, said: str, anchor: str = "") -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for("desk.show_record", record_id=record_id, _anchor=anchor or None), 303)


@desk.post(f"{RECORD}/assign")
def assign_record(record_id: int) -> ResponseReturnValue:
    """Makes it somebody's work, or nobody's."""
    form = AssignForm()
    typed = form.assignee_id.data or ""
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= 9
    wanted = (int(typed) if is_number else 0) if typed else None  # nobody has the number 0
    try:
        with transaction() as session:
            assign(session, find_record(session, record_id), wanted, current_user.actor())
    except Invalid as wrong:
        show_problems(form, wrong.problems)
        return record_page(database(), find_record(database(), record_id), assign_form=form), 422
    return _back(record_id, "担当者を変更しました。")


@desk.post(f"{RECORD}/due")
def set_due(record_id: int) -> ResponseReturnValue:
    """By when the customer owes it."""
    form, kind = DueForm(), Day()
    typed = kind.normalise(form.due_on.data or "")
    if typed and (problem := kind.problem(typed)):
        show_problems(form, [Problem("due_on", problem)])
        return record_page(database(), find_record(database(), record_id), due_form=form), 422
    day: date | None = kind.parse(typed) if typed else None
    with transaction() as session:
        set_due_day(session, find_record(session, record_id), day, current_user.actor())
    return _back(record_id, "提出締切日を変更しました。")


@desk.post(f"{RECORD}/notes")
def write_note(record_id: int) -> ResponseReturnValue:
    """A note for the desk alone."""
    form = NoteForm()
    try:
        with transaction() as session:
            add_note(session, find_record(session, record_id), form.text.data or "", current_user.actor())
    except Invalid as wrong:
        show_problems(form, wrong.problems)
        return record_page(database(), find_record(database(), record_id), note_form=form), 422
    return _back(record_id, "内部メモを追加しました。", "notes")


@desk.post(f"{RECORD}/files")
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
            kept = store_upload(session, find_record(session, record_id), wanted, name, file, actor).name
    except Invalid as wrong:
        problems = {wanted: [problem.message for problem in wrong.problems]}
        return record_page(database(), find_record(database(), record_id), file_problems=problems), 422
    return _back(record_id, f"「{kept}」を受け付けました。", "files")


@desk.get("/files/<int(max=2147483647):upload_id>")
def fetch_file(upload_id: int) -> Response:
    """A version of a file, as a download that no browser runs."""
    session = database()
    upload = session.get(Upload, upload_id)
    if upload is None:
        raise NotFound
    answer = Response(read(session, upload), mimetype=upload.content_type)
    answer.headers.set("Content-Disposition", "attachment", filename=secure_filename(upload.name) or "file")
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@desk.route(f"{RECORD}/cancel", methods=["GET", "POST"])
def cancel_change(record_id: int) -> ResponseReturnValue:
    """Cancels the change that the record belongs to, with the reason that the customer reads."""
    record, actor = find_record(database(), record_id), current_user.actor()
    if refused := cancellation_refusal(record.request, actor, "（未入力）"):
        raise Refused(refused)
    form = ReasonForm()
    if request.method == "POST":
        if not (form.reason.data or "").strip():
            show_problems(form, [Problem("reason", "中止の理由を入力してください")])
        else:
            with transaction() as session:
                cancel_request(session, find_record(session, record_id).request, actor, form.reason.data or "")
            return _back(record_id, "この申込を中止しました。")
    return render_template("admin/cancel.html", record=record, form=form), 422 if form.errors else 200
