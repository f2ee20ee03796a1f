"""What happened: one table for every move, edit, login, refusal and export; rows are only ever added (RELIABILITY check 37)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

from models.base.actor import WRITERS
from models.base.choices import Choice, Choices
from models.base.clock import now
from models.base.db import Area, Base
from models.base.fields import field, key
from models.base.technical import Code, Json, Moment, Reference
from models.base.values import LongText, Text, Whole


class Action(Choices):
    """What kind of thing happened."""

    OPENED = "opened", "作成"
    MOVED = "moved", "ステータス変更"
    CORRECTED = "corrected", "ステータス訂正"
    CANCELLED = "cancelled", "中止"
    TAKEN_BACK = "taken_back", "操作の取り消し"
    CREATED = "created", "追加"
    EDITED = "edited", "編集"
    DELETED = "deleted", "削除"
    UPLOADED = "uploaded", "ファイル追加"
    REFUSED = "refused", "拒否"
    SIGNED_IN = "signed_in", "ログイン"
    SIGNED_OUT = "signed_out", "ログアウト"
    SIGN_IN_REFUSED = "sign_in_refused", "ログイン失敗"
    PASSWORD_CHANGED = "password_changed", "パスワード変更"
    ISSUED = "issued", "発行"
    EXPORTED = "exported", "エクスポート"
    IMPORTED = "imported", "取り込み"
    VIEWED = "viewed", "閲覧"


# What happened to logins, apart from the many events of records; the index of the login history holds nothing else.
LOGIN_ACTIONS = (Action.SIGNED_IN, Action.SIGNED_OUT, Action.SIGN_IN_REFUSED, Action.PASSWORD_CHANGED)
LOGIN_EVENTS = text("action IN ({})".format(", ".join(f"'{action.value}'" for action in LOGIN_ACTIONS)))
# What leads a record from one status to another; the last one says where it stands.
MOVES = (Action.OPENED, Action.MOVED, Action.CORRECTED, Action.CANCELLED, Action.TAKEN_BACK)


class Event(Base):
    """One thing that happened: who, when, what, before and after, from where."""

    __tablename__ = "event"
    __label__ = "履歴"
    __area__ = Area.LOG
    __table_args__ = (
        Index(None, "record_id", "at", "id"),
        Index(None, "table_name", "row_id"),
        Index(None, "at", "id"),
        Index("ix_event_logins", "id", postgresql_where=LOGIN_EVENTS, sqlite_where=LOGIN_EVENTS),
    )

    id: Mapped[int] = key("履歴ID")
    at: Mapped[datetime] = field(Moment(), "日時", editable=False, default=now)
    action: Mapped[str] = field(Choice(Action, grows=True), "操作", editable=False)
    actor_role: Mapped[str] = field(Code(20), "立場", editable=False)
    actor_id: Mapped[int | None] = field(Whole(), "操作者ID", editable=False, internal=True)
    actor_name: Mapped[str] = field(Text(60), "操作者", editable=False)
    table_name: Mapped[str] = field(Code(60), "表", editable=False, default="")
    row_id: Mapped[int | None] = field(Whole(), "行ID", editable=False)
    record_id: Mapped[int | None] = field(Reference("record"), "各情報", editable=False)
    request_id: Mapped[int | None] = field(Reference("request"), "申込", editable=False, index=True)
    from_status: Mapped[str | None] = field(Code(40), "変更前ステータス", editable=False)
    to_status: Mapped[str | None] = field(Code(40), "変更後ステータス", editable=False)
    comment: Mapped[str] = field(LongText(), "コメント", editable=False, default="")
    changes: Mapped[dict[str, Any] | None] = field(Json(), "変更内容", editable=False)
    address: Mapped[str] = field(Text(60), "接続元", editable=False, default="", readers=WRITERS)
    trace_id: Mapped[str] = field(Code(40), "リクエストID", editable=False, internal=True, default="")
