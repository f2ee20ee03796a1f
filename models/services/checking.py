"""Whether a record's values may be stored, and submitted: one question for forms, moves and imports (SPEC §4, §6)."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from models.base.clock import today
from models.base.errors import Problem
from models.base.fields import problems_of
from models.services.masters import master_facts
from models.tables.record import Record


def facts_of(session: Session, record: Record) -> dict[str, Any]:
    """What conditions ask about the record's order and about master data."""
    return {**record.facts(), **master_facts(session)}


def problems_in(session: Session, record: Record, values: Mapping[str, Any], is_complete: bool) -> list[Problem]:
    """What is wrong with these values of the record, typed or stored; `is_complete` asks for all that submitting needs."""
    facts = facts_of(session, record)
    specs = record.specs_for(facts)
    shown = {name: values.get(name) for name in specs}
    found = list(problems_of(specs, ChainMap(shown, facts), is_complete))
    wrong = {problem.field for problem in found}
    return found + [problem for problem in record.problems(shown, today()) if problem.field not in wrong]
