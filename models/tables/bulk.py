"""一括操作: what an operator wants done to many rows, planned first, carried out once, and what became of each row (SPEC §11)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from models.base.actor import WRITERS
from models.base.choices import Choice, Choices
from models.base.clock import now
from models.base.db import Area, Base
from models.base.fields import field, key
from models.base.technical import Code, Moment, Reference
from models.base.values import LongText, Text, Whole
from models.tables.operator import Operator


class BulkState(Choices):
    """How far a bulk act has come."""

    PLANNED = "planned", "確認待ち"
    RUNNING = "running", "実行中"
    DONE = "done", "完了"


class RowResult(Choices):
    """What becomes of a row; only rows that are ready are carried out."""

    READY = "ready", "実行できます"
    DONE = "done", "実行しました"
    REFUSED = "refused", "見送り"
    CHANGED = "changed", "変更あり"
    FAILED = "failed", "失敗"

    @property
    def tone(self) -> str:
        """The badge."""
        return {"ready": "provider", "done": "done", "refused": "neutral", "changed": "customer"}.get(self, "stopped")


class BulkAct(Base):
    """One act on many rows. Its rows are claimed behind a lock of this one, so that each is carried out once."""

    __tablename__ = "bulk_act"
    __label__ = "一括操作"
    __area__ = Area.LOG
    __table_args__ = (Index(None, "state", "id"), Index(None, "operator_id", "id"))

    id: Mapped[int] = key("一括操作ID")
    table_name: Mapped[str] = field(Code(60), "表", editable=False)
    act: Mapped[str] = field(Code(80), "操作の種類", editable=False, internal=True)
    title: Mapped[str] = field(Text(120), "操作", editable=False)
    state: Mapped[str] = field(Choice(BulkState), "状態", editable=False, default=BulkState.PLANNED)
    comment: Mapped[str] = field(LongText(), "コメント", editable=False, default="")
    assignee_id: Mapped[int | None] = field(Reference("operator", "SET NULL"), "割り当てる担当者", editable=False)
    operator_id: Mapped[int | None] = field(Reference("operator", "SET NULL"), "操作者", editable=False)
    operator_name: Mapped[str] = field(Text(60), "操作者の氏名", editable=False, default="")
    repeats_id: Mapped[int | None] = field(Reference("bulk_act", "SET NULL"), "再実行の元", editable=False)
    mail_count: Mapped[int] = field(Whole(), "送信予定のメール", editable=False, default=0)
    address: Mapped[str] = field(Text(60), "接続元", editable=False, default="", readers=WRITERS)
    trace_id: Mapped[str] = field(Code(40), "リクエストID", editable=False, internal=True, default="")
    created_at: Mapped[datetime] = field(Moment(), "作成日時", editable=False, default=now)
    confirmed_at: Mapped[datetime | None] = field(Moment(), "実行開始日時", editable=False)
    finished_at: Mapped[datetime | None] = field(Moment(), "完了日時", editable=False)

    operator: Mapped[Operator | None] = relationship(foreign_keys=[operator_id])

    def __str__(self) -> str:
        return f"{self.title}（{self.id}）"


class BulkRow(Base):
    """One row of a bulk act, as it was when the act was planned, and what became of it."""

    __tablename__ = "bulk_row"
    __label__ = "一括操作の明細"
    __area__ = Area.LOG
    __table_args__ = (UniqueConstraint("bulk_act_id", "row_id"), Index(None, "bulk_act_id", "result", "id"))

    id: Mapped[int] = key("明細ID")
    bulk_act_id: Mapped[int] = field(Reference("bulk_act", "CASCADE"), "一括操作", editable=False)
    row_id: Mapped[int] = field(Whole(), "行ID", editable=False)
    version: Mapped[int | None] = field(Whole(), "計画時の版", editable=False, internal=True)
    label: Mapped[str] = field(Text(200), "対象", editable=False, default="")
    result: Mapped[str] = field(Choice(RowResult), "結果", editable=False)
    reason: Mapped[str] = field(LongText(), "理由", editable=False, default="")

    bulk_act: Mapped[BulkAct] = relationship()
