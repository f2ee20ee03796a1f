"""The input of a visitor who has not submitted yet (SPEC §7)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped

from models.base.clock import now
from models.base.db import Area, Base
from models.base.fields import field, key
from models.base.technical import Json, Moment, Reference, Secret
from models.base.values import Whole


class Draft(Base):
    """One visitor's application form; only who holds the token can read it. Purged after an hour without a request.

    `typed` holds what was typed by field name, right or wrong; `page` the last page that was left by 次へ.
    """

    __tablename__ = "draft"
    __label__ = "入力中の新設申込"
    __area__ = Area.LOG

    id: Mapped[int] = key("下書きID")
    token_hash: Mapped[str] = field(Secret(), "トークン", editable=False, unique=True)
    page: Mapped[int] = field(Whole(0, 8), "済んだページ", editable=False, default=0)
    typed: Mapped[dict[str, Any]] = field(Json(), "入力内容", editable=False, default=dict)
    request_id: Mapped[int | None] = field(Reference("request", "SET NULL"), "申込", editable=False)
    started_at: Mapped[datetime] = field(Moment(), "開始日時", editable=False, default=now)
    touched_at: Mapped[datetime] = field(Moment(), "最終操作日時", editable=False, default=now, index=True)
