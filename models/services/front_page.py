"""What the portal says to everybody before they ask: notices, delivery times, the desk (SPEC §12)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.clock import today
from models.services.masters import in_order
from models.services.validity import in_force
from models.tables.master import DeliveryTime, DeskInfo, Notice


def notices_shown(session: Session) -> Sequence[Notice]:
    """The notices of the day, newest first."""
    shown = select(Notice).where(in_force(Notice, today()))
    return session.scalars(shown.order_by(Notice.id.desc())).all()


def delivery_times(session: Session) -> Sequence[DeliveryTime]:
    """How long deliveries take, and what lengthens them."""
    return in_order(session, DeliveryTime)


def desk_lines(session: Session) -> Sequence[DeskInfo]:
    """Where the desk is and when it works, line by line."""
    return in_order(session, DeskInfo)
