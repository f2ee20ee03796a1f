"""Which columns of a table stand in its list, its export and its search."""

from __future__ import annotations

from functools import cache

from flask import has_request_context
from sqlalchemy import inspect as inspect_mapping

from admin import rights
from admin.codes import desk_specs
from models.base.choices import MasterChoices
from models.base.db import Base
from models.base.technical import Bytes, Json, Secret
from models.base.values import LongText, Tick
from models.services.search_texts import is_searched
from web.hooks import current_actor

SHOWN = 10
BEHIND = {"workflow_code", "side", "version", "created_at", "updated_at"}


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
    """The columns of a list where nobody chose others: short values, the most telling ones first."""
    specs = desk_specs(mapped)
    short = [name for name in readable_names(mapped) if not isinstance(specs[name].kind, LongText)]
    mapper = inspect_mapping(mapped)
    told = {mapper.polymorphic_on.key} if mapper.inherits and mapper.polymorphic_on is not None else set()
    front = [name for name in short if name not in BEHIND | told]
    ticks = [name for name in front if isinstance(specs[name].kind, Tick)]
    telling = [name for name in front if name not in ticks]
    return tuple([*telling, *ticks, *(name for name in short if name in BEHIND)][:SHOWN])


@cache
def searched_names(mapped: type[Base]) -> tuple[str, ...]:
    """The columns that a search looks into: texts, no codes."""
    return tuple(name for name, spec in desk_specs(mapped).items() if is_searched(spec))
