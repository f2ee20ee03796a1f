"""What a move brings about besides itself: the site's current values, names taken and freed, requests that end (SPEC §3, §5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from models.base.clock import now, today
from models.base.db import among
from models.base.kind import KINDS, change_codes
from models.base.sets import add_rows
from models.base.workflow import Side, Status
from models.records.contract import ContractRecord
from models.records.fault_contact import FaultContactRecord
from models.records.site_name import SiteNameRecord
from models.services.audit import note_edits
from models.services.claims import claim_site_name, name_borne
from models.services.rename_guard import drop_lock, take_lock
from models.tables.record import Record
from models.tables.request import Request, RequestState
from models.tables.site import NameClaim, SiteVersion

REQUEST, RECORD, VERSION = (cast(Table, mapped.__table__) for mapped in (Request, Record, SiteVersion))
Standing = tuple[str, datetime | None]  # a request's state and when it ended


def apply(session: Session, records: Sequence[Record], target: Status) -> None:
    """Carries out what the move of these records to `target` means for their sites and requests."""
    if target is Status.ACCEPTED:
        _make_current(session, records)
    refresh_states(session, {record.request_id for record in records})


def undo(session: Session, records: Sequence[Record], left: Status) -> None:
    """Takes back what apply() did when these records came to `left`, which they have just been taken back from."""
    names = [record for record in records if isinstance(record, SiteNameRecord)] if left is Status.ACCEPTED else []
    if left is Status.ACCEPTED:
        session.execute(
            delete(SiteVersion).where(among(session, SiteVersion.record_id, [record.id for record in records]))
        )
        for record in records:
            if isinstance(record, ContractRecord) and not record.request.kind.is_change:
                record.request.site.in_service_on = None
    refresh_states(session, {record.request_id for record in records})
    for name in names:
        if name.request.kind.is_exclusive:
            _give_name_back(session, name)


def _give_name_back(session: Session, record: SiteNameRecord) -> None:
    """The site is locked by its rename and called as before; the new name is only claimed again. Raises Refused or Invalid."""
    site = record.request.site
    take_lock(session, record.request)
    session.refresh(site)
    borne = NameClaim.site_id == site.id, NameClaim.request_id.is_(None)
    session.execute(update(NameClaim).where(*borne).values(request_id=record.request_id))
    before = name_borne(session, site, without=record)
    if before is not None:
        claim_site_name(session, before)


def _make_current(session: Session, records: Sequence[Record]) -> None:
    overtaken = _overtaken(session, records)
    versions = [
        {
            "site_id": record.request.site_id,
            "type": record.type,
            "record_id": record.id,
            "effective_on": _effective_on(record),
        }
        for record in records
        if record.id not in overtaken and record.request.kind.include_of(record).becomes_current
    ]
    if versions:
        add_rows(session, VERSION, versions)
    for record in records:
        if isinstance(record, ContractRecord) and not record.request.kind.is_change:
            record.request.site.in_service_on = today()
    session.flush()
    names = [record.request for record in records if isinstance(record, SiteNameRecord)]
    _take_new_names(session, [request for request in names if request.kind.is_exclusive])


def _overtaken(session: Session, records: Sequence[Record]) -> set[int]:
    """A new installation's records that are accepted when a change of theirs counts already: the change is what was wanted last."""
    late = [record for record in records if not record.request.kind.is_change]
    found = select(SiteVersion.site_id, SiteVersion.type).join(Record, SiteVersion.record_id == Record.id)
    counting = found.join(Record.request).where(
        Request.kind_code.in_(change_codes()),
        SiteVersion.effective_on <= today(),
        among(session, SiteVersion.site_id, {record.request.site_id for record in late}),
    )
    changed = {(row.site_id, row.type) for row in session.execute(counting)} if late else set()
    return {record.id for record in late if (record.request.site_id, record.type) in changed}


def _take_new_names(session: Session, renames: Sequence[Request]) -> None:
    """The old names are free again; the new ones are the sites' own."""
    if not renames:
        return
    sites, requests = [rename.site_id for rename in renames], [rename.id for rename in renames]
    session.execute(delete(NameClaim).where(among(session, NameClaim.site_id, sites), NameClaim.request_id.is_(None)))
    session.execute(update(NameClaim).where(among(session, NameClaim.request_id, requests)).values(request_id=None))


def _effective_on(record: Record) -> date:
    """A fault contact with a given day counts from then on, everything else at once (SPEC §3)."""
    given = record.changes_on if isinstance(record, FaultContactRecord) else None
    return max(given, today()) if given else today()


def state_of(statuses: Sequence[tuple[Status, str]]) -> RequestState:
    """各情報完了ステータス of a request whose records stand so (status, side) (SPEC §3)."""
    if all(status is Status.CANCELLED for status, _ in statuses):
        return RequestState.CANCELLED
    if all(status.is_closed for status, _ in statuses):
        return RequestState.FINISHED
    owes = any(side == Side.CUSTOMER and not status.is_closed for status, side in statuses)
    return RequestState.UNSUBMITTED if owes else RequestState.CHECKING


def refresh_states(session: Session, request_ids: set[int]) -> None:
    """Writes the state of these requests anew and frees the sites of renames that ended."""
    session.flush()
    columns = REQUEST.c
    # Locked before their records are read: of two moves in one request, the later one sees what the earlier one did.
    locked = select(columns.id, columns.kind, columns.state, columns.closed_at).where(
        among(session, columns.id, request_ids)
    )
    before = session.execute(locked.order_by(columns.id).with_for_update(key_share=True)).all()
    states = _states_now(session, request_ids)
    moment = now()
    after = {
        row.id: (states[row.id].value, (row.closed_at or moment) if states[row.id].is_ended else None) for row in before
    }
    _write_states(session, {row.id: (row.state, row.closed_at) for row in before}, after)
    ended = [row.id for row in before if states[row.id].is_ended and KINDS[row.kind].is_exclusive]
    if ended:
        drop_lock(session, ended)
        session.execute(delete(NameClaim).where(among(session, NameClaim.request_id, ended)))


def _states_now(session: Session, request_ids: set[int]) -> dict[int, RequestState]:
    """By request; the database sends one line for each, and thousands of requests stand in a few ways."""
    columns = RECORD.c
    ways = func.aggregate_strings(columns.status + "/" + columns.side, ",")
    found = select(columns.request_id, ways).where(among(session, columns.request_id, request_ids))
    standing: dict[int, str] = dict(session.execute(found.group_by(columns.request_id)).all())
    states = {way: state_of([_stand(one) for one in way.split(",")]) for way in set(standing.values())}
    return {request_id: states[way] for request_id, way in standing.items()}


def _stand(written: str) -> tuple[Status, str]:
    status, _, side = written.partition("/")
    return Status(status), side


def _write_states(session: Session, before: Mapping[int, Standing], after: Mapping[int, Standing]) -> None:
    """What has changed, in sets of equal state and end; into the loaded requests too, and into the history as edits are."""
    groups: dict[Standing, list[int]] = {}
    changes: dict[int, dict[str, Any]] = {}
    for request_id, standing in after.items():
        if standing != before[request_id]:
            groups.setdefault(standing, []).append(request_id)
            pairs = zip(("state", "closed_at"), before[request_id], standing, strict=True)
            changes[request_id] = {name: [old, new] for name, old, new in pairs if old != new}
    for (state, closed_at), ids in groups.items():
        rows = update(REQUEST).where(among(session, REQUEST.c.id, ids))
        session.execute(rows.values(state=state, closed_at=closed_at))
    note_edits(session, Request, changes)
    for request_id, (state, closed_at) in after.items():
        loaded = session.identity_map.get(identity_key(Request, request_id))
        if loaded is not None:
            set_committed_value(loaded, "state", state)
            set_committed_value(loaded, "closed_at", closed_at)
