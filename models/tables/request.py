"""申込: what a customer asked for, for one site; it bundles records."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, relationship

from models.base.choices import Choice, Choices
from models.base.clock import now, today
from models.base.conditions import when
from models.base.db import Base
from models.base.fields import field, key
from models.base.kind import KINDS, RequestKind
from models.base.technical import Code, Moment, Reference, Secret
from models.base.values import Day, LongText, Text, Tick
from models.tables.site import Site

if TYPE_CHECKING:
    from models.tables.record import Record


class RequestState(Choices):
    """各情報完了ステータス (SPEC §3)."""

    UNSUBMITTED = "unsubmitted", "確認中（未提出あり）"
    CHECKING = "checking", "確認中"
    FINISHED = "finished", "完了"
    CANCELLED = "cancelled", "中止"

    @property
    def is_ended(self) -> bool:
        """Whether nothing of the request is to be done any more."""
        return self in {RequestState.FINISHED, RequestState.CANCELLED}


class OneTimePayee(Choices):
    """Whom the one-time fee of a configuration change is billed to (SPEC §6)."""

    CURRENT = "current", "現在の請求先"
    NEW = "new", "新規登録"


class Request(Base):
    """A request. Its options decide which records it has and never change."""

    __tablename__ = "request"
    __label__ = "申込"
    __table_args__ = (
        Index("uq_request_open_rename", "site_id", unique=True, sqlite_where=text("kind = 'site_rename' AND closed_at IS NULL"),
              postgresql_where=text("kind = 'site_rename' AND closed_at IS NULL")),
        CheckConstraint("(state IN ('finished', 'cancelled')) = (closed_at IS NOT NULL)", name="closed_when_ended"),
        Index(None, "site_id", "id"),
        Index("uq_request_sent_key", "site_id", "kind", "sent_key", unique=True),
    )  # fmt: skip

    id: Mapped[int] = key("申込番号")
    site_id: Mapped[int] = field(Reference("site"), "拠点", editable=False)
    kind_code: Mapped[str] = field(Code(40), "申込種別", editable=False, name="kind")
    title: Mapped[str] = field(Text(60), "件名", editable=False)
    state: Mapped[str] = field(
        Choice(RequestState), "各情報完了ステータス", editable=False, default=RequestState.UNSUBMITTED, index=True
    )
    changes_asp: Mapped[bool] = field(
        Tick(), "ASPサービスの変更を希望する", editable=False, default=False,
        help="あとから変更できません。誤って選んだときは、この申込を中止してはじめからやり直してください。",
    )  # fmt: skip
    changes_billing: Mapped[bool] = field(
        Tick(), "月額費用の支払方法や請求先の変更を行う", editable=False, default=False
    )
    changes_fault_contact: Mapped[bool] = field(Tick(), "故障連絡先を変更する", editable=False, default=False)
    one_time_payee: Mapped[str | None] = field(
        Choice(OneTimePayee),
        "設定変更の一時費用の請求先",
        editable=False,
        help="「新規登録」を選ぶと、一時費用の請求情報もあわせて提出していただきます。",
        required=when("request.kind", "configuration_change"),
    )
    opened_on: Mapped[date] = field(Day(), "申込日", editable=False, default=today)
    sent_key: Mapped[str | None] = field(Secret(), "送信された画面の番号", editable=False)
    opened_by: Mapped[str] = field(Text(60), "申込者", editable=False, default="")
    cancel_reason: Mapped[str | None] = field(LongText(), "中止の理由", editable=False)
    closed_at: Mapped[datetime | None] = field(Moment(), "完了日時", editable=False)
    created_at: Mapped[datetime] = field(Moment(), "登録日時", editable=False, default=now)

    site: Mapped[Site] = relationship(foreign_keys=[site_id])
    records: Mapped[list[Record]] = relationship(back_populates="request", order_by="Record.id")

    @property
    def number(self) -> str:
        """The eight digits that people quote."""
        return self.number_of(self.id)

    @staticmethod
    def number_of(request_id: int) -> str:
        """The eight digits of a request by its key."""
        return f"{request_id:08d}"

    @property
    def kind(self) -> RequestKind:
        """What was asked for."""
        return KINDS[self.kind_code]

    @property
    def kind_title(self) -> str:
        """The kind as lists name it: a configuration change says whether ASP services are in it (SPEC §3)."""
        if "changes_asp" not in self.kind.options:
            return self.kind.label
        return f"{self.kind.label}({'ASPあり' if self.changes_asp else 'ASPなし'})"

    @property
    def lead_record(self) -> Record:
        """The record whose status lists show beside the whole's (申込情報ステータス): what the request is about."""
        return self.records[0]

    @property
    def state_label(self) -> str:
        """各情報完了ステータス in words."""
        return RequestState(self.state).label

    @property
    def state_tone(self) -> str:
        """The badge: customer, provider, done or stopped."""
        tones = {RequestState.UNSUBMITTED: "customer", RequestState.CHECKING: "provider", RequestState.FINISHED: "done"}
        return tones.get(RequestState(self.state), "stopped")

    @property
    def is_open(self) -> bool:
        """Whether something of it is still to be done."""
        return self.closed_at is None

    __named_by__ = ("id", "kind_code")

    @classmethod
    def name_from(cls, row: Any) -> str:
        """The number and what was asked for."""
        return f"{cls.number_of(row.id)} {KINDS[row.kind_code].label}"
