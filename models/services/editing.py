"""Saving a record's fields: version, values, names (SPEC §4, §5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.base.errors import Conflict, Invalid, Problem, Refused
from models.base.fields import specs_of
from models.records.contract import ContractRecord
from models.records.site_name import SiteNameRecord
from models.services import orders, rename_guard
from models.services.checking import problems_in, unasked_in
from models.services.claims import claim_site_name
from models.services.documents import renew_form
from models.tables.record import Record

FIXED = "は、お申し込みのあとでは変更できません。変更をご希望のときは、窓口へご連絡ください"


def editing_refusal(record: Record, actor: Actor) -> str | None:
    """Why somebody may not edit the record's fields now, in Japanese, or None. Reads only."""
    if actor.is_customer:
        if rename_guard.blocking_rename_id(record.request):
            return rename_guard.REASON
        return None if record.is_editable else f"「{record.status_label}」の間は編集できません。"
    return None if actor.may_write else "あなたの権限では編集できません。"


def save_record(
    session: Session, record: Record, values: Mapping[str, Any], version: int, actor: Actor, is_complete: bool = False
) -> list[str]:
    """Writes typed values into a locked record; raises Refused, Conflict (the row is newer than `version`) or Invalid.

    What other answers leave no question for is emptied: gives the labels of these fields, so that whoever typed them can be told.
    The desk may mend one field although another, which it does not touch, is wrong already (a wished day that has passed).
    """
    _refuse(record, values, version, actor)
    dropped = unasked_in(session, record, values)
    values = {**values, **dict.fromkeys(dropped)}
    problems = problems_in(session, record, values, is_complete)
    if problems and not actor.is_customer:
        touched = {name for name, value in values.items() if value != getattr(record, name)}
        before = problems_in(session, record, {}, is_complete)
        problems = [problem for problem in problems if problem.field in touched or problem not in before]
    if problems:
        raise Invalid(problems)
    is_changed = _write(session, record, values)
    if isinstance(record, SiteNameRecord):
        claim_site_name(session, record)
    if isinstance(record, ContractRecord) and orders.is_order(record):
        orders.follow_edit(session, record, actor)
    if is_changed:
        renew_form(session, record, actor)
    return [specs_of(type(record))[name].full_label for name in dropped]


def _refuse(record: Record, values: Mapping[str, Any], version: int, actor: Actor) -> None:
    refused = editing_refusal(record, actor)
    if refused:
        raise Refused(refused, rename_guard.blocking_rename_id(record.request))
    if record.version != version:
        raise Conflict("ほかの人がこの情報を先に保存しました。")
    if actor.is_customer:
        _refuse_fixed(record, values)


def _refuse_fixed(record: Record, values: Mapping[str, Any]) -> None:
    """What was chosen when applying, or is the desk's, is not the customer's to change; raises Invalid (SPEC §4)."""
    specs = record.specs_for(record.facts())
    own = {name for name, spec in specs.items() if spec.is_editable and not spec.is_fixed}
    changed = [name for name, value in values.items() if name not in own and value != getattr(record, name)]
    if changed:
        labels = {name: specs[name].full_label if name in specs else name for name in changed}
        raise Invalid([Problem(name, f"{label}{FIXED}") for name, label in labels.items()])


def _write(session: Session, record: Record, values: Mapping[str, Any]) -> bool:
    if isinstance(record, ContractRecord) and orders.is_order(record):
        orders.note_dates(record, values)
    for name, value in values.items():
        setattr(record, name, value)
    is_changed = session.is_modified(record)
    if is_changed:
        record.version += 1
    session.flush()
    return is_changed
