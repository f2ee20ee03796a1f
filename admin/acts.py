"""Which acts an operator is offered for rows of a table: those of the domain that the role is open to."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.base.db import Base
from models.services.acts import Act, Order
from models.services.desk_acts import acts_of


def acts_for(mapped: type[Base], actor: Actor) -> list[Act]:
    """The acts of a table that the actor may do; lists offer them by `.code` and `.label`."""
    return [act for act in acts_of(mapped) if act.is_open_to(actor)]


def acts_on(session: Session, row: Any, actor: Actor) -> list[tuple[Act, str]]:
    """The same for one row, each with the reason why it is not possible now; without one it is."""
    order = Order(actor)
    return [(act, act.refusals(session, [row], order).get(row.id, "")) for act in acts_for(type(row), actor)]
