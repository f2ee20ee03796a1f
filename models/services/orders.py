"""What follows from an edit of an order: its fees, its plan, the day its dates were checked on (SPEC §4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.base.clock import today
from models.records.contract import ContractRecord
from models.services.checking import unasked_in
from models.services.opening import fit_records
from models.services.pricing import quote, store_quote
from models.tables.master import LinePlan
from models.tables.record import Record


def is_order(record: Record) -> bool:
    """Whether the record is the contract record of a new installation: pages 1 to 6 of the form."""
    return isinstance(record, ContractRecord) and not record.request.kind.is_change


def note_dates(record: ContractRecord, values: Mapping[str, Any]) -> None:
    """Before the values are written: wished days that change are counted from today on."""
    if not record.keeps_wishes({**record.values(), **values}):
        record.dates_checked_on = today()


def follow_edit(session: Session, record: ContractRecord, actor: Actor) -> None:
    """After the values are written: the site has the plan, the request its records and its fees.

    Prices are those of the day of the application: what was quoted then holds, and an edit changes only what it changes.
    """
    request = record.request
    plan = session.scalar(select(LinePlan).where(LinePlan.code == record.plan_code))
    if plan is not None and request.site.line_plan_id != plan.id:
        request.site.line_plan = plan
        session.flush()
        fit_records(
            session, request, actor, f"メニューが「{plan.full_label}」に変わったため、この情報は不要になりました。"
        )
        for other in request.records:
            if other is not record:
                _empty_unasked(session, other)
    store_quote(session, request, quote(session, record.values(), request.opened_on))


def _empty_unasked(session: Session, record: Record) -> None:
    """What the new plan leaves no question for (the cables of a second line) is not kept."""
    if names := unasked_in(session, record, {}):
        for name in names:
            setattr(record, name, None)
        record.version += 1
        session.flush()
