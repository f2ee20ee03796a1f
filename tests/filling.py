"""Records with every field that their conditions allow, made from the kinds' samples."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from models.base.choices import MasterChoice, MasterChoices
from models.base.db import Base
from models.base.fields import Spec
from models.base.values import Day
from models.services.masters import masters_on
from models.tables.record import Record


def fill(session: Session, record: Record, sample: int = 0) -> None:
    """Fills every field of the record that may be given; `sample` picks among the kinds' samples."""
    facts = {**record.facts(), **masters_on(session).facts}
    for name, spec in record.specs_for(facts).items():
        setattr(record, name, sample_of(session, name, spec, sample))
    # What the answers exclude is taken out again.
    for name, spec in record.specs_for(facts).items():
        if not spec.is_allowed(record.known(facts)):
            setattr(record, name, None)


def sample_of(session: Session, name: str, spec: Spec, sample: int) -> Any:
    """A good value of the field's kind."""
    kind = spec.kind
    if isinstance(kind, MasterChoice | MasterChoices):
        table: Table = Base.metadata.tables[kind.table]
        codes = session.scalars(select(table.c.code).order_by(table.c.place, table.c.id)).all()
        return codes[sample % len(codes)] if isinstance(kind, MasterChoice) else tuple(codes[:2])
    if not kind.samples:
        return None
    typed = kind.samples[sample % len(kind.samples)]
    return kind.parse(kind.normalise(str(typed))) if not isinstance(kind, Day) else kind.parse(kind.normalise(typed))
