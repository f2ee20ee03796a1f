"""Saving a record's fields: version, values, names (SPEC §4, §5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.base.errors import Conflict, Invalid, Problem, Refused
from models.records.site_name import SiteNameRecord
from models.rules.names import claim_name
from models.services import rename_guard
from models.services.checking import problems_in
from models.services.documents import renew_form
from models.tables.record import Record
from models.tables.site import NameClaim

TAKEN = "この拠点名はすでに使われています。会社名略称かロケーション名を変えてください。"


def editing_refusal(record: Record, actor: Actor) -> str | None:
    """Why somebody may not edit the record's fields now, in Japanese, or None. Reads only."""
    if actor.is_customer:
        if rename_guard.blocking_rename_id(record.request):
            return rename_guard.REASON
        return None if record.is_editable else f"「{record.status_label}」の間は編集できません。"
    return None if actor.may_write else "あなたの権限では編集できません。"


def save_record(
    session: Session, record: Record, values: Mapping[str, Any], version: int, actor: Actor, is_complete: bool = False
) -> None:
    """Writes typed values into a locked record; raises Refused, Conflict (the row is newer than `version`) or Invalid."""
    refused = editing_refusal(record, actor)
    if refused:
        raise Refused(refused, rename_guard.blocking_rename_id(record.request))
    if record.version != version:
        raise Conflict("ほかの人がこの情報を先に保存しました。")
    problems = problems_in(session, record, values, is_complete)
    if problems:
        raise Invalid(problems)
    for name, value in values.items():
        setattr(record, name, value)
    if session.is_modified(record):
        record.version += 1
        session.flush()
        renew_form(session, record, actor)
    if isinstance(record, SiteNameRecord):
        claim_site_name(session, record)


def claim_site_name(session: Session, record: SiteNameRecord) -> None:
    """Takes the record's name for its site; raises Invalid when another site or open rename has it (SPEC §5)."""
    rename_id = record.request_id if record.request.kind.is_exclusive else None
    site_id = record.request.site_id
    own = NameClaim.request_id == rename_id if rename_id else NameClaim.request_id.is_(None)
    session.execute(delete(NameClaim).where(NameClaim.site_id == site_id, own))
    if not (record.short_name and record.location_name):
        return
    name = claim_name(record.short_name, record.location_name)
    if session.scalar(select(NameClaim.id).where(NameClaim.name == name, NameClaim.site_id == site_id)):
        raise Invalid([Problem("short_name", "現在の拠点名と同じです。新しい拠点名を入力してください。")])
    try:
        with session.begin_nested():
            session.add(NameClaim(name=name, site_id=site_id, request_id=rename_id))
    except IntegrityError:
        raise Invalid([Problem("short_name", TAKEN)]) from None
