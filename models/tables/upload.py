"""Files: the bytes once, by their hash, and every version that somebody added to a record (SPEC §9)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, deferred, relationship

from models.base.choices import Choice
from models.base.clock import now
from models.base.db import Area, Base
from models.base.fields import field, key
from models.base.technical import Bytes, Code, Json, Moment, Reference, Secret
from models.base.values import Text, Whole
from models.tables.record import Purpose, Record


class Blob(Base):
    """The bytes of a file, stored once; models.services.files alone reads and writes them."""

    __tablename__ = "blob"
    __label__ = "ファイル本体"
    __area__ = Area.LOG

    id: Mapped[int] = key("本体ID")
    sha256: Mapped[str] = field(Code(64), "SHA-256", editable=False, internal=True, unique=True)
    size: Mapped[int] = field(Whole(unit=" バイト"), "大きさ", editable=False)
    content: Mapped[bytes] = deferred(field(Bytes(), "内容", editable=False))
    created_at: Mapped[datetime] = field(Moment(), "登録日時", editable=False, default=now)


class Upload(Base):
    """A version of a file of a record; never overwritten."""

    __tablename__ = "upload"
    __label__ = "ファイル"
    __area__ = Area.LOG
    __table_args__ = (
        Index(None, "record_id", "purpose", "id"),
        Index("uq_upload_sent_key", "record_id", "sent_key", unique=True),
    )

    id: Mapped[int] = key("ファイルID")
    record_id: Mapped[int] = field(Reference("record"), "各情報", editable=False)
    blob_id: Mapped[int] = field(Reference("blob"), "本体", editable=False, internal=True, index=True)
    purpose: Mapped[str] = field(Choice(Purpose), "用途", editable=False)
    name: Mapped[str] = field(Text(200), "ファイル名", editable=False)
    content_type: Mapped[str] = field(Text(100), "形式", editable=False)
    size: Mapped[int] = field(Whole(unit=" バイト"), "大きさ", editable=False)
    page_count: Mapped[int] = field(Whole(unit="ページ"), "ページ数", editable=False, default=0)
    number_found: Mapped[str | None] = field(Code(8), "読み取った申込番号", editable=False)
    cells: Mapped[dict[str, str] | None] = deferred(field(Json(), "セルの内容", editable=False))
    added_by: Mapped[str] = field(Text(60), "追加した人", editable=False)
    added_by_role: Mapped[str] = field(Code(20), "立場", editable=False)
    added_at: Mapped[datetime] = field(Moment(), "追加日時", editable=False, default=now)
    sent_key: Mapped[str | None] = field(Secret(), "送信された画面の番号", editable=False)

    record: Mapped[Record] = relationship()
    blob: Mapped[Blob] = relationship()

    @property
    def what(self) -> str:
        """What it is for, in Japanese."""
        return Purpose(self.purpose).label

    @property
    def has_other_number(self) -> bool:
        """Whether the paper bears the number of another request: both sides are told, and decide (SPEC §9)."""
        return self.number_found is not None and self.number_found != self.record.request.number

    @property
    def number_note(self) -> str:
        """What the number on the paper says, in Japanese; empty where none was read."""
        if self.number_found is None:
            return ""
        if self.has_other_number:
            return f"読み取った申込番号（{self.number_found}）が、この申込の番号（{self.record.request.number}）と違います。別の申込の書類でないか、お確かめください。"
        return "申込番号が一致することを確認しました。"

    def __str__(self) -> str:
        return self.name
