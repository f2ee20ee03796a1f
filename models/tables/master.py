"""Master data: what the desk edits and rules, prices and pages follow (SPEC §12)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from models.base.choices import Choice, MasterChoice
from models.base.clock import day_text
from models.base.db import Area, Base
from models.base.fields import field, key
from models.base.subjects import Subject
from models.base.technical import Code, Moment, Reference
from models.base.validity import Validity
from models.base.values import Day, LongText, Text, Tick, Whole, Yen
from models.rules.works import Slot, Work


class Coded:
    """A row that others name by its code; `place` is its order in lists."""

    code: Mapped[str] = field(Code(60), "コード", required=True, unique=True)
    label: Mapped[str] = field(Text(60), "名称", required=True)
    place: Mapped[int] = field(Whole(0, 9999), "並び順", default=0)

    @property
    def full_label(self) -> str:
        """What it is called where it stands among all others."""
        return self.label

    def __str__(self) -> str:
        return self.full_label


class CompanyType(Coded, Base):
    """会社種別; a corporate form stands before or after the name."""

    __tablename__ = "company_type"
    __label__ = "会社種別"
    __area__ = Area.MASTER
    __subject__ = Subject.FORMS

    id: Mapped[int] = key("会社種別ID")
    is_corporate: Mapped[bool] = field(Tick(), "法人格あり（種別前後が必須）", default=True)


class Menu(Coded, Base):
    """What is sold; the plans of a menu differ in bandwidth."""

    __tablename__ = "menu"
    __label__ = "メニュー"
    __area__ = Area.MASTER
    __subject__ = Subject.OFFER

    id: Mapped[int] = key("メニューID")
    description: Mapped[str] = field(LongText(500), "説明", default="")


class LinePlan(Coded, Base):
    """回線プラン of a menu; what it costs stands in its prices."""

    __tablename__ = "line_plan"
    __label__ = "回線プラン"
    __area__ = Area.MASTER
    __subject__ = Subject.OFFER
    __validity__ = Validity("offered_from", "offered_until")
    __ended_by__ = "offered_until"

    id: Mapped[int] = key("回線プランID")
    menu_code: Mapped[str] = field(MasterChoice("menu"), "メニュー", required=True, index=True)
    bandwidth_kbps: Mapped[int] = field(Whole(unit="kbps"), "帯域", default=0)
    is_dual: Mapped[bool] = field(Tick(), "デュアル構成", default=False)
    needs_converter: Mapped[bool] = field(Tick(), "光アクセスコンバータが必要", default=False)
    asp_limit: Mapped[int] = field(Whole(1, 99), "ASPサービスの上限数", default=1)
    offered_from: Mapped[date | None] = field(Day(), "受付開始日")
    offered_until: Mapped[date | None] = field(Day(), "受付終了日")
    note: Mapped[str] = field(Text(100), "備考", default="")

    menu: Mapped[Menu] = relationship()

    @property
    def full_label(self) -> str:
        """With its menu, where it does not name it itself: two menus may have plans of the same name."""
        return self.label if self.label.startswith(self.menu.label) else f"{self.menu.label}／{self.label}"


class LinePlanPrice(Base):
    """What a line plan costs from a day on (tax excluded); the newest one that has begun counts."""

    __tablename__ = "line_plan_price"
    __label__ = "回線プランの料金"
    __area__ = Area.MASTER
    __subject__ = Subject.PRICES
    __validity__ = Validity("valid_from", of=("plan_code",))
    __table_args__ = (UniqueConstraint("plan_code", "valid_from"),)

    id: Mapped[int] = key("料金ID")
    plan_code: Mapped[str] = field(MasterChoice("line_plan"), "回線プラン", required=True)
    valid_from: Mapped[date] = field(Day(), "適用開始日", required=True)
    initial_fee: Mapped[int] = field(Yen(), "初期費用", required=True)
    monthly_fee: Mapped[int] = field(Yen(), "基本月額費用", required=True)
    note: Mapped[str] = field(Text(100), "備考", default="")

    plan: Mapped[LinePlan] = relationship()

    def __str__(self) -> str:
        return f"{self.plan.full_label}（{day_text(self.valid_from)}から）"


class AspService(Coded, Base):
    """ご利用ASPサービス."""

    __tablename__ = "asp_service"
    __label__ = "ASPサービス"
    __area__ = Area.MASTER
    __subject__ = Subject.OFFER
    __validity__ = Validity("offered_from", "offered_until")
    __ended_by__ = "offered_until"

    id: Mapped[int] = key("ASPサービスID")
    bandwidth_limit_kbps: Mapped[int | None] = field(Whole(unit="kbps"), "利用できる帯域の上限")
    offered_from: Mapped[date | None] = field(Day(), "受付開始日")
    offered_until: Mapped[date | None] = field(Day(), "受付終了日")


class AspServicePrice(Base):
    """What a service beyond the first costs from a day on (tax excluded); the newest one that has begun counts."""

    __tablename__ = "asp_service_price"
    __label__ = "ASPサービスの料金"
    __area__ = Area.MASTER
    __subject__ = Subject.PRICES
    __validity__ = Validity("valid_from", of=("service_code",))
    __table_args__ = (UniqueConstraint("service_code", "valid_from"),)

    id: Mapped[int] = key("ASPサービス料金ID")
    service_code: Mapped[str] = field(MasterChoice("asp_service"), "ASPサービス", required=True)
    valid_from: Mapped[date] = field(Day(), "適用開始日", required=True)
    monthly_fee: Mapped[int] = field(Yen(), "追加オプション月額費用", required=True)
    note: Mapped[str] = field(Text(100), "備考", default="")

    service: Mapped[AspService] = relationship()

    def __str__(self) -> str:
        return f"{self.service.label}（{day_text(self.valid_from)}から）"


class OutOfHoursFee(Base):
    """時間外作業料金 by work and slot from a day on; the newest one that has begun counts."""

    __tablename__ = "out_of_hours_fee"
    __label__ = "時間外作業料金"
    __area__ = Area.MASTER
    __subject__ = Subject.PRICES
    __validity__ = Validity("valid_from", of=("work", "slot"))
    __table_args__ = (UniqueConstraint("work", "slot", "valid_from"),)

    id: Mapped[int] = key("時間外作業料金ID")
    work: Mapped[str] = field(Choice(Work), "作業", required=True)
    slot: Mapped[str] = field(Choice(Slot), "時間帯", required=True)
    valid_from: Mapped[date] = field(Day(), "適用開始日", required=True)
    fee: Mapped[int] = field(Yen(), "料金", required=True)
    note: Mapped[str] = field(Text(100), "備考", default="")

    def __str__(self) -> str:
        return f"{Work(self.work).label}／{Slot(self.slot).label}（{day_text(self.valid_from)}から）"


class LeadTime(Coded, Base):
    """The least number of calendar days before a work or a delivery."""

    __tablename__ = "lead_time"
    __label__ = "最短日数"
    __area__ = Area.MASTER
    __subject__ = Subject.DATES
    __is_needed__ = True

    id: Mapped[int] = key("最短日数ID")
    days: Mapped[int] = field(Whole(0, 999, "日"), "日数", required=True)


class DueDefault(Base):
    """提出締切日 of a new record of a type, in business days."""

    __tablename__ = "due_default"
    __label__ = "提出締切の既定"
    __area__ = Area.MASTER
    __subject__ = Subject.DATES

    id: Mapped[int] = key("提出締切ID")
    record_type: Mapped[str] = field(Code(40), "情報の種類", required=True, unique=True)
    business_days: Mapped[int] = field(Whole(0, 999, "営業日"), "営業日数", required=True)

    def __str__(self) -> str:
        return self.record_type


class ClosingDay(Base):
    """A day on which the provider is closed besides weekends and public holidays."""

    __tablename__ = "closing_day"
    __label__ = "休業日"
    __area__ = Area.MASTER
    __subject__ = Subject.DATES

    id: Mapped[int] = key("休業日ID")
    day: Mapped[date] = field(Day(), "日付", required=True, unique=True)
    reason: Mapped[str] = field(Text(60), "理由", default="")

    def __str__(self) -> str:
        return f"{day_text(self.day)} {self.reason}".strip()


class Notice(Base):
    """お知らせ on the start and home pages."""

    __tablename__ = "notice"
    __label__ = "お知らせ"
    __area__ = Area.MASTER
    __subject__ = Subject.GUIDANCE
    __validity__ = Validity("shown_from", "shown_until")
    __ended_by__ = "shown_until"

    id: Mapped[int] = key("お知らせID")
    title: Mapped[str] = field(Text(80), "件名", required=True)
    body: Mapped[str] = field(LongText(), "本文", default="")
    shown_from: Mapped[date | None] = field(Day(), "掲載開始日")
    shown_until: Mapped[date | None] = field(Day(), "掲載終了日")

    def __str__(self) -> str:
        return self.title


class ReferenceDocument(Coded, Base):
    """A document to read before applying, with its file; models.services.reference_files puts the file in."""

    __tablename__ = "reference_document"
    __label__ = "参考資料"
    __area__ = Area.MASTER
    __subject__ = Subject.GUIDANCE

    id: Mapped[int] = key("参考資料ID")
    note: Mapped[str] = field(Text(100), "補足", default="")
    blob_id: Mapped[int | None] = field(Reference("blob"), "本体", editable=False, internal=True, index=True)
    file_name: Mapped[str] = field(Text(200), "ファイル名", editable=False, default="")
    content_type: Mapped[str] = field(Text(100), "形式", editable=False, default="")
    size: Mapped[int] = field(Whole(unit=" バイト"), "大きさ", editable=False, default=0)
    stored_at: Mapped[datetime | None] = field(Moment(), "ファイルの登録日時", editable=False)


class DeliveryTime(Coded, Base):
    """How long a delivery takes, and what lengthens it."""

    __tablename__ = "delivery_time"
    __label__ = "納期の目安"
    __area__ = Area.MASTER
    __subject__ = Subject.DATES

    id: Mapped[int] = key("納期ID")
    text: Mapped[str] = field(LongText(500), "説明", required=True)


class DeskInfo(Coded, Base):
    """The desk's address, hours and telephone, line by line."""

    __tablename__ = "desk_info"
    __label__ = "窓口の案内"
    __area__ = Area.MASTER
    __subject__ = Subject.GUIDANCE

    id: Mapped[int] = key("窓口ID")
    text: Mapped[str] = field(Text(200), "内容", required=True)
