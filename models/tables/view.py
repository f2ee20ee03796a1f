"""保存した表示: an address of a list or of the inbox under a name, for oneself, one's role or everyone at the desk (SPEC §11)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from models.base.choices import Choice, Choices
from models.base.clock import now
from models.base.db import Area, Base
from models.base.fields import field, key
from models.base.technical import Code, Moment, Reference
from models.base.values import LongText, Text
from models.tables.operator import Operator, OperatorRole

LONGEST_NAME, LONGEST_QUERY = 40, 2000


class Audience(Choices):
    """Who sees a view among the saved ones."""

    MINE = "mine", "自分だけ"
    ROLE = "role", "同じ権限の担当者"
    EVERYONE = "everyone", "全員"


class SavedView(Base):
    """What a list's address selects, under a name. `place` is the table's name, or `inbox`; `role` whose it is where it is a role's."""

    __tablename__ = "saved_view"
    __label__ = "保存した表示"
    __area__ = Area.STAFF
    __table_args__ = (UniqueConstraint("operator_id", "place", "name"), Index(None, "place", "audience"))

    id: Mapped[int] = key("表示ID")
    operator_id: Mapped[int] = field(Reference("operator", "CASCADE"), "作成者", editable=False)
    place: Mapped[str] = field(Code(60), "場所", editable=False)
    name: Mapped[str] = field(Text(LONGEST_NAME), "名前", editable=False)
    query: Mapped[str] = field(LongText(LONGEST_QUERY), "条件", editable=False, default="")
    audience: Mapped[str] = field(Choice(Audience), "使う人", editable=False, default=Audience.MINE)
    role: Mapped[str] = field(Choice(OperatorRole), "権限", editable=False)
    created_at: Mapped[datetime] = field(Moment(), "登録日時", editable=False, default=now)

    operator: Mapped[Operator] = relationship()

    def __str__(self) -> str:
        return self.name


class DefaultView(Base):
    """The view that an operator's place opens with; one a place."""

    __tablename__ = "default_view"
    __label__ = "最初に開く表示"
    __area__ = Area.STAFF
    __table_args__ = (UniqueConstraint("operator_id", "place"),)

    id: Mapped[int] = key("最初に開く表示ID")
    operator_id: Mapped[int] = field(Reference("operator", "CASCADE"), "担当者", editable=False)
    place: Mapped[str] = field(Code(60), "場所", editable=False)
    saved_view_id: Mapped[int] = field(Reference("saved_view", "CASCADE"), "表示", editable=False, index=True)

    saved_view: Mapped[SavedView] = relationship()
