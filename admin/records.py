"""A record at the desk: its page, and its moves, each shown before it is made."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from admin.blueprint import desk
from admin.record_page import find_record, record_page
from admin.work_forms import MoveForm, correction_form
from models.base.db import database, transaction
from models.base.errors import Conflict, Problem, Refused
from models.base.workflow import Need, Status
from models.forms import show_problems
from models.services.outlook import consequences, letters_before
from models.services.record_acts import STAND_IN
from models.services.transition import correct_status, lock_records, refusal, template_comment, transition
from models.tables.record import Record

LONGEST_COMMENT = 1000
CHANGED = (
    "この画面を開いたあとに、ほかの人がこの情報を変更しました。いまの内容を確かめてから、もう一度操作してください。"
)


@desk.get("/records/<int(max=2147483647):record_id>")
def show_record(record_id: int) -> str:
    """The record, its history and its moves; a move that is not possible stays visible with its reason."""
    session = database()
    return record_page(session, find_record(session, record_id))


@desk.post("/records/<int(max=2147483647):record_id>/preview")
def preview_move(record_id: int) -> ResponseReturnValue:
    """What a move will do: the mail as it will be read, what it changes, the due date. Nothing is written."""
    session = database()
    record, target = find_record(session, record_id), _target()
    return _preview(session, record, target, refusal(session, record, target, current_user.actor(), STAND_IN))


@desk.post("/records/<int(max=2147483647):record_id>/move")
def move_record(record_id: int) -> ResponseReturnValue:
    """Moves one record, with the comment that the customer will read; what was typed is kept when it is refused."""
    target, comment = _target(), request.form.get("comment", "")
    if problem := _comment_problem(record_id, target, comment):
        return _preview(database(), find_record(database(), record_id), target, None, problem), 422
    try:
        with transaction() as session:
            record = _locked(session, record_id)
            transition(session, [record], target, current_user.actor(), comment).raise_if_refused()
    except (Refused, Conflict) as reason:
        return _preview(database(), find_record(database(), record_id), target, str(reason)), 409
    flash(f"「{target.desk_label}」にしました。", "success")
    return redirect(url_for("desk.show_record", record_id=record_id), 303)


def _locked(session: Session, record_id: int) -> Record:
    """The record as the page showed it; raises Conflict when it has changed since."""
    record = next(iter(lock_records(session, [record_id])), None) or find_record(session, record_id)
    if request.form.get("version") != str(record.version):
        raise Conflict(CHANGED)
    return record


def _target() -> Status:
    wanted = request.form.get("target", "")
    if wanted not in set(Status):
        raise Refused("変更後のステータスを選び直してください。")
    return Status(wanted)


def _comment_problem(record_id: int, target: Status, comment: str) -> str | None:
    needs = find_record(database(), record_id).workflow.needs.get(target, ())
    if Need.COMMENT in needs and not comment.strip():
        return Need.COMMENT.value
    if len(comment.strip()) > LONGEST_COMMENT:
        return f"コメントは{LONGEST_COMMENT}文字以内で入力してください（現在{len(comment.strip())}文字）"
    return None


def _preview(session: Session, record: Record, target: Status, refused: str | None, problem: str | None = None) -> str:
    form = MoveForm()
    form.version.data = str(record.version)
    form.comment.flags.required = Need.COMMENT in record.workflow.needs.get(target, ())
    show_problems(form, [Problem("comment", problem)] if problem else [])
    template = template_comment(session, record.workflow_code, target)
    text = (form.comment.data or "").strip() or template
    return render_template(
        "admin/move.html",
        record=record,
        target=target,
        form=form,
        refused=refused,
        template=template,
        text=text,
        letters=letters_before(session, record, target, current_user.actor(), text),
        consequences=list(consequences(record, target)),
    )


@desk.route("/records/<int(max=2147483647):record_id>/correction", methods=["GET", "POST"])
def correct_record(record_id: int) -> ResponseReturnValue:
    """An administrator's forced correction, on a page of its own, with the reason."""
    session = database()
    record = find_record(session, record_id)
    if not current_user.actor().is_administrator:
        raise Refused("ステータスの訂正は管理者だけが行えます。")
    form = correction_form([status for status in record.workflow.statuses if status is not record.status])
    if request.method == "POST" and (done := _correct(record_id, form)):
        return done
    return render_template("admin/correction.html", record=record, form=form), 422 if form.errors else 200


def _correct(record_id: int, form: Any) -> ResponseReturnValue | None:
    wanted, reason = form.target.data or "", form.reason.data or ""
    problems = [] if wanted in set(Status) else [Problem("target", "訂正後のステータスを選択してください")]
    problems += [] if reason.strip() else [Problem("reason", "訂正の理由を入力してください")]
    show_problems(form, problems)
    if problems:
        return None
    with transaction() as session:
        correct_status(session, find_record(session, record_id), Status(wanted), current_user.actor(), reason.strip())
    flash(f"ステータスを「{Status(wanted).desk_label}」に訂正しました。", "success")
    return redirect(url_for("desk.show_record", record_id=record_id), 303)
