"""Opening a request: the site's gate, its records in their first status, and the rename's lock (SPEC §3, §5)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.base.clock import today
from models.base.errors import Invalid, Refused
from models.base.fields import problems_of, specs_of
from models.base.kind import Include, RequestKind
from models.kinds import CHANGES
from models.services import rename_guard
from models.services.audit import signed
from models.services.comments import template_comment
from models.services.current import starting_values
from models.services.due_dates import due_day
from models.services.effects import refresh_states
from models.services.transition import begin_anew, end_records
from models.tables.event import Action, Event
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site

NOTHING: Mapping[Any, Any] = MappingProxyType({})


def opening_refusal(site: Site, kind: RequestKind, actor: Actor) -> str | None:
    """Why a request of the kind cannot be opened for the site now, in Japanese, or None. Reads only."""
    if kind.is_change and not site.is_in_service:
        return "開通前の拠点です。新設申込の各情報を直接修正してください。"
    if site.open_rename_id is not None and (actor.is_customer or kind.is_exclusive):
        return rename_guard.REASON
    return None


def change_refusal(site: Site, actor: Actor) -> str | None:
    """Why no change at all can be asked for at the site now, in Japanese, or None where one of them can."""
    reasons = [opening_refusal(site, kind, actor) for kind in CHANGES]
    return reasons[0] if all(reasons) else None


def open_request(
    session: Session,
    site: Site,
    kind: RequestKind,
    options: dict[str, Any],
    actor: Actor,
    values: Mapping[type[Record], Mapping[str, Any]] = NOTHING,
    sent_key: str | None = None,
) -> Request:
    """Opens a request with all its records in their first status; raises Refused or Invalid.

    `options` are the kind's own questions by column name; what belongs to other kinds is refused with the unknown. `values` are
    checked fields that records begin with, by record type. What a page with `sent_key` opened already is given again: a form that is
    sent twice, or by two at once, opens one request.
    """
    if sent_key and (opened := _opened_before(session, site, kind, sent_key)):
        return opened
    refused = opening_refusal(site, kind, actor)
    if refused:
        raise Refused(refused, site.open_rename_id)
    _check_options(kind, options)
    if actor.is_customer:
        rename_guard.pass_gate(session, site.id, None)
    day = today()
    title = kind.title.format(year=day.year, month=day.month, day=day.day)
    request = Request(
        site_id=site.id, kind_code=kind.code, title=title, opened_by=actor.name, sent_key=sent_key, **options
    )
    request.site = site
    session.add(request)
    session.flush()
    if kind.is_exclusive:
        rename_guard.take_lock(session, request)
        session.refresh(site)
    for include in kind.includes_for(request):
        _add_record(session, request, include, actor, values.get(include.record, {}))
    refresh_states(session, {request.id})
    return request


def _opened_before(session: Session, site: Site, kind: RequestKind, sent_key: str) -> Request | None:
    # Of two who send it at once, the second waits here and sees what the first one opened.
    session.execute(select(Site.id).where(Site.id == site.id).with_for_update())
    session.refresh(site)
    return session.scalar(
        select(Request).where(Request.site_id == site.id, Request.kind_code == kind.code, Request.sent_key == sent_key)
    )


def fit_records(session: Session, request: Request, actor: Actor, reason: str) -> None:
    """Gives the request the records that it brings now: missing ones begin, needless ones end (the desk changed its menu or plan)."""
    wanted = {include.record: include for include in request.kind.includes_for(request)}
    there = {type(record) for record in request.records}
    end_records(session, [record for record in request.records if type(record) not in wanted], actor, reason)
    begin_anew(session, [record for record in request.records if type(record) in wanted], actor)
    for record_type, include in wanted.items():
        if record_type not in there:
            _add_record(session, request, include, actor, {})
    refresh_states(session, {request.id})


def _check_options(kind: RequestKind, options: dict[str, Any]) -> None:
    specs = {name: spec for name, spec in specs_of(Request).items() if name in kind.options}
    if unknown := set(options) - set(specs):
        raise Refused(f"この申込では選べない項目です（{'、'.join(sorted(unknown))}）。")
    problems = list(problems_of(specs, {**options, "request.kind": kind.code}, is_complete=True))
    if problems:
        raise Invalid(problems)


def _add_record(session: Session, request: Request, include: Include, actor: Actor, values: Mapping[str, Any]) -> None:
    workflow = include.workflow
    record: Record = include.record(
        request=request,
        workflow_code=workflow.code,
        status_code=workflow.first.value,
        side=workflow.side(workflow.first).value,
        comment=template_comment(session, workflow.code, workflow.first),
        due_on=due_day(session, include.record),
        **values,
    )
    if include.starts_from_current:
        with session.no_autoflush:  # the record is whole only when its values stand in it
            for name, value in starting_values(session, record).items():
                setattr(record, name, value)
    session.add(record)
    session.flush()
    owner = {"table_name": "record", "row_id": record.id, "record_id": record.id, "request_id": request.id}
    session.add(
        Event(action=Action.OPENED, to_status=workflow.first.value, comment=record.comment, **owner, **signed(actor))
    )
