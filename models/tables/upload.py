"""Files: the bytes once, by their hash, and every version that somebody added to a record (SPEC §9)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, deferred, relationship

from models.base.choices import Choice
from models.base.clock import now
from models.base.db import Area, Base
from models.base.fields import field, key
from models.base.technical import Bytes, Code, Moment, Reference
from models.base.values import Text, Whole
from models.tables.record import Purpose, Record


class Blob(Base):
    """The bytes of a file, stored once; models.services.files alone reads and writes them."""

    __tablename__ = "blob"
    __label__ = "ファイル本体"
    __area__ = Area.LOG

    id: Mapped[int] = key("本体ID")
    sha256: Mapped[str] = field(Code(64), "SHA-256", editable=False, unique=True)
    size: Mapped[int] = field(Whole(unit=" バイト"), "大きさ", editable=False)
    content: Mapped[bytes] = deferred(field(Bytes(), "内容", editable=False))
    created_at: Mapped[datetime] = field(Moment(), "登録日時", editable=False, default=now)


class Upload(Base):
    """A version of a file of a record; never overwritten."""

    __tablename__ = "upload"
    __label__ = "ファイル"
    __area__ = Area.LOG
    __table_args__ = (Index(None, "record_id", "purpose", "id"),)

    id: Mapped[int] = key("ファイルID")
    record_id: Mapped[int] = field(Reference("record"), "各情報", editable=False)
    blob_id: Mapped[int] = field(Reference("blob"), "本体", editable=False, index=True)
    purpose: Mapped[str] = field(Choice(Purpose), "用途", editable=False)
    name: Mapped[str] = field(Text(200), "ファイル名", editable=False)
    content_type: Mapped[str] = field(Text(100), "形式", editable=False)
    size: Mapped[int] = field(Whole(unit=" バイト"), "大きさ", editable=False)
    added_by: Mapped[str] = field(Text(60), "追加した人", editable=False)
    added_by_role: Mapped[str] = field(Code(20), "立場", editable=False)
    added_at: Mapped[datetime] = field(Moment(), "追加日時", editable=False, default=now)

    record: Mapped[Record] = relationship()
    blob: Mapped[Blob] = relationship()

    def __str__(self) -> str:
        return self.name
