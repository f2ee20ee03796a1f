"""What a customer does to a record: look at it, save it, move it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from models.base.actor import Role
from models.base.db import database, transaction
from models.base.errors import Invalid, Refused
from models.base.numbers import number_in
from models.base.workflow import Need, Status
from models.forms import read, show_problems
from models.services.checking import facts_of, problems_in, unasked_in
from models.services.editing import editing_refusal, save_record
from models.services.queries import own_record
from models.services.transition import transition
from models.tables.record import Record
from portal.access import shown_to_desk
from portal.blueprint import portal
from portal.hooks import current_actor
from portal.postal_codes import fill_address
from portal.record_page import record_form, record_page


@portal.get("/records/<int:record_id>")
@shown_to_desk
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


@portal.get("/records/<int:record_id>/move/<status:target>")
@portal.get("/records/<int:record_id>/files")
@portal.get("/records/<int:record_id>/documents")
@shown_to_desk
def show_record_again(record_id: int, **_act: object) -> ResponseReturnValue:
    """Where somebody opens the address that a page with mistakes was left with, the record."""
    own_record(database(), current_actor(), record_id)
    return redirect(url_for("portal.show_record", record_id=record_id), 303)


def _act(record_id: int, target: Status | None) -> ResponseReturnValue:
    actor = current_actor()
    try:
        with transaction() as session:
            record = own_record(session, actor, record_id, lock=True)
            form = record_form(session, record, is_sent=True)
            if fill_address(form):
                return record_page(session, record, form)
            is_saved = target is None or fields_were_sent(record)
            dropped = save_typed(session, record, form, _wants_all(record, target)) if is_saved else []
            reason = _move(session, record, target, is_saved) if target else None
    except Invalid as wrong:
        return wrong_page(record_id, form, wrong)
    if reason:
        flash(f"入力した内容は保存しましたが、提出はまだできません。{reason}", "error")
    else:
        flash("保存しました。" if target is None else f"「{_word(record_id)}」にしました。", "success")
    if dropped:
        flash(f"ほかの回答により不要になった項目を空欄にしました：{'、'.join(dropped)}", "info")
    return redirect(url_for("portal.show_record", record_id=record_id), 303)


def _wants_all(record: Record, target: Status | None) -> bool:
    """Whether every field has to be right for this move; then mistakes are said at their fields, and nothing is moved or stored."""
    return target is not None and Need.COMPLETE in record.workflow.needs.get(target, ())


def _move(session: Session, record: Record, target: Status, is_saved: bool) -> str | None:
    """Moves the record. What was saved on the way stays when only something is missing yet (a stamped form): gives what."""
    report = transition(session, [record], target, current_actor())
    if not is_saved or target not in record.workflow.targets(record.status, Role.CUSTOMER):
        report.raise_if_refused()
    return next((reason for _record, reason in report.refused), None)


def _word(record_id: int) -> str:
    return own_record(database(), current_actor(), record_id).status_label


def fields_were_sent(record: Record) -> bool:
    """Whether the request brings the record's fields: whatever is sent from its page brings them while they are open."""
    return record.is_editable and "version" in request.form


def wrong_page(record_id: int, form: Any, wrong: Invalid) -> ResponseReturnValue:
    """The record's page with everything that was typed, and what is wrong at its field."""
    show_problems(form, wrong.problems)
    return record_page(database(), own_record(database(), current_actor(), record_id), form), 422


def save_typed(session: Session, record: Record, form: Any, is_complete: bool = False) -> list[str]:
    """Saves the fields that were sent; gives the labels of those emptied because another answer makes them needless.

    Raises Invalid, Refused, and Conflict where the record is newer than the page.
    """
    if refused := editing_refusal(record, current_actor()):
        raise Refused(refused)
    facts = facts_of(session, record)
    specs = record.specs_for(facts)
    values, problems = read(form, specs, facts)
    unread = {problem.field for problem in problems}
    if problems:
        values |= dict.fromkeys(unasked_in(session, record, values))
        problems += [one for one in problems_in(session, record, values, is_complete) if one.field not in unread]
        raise Invalid(problems)
    version = number_in(form.version.data or "")
    if version is None:
        raise Refused("画面を開き直してから、もう一度お試しください。")
    return save_record(session, record, values, version, current_actor(), is_complete)
