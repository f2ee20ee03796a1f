"""Which reminders of due dates were written: the row keeps a second one away (SPEC §10)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from models.base.choices import Choice
from models.base.clock import now
from models.base.db import Area, Base
from models.base.fields import field, key
from models.base.technical import Moment, Reference
from models.base.values import Day
from models.tables.mail import MailKey


class Reminder(Base):
    """One reminder of one record's due date; another due date is reminded of anew."""

    __tablename__ = "reminder"
    __label__ = "締切の案内"
    __area__ = Area.LOG
    __table_args__ = (UniqueConstraint("record_id", "key", "due_on"),)

    id: Mapped[int] = key("案内ID")
    record_id: Mapped[int] = field(Reference("record", "CASCADE"), "各情報", editable=False)
    key: Mapped[str] = field(Choice(MailKey, grows=True), "種類", editable=False)
    due_on: Mapped[date] = field(Day(), "提出締切日", editable=False)
    written_at: Mapped[datetime] = field(Moment(), "作成日時", editable=False, default=now)
