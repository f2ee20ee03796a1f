"""Whether a record's values may be stored, and submitted: one question for forms, moves and imports (SPEC §4, §6)."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from models.base.choices import MasterChoice, MasterChoices
from models.base.clock import today
from models.base.conditions import is_given
from models.base.errors import Problem
from models.base.fields import Spec, problems_of, unasked
from models.rules.offer import Masters
from models.services.masters import master_facts, masters_on
from models.tables.record import Record


def facts_of(session: Session, record: Record) -> dict[str, Any]:
    """What conditions ask about the record's order and about master data."""
    return {**record.facts(), **master_facts(session)}


def problems_in(session: Session, record: Record, values: Mapping[str, Any], is_complete: bool) -> list[Problem]:
    """What is wrong with these values of the record, typed or stored; `is_complete` asks for all that submitting needs.

    What is not among `values` counts as it is stored.
    """
    masters = masters_on(session)
    return problems_with(
        record, {**record.values(), **values}, {**record.facts(), **masters.facts}, masters, is_complete
    )


def unasked_in(session: Session, record: Record, values: Mapping[str, Any]) -> list[str]:
    """The record's fields that say something, typed or stored, although other answers leave no question for it."""
    facts = facts_of(session, record)
    known = {**facts, **record.values(), **values}
    asked = record.specs_for(facts)
    hidden = [name for name in record.section_names() if name not in asked]
    return [*unasked(asked, known), *(name for name in hidden if is_given(known.get(name)))]


def names_to_read(record: Record, facts: Mapping[str, Any], before: Mapping[str, Any] | None) -> frozenset[str]:
    """The fields that somebody has to read: those that the answers ask for, and those that say something, now or `before` the change."""
    known, old = record.known(facts), before or {}
    return frozenset(
        name
        for name, spec in record.specs_for(facts).items()
        if spec.is_allowed(known) or is_given(known[name]) or is_given(old.get(name))
    )


def problems_with(
    record: Record, values: Mapping[str, Any], facts: Mapping[str, Any], masters: Masters, is_complete: bool
) -> list[Problem]:
    """The same with facts and master data at hand; the record may be one that is not stored yet."""
    specs = record.specs_for(facts)
    shown = {name: values.get(name) for name in specs}
    found = list(problems_of(specs, ChainMap(shown, dict(facts)), is_complete))
    found += [*_unknown_codes(specs, shown, masters), *masters.repeated_forms(shown)]
    wrong = {problem.field for problem in found}
    return found + [problem for problem in record.problems(shown, today(), masters) if problem.field not in wrong]


def _unknown_codes(specs: Mapping[str, Spec], values: Mapping[str, Any], masters: Masters) -> Iterator[Problem]:
    for name, spec in specs.items():
        if isinstance(spec.kind, MasterChoice | MasterChoices) and (value := values.get(name)):
            codes = [value] if isinstance(value, str) else value
            if not set(codes) <= set(masters.labels[spec.kind.table]):
                yield Problem(name, f"{spec.full_label}は一覧から選択してください")
