"""Site names that are taken: by sites, by their open renames, by open new installations (SPEC §5)."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.base.errors import Invalid, Problem
from models.kinds import new_installation
from models.records.site_name import SiteNameRecord
from models.rules.names import claim_name
from models.services.queries import current_record
from models.tables.request import Request
from models.tables.site import NameClaim, Site, SiteVersion

TAKEN = "この拠点名はすでに使われています。会社名略称かロケーション名を変えてください。"


def is_taken(session: Session, short_name: str | None, location_name: str | None) -> bool:
    """Whether a site or an open rename has this name already. Reads only; taking it is what decides."""
    if not (short_name and location_name):
        return False
    name = claim_name(short_name, location_name)
    return session.scalar(select(NameClaim.id).where(NameClaim.name == name)) is not None


def claim_site_name(session: Session, record: SiteNameRecord) -> None:
    """Takes the record's name for its site; raises Invalid when another site or open rename has it (SPEC §5).

    A name that the site does not bear (of a cancelled rename, or one that a later rename replaced) is history and takes nothing.
    """
    is_open_rename = record.request.kind.is_exclusive and record.request.is_open
    if not (is_open_rename or _is_borne(session, record)):
        return
    rename_id = record.request_id if is_open_rename else None
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


def name_borne(session: Session, site: Site, without: SiteNameRecord) -> SiteNameRecord | None:
    """Whose name the site would bear if this record had not been accepted: the one accepted before, else its application's."""
    others = select(SiteNameRecord).join(SiteNameRecord.request).where(SiteNameRecord.id != without.id)
    accepted = others.join(SiteVersion, SiteVersion.record_id == SiteNameRecord.id).where(
        SiteVersion.site_id == site.id
    )
    newest = accepted.order_by(SiteVersion.effective_on.desc(), SiteVersion.id.desc()).limit(1)
    first = others.where(Request.site_id == site.id, Request.kind_code == new_installation.KIND.code)
    return session.scalar(newest) or session.scalar(first)


def _is_borne(session: Session, record: SiteNameRecord) -> bool:
    """Whether the site is called so today: the name accepted last, or the new installation's before any was."""
    current = current_record(session, record.request.site, record.type)
    return current is record if current else not record.request.kind.is_exclusive
