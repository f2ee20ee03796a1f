"""When each worker was last seen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped

from models.base.clock import now
from models.base.db import Area, Base
from models.base.fields import field, key
from models.base.technical import Code, Moment


class Heartbeat(Base):
    """A worker's sign of life."""

    __tablename__ = "heartbeat"
    __label__ = "ワーカーの稼働"
    __area__ = Area.LOG

    id: Mapped[int] = key("稼働ID")
    worker: Mapped[str] = field(Code(60), "ワーカー", editable=False, unique=True)
    seen_at: Mapped[datetime] = field(Moment(), "最終確認日時", editable=False, default=now)

    def __str__(self) -> str:
        return self.worker
