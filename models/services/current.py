"""What counts at a site today: field by field, from the newest accepted record that asked for it (SPEC §3, DESIGN §5).

A change asks for a part of what the new installation asked for; what it does not ask for stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.clock import today
from models.base.fields import Spec
from models.kinds import new_installation
from models.tables.record import Record
from models.tables.site import Site, SiteVersion


def accepted_records(session: Session, site: Site, record_type: type[Record]) -> Sequence[Record]:
    """The accepted records of a type that have begun to count, the newest first."""
    begun = select(record_type).join(SiteVersion, SiteVersion.record_id == record_type.id)
    begun = begun.where(
        SiteVersion.site_id == site.id,
        SiteVersion.type == record_type.type_code(),
        SiteVersion.effective_on <= today(),
    )
    return session.scalars(begun.order_by(SiteVersion.effective_on.desc(), SiteVersion.id.desc())).all()


def current_values(session: Session, site: Site, record_type: type[Record]) -> dict[str, Any]:
    """The site's values of a record type by field; empty before anything was accepted. Reads only."""
    values: dict[str, Any] = {}
    for record in accepted_records(session, site, record_type):
        for name in record.specs_for(record.facts()):
            values.setdefault(name, getattr(record, name))
    return values


def values_before(session: Session, record: Record) -> dict[str, Any] | None:
    """What an open change is compared with: the values that count until it is accepted. None where there is nothing to compare."""
    if not record.request.kind.is_change or record.status.is_closed:
        return None
    return current_values(session, record.request.site, type(record)) or None


def starting_values(session: Session, record: Record) -> dict[str, Any]:
    """What a change begins with: the site's values of the fields that it asks for. Days and months of earlier changes are theirs alone."""
    current = current_values(session, record.request.site, type(record))
    lasting = lasting_specs(record)
    return {name: current[name] for name in record.specs_for(record.facts()) if name in lasting and name in current}


def lasting_specs(record: Record) -> Mapping[str, Spec]:
    """The fields that a site keeps: those that its new installation asks for."""
    return record.specs_for({**record.facts(), **new_installation.KIND.facts()})
