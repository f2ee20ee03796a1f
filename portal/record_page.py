"""The page of a record: what to do next, its fields, its moves, what happened, its files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import HiddenField

from models.base.actor import Role
from models.base.clock import today
from models.base.fields import Spec
from models.base.workflow import Need, Status
from models.forms import fill, form_class, mark_required
from models.records.contract import ContractRecord
from models.records.site_name import SiteNameRecord
from models.services.checking import facts_of, names_to_read
from models.services.current import lasting_specs, values_before
from models.services.editing import editing_refusal
from models.services.help_texts import helps_of
from models.services.masters import masters_on, options_of, shower
from models.services.meanings import meanings_of
from models.services.queries import files_of, site_label, timeline
from models.services.remarks import Remarks, pinned, remarks_by_event, since_return
from models.services.rename_guard import blocking_rename_id
from models.services.sheet_comparing import sheet_reading
from models.services.taking_back import undone
from models.services.transition import refusal
from models.tables.event import Action, Event
from models.tables.record import Record
from portal.form_layout import in_form_order, layout_of
from portal.hooks import current_actor
from portal.record_documents import documents_shown
from web.record_files import Problems, files_shown, upload_forms

NO_PROBLEMS: Problems = {}
FORM = "record"  # the id of the form with the fields; what else can be sent from the page is sent with it


class VersionedForm(FlaskForm):
    """A form that knows which version of the row it shows."""

    version = HiddenField()


def record_form(session: Session, record: Record, *, is_sent: bool) -> Any:
    """The record's fields as a form, filled with what was sent with it, else with what is stored."""
    masters = masters_on(session)
    facts = facts_of(session, record)
    specs = record.specs_for(facts)
    made = form_class(in_form_order(specs), VersionedForm, options_of(specs, masters), helps=helps_of(session))
    form = made() if is_sent else made(formdata=None)
    if not is_sent:
        fill(form, specs, record.values())
        form.version.data = str(record.version)
    mark_required(form, specs, {**record.values(), **facts})
    for name, note in record.notes(today(), masters).items():
        form[name].description = f"{form[name].description or ''}{note}"
    return form


def record_page(
    session: Session,
    record: Record,
    form: Any = None,
    problems: Problems = NO_PROBLEMS,
    unsaved: Mapping[str, Any] | None = None,
) -> str:
    """The page of a record; `problems` stand at the file that was just sent, `unsaved` is what portal.unsaved kept."""
    actor = current_actor()
    refused = editing_refusal(record, actor)
    form = form or (VersionedForm(formdata=None) if refused else record_form(session, record, is_sent=False))
    facts = facts_of(session, record)
    sections = record.sections_for(facts)
    sent_with = FORM if sections and not refused else None
    moves = [
        {
            "target": target,
            "verb": target.verb,
            "label": record.workflow.label_of(target),
            "reason": _reason(session, record, target),
        }
        for target in record.workflow.targets(record.status, Role.CUSTOMER)
    ]
    current, lasting = values_before(session, record), lasting_specs(record)
    specs, files = record.specs_for(facts), files_of(session, record, actor)
    to_read = names_to_read(record, facts, current)
    events, made = timeline(session, record, actor), remarks_by_event(session, record)
    since = since_return(session, record, events, made)
    remarks: Remarks = since.remarks if since else {}
    text_of = shower(session)
    unsaid = undone(reversed(events))
    return render_template(
        "portal/record.html",
        text_of=text_of,
        current_texts={
            name: before
            for name, spec in specs.items()
            if current
            and name in lasting
            and (before := text_of(spec, current.get(name))) != text_of(spec, getattr(record, name))
        },
        record=record,
        meaning=meanings_of(session, record.workflow).get(record.status, ""),
        form=form,
        site=site_label(session, record.request.site),
        sections=sections,
        parts=[layout_of(part, form) for part in sections] if sent_with else [],
        specs=specs,
        names_to_read=[name for name in in_form_order(specs) if name in to_read],
        moves=moves,
        current=current,
        lasting=lasting,
        editing_refusal=refused,
        sent_with=sent_with,
        blocking=blocking_rename_id(record.request),
        entries=[
            {**_entry(record, event), "remarks": pinned(session, record, made.get(event.id, {}))}
            if event.id not in unsaid
            else {**_entry(record, event), "comment": ""}
            for event in events
        ],
        remarks=remarks,
        remarked=pinned(session, record, remarks),
        Status=Status,
        upcoming=[{"label": record.workflow.label_of(status)} for status in record.workflow.path_from(record.status)]
        if not record.status.is_closed
        else [],
        files=files_shown(files, "portal"),
        reading=sheet_reading(session, record),
        documents_shown=documents_shown(session, record, files),
        uploads=upload_forms(record, actor, problems, sent_with),
        unsaved=unsaved,
        written=_written(session, record.values(), specs),
        written_before=_written(session, current or {}, specs),
        name_check=_name_check(record),
    )


def _written(session: Session, values: Mapping[str, Any], specs: Mapping[str, Spec]) -> dict[str, str]:
    """Companies' names as documents write them in full (SPEC §6), by the field of the name."""
    masters = masters_on(session)
    names = [name for name in specs if name.endswith("company_name") and name.replace("_name", "_type") in specs]
    return {name: masters.company_name(values, name.removesuffix("company_name").removesuffix("_")) for name in names}


def _name_check(record: Record) -> SiteNameRecord | None:
    """拠点名チェック, which the desk does beside the contract of a new installation (manual 1-2)."""
    if not isinstance(record, ContractRecord):
        return None
    return next((one for one in record.request.records if isinstance(one, SiteNameRecord)), None)


def _reason(session: Session, record: Record, target: Status) -> str | None:
    # What is typed is saved with the move, so that what is still missing in the table is no reason yet.
    if record.is_editable and record.__sections__ and not blocking_rename_id(record.request):
        needs = [need for need in record.workflow.needs.get(target, ()) if need is not Need.COMPLETE]
        if not needs:
            return None
    return refusal(session, record, target, current_actor())


def _entry(record: Record, event: Event) -> dict[str, Any]:
    if event.action == Action.UPLOADED:
        return {
            "at": event.at,
            "label": f"ファイル追加：{(event.changes or {}).get('file', ['', ''])[1]}",
            "tone": "neutral",
            "is_file": True,
            "who": event.actor_name,
            "comment": "",
        }
    status = Status(event.to_status) if event.to_status else record.status
    who = event.actor_name if event.actor_role == Role.CUSTOMER else None
    return {
        "at": event.at,
        "label": record.workflow.label_of(status)
        + ("（直前の変更の取り消し）" if event.action == Action.TAKEN_BACK else ""),
        "tone": status.tone,
        "who": who or "窓口",
        # What the desk's template says to the customer's own moves stands at the next step; it is not the customer's word.
        "comment": "" if who else event.comment,
    }
