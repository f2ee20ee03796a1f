"""Who may do what with a table: one answer, from its area and the operator's role (SPEC §1)."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import inspect as inspect_mapping

from models.base.actor import ADMINISTRATORS, DESK, WRITERS, Actor, Role
from models.base.db import Area, Base
from models.base.fields import Spec, specs_of
from models.tables.record import Record

NOBODY: frozenset[Role] = frozenset()

WRITE = {
    Area.APPLICATION: WRITERS,
    Area.ACCESS: WRITERS,
    Area.MASTER: ADMINISTRATORS,
    Area.STAFF: ADMINISTRATORS,
    Area.LOG: NOBODY,
}
DELETE = {**dict.fromkeys(Area, ADMINISTRATORS), Area.LOG: NOBODY}


def may_read(actor: Actor, mapped: type[Base]) -> bool:  # noqa: ARG001 (one question for every table)
    """Whether the actor sees the table at all; what is secret in it is shown to nobody."""
    return actor.role in DESK


def may_edit(actor: Actor, mapped: type[Base]) -> bool:
    """Whether the actor may change rows: the area allows it and the table declares something editable."""
    return actor.role in WRITE[mapped.__area__] and is_typed(mapped)


def may_create(actor: Actor, mapped: type[Base]) -> bool:
    """Whether the actor may add rows. What only the portal can make (a request, a record) cannot be typed in."""
    return actor.role in WRITE[mapped.__area__] and is_creatable(mapped)


def may_delete(actor: Actor, mapped: type[Base]) -> bool:
    """Whether the actor may delete rows that nothing else needs.

    What nobody can type is the portal's own bookkeeping, and requests with their records are cancelled, never deleted (SPEC §4).
    """
    is_kept = mapped.__is_needed__ or issubclass(mapped, Record)
    return actor.role in DELETE[mapped.__area__] and is_typed(mapped) and not is_kept


def may_read_field(actor: Actor, spec: Spec) -> bool:
    """Whether the actor sees a field of a table that it may read."""
    return spec.readers is None or actor.role in spec.readers


def may_change_field(actor: Actor, spec: Spec) -> bool:
    """Whether the actor changes a field of a row that is there; who may add rows types it in a new one."""
    return spec.changers is None or actor.role in spec.changers


@cache
def is_typed(mapped: type[Base]) -> bool:
    """Whether an operator can type anything in the table."""
    return any(spec.is_editable for spec in specs_of(mapped).values())


@cache
def is_creatable(mapped: type[Base]) -> bool:
    """Whether a form can give every column that a row needs, and gives any at all."""
    attributes = inspect_mapping(mapped).column_attrs
    columns = [(column, column.info.get("spec")) for attribute in attributes for column in attribute.columns]
    is_filled = all(spec and spec.is_editable for column, spec in columns if _is_needed(column))
    return is_filled and is_typed(mapped)


def _is_needed(column: Any) -> bool:
    return not (column.primary_key or column.nullable or column.default is not None)
