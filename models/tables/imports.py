"""取り込み: rows for a table from a file or typed in its list, as they were understood, what they would do, and whether it was done (SPEC §11)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from models.base.choices import Choice, Choices
from models.base.clock import now
from models.base.db import Area, Base
from models.base.fields import field, key
from models.base.technical import Code, Json, Moment, Reference
from models.base.values import LongText, Text, Whole


class ImportState(Choices):
    """How far an import has come."""

    PLANNED = "planned", "確認待ち"
    DONE = "done", "完了"


class LineResult(Choices):
    """What becomes of a line of the file."""

    WRONG = "wrong", "誤り"
    CREATED = "created", "追加"
    CHANGED = "changed", "変更"
    SAME = "same", "変更なし"


class TableImport(Base):
    """One file for one table, or what was typed in its list. It is applied once, whole, and only if it still does what was shown."""

    __tablename__ = "table_import"
    __label__ = "取り込み"
    __area__ = Area.LOG
    __table_args__ = (Index(None, "table_name", "id"),)

    id: Mapped[int] = key("取り込みID")
    table_name: Mapped[str] = field(Code(60), "表", editable=False)
    file_name: Mapped[str] = field(Text(200), "ファイル名", editable=False, default="")
    state: Mapped[str] = field(Choice(ImportState), "状態", editable=False, default=ImportState.PLANNED)
    note: Mapped[str] = field(LongText(), "取り込まない列", editable=False, default="")
    list_query: Mapped[str | None] = field(LongText(), "入力した一覧の条件", editable=False)
    operator_id: Mapped[int | None] = field(Reference("operator", "SET NULL"), "操作者", editable=False, index=True)
    operator_name: Mapped[str] = field(Text(60), "操作者の氏名", editable=False, default="")
    created_at: Mapped[datetime] = field(Moment(), "作成日時", editable=False, default=now)
    applied_at: Mapped[datetime | None] = field(Moment(), "取り込み日時", editable=False)

    @property
    def is_typed(self) -> bool:
        """Whether it was typed in the list, whose address's query it then knows."""
        return self.list_query is not None

    def __str__(self) -> str:
        return f"{'一覧での編集' if self.is_typed else self.file_name}（{self.id}）"


class TableImportLine(Base):
    """One line of an import: its cells as they were read, and what they do to which row."""

    __tablename__ = "table_import_line"
    __label__ = "取り込みの明細"
    __area__ = Area.LOG
    __table_args__ = (UniqueConstraint("table_import_id", "line"), Index(None, "table_import_id", "result", "line"))

    id: Mapped[int] = key("明細ID")
    table_import_id: Mapped[int] = field(Reference("table_import", "CASCADE"), "取り込み", editable=False)
    line: Mapped[int] = field(Whole(1), "ファイルの行", editable=False)
    row_id: Mapped[int | None] = field(Whole(), "行ID", editable=False)
    label: Mapped[str] = field(Text(200), "対象", editable=False, default="")
    result: Mapped[str] = field(Choice(LineResult), "結果", editable=False)
    cells: Mapped[dict[str, str]] = field(Json(), "セル", editable=False)
    changes: Mapped[list[list[str]]] = field(Json(), "変更内容", editable=False)
    problems: Mapped[list[list[str]]] = field(Json(), "誤り", editable=False)
    effects: Mapped[list[str]] = field(Json(), "変更の影響", editable=False, default=list)

    table_import: Mapped[TableImport] = relationship()
