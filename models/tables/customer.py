"""取引先: a company that has, or wants, lines."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped

from models.base.clock import now
from models.base.db import Base
from models.base.fields import field, key
from models.base.japanese import CorporateNumber
from models.base.technical import Moment
from models.base.values import Text


class Customer(Base):
    """A company; its accounts reach all its sites and nothing else (SPEC §8)."""

    __tablename__ = "customer"
    __label__ = "取引先"

    id: Mapped[int] = key("取引先ID")
    name: Mapped[str] = field(Text(60), "会社名", required=True)
    corporate_number: Mapped[str | None] = field(CorporateNumber(), "法人番号", unique=True)
    created_at: Mapped[datetime] = field(Moment(), "登録日時", editable=False, default=now)

    __named_by__ = ("name",)

    @classmethod
    def name_from(cls, row: Any) -> str:
        """The company's name."""
        return str(row.name)
