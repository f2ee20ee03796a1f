"""The outbox: a mail is a row written with what it tells, delivered later by a worker (SPEC §10)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

from models.base.choices import Choice, Choices
from models.base.clock import now
from models.base.db import Area, Base
from models.base.fields import field, key
from models.base.technical import Code, Json, Moment, Reference
from models.base.values import LongText, Text, Whole
from models.base.values import (
    Mail as MailAddress,
)


class MailKey(Choices):
    """Every mail that the portal sends."""

    VERIFICATION_CODE = "verification_code", "検証コード"
    ACCOUNT_ISSUED = "account_issued", "アカウント払い出し"
    PASSWORD_RESET = "password_reset", "パスワード再設定"
    MAIL_CHANGE = "mail_change", "メールアドレス変更の確認"
    MAIL_CHANGED = "mail_changed", "メールアドレスを変更した知らせ"
    LOGIN_CHANGED = "login_changed", "ログインの設定が変わった知らせ"
    APPLICATION_RECEIVED = "application_received", "申込受付"
    ACCOUNT_REQUEST_RECEIVED = "account_request_received", "アカウント払い出し申請受付"
    STATUS_CHANGED = "status_changed", "ステータス変更"
    SHEET_READY = "sheet_ready", "記入のお願い"
    DUE_NEAR = "due_near", "提出締切日が近い"
    DUE_PASSED = "due_passed", "提出締切日を過ぎた"
    ACCOUNT_EXPIRING = "account_expiring", "アカウント失効の予告"
    DESK_APPLICATION = "desk_application", "窓口へ：新設申込"
    DESK_SUBMISSION = "desk_submission", "窓口へ：提出"
    DESK_WITHDRAWAL = "desk_withdrawal", "窓口へ：取下げ依頼"
    DESK_ACCOUNT_REQUEST = "desk_account_request", "窓口へ：アカウント払い出し申請"


# What a template may say as `{name}`: everywhere, and in each mail. Who writes a mail gives all of it.
EVERYWHERE = ("provider", "service", "portal")
OF_RECORD = ("company", "request_number", "request_kind", "record", "status", "comment", "url")
OF_APPLICATION = ("name", "company", "request_number", "site", "plan", "url")
OF_LINK = ("name", "company", "user_name", "link", "period")
GAPS: dict[MailKey, tuple[str, ...]] = {
    MailKey.VERIFICATION_CODE: ("name", "minutes", "code"),
    MailKey.ACCOUNT_ISSUED: OF_LINK,
    MailKey.PASSWORD_RESET: OF_LINK,
    MailKey.MAIL_CHANGE: OF_LINK,
    MailKey.MAIL_CHANGED: ("name", "company", "user_name"),
    MailKey.LOGIN_CHANGED: ("name", "company", "user_name", "what", "at", "contact"),
    MailKey.APPLICATION_RECEIVED: OF_APPLICATION,
    MailKey.ACCOUNT_REQUEST_RECEIVED: ("name", "company", "number"),
    MailKey.STATUS_CHANGED: OF_RECORD,
    MailKey.SHEET_READY: OF_RECORD,
    MailKey.DUE_NEAR: (*OF_RECORD, "due_on"),
    MailKey.DUE_PASSED: (*OF_RECORD, "due_on"),
    MailKey.ACCOUNT_EXPIRING: ("name", "company", "user_name", "expires_on", "url"),
    MailKey.DESK_APPLICATION: OF_APPLICATION,
    MailKey.DESK_SUBMISSION: OF_RECORD,
    MailKey.DESK_WITHDRAWAL: OF_RECORD,
    MailKey.DESK_ACCOUNT_REQUEST: ("name", "company", "number", "url"),
}


def placeholders_of(key: MailKey) -> tuple[str, ...]:
    """The names that the template of this mail may use."""
    return (*GAPS[key], *EVERYWHERE)


def _index_of_given(column: str) -> Index:
    # Old attempts to sign in and old links are deleted every day: without it each of them would read all mails.
    given = text(f"{column} IS NOT NULL")
    return Index(f"ix_mail_{column}", column, sqlite_where=given, postgresql_where=given)


class Mail(Base):
    """One mail to one recipient. What is secret in it is derived when it is sent and never stands here."""

    __tablename__ = "mail"
    __label__ = "送信メール"
    __area__ = Area.LOG
    __table_args__ = (
        Index(None, "sent_at", "dropped_at", "send_after"),
        _index_of_given("challenge_id"),
        _index_of_given("link_id"),
    )

    id: Mapped[int] = key("メールID")
    key: Mapped[str] = field(Choice(MailKey, grows=True), "種類", editable=False)
    recipient: Mapped[str] = field(MailAddress(), "宛先", editable=False)
    context: Mapped[dict[str, Any]] = field(Json(), "差し込み", editable=False, default=dict)
    record_id: Mapped[int | None] = field(Reference("record", "SET NULL"), "各情報", editable=False, index=True)
    request_id: Mapped[int | None] = field(Reference("request", "SET NULL"), "申込", editable=False)
    challenge_id: Mapped[int | None] = field(
        Reference("login_challenge", "SET NULL"), "検証", editable=False, internal=True
    )
    link_id: Mapped[int | None] = field(Reference("password_link", "SET NULL"), "リンク", editable=False, internal=True)
    message_id: Mapped[str] = field(Text(120), "Message-ID", editable=False, internal=True, unique=True)
    subject: Mapped[str | None] = field(Text(200), "件名", editable=False)
    body: Mapped[str | None] = field(LongText(8000), "本文", editable=False)
    attempts: Mapped[int] = field(Whole(), "送信回数", editable=False, default=0)
    created_at: Mapped[datetime] = field(Moment(), "作成日時", editable=False, default=now)
    send_after: Mapped[datetime] = field(Moment(), "送信予定", editable=False, default=now)
    expires_at: Mapped[datetime | None] = field(Moment(), "有効期限", editable=False)
    claimed_at: Mapped[datetime | None] = field(Moment(), "処理開始", editable=False, internal=True)
    claimed_by: Mapped[str | None] = field(Code(60), "処理者", editable=False, internal=True)
    sent_at: Mapped[datetime | None] = field(Moment(), "送信日時", editable=False)
    dropped_at: Mapped[datetime | None] = field(Moment(), "取りやめ日時", editable=False)
    last_error: Mapped[str | None] = field(LongText(), "直近のエラー", editable=False)

    def __str__(self) -> str:
        return self.subject or MailKey(self.key).label
