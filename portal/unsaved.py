"""What was typed into a record that had changed meanwhile: nothing is lost, and it stands beside what is stored (UX "Forms")."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from models.base.db import database
from models.base.errors import Conflict, Refused
from models.base.fields import Spec, read_typed
from models.services.checking import facts_of
from models.services.masters import shower
from models.services.queries import own_record
from models.tables.record import Record
from portal.blueprint import portal
from portal.errors import show_error
from portal.hooks import current_actor
from portal.record_page import record_form, record_page
from web.faults import conflict_answer, refusal_answer

WITH_FIELDS = {"portal.save", "portal.move_record", "portal.add_file", "portal.issue_form"}


@portal.errorhandler(Refused)
def keep_what_was_refused(error: Refused) -> ResponseReturnValue:
    """A rule said no: to a colleague's move, to a rename that was begun; what was typed stays to be read."""
    answer: ResponseReturnValue = refusal_answer(error, _show)
    return answer


@portal.errorhandler(Conflict)
def keep_what_came_second(error: Conflict) -> ResponseReturnValue:
    """A colleague or the desk was faster; what was typed stays to be looked at and saved."""
    answer: ResponseReturnValue = conflict_answer(error, _show)
    return answer


def _show(status: int, reason: str, link_request_id: int | None) -> tuple[str, int]:
    if request.endpoint in WITH_FIELDS and "version" in request.form:
        return kept_page((request.view_args or {})["record_id"], reason), status
    return show_error(status, reason, link_request_id)


def kept_page(record_id: int, reason: str) -> str:
    """The record as it is now with what was typed; where it may still be edited, saving again replaces it knowingly."""
    session = database()
    record = own_record(session, current_actor(), record_id)
    form = record_form(session, record, is_sent=True)
    form.version.data = str(record.version)
    rows = unsaved_rows(record, form, record.specs_for(facts_of(session, record)), shower(session))
    return record_page(session, record, form, unsaved={"reason": reason, "rows": rows})


def unsaved_rows(
    record: Record, form: Any, specs: Mapping[str, Spec], text_of: Callable[[Spec, Any], str]
) -> list[dict[str, Any]]:
    """The fields in which what was typed differs from what is stored, for components/comparison.html."""
    rows = []
    for name, spec in specs.items():
        if name not in form:
            continue
        value, problem = read_typed(spec.kind, form[name].data)
        stored = getattr(record, name)
        if problem or (value or None) != (stored or None):
            typed = str(form[name].data) if problem else text_of(spec, value)
            rows.append({"label": spec.full_label, "old": text_of(spec, stored), "new": typed, "is_changed": True})
    return rows
