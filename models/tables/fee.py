"""料金: what an order costs as it was quoted, item by item; documents and bills read it here (SPEC §6)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from models.base.choices import Choice
from models.base.clock import now
from models.base.db import Base
from models.base.fields import field, key
from models.base.technical import Moment, Reference
from models.base.values import Text, Whole, Yen
from models.rules.fees import FeeKind, FeeReason
from models.tables.request import Request


class FeeItem(Base):
    """One item of a request's fees, tax excluded; `place` is its order."""

    __tablename__ = "fee_item"
    __label__ = "料金明細"
    __table_args__ = (UniqueConstraint("request_id", "place"),)

    id: Mapped[int] = key("明細ID")
    request_id: Mapped[int] = field(Reference("request", "CASCADE"), "申込", editable=False)
    place: Mapped[int] = field(Whole(1, 999), "並び順", editable=False)
    kind: Mapped[str] = field(Choice(FeeKind), "区分", editable=False)
    reason: Mapped[str] = field(Choice(FeeReason), "内訳", editable=False)
    label: Mapped[str] = field(Text(100), "項目", editable=False)
    amount: Mapped[int] = field(Yen(), "金額（税抜）", editable=False)
    created_at: Mapped[datetime] = field(Moment(), "登録日時", editable=False, default=now)

    request: Mapped[Request] = relationship()

    def __str__(self) -> str:
        return f"{self.label} {Yen().show(self.amount)}"
