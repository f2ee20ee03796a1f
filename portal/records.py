"""A record's page: what to do next, its fields, its moves."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import HiddenField

from models.base.actor import Role
from models.base.db import database, transaction
from models.base.errors import Invalid, Refused
from models.base.workflow import Status
from models.forms import fill, form_class, mark_required, read, show_problems
from models.services.checking import facts_of, problems_in
from models.services.editing import editing_refusal, save_record
from models.services.masters import shower
from models.services.queries import current_record, files_of, own_record, site_label, timeline
from models.services.rename_guard import blocking_rename_id
from models.services.transition import refusal, transition
from models.tables.event import Action, Event
from models.tables.master import CompanyType
from models.tables.record import Record
from portal.blueprint import portal
from portal.documents import documents_shown
from portal.hooks import current_actor
from portal.postal_codes import fill_address
from portal.upload_forms import Problems, upload_forms

VERBS = {
    Status.SUBMITTED: "提出する",
    Status.AWAITING_STAMP: "入力を完了する",
    Status.WITHDRAWN: "取下げる",
    Status.DRAFT: "未提出に戻す",
    Status.WITHDRAWAL_REQUESTED: "取下げを依頼する",
}

NO_PROBLEMS: Problems = {}


class VersionedForm(FlaskForm):
    """A form that knows which version of the row it shows."""

    version = HiddenField()


def record_form(session: Session, record: Record, *, is_sent: bool) -> Any:
    """The record's fields as a form, filled with what was sent with it, else with what is stored."""
    facts = facts_of(session, record)
    specs = record.specs_for(facts)
    options = {
        "company_type": [
            (row.code, row.label) for row in session.scalars(select(CompanyType).order_by(CompanyType.place))
        ]
    }
    made = form_class(specs, VersionedForm, options)
    form = made() if is_sent else made(formdata=None)
    if not is_sent:
        fill(form, specs, record.values())
        form.version.data = str(record.version)
    mark_required(form, specs, {**record.values(), **facts})
    return form


@portal.get("/records/<int:record_id>")
def show_record(record_id: int) -> ResponseReturnValue:
    """The record as it stands."""
    record = own_record(database(), current_actor(), record_id)
    return record_page(database(), record)


@portal.post("/records/<int:record_id>")
def save(record_id: int) -> ResponseReturnValue:
    """Saves what was typed, as far as it goes."""
    return _act(record_id, None)


@portal.post("/records/<int:record_id>/move/<status:target>")
def move_record(record_id: int, target: Status) -> ResponseReturnValue:
    """Saves what was typed, then moves the record."""
    return _act(record_id, target)


def _act(record_id: int, target: Status | None) -> ResponseReturnValue:
    actor = current_actor()
    try:
        with transaction() as session:
            record = own_record(session, actor, record_id, lock=True)
            form = record_form(session, record, is_sent=True)
            if fill_address(form):
                return record_page(session, record, form)
            is_saved = target is None or (record.is_editable and "version" in request.form)
            if is_saved:
                _save(session, record, form, is_complete=target is Status.SUBMITTED)
            reason = _move(session, record, target, is_saved) if target else None
    except Invalid as wrong:
        show_problems(form, wrong.problems)
        record = own_record(database(), actor, record_id)
        return record_page(database(), record, form), 422
    if reason:
        flash(f"入力した内容は保存しましたが、提出はまだできません。{reason}", "error")
    else:
        flash("保存しました。" if target is None else f"「{_word(record_id)}」にしました。", "success")
    return redirect(url_for("portal.show_record", record_id=record_id), 303)


def _move(session: Session, record: Record, target: Status, is_saved: bool) -> str | None:
    """Moves the record. What was saved on the way stays when only something is missing yet (a stamped form): gives what."""
    report = transition(session, [record], target, current_actor())
    if not is_saved or target not in record.workflow.targets(record.status, Role.CUSTOMER):
        report.raise_if_refused()
    return next((reason for _record, reason in report.refused), None)


def _word(record_id: int) -> str:
    return own_record(database(), current_actor(), record_id).status_label


def _save(session: Session, record: Record, form: Any, is_complete: bool) -> None:
    specs = record.specs_for(facts_of(session, record))
    values, problems = read(form, specs)
    unread = {problem.field for problem in problems}
    if problems:
        problems += [one for one in problems_in(session, record, values, is_complete) if one.field not in unread]
        raise Invalid(problems)
    version = form.version.data or ""
    if not (version.isascii() and version.isdigit()):
        raise Refused("画面を開き直してから、もう一度お試しください。")
    save_record(session, record, values, int(version), current_actor(), is_complete)


def record_page(session: Session, record: Record, form: Any = None, problems: Problems = NO_PROBLEMS) -> str:
    """The page of a record; `problems` stand at the file that was just sent."""
    form = form or record_form(session, record, is_sent=False)
    actor = current_actor()
    facts = facts_of(session, record)
    moves = [
        {
            "target": target,
            "verb": VERBS[target],
            "label": record.workflow.label_of(target),
            "reason": _reason(session, record, target),
        }
        for target in record.workflow.targets(record.status, Role.CUSTOMER)
    ]
    current = current_record(session, record.request.site, record.type) if record.request.kind.is_change else None
    specs, files = record.specs_for(facts), files_of(session, record)
    text_of = shower(session)
    return render_template(
        "portal/record.html",
        text_of=text_of,
        current_texts={name: text_of(spec, getattr(current, name)) for name, spec in specs.items()}
        if current and current is not record
        else {},
        record=record,
        form=form,
        site=site_label(session, record.request.site),
        sections=record.sections_for(facts),
        specs=specs,
        moves=moves,
        current=current if current is not record else None,
        editing_refusal=editing_refusal(record, actor),
        blocking=blocking_rename_id(record.request),
        entries=[_entry(record, event) for event in reversed(timeline(session, record))],
        upcoming=[{"label": record.workflow.label_of(status)} for status in record.workflow.path_from(record.status)]
        if not record.status.is_closed
        else [],
        files=files,
        documents_shown=documents_shown(session, record, files),
        uploads=upload_forms(record, actor, problems),
    )


def _reason(session: Session, record: Record, target: Status) -> str | None:
    # What is typed is saved with the move, so that what is still missing in the table is no reason yet.
    if record.is_editable and record.__sections__ and not blocking_rename_id(record.request):
        needs = [need for need in record.workflow.needs.get(target, ()) if need.name != "COMPLETE"]
        if not needs:
            return None
    return refusal(session, record, target, current_actor())


def _entry(record: Record, event: Event) -> dict[str, Any]:
    if event.action == Action.UPLOADED:
        return {
            "at": event.at,
            "label": f"ファイル追加：{(event.changes or {}).get('file', ['', ''])[1]}",
            "tone": "neutral",
            "who": event.actor_name,
            "comment": "",
        }
    status = Status(event.to_status) if event.to_status else record.status
    who = event.actor_name if event.actor_role == Role.CUSTOMER else None
    return {
        "at": event.at,
        "label": record.workflow.label_of(status),
        "tone": status.tone,
        "who": who or "窓口",
        "comment": event.comment,
    }
