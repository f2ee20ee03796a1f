"""Texts that the desk edits: comments and mails (SPEC §10, §12)."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from models.base.choices import Choice
from models.base.db import Area, Base
from models.base.fields import field, key
from models.base.technical import Code
from models.base.values import LongText, Text
from models.tables.mail import MailKey


class CommentTemplate(Base):
    """What the operator comment becomes at a status of a workflow, unless the operator typed one (SPEC §4)."""

    __tablename__ = "comment_template"
    __label__ = "コメントのひな形"
    __area__ = Area.MASTER
    __table_args__ = (UniqueConstraint("workflow", "status"),)

    id: Mapped[int] = key("ひな形ID")
    workflow: Mapped[str] = field(Code(40), "ワークフロー", required=True)
    status: Mapped[str] = field(Code(40), "ステータス", required=True)
    text: Mapped[str] = field(LongText(), "文面", required=True)


class MailTemplate(Base):
    """Subject and body of a mail; `{name}` is filled in when it is sent."""

    __tablename__ = "mail_template"
    __label__ = "メールのひな形"
    __area__ = Area.MASTER

    id: Mapped[int] = key("メールひな形ID")
    key: Mapped[str] = field(Choice(MailKey), "メールの種類", required=True, unique=True)
    subject: Mapped[str] = field(Text(100), "件名", required=True)
    body: Mapped[str] = field(LongText(4000), "本文", required=True)
