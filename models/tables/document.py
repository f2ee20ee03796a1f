"""Issued PDFs: what a record said when it was issued, kept for ever (SPEC §9)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, relationship

from models.base.choices import Choice, Choices
from models.base.clock import now
from models.base.db import Area, Base
from models.base.fields import field, key
from models.base.technical import Code, Moment, Reference
from models.base.values import Text
from models.tables.record import Record
from models.tables.upload import Blob


class DocumentKind(Choices):
    """What is issued."""

    APPLICATION_FORM = "application_form", "利用申込書"
    CHANGE_FORM = "change_form", "変更申込書"
    ACCEPTANCE_LETTER = "acceptance_letter", "利用承諾書"


class Document(Base):
    """One issued PDF; `fingerprint` is the hash of what it printed, to tell whether the record changed since."""

    __tablename__ = "document"
    __label__ = "発行書類"
    __area__ = Area.LOG

    id: Mapped[int] = key("書類ID")
    record_id: Mapped[int] = field(Reference("record"), "各情報", editable=False, index=True)
    blob_id: Mapped[int] = field(Reference("blob"), "本体", editable=False, index=True)
    kind: Mapped[str] = field(Choice(DocumentKind), "種類", editable=False)
    fingerprint: Mapped[str] = field(Code(64), "内容の指紋", editable=False)
    issued_by: Mapped[str] = field(Text(60), "発行者", editable=False)
    issued_at: Mapped[datetime] = field(Moment(), "発行日時", editable=False, default=now)

    record: Mapped[Record] = relationship()
    blob: Mapped[Blob] = relationship()
