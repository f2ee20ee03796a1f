"""アカウント: how a customer gets in, and how a company asks for it (SPEC §8)."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, relationship

from models.base.actor import ADMINISTRATORS
from models.base.choices import Choice, Choices
from models.base.clock import now
from models.base.db import Area, Base
from models.base.fields import Block, Sectioned, field, key, section
from models.base.groups import Company, Contact
from models.base.technical import Code, Moment, Reference, Secret
from models.base.values import Day, Mail, Text, Whole
from models.tables.customer import Customer
from models.tables.request import Request


class AccountRequestState(Choices):
    """What became of an account request."""

    RECEIVED = "received", "受付"
    ISSUED = "issued", "払い出し済み"
    DECLINED = "declined", "見送り"


class AccountRequest(Sectioned, Base):
    """アカウント払い出し申請: what a company without an account typed (SPEC §6)."""

    __tablename__ = "account_request"
    __label__ = "アカウント払い出し申請"
    __area__ = Area.ACCESS
    __table_args__ = (Index("uq_account_request_sent_key", "sent_key", unique=True),)
    __sections__ = (
        section("会社", Block(Company)),
        section("担当者①", Block(Contact, "contact_1", "担当者①")),
        section(
            "担当者②",
            Block(Contact, "contact_2", "担当者②", optional=True),
            note="お二人目がいる場合に入力してください。",
        ),
        section(
            "担当者③",
            Block(Contact, "contact_3", "担当者③", optional=True),
            note="お三人目がいる場合に入力してください。",
        ),
    )

    id: Mapped[int] = key("申請ID")
    state: Mapped[str] = field(Choice(AccountRequestState), "状態", default=AccountRequestState.RECEIVED, index=True)
    customer_id: Mapped[int | None] = field(
        Reference("customer"), "取引先", index=True, help="払い出しの前に選びます。空欄のままのときは、申請の会社名で新しい取引先を登録します。"
    )  # fmt: skip
    sent_key: Mapped[str | None] = field(Secret(), "送信された画面の番号", editable=False)
    created_at: Mapped[datetime] = field(Moment(), "申請日時", editable=False, default=now, index=True)

    customer: Mapped[Customer | None] = relationship()

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """The columns of the blocks, which the type checker cannot see."""

    @property
    def number(self) -> str:
        """The number that the receipt shows."""
        return f"{self.id:08d}"

    def __str__(self) -> str:
        return f"{self.number} {self.company_name or ''}".strip()


class Account(Base):
    """A customer's login; it reaches all sites of its company and nothing else. Whether it has expired is models.services.expiry's to say."""

    __tablename__ = "account"
    __label__ = "アカウント"
    __area__ = Area.ACCESS
    __ended_by__ = "disabled_at"

    id: Mapped[int] = key("アカウントID")
    customer_id: Mapped[int] = field(
        Reference("customer"), "取引先", required=True, changers=ADMINISTRATORS, index=True
    )
    user_name: Mapped[str] = field(Code(60), "ユーザー名", required=True, unique=True, autocomplete="username")
    person_name: Mapped[str] = field(Text(60), "担当者名", required=True, autocomplete="name")
    mail: Mapped[str] = field(Mail(), "メールアドレス", required=True)
    request_id: Mapped[int | None] = field(Reference("request", "SET NULL"), "対象の申込", editable=False, index=True)
    account_request_id: Mapped[int | None] = field(
        Reference("account_request", "SET NULL"), "対象の申請", editable=False, index=True
    )
    expires_on: Mapped[date | None] = field(
        Day(), "利用期限（個別指定）", help="通常は空欄にします。入力すると、この日を過ぎるとログインできなくなります。"
    )
    disabled_at: Mapped[datetime | None] = field(
        Moment(), "停止日時", help="入力すると、その日時からログインできなくなります。"
    )
    password_hash: Mapped[str | None] = field(Secret(), "パスワード", editable=False)
    totp_secret: Mapped[str | None] = field(Secret(), "認証アプリ", editable=False)
    totp_last_step: Mapped[int | None] = field(
        Whole(), "最後に使われた認証コードの時刻番号", editable=False, internal=True
    )
    seen_up_to: Mapped[int] = field(
        Whole(), "既読の最後の履歴ID", editable=False, internal=True, default=0, server_default="0"
    )
    issued_at: Mapped[datetime] = field(Moment(), "払い出し日時", editable=False, default=now)
    activated_at: Mapped[datetime | None] = field(Moment(), "利用開始日時", editable=False)
    last_login_at: Mapped[datetime | None] = field(Moment(), "最終ログイン日時", editable=False)
    reminded_for: Mapped[date | None] = field(Day(), "期限の案内を送った期限日", editable=False, internal=True)
    created_at: Mapped[datetime] = field(Moment(), "登録日時", editable=False, default=now)

    customer: Mapped[Customer] = relationship()
    request: Mapped[Request | None] = relationship()
    account_request: Mapped[AccountRequest | None] = relationship()

    __named_by__ = ("person_name", "user_name")

    @classmethod
    def name_from(cls, row: Any) -> str:
        """The person and the login."""
        return f"{row.person_name}（{row.user_name}）"
