"""What an operator does on a record's page beside moving it: assignee, due date, notes, files, cancelling."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from admin.blueprint import desk
from admin.record_page import find_record, record_page
from admin.work_forms import AssignForm, DueForm, NoteForm, ReasonForm
from models.base.db import database, transaction
from models.base.errors import Invalid, Problem, Refused
from models.base.numbers import number_in
from models.base.values import Day
from models.forms import show_problems
from models.services.comments import problems_in_reason
from models.services.desk_work import add_note, assign, set_due_day
from models.services.record_acts import STAND_IN
from models.services.transition import cancel_request, cancellation_refusal
from web.sent_once import key_sent

RECORD = "/records/<int:record_id>"


def _back(record_id: int, said: str, anchor: str = "") -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for("desk.show_record", record_id=record_id, _anchor=anchor or None), 303)


@desk.post(f"{RECORD}/assign")
def assign_record(record_id: int) -> ResponseReturnValue:
    """Makes it somebody's work, or nobody's."""
    form = AssignForm()
    typed = form.assignee_id.data or ""
    wanted = (number_in(typed) or 0) if typed else None  # nobody has the number 0
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
            add_note(session, find_record(session, record_id), form.text.data or "", current_user.actor(), key_sent())
    except Invalid as wrong:
        show_problems(form, wrong.problems)
        return record_page(database(), find_record(database(), record_id), note_form=form), 422
    return _back(record_id, "内部メモを追加しました。", "notes")


@desk.route(f"{RECORD}/cancel", methods=["GET", "POST"])
def cancel_change(record_id: int) -> ResponseReturnValue:
    """Cancels the change that the record belongs to, with the reason that the customer reads."""
    record, actor = find_record(database(), record_id), current_user.actor()
    if refused := cancellation_refusal(record.request, actor, STAND_IN):
        raise Refused(refused)
    form = ReasonForm()
    if request.method == "POST":
        reason = (form.reason.data or "").strip()
        problems = list(problems_in_reason(reason, "中止の理由"))
        if not problems:
            with transaction() as session:
                cancel_request(session, find_record(session, record_id).request, actor, reason)
            return _back(record_id, "この申込を中止しました。")
        show_problems(form, problems)
    return render_template("admin/cancel.html", record=record, form=form), 422 if form.errors else 200
