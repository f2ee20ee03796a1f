"""What a request costs: quoted, stored item by item, read again (SPEC §6, page 6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.rules.fees import Fee, FeeKind, FeeReason, Quote, quote_for
from models.services.masters import masters_on
from models.tables.fee import FeeItem
from models.tables.request import Request


def quote(session: Session, values: Mapping[str, Any], day: date) -> Quote:
    """The fees of an order by the prices of a day, in yen, tax excluded."""
    return quote_for(values, masters_on(session, day))


def quote_of(session: Session, request: Request) -> Quote:
    """The fees that a request was quoted, as they are stored; without items where it has none."""
    found = select(FeeItem).where(FeeItem.request_id == request.id).order_by(FeeItem.place)
    fees = tuple(
        Fee(FeeKind(item.kind), FeeReason(item.reason), item.label, item.amount) for item in session.scalars(found)
    )
    return Quote(fees, is_priced=bool(fees))


def store_quote(session: Session, request: Request, quoted: Quote) -> bool:
    """Keeps the items of a quote as the request's fees; gives whether they differ from those it had."""
    if quoted.fees == quote_of(session, request).fees:
        return False
    for item in session.scalars(select(FeeItem).where(FeeItem.request_id == request.id)):
        session.delete(item)  # one by one, so that the history tells what was quoted before
    session.flush()
    for place, fee in enumerate(quoted.fees, 1):
        values = {"kind": fee.kind.value, "reason": fee.reason.value, "label": fee.label, "amount": fee.amount}
        session.add(FeeItem(request_id=request.id, place=place, **values))
    session.flush()
    return True
