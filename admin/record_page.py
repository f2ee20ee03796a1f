"""Everything that the record's page shows, read for it alone."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import render_template
from flask_login import current_user
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload, selectin_polymorphic

from admin.history import history
from admin.issued import documents_shown, needed_first, sheet_shown
from admin.since_return import since_shown
from admin.walk import walk_at
from admin.work_forms import AssignForm, DueForm, NoteForm, operator_choices
from models.base.actor import Role
from models.base.clock import today
from models.base.errors import NotFound
from models.base.workflow import Status
from models.services.checking import facts_of, names_to_read
from models.services.current import lasting_specs, values_before
from models.services.desk_work import notes_of, operators_at_work
from models.services.letters import DraftLetter, letter_of
from models.services.masters import shower
from models.services.outlook import moves_of
from models.services.queries import files_of, site_label, timeline
from models.services.record_acts import STAND_IN
from models.services.remarks import pinned, remarks_by_event, since_return
from models.services.rename_guard import blocking_rename_id
from models.services.taking_back import offer_of
from models.services.transition import cancellation_refusal
from models.tables.event import Action, Event
from models.tables.mail import Mail
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site
from web.record_files import files_shown, upload_forms

MAILS = 50
WORDS = {Action.CORRECTED: "（訂正）", Action.TAKEN_BACK: "（直前の操作の取り消し）"}


def find_record(session: Session, record_id: int) -> Record:
    """Any customer's record; raises NotFound."""
    record: Record | None = session.scalar(_record(), {"record": record_id})
    if record is None:
        raise NotFound
    return record


@cache
def _record() -> Select[Any]:
    site = joinedload(Record.request).joinedload(Request.site)
    ways = (
        selectin_polymorphic(Record, Record.__subclasses__()),
        site.joinedload(Site.customer),
        site.joinedload(Site.line_plan),
        joinedload(Record.assignee),
    )
    return select(Record).where(Record.id == bindparam("record")).options(*ways)


def record_page(session: Session, record: Record, **forms: Any) -> str:
    """The page; `forms` are those that were sent and not accepted, by name."""
    actor = current_user.actor()
    facts, current = facts_of(session, record), values_before(session, record)
    request = record.request
    assign = forms.get("assign_form") or AssignForm(data={"assignee_id": str(record.assignee_id or "")})
    assign.assignee_id.choices = [("", "未割当"), *operator_choices(operators_at_work(session))[1:]]
    due = forms.get("due_form") or DueForm(data={"due_on": record.due_on.isoformat() if record.due_on else ""})
    text_of, remarks, events = shower(session), remarks_by_event(session, record), timeline(session, record, actor)
    files = files_of(session, record, actor)
    moves = moves_of(session, record, actor)
    sheet, documents = sheet_shown(session, record, actor), documents_shown(session, record, actor)
    return render_template(
        "admin/record.html",
        text_of=text_of,
        since=since_shown(since_return(session, record, events, remarks), text_of),
        walk=walk_at(record.id),
        take_back=offer_of(session, record, actor),
        record=record,
        site=site_label(session, request.site),
        moves=moves,
        first=list(needed_first(record, moves, documents, sheet)),
        sections=record.sections_for(facts),
        specs=record.specs_for(facts),
        current=current,
        names_to_read=names_to_read(record, facts, current),
        lasting=lasting_specs(record),
        siblings=[one for one in request.records if one.id != record.id],
        blocking=blocking_rename_id(request),
        entries=[{**_entry(event), "remarks": pinned(session, record, remarks.get(event.id, {}))} for event in events],
        upcoming=[] if record.status.is_closed else _upcoming(record),
        history=history(session, record),
        files=files_shown(files, "desk"),
        sheet=sheet,
        documents=documents,
        uploads=upload_forms(record, actor, forms.get("file_problems", {})),
        notes=notes_of(session, record),
        mails=_mails(session, record),
        may_write=actor.may_write,
        may_correct=actor.is_administrator,
        may_cancel=not cancellation_refusal(request, actor, STAND_IN),
        today=today(),
        assign_form=assign,
        due_form=due,
        note_form=forms.get("note_form") or NoteForm(formdata=None),
    )


def _upcoming(record: Record) -> list[dict[str, Any]]:
    return [{"label": status.desk_label} for status in record.workflow.path_from(record.status)]


def _mails(session: Session, record: Record) -> list[tuple[Mail, DraftLetter | None]]:
    """The newest mails about the record, with their text: as it was sent, else as it would be sent now."""
    found = select(Mail).where(Mail.record_id == record.id).order_by(Mail.id.desc()).limit(MAILS)
    return [(mail, letter_of(session, mail)) for mail in session.scalars(found)]


def _entry(event: Event) -> dict[str, Any]:
    role = Role(event.actor_role).label
    who = f"{event.actor_name}（{role}）" if event.actor_name not in {"", role} else role
    common = {"at": event.at, "who": who, "comment": event.comment}
    if event.action == Action.UPLOADED or not event.to_status:
        name = (event.changes or {}).get("file", ["", ""])[1]
        return {**common, "label": f"{Action(event.action).label}：{name}", "tone": "neutral", "is_file": True}
    status = Status(event.to_status)
    word = WORDS.get(Action(event.action), "")
    return {**common, "label": f"{status.desk_label}{word}", "tone": status.tone}
