"""Who may do what with a table: one answer, from its area and the operator's role (SPEC §1)."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import inspect as inspect_mapping

from models.base.actor import Actor, Role
from models.base.db import Area, Base
from models.base.fields import specs_of

DESK = frozenset({Role.VIEWER, Role.OPERATOR, Role.ADMINISTRATOR})
WRITERS = frozenset({Role.OPERATOR, Role.ADMINISTRATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
NOBODY: frozenset[Role] = frozenset()

READ = {Area.APPLICATION: DESK, Area.MASTER: DESK, Area.LOG: DESK, Area.ACCESS: WRITERS}
WRITE = {Area.APPLICATION: WRITERS, Area.MASTER: ADMINISTRATORS, Area.LOG: NOBODY, Area.ACCESS: ADMINISTRATORS}
DELETE = {Area.APPLICATION: ADMINISTRATORS, Area.MASTER: ADMINISTRATORS, Area.LOG: NOBODY, Area.ACCESS: ADMINISTRATORS}


def may_read(actor: Actor, mapped: type[Base]) -> bool:
    """Whether the actor sees the table at all."""
    return actor.role in READ[mapped.__area__]


def may_edit(actor: Actor, mapped: type[Base]) -> bool:
    """Whether the actor may change rows: the area allows it and the table declares something editable."""
    return actor.role in WRITE[mapped.__area__] and any(spec.is_editable for spec in specs_of(mapped).values())


def may_create(actor: Actor, mapped: type[Base]) -> bool:
    """Whether the actor may add rows. What only the portal can make (a request, a record) cannot be typed in."""
    return actor.role in WRITE[mapped.__area__] and is_creatable(mapped)


def may_delete(actor: Actor, mapped: type[Base]) -> bool:
    """Whether the actor may delete rows that nothing else needs."""
    return actor.role in DELETE[mapped.__area__]


@cache
def is_creatable(mapped: type[Base]) -> bool:
    """Whether a form can give every column that a row needs, and gives any at all."""
    attributes = inspect_mapping(mapped).column_attrs
    columns = [(column, column.info.get("spec")) for attribute in attributes for column in attribute.columns]
    is_filled = all(spec and spec.is_editable for column, spec in columns if _is_needed(column))
    return is_filled and any(spec and spec.is_editable for _, spec in columns)


def _is_needed(column: Any) -> bool:
    return not (column.primary_key or column.nullable or column.default is not None)
