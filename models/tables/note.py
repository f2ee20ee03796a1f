"""内部メモ: what operators tell one another about a record; no customer ever reads it (UX "Customers")."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, relationship

from models.base.clock import now
from models.base.db import Area, Base
from models.base.fields import field, key
from models.base.technical import Moment, Reference, Secret
from models.base.values import LongText, Text
from models.tables.record import Record

LONGEST = 1000  # characters


class InternalNote(Base):
    """One note; it is kept as it was written."""

    __tablename__ = "internal_note"
    __label__ = "内部メモ"
    __area__ = Area.LOG
    __table_args__ = (
        Index(None, "record_id", "id"),
        Index("uq_internal_note_sent_key", "record_id", "sent_key", unique=True),
    )

    id: Mapped[int] = key("メモID")
    record_id: Mapped[int] = field(Reference("record"), "各情報", editable=False)
    author_id: Mapped[int | None] = field(Reference("operator", "SET NULL"), "書いた人", editable=False)
    author_name: Mapped[str] = field(Text(60), "書いた人の氏名", editable=False)
    text: Mapped[str] = field(LongText(LONGEST), "内部メモ", required=True, editable=False)
    written_at: Mapped[datetime] = field(Moment(), "日時", editable=False, default=now)
    sent_key: Mapped[str | None] = field(Secret(), "送信された画面の番号", editable=False)

    record: Mapped[Record] = relationship()
