"""Remarks that a return pins to fields: what the desk wants mended, where it stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from models.base.clock import now
from models.base.db import Area, Base
from models.base.fields import field, key
from models.base.technical import Code, Moment, Reference
from models.base.values import LongText
from models.tables.record import Record

LONGEST_REMARK = 500


class FieldRemark(Base):
    """One remark to one field, written with the return (its event); later returns have remarks of their own."""

    __tablename__ = "field_remark"
    __label__ = "項目への指摘"
    __area__ = Area.LOG
    __table_args__ = (UniqueConstraint("event_id", "field_name"),)

    id: Mapped[int] = key("指摘ID")
    record_id: Mapped[int] = field(Reference("record", "CASCADE"), "各情報", editable=False, index=True)
    event_id: Mapped[int] = field(Reference("event", "CASCADE"), "差戻の履歴", editable=False)
    field_name: Mapped[str] = field(Code(60), "項目", editable=False)
    remark: Mapped[str] = field(LongText(LONGEST_REMARK), "指摘", editable=False)
    created_at: Mapped[datetime] = field(Moment(), "登録日時", editable=False, default=now)

    record: Mapped[Record] = relationship()
