"""拠点: where a line ends, under which name, and which accepted records are its current values."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, relationship

from models.base.actor import ADMINISTRATORS
from models.base.clock import now
from models.base.db import Base
from models.base.fields import field, key
from models.base.technical import Code, Moment, Reference
from models.base.values import Day, Text
from models.tables.customer import Customer
from models.tables.master import LinePlan


class Site(Base):
    """A site of a customer. `open_rename_id` is the lock of SPEC §5: it names the one open rename, and every other write looks at it."""

    __tablename__ = "site"
    __label__ = "拠点"

    id: Mapped[int] = key("拠点ID")
    customer_id: Mapped[int] = field(
        Reference("customer"), "取引先", required=True, changers=ADMINISTRATORS, index=True
    )
    line_plan_id: Mapped[int | None] = field(Reference("line_plan"), "回線プラン", index=True)
    open_rename_id: Mapped[int | None] = field(
        Reference("request"), "手続き中の拠点名変更", editable=False, unique=True
    )
    in_service_on: Mapped[date | None] = field(Day(), "開通日", editable=False)
    created_at: Mapped[datetime] = field(Moment(), "登録日時", editable=False, default=now)

    customer: Mapped[Customer] = relationship()
    line_plan: Mapped[LinePlan | None] = relationship()

    @property
    def is_in_service(self) -> bool:
        """Whether changes may be opened: the contract record of its new installation is accepted (SPEC §5)."""
        return self.in_service_on is not None


class SiteVersion(Base):
    """From `effective_on` on, this accepted record holds the site's values of its type; the newest one that has begun counts."""

    __tablename__ = "site_version"
    __label__ = "拠点の適用履歴"
    __table_args__ = (Index(None, "site_id", "type", "effective_on", "id"),)

    id: Mapped[int] = key("適用ID")
    site_id: Mapped[int] = field(Reference("site", "CASCADE"), "拠点", editable=False)
    type: Mapped[str] = field(Code(40), "情報の種類", editable=False)
    record_id: Mapped[int] = field(Reference("record", "CASCADE"), "各情報", editable=False, index=True)
    effective_on: Mapped[date] = field(Day(), "適用日", editable=False)
    created_at: Mapped[datetime] = field(Moment(), "登録日時", editable=False, default=now)

    site: Mapped[Site] = relationship()


class NameClaim(Base):
    """A site name that is taken, by a site or by its open rename: unique after width normalisation (SPEC §5)."""

    __tablename__ = "name_claim"
    __label__ = "使用中の拠点名"

    id: Mapped[int] = key("拠点名ID")
    name: Mapped[str] = field(Text(60), "拠点名（比較用）", editable=False, unique=True)
    site_id: Mapped[int] = field(Reference("site", "CASCADE"), "拠点", editable=False, index=True)
    request_id: Mapped[int | None] = field(Reference("request", "CASCADE"), "変更申込", editable=False, index=True)

    site: Mapped[Site] = relationship()
