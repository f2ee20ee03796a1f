"""Issued PDFs: what a record said when it was issued, kept for ever (SPEC §9)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, deferred, relationship

from models.base.choices import Choice, Choices
from models.base.clock import now
from models.base.db import Area, Base
from models.base.fields import field, key
from models.base.technical import Code, Json, Moment, Reference
from models.base.values import Text, Whole
from models.tables.record import Record
from models.tables.upload import Blob

LATE = timedelta(seconds=30)


class DocumentKind(Choices):
    """What is issued."""

    APPLICATION_FORM = "application_form", "利用申込書"
    CHANGE_FORM = "change_form", "変更申込書"
    ACCEPTANCE_LETTER = "acceptance_letter", "利用承諾書"

    @property
    def is_form(self) -> bool:
        """Whether the customer puts a seal on it and sends it back."""
        return self is not DocumentKind.ACCEPTANCE_LETTER

    @property
    def letter(self) -> str:
        """What tells the kinds apart in a document's number."""
        return {"application_form": "A", "change_form": "C", "acceptance_letter": "L"}[self.value]


class Document(Base):
    """One edition of an issued PDF. `snapshot` is all that it says; the bytes come a moment later and never change.

    `fingerprint` is the hash of what was printed of the record, to tell whether the record changed since.
    """

    __tablename__ = "document"
    __label__ = "発行書類"
    __area__ = Area.LOG
    __table_args__ = (
        UniqueConstraint("record_id", "kind", "edition"),
        Index("ix_document_pending", "render_after", sqlite_where=text("blob_id IS NULL"),
              postgresql_where=text("blob_id IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = key("書類ID")
    record_id: Mapped[int] = field(Reference("record"), "各情報", editable=False)
    kind: Mapped[str] = field(Choice(DocumentKind), "種類", editable=False)
    edition: Mapped[int] = field(Whole(1, 9999), "版", editable=False)
    snapshot: Mapped[dict[str, Any]] = deferred(field(Json(), "記載内容", editable=False, nullable=False))
    fingerprint: Mapped[str] = field(Code(64), "内容の指紋", editable=False, internal=True)
    issued_by: Mapped[str] = field(Text(60), "発行者", editable=False)
    issued_at: Mapped[datetime] = field(Moment(), "発行日時", editable=False, default=now)
    blob_id: Mapped[int | None] = field(Reference("blob"), "本体", editable=False, internal=True, index=True)
    attempts: Mapped[int] = field(Whole(), "PDF作成の回数", editable=False, internal=True, default=0)
    render_after: Mapped[datetime] = field(Moment(), "PDF作成の予定", editable=False, internal=True, default=now)

    record: Mapped[Record] = relationship()
    blob: Mapped[Blob | None] = relationship()

    @property
    def number(self) -> str:
        """What people quote: the request's number, the kind's letter, the edition."""
        return self.number_of(self.record, DocumentKind(self.kind), self.edition)

    @staticmethod
    def number_of(record: Record, kind: DocumentKind, edition: int) -> str:
        """The number of an edition, before it is stored."""
        return f"{record.request.number}-{kind.letter}{edition}"

    @property
    def label(self) -> str:
        """What it is called in lists."""
        return f"{DocumentKind(self.kind).label}（第{self.edition}版）"

    @property
    def file_name(self) -> str:
        """The name under which it is downloaded."""
        return f"{DocumentKind(self.kind).label}_{self.number}.pdf"

    @property
    def is_ready(self) -> bool:
        """Whether the PDF exists."""
        return self.blob_id is not None

    @property
    def is_late(self) -> bool:
        """Whether its PDF should exist by now; it is tried again and again (models.services.rendering)."""
        return not self.is_ready and now() - self.issued_at > LATE

    def __str__(self) -> str:
        return f"{DocumentKind(self.kind).label} {self.number}"
