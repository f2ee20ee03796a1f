"""Which acts an operator is offered for rows of a table: those of the domain that the role is open to."""

from __future__ import annotations

from models.base.actor import Actor
from models.base.db import Base
from models.services.acts import Act
from models.services.desk_acts import acts_of


def acts_for(mapped: type[Base], actor: Actor) -> list[Act]:
    """The acts of a table that the actor may do; lists offer them by `.code` and `.label`."""
    return [act for act in acts_of(mapped) if act.is_open_to(actor)]
