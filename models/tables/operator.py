"""担当者: who works at the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped

from models.base.actor import Role
from models.base.choices import Choice, Choices
from models.base.clock import now
from models.base.db import Area, Base
from models.base.fields import field, key
from models.base.technical import Code, Moment, Secret
from models.base.values import Mail, Text, Tick, Whole


class OperatorRole(Choices):
    """What an operator may do (SPEC §1); the codes are those of models.base.actor.Role."""

    VIEWER = Role.VIEWER.value, Role.VIEWER.label
    OPERATOR = Role.OPERATOR.value, Role.OPERATOR.label
    ADMINISTRATOR = Role.ADMINISTRATOR.value, Role.ADMINISTRATOR.label


class Operator(Base):
    """A login of the desk. Without a TOTP secret it reaches nothing but its enrolment (RELIABILITY check 8)."""

    __tablename__ = "operator"
    __label__ = "担当者"
    __area__ = Area.STAFF
    __ended_by__ = "is_active"

    id: Mapped[int] = key("担当者ID")
    user_name: Mapped[str] = field(
        Code(60), "ユーザー名", required=True, unique=True, autocomplete="username", help="あとから変更すると、次のログインから新しい名前になります。"
    )  # fmt: skip
    name: Mapped[str] = field(Text(60), "氏名", required=True, autocomplete="name")
    mail: Mapped[str] = field(Mail(), "メールアドレス", required=True)
    role: Mapped[str] = field(Choice(OperatorRole), "権限", required=True, default=OperatorRole.VIEWER)
    is_active: Mapped[bool] = field(
        Tick(), "有効", default=True, help="外すと、ログイン中の画面も次の操作から使えなくなります。"
    )
    password_hash: Mapped[str | None] = field(Secret(), "パスワード", editable=False)
    totp_secret: Mapped[str | None] = field(Secret(), "認証アプリ", editable=False)
    totp_last_step: Mapped[int | None] = field(
        Whole(), "最後に使われた認証コードの時刻番号", editable=False, internal=True
    )
    last_login_at: Mapped[datetime | None] = field(Moment(), "最終ログイン日時", editable=False)
    created_at: Mapped[datetime] = field(Moment(), "登録日時", editable=False, default=now)

    @property
    def is_enrolled(self) -> bool:
        """Whether an authenticator app has been set up."""
        return self.totp_secret is not None

    __named_by__ = ("name",)

    @classmethod
    def name_from(cls, row: Any) -> str:
        """The operator's name."""
        return str(row.name)
