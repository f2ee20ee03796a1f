"""A record at the desk: what the customer filled in, its history, and the moves of its workflow."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.blueprint import desk
from models.base.actor import Role
from models.base.db import database, transaction
from models.base.errors import NotFound
from models.base.workflow import Status
from models.services.checking import facts_of
from models.services.queries import current_record, files_of, site_label, timeline
from models.services.transition import refusal, template_comment, transition
from models.tables.record import Record


def find_record(session: Session, record_id: int) -> Record:
    """Any customer's record; raises NotFound."""
    record = session.scalar(select(Record).where(Record.id == record_id))
    if record is None:
        raise NotFound
    return record


@desk.get("/records/<int:record_id>")
def show_record(record_id: int) -> str:
    """The record, its history and its moves; a move that is not possible stays visible with its reason."""
    session, actor = database(), current_user.actor()
    record = find_record(session, record_id)
    moves = [
        (
            target,
            refusal(session, record, target, actor, "理由"),
            template_comment(session, record.workflow_code, target),
        )
        for target in record.workflow.targets(record.status, Role.OPERATOR)
    ]
    current = current_record(session, record.request.site, record.type) if record.request.kind.is_change else None
    return render_template(
        "admin/record.html",
        record=record,
        moves=moves,
        sections=record.sections_for(facts_of(session, record)),
        specs=record.specs_for(facts_of(session, record)),
        current=current,
        site=site_label(session, record.request.site),
        entries=timeline(session, record),
        files=files_of(session, record),
    )


@desk.post("/records/<int:record_id>/move")
def move_record(record_id: int) -> ResponseReturnValue:
    """Moves one record, with the comment that the customer will read."""
    with transaction() as session:
        record = find_record(session, record_id)
        wanted = request.form.get("target", "")
        target = Status(wanted) if wanted in set(Status) else record.status
        transition(session, [record], target, current_user.actor(), request.form.get("comment")).raise_if_refused()
    flash(f"「{target.desk_label}」にしました。", "success")
    return redirect(url_for("desk.show_record", record_id=record_id), 303)
