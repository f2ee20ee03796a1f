"""Master data that rules ask for, read once for a request."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.groups import CORPORATE_TYPES
from models.tables.master import CompanyType


def master_facts(session: Session) -> dict[str, Any]:
    """The facts that conditions ask of master data."""
    corporate = select(CompanyType.code).where(CompanyType.is_corporate)
    return {CORPORATE_TYPES: frozenset(session.scalars(corporate))}
