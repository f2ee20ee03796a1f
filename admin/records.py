"""A record at the desk: its page, and its moves, each shown before it is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy.orm import Session

from admin.blueprint import desk
from admin.history import history
from admin.record_page import find_record, record_page
from admin.walk import ONWARD, Walk, next_waiting_id, walk_at
from admin.work_forms import REMARK, correction_form, move_form
from models.base.clock import clock_text
from models.base.db import database, transaction
from models.base.errors import Conflict, Invalid, Problem, Refused
from models.base.workflow import Need, Status
from models.forms import show_problems
from models.services.checking import facts_of
from models.services.comments import problems_in_comment, problems_in_reason, template_comment
from models.services.locking import lock_records
from models.services.masters import shower
from models.services.other_papers import other_papers
from models.services.outlook import consequences, letters_before
from models.services.record_acts import STAND_IN
from models.services.remarks import Remarks, marked_specs, problems_in_remarks, with_remarks
from models.services.sent_once import is_made_already
from models.services.taking_back import offer_of
from models.services.transition import (
    correct_status,
    refusal,
    transition,
)
from models.tables.record import Record
from web.faults import note_refused

CHANGED = (
    "この画面を開いたあとに、ほかの人がこの情報を変更しました。いまの内容を確かめてから、もう一度操作してください。"
)


@desk.get("/records/<int:record_id>")
def show_record(record_id: int) -> str:
    """The record, its history and its moves; a move that is not possible stays visible with its reason."""
    session = database()
    return record_page(session, find_record(session, record_id))


@desk.post("/records/<int:record_id>/preview")
def preview_move(record_id: int) -> ResponseReturnValue:
    """What a move will do: the mail as it will be read, what it changes, the due date. Nothing is written."""
    session = database()
    record, target = find_record(session, record_id), _target()
    return _preview(session, record, target, refusal(session, record, target, current_user.actor(), STAND_IN))


@desk.post("/records/<int:record_id>/move")
def move_record(record_id: int) -> ResponseReturnValue:
    """Moves one record, with the comment that the customer will read; what was typed is kept when it is refused."""
    target, comment = _target(), request.form.get("comment", "")
    actor, remarks = current_user.actor(), _typed_remarks()
    try:
        _check(find_record(database(), record_id), target, comment, remarks)
        with transaction() as session:
            record = _locked(session, record_id)
            transition(session, [record], target, actor, comment, remarks).raise_if_refused()
    except (Invalid, Refused, Conflict) as reason:
        session, version = database(), request.form.get("version", "")
        record = find_record(session, record_id)
        if not is_made_already(session, record, version, target, actor, comment, remarks):
            return _not_moved(record, target, reason)
    return _moved(record_id, target)


def _not_moved(record: Record, target: Status, reason: Invalid | Refused | Conflict) -> ResponseReturnValue:
    if isinstance(reason, Invalid):
        return _preview(database(), record, target, None, reason.problems), 422
    if isinstance(reason, Refused):
        note_refused(reason)
        record = find_record(database(), record.id)
    return _preview(database(), record, target, str(reason)), 409


def _moved(record_id: int, target: Status) -> ResponseReturnValue:
    walk = walk_at(record_id)
    if walk and ONWARD in request.form:
        return _go_on(record_id, target, walk)
    flash(Markup("「{}」にしました。").format(target.desk_label) + _way_on(walk), "success")
    return redirect(url_for("desk.show_record", record_id=record_id), 303)


def _go_on(record_id: int, target: Status, walk: Walk) -> ResponseReturnValue:
    """To the next record of the list's page that waits for the desk, else to the list; what was done is said there, with the way back."""
    session = database()
    record, next_id = find_record(session, record_id), next_waiting_id(session, record_id)
    done = Markup('<a href="{}">{}　{}</a>を「{}」にしました。').format(
        url_for("desk.show_record", record_id=record_id), record.request.number, record.title, target.desk_label
    )
    if (offer := offer_of(session, record, current_user.actor())) and not offer.reason:
        done += f"{clock_text(offer.until)}まで取り消せます。"
    flash(done if next_id else done + "一覧のこのページに、このあと窓口の対応を待つ情報はありません。", "success")
    return redirect(url_for("desk.show_record", record_id=next_id) if next_id else walk.list_url, 303)


def _way_on(walk: Walk | None) -> Markup:
    """The link to the next record of the list that is being worked through."""
    if walk is None or walk.next_id is None:
        return Markup()
    return Markup('<a href="{}">次の情報へ進む</a>').format(url_for("desk.show_record", record_id=walk.next_id))


def _typed_remarks() -> dict[str, str]:
    """The remarks that were typed, by field."""
    typed = {name.removeprefix(REMARK): text for name, text in request.form.items() if name.startswith(REMARK)}
    return {name: text.strip() for name, text in typed.items() if text.strip()}


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


def _check(record: Record, target: Status, comment: str, remarks: Remarks) -> None:
    """Raises Invalid with everything that is wrong with what was typed."""
    problems = list(problems_in_comment(comment.strip(), "コメント"))
    if Need.COMMENT in record.workflow.needs.get(target, ()) and not comment.strip():
        problems.append(Problem("comment", Need.COMMENT.value))
    problems += problems_in_remarks(database(), record, target, remarks)
    if "looked_at" not in request.form and other_papers(database(), [record], target):
        problems.append(Problem("looked_at", "番号の違う書類を確かめて、チェックを入れてください"))
    if problems:
        raise Invalid(problems)


def _preview(
    session: Session, record: Record, target: Status, refused: str | None, problems: Sequence[Problem] = ()
) -> str:
    marked = marked_specs(session, record) if target is Status.RETURNED else {}
    form = move_form(marked)
    form.version.data = str(record.version)
    papers = other_papers(session, [record], target).get(record.id, ())
    form.looked_at.flags.required = bool(papers)
    form.comment.flags.required = Need.COMMENT in record.workflow.needs.get(target, ())
    show_problems(
        form, [Problem(f"{REMARK}{one.field}" if one.field in marked else one.field, one.message) for one in problems]
    )
    template = template_comment(session, record.workflow_code, target)
    text = (form.comment.data or "").strip() or template
    told, is_elsewhere = history(session, record) if refused else [], not record.workflow.edge(record.status, target)
    remarks = {name: typed for name, typed in _typed_remarks().items() if name in marked}
    return render_template(
        "admin/move.html",
        record=record,
        target=target,
        form=form,
        refused=refused,
        template=template,
        text=text,
        walk=walk_at(record.id),
        papers=papers,
        marked=_sections(session, record, form) if marked else [],
        letters=[]
        if refused
        else letters_before(
            session, record, target, current_user.actor(), with_remarks(session, record, text, remarks)
        ),
        moved_by=next((one for one in told if is_elsewhere and one["event"].to_status), None),
        latest=told[:1] if request.endpoint == "desk.move_record" else [],
        consequences=list(consequences(record, target)),
    )


def _sections(session: Session, record: Record, form: Any) -> list[dict[str, Any]]:
    """The record's sections with their fields as they stand and the remarks to them; those with remarks are open."""
    facts, text_of = facts_of(session, record), shower(session)
    specs, found = record.specs_for(facts), []
    for part in record.sections_for(facts):
        bounds = [(form[f"{REMARK}{name}"], name) for name in part.names if f"{REMARK}{name}" in form]
        fields = [(bound, text_of(specs[name], getattr(record, name))) for bound, name in bounds]
        count = sum(bool((bound.data or "").strip()) for bound, _ in bounds)
        if fields:
            found.append({"title": part.title, "fields": fields, "count": count})
    return found


@desk.route("/records/<int:record_id>/correction", methods=["GET", "POST"])
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
    wanted, reason = form.target.data or "", (form.reason.data or "").strip()
    problems = [] if wanted in set(Status) else [Problem("target", "訂正後のステータスを選択してください")]
    problems += problems_in_reason(reason, "訂正の理由")
    show_problems(form, problems)
    if problems:
        return None
    with transaction() as session:
        correct_status(session, find_record(session, record_id), Status(wanted), current_user.actor(), reason)
    flash(f"ステータスを「{Status(wanted).desk_label}」に訂正しました。", "success")
    return redirect(url_for("desk.show_record", record_id=record_id), 303)
