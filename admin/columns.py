"""Which columns of a table stand in its list, its export and its search."""

from __future__ import annotations

from functools import cache

from flask import has_request_context
from sqlalchemy import inspect as inspect_mapping

from admin import rights
from admin.codes import desk_specs
from models.base.choices import Choice, MasterChoice, MasterChoices
from models.base.db import Base
from models.base.fields import Spec, specs_of
from models.base.japanese import HalfKana
from models.base.technical import Bytes, Json, Moment, Secret
from models.base.values import Day, LongText, Tick, Whole
from models.services.search_texts import is_searched
from models.tables.master import Coded
from models.tables.record import Record
from web.hooks import current_actor

SHOWN = 10
FIRST, USUAL, LATER, BEHIND, LAST = range(5)
ORDERING = {"code", "place"}  # of rows that others name by their code
TELLING = (Choice, MasterChoice, MasterChoices, Day, Whole)
FEW = 5  # columns; a list of fewer has room for long texts
STAMPS = ("created_at", "updated_at")


@cache
def readable_names(mapped: type[Base]) -> tuple[str, ...]:
    """Every column that may be listed and exported: all but secrets, structures and bytes."""
    return tuple(name for name, spec in desk_specs(mapped).items() if not isinstance(spec.kind, Secret | Json | Bytes))


def visible_names(mapped: type[Base]) -> tuple[str, ...]:
    """Those of them that whoever asks may see; without anybody who asks, all."""
    names = readable_names(mapped)
    if not has_request_context():
        return names
    actor, specs = current_actor(), desk_specs(mapped)
    return tuple(name for name in names if rights.may_read_field(actor, specs[name]))


@cache
def sortable_names(mapped: type[Base]) -> tuple[str, ...]:
    """Every column that a list can be ordered by: what is short and has an order."""
    specs = desk_specs(mapped)
    return tuple(name for name in readable_names(mapped) if not isinstance(specs[name].kind, LongText | MasterChoices))


@cache
def listed_names(mapped: type[Base]) -> tuple[str, ...]:
    """The columns of a list where nobody chose others: the most telling ones first, never what the portal keeps for itself; long
    texts only where there is little else. When a row was made is always among them where nothing else says a moment of it."""
    specs, told = desk_specs(mapped), _told_anyway(mapped)
    names = [name for name in readable_names(mapped) if name not in told and not specs[name].is_internal]
    short = [name for name in names if not isinstance(specs[name].kind, LongText)]
    ordered = sorted(short if len(short) >= FEW else names, key=lambda name: _place(mapped, name, specs[name]))
    stamps = [name for name in STAMPS if name in ordered]
    front = [name for name in ordered if name not in stamps]
    has_moment = any(isinstance(specs[name].kind, Moment) for name in front[:SHOWN])
    kept = front[: SHOWN - 1] if stamps and not has_moment else front
    return tuple([*kept, *stamps][:SHOWN])


def _told_anyway(mapped: type[Base]) -> set[str]:
    """The column that says of which type a record is: in the list of one type, all are."""
    mapper = inspect_mapping(mapped)
    return {mapper.polymorphic_on.key} if mapper.inherits and mapper.polymorphic_on is not None else set()


def _place(mapped: type[Base], name: str, spec: Spec) -> int:
    """How far behind a column stands; within a place the order is that of the declarations.

    A row that others name by its code says its name first. Of a record, beside which its company and site stand, what was chosen and
    when says more than names and addresses. Readings stand behind what they are readings of.
    """
    if name == "label" and issubclass(mapped, Coded):
        return FIRST
    if isinstance(spec.kind, HalfKana) or (name in ORDERING and issubclass(mapped, Coded)):
        return LAST
    if isinstance(spec.kind, Tick):
        return BEHIND
    is_of_type = issubclass(mapped, Record) and name not in specs_of(Record)
    is_telling = isinstance(spec.kind, TELLING) and not spec.group
    return LATER if isinstance(spec.kind, LongText) or (is_of_type and not is_telling) else USUAL


@cache
def searched_names(mapped: type[Base]) -> tuple[str, ...]:
    """The columns that a search looks into: texts, no codes."""
    return tuple(name for name, spec in desk_specs(mapped).items() if is_searched(spec))
