"""拠点名: what the desk calls a site when it writes or telephones."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy.orm import Mapped

from models.base.fields import Section, field, section
from models.base.japanese import SiteName
from models.base.workflow import Need, workflow
from models.rules.names import full_name
from models.tables.record import Record

TABLE = """
    draft      →C submitted
    submitted  →C withdrawn  →O reviewing
    reviewing  →C withdrawn  →O returned, accepted
    withdrawn  →C submitted
    returned   →C submitted
"""
NEEDS = {"submitted": (Need.COMPLETE,), "returned": (Need.COMMENT,)}
SITE_NAME = workflow("site_name", "拠点名変更", first="draft", table=TABLE, needs=NEEDS)
SITE_NAME_NEW = workflow(
    "site_name_new",
    "拠点名（新設申込）",
    first="submitted",
    table=TABLE.replace("draft      →C submitted", ""),
    needs=NEEDS,
)
LONGEST = 12  # characters of each part


class SiteNameRecord(Record):
    """The two parts of a site's name; together they are unique over all sites (SPEC §5, §6)."""

    __tablename__ = "site_name_record"
    __label__ = "拠点名"
    __sections__: ClassVar[tuple[Section, ...]] = (
        section(
            "拠点名",
            "short_name location_name",
            note="設定変更や故障のご連絡のときに、この拠点を呼ぶ名前です。故障の連絡を受ける方にもお知らせください。同じ建物に引く場合でも、会社名略称とロケーション名を合わせて、ほかの拠点と重ならない名前にしてください。運用の都合により、別の名前をご提案することがあります。",
        ),
    )

    short_name: Mapped[str | None] = field(
        SiteName(LONGEST), "会社名略称", required=True, help=f"{LONGEST}文字以内、英数字と記号は半角（例：豊洲商事）"
    )
    location_name: Mapped[str | None] = field(
        SiteName(LONGEST), "ロケーション名", required=True, help=f"{LONGEST}文字以内、英数字と記号は半角（例：第2ビル）"
    )

    @property
    def full_name(self) -> str:
        """As it is read out: 会社名略称(ロケーション名)."""
        return full_name(self.short_name or "", self.location_name or "")
