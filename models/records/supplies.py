"""機器設置時の備品情報: rack and cables."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy.orm import Mapped

from models.base.choices import Choice, Choices, choices
from models.base.conditions import both, unless, when
from models.base.fields import Section, field, section
from models.base.workflow import Need, workflow
from models.rules.menus import MenuCode
from models.tables.record import Record

SUPPLIES = workflow(
    "supplies",
    "機器設置時の備品情報",
    first="draft",
    table="""
    draft      →C submitted
    submitted  →C draft  →O accepted
""",
    needs={"submitted": (Need.COMPLETE,)},
)


class RackMount(Choices):
    """Whether the equipment goes into a rack."""

    NEEDED = "needed", "要"
    NOT_NEEDED = "not_needed", "不要"


# Codes are metres; 5 m is what the provider brings along, longer ones come in steps of five.
CableLength = choices(
    "CableLength",
    {
        "m5": "5m（{provider}にて手配）",
        **{f"m{metres}": f"{metres}m" for metres in range(10, 55, 5)},
        "own": "お客様手配",
    },
)
HAS_CABLE = unless("order.menu", MenuCode.LIGHT_MOBILE, note="ライトモバイル以外のとき必須")
IS_DUAL_BASIC = both(when("order.menu", MenuCode.BASIC), when("order.is_dual"))


class SuppliesRecord(Record):
    """Which lengths are asked for follows from menu and plan (SPEC §6)."""

    __tablename__ = "supplies_record"
    __label__ = "機器設置時の備品情報"
    __sections__: ClassVar[tuple[Section, ...]] = (
        section("機器設置状況", "rack_mount"),
        section("LANケーブル長", "main_cable"),
        section(
            "バックアップルータのLANケーブル長",
            "backup_cable router_cable",
            when=IS_DUAL_BASIC,
            note="ベーシックのデュアル構成をお申し込みのため、こちらも必要です。",
        ),
    )

    rack_mount: Mapped[str | None] = field(Choice(RackMount), "ラックマウント要否", required=True)
    main_cable: Mapped[str | None] = field(
        Choice(CableLength), "①キャリア設備（ONU等）～メインルータ間", required=HAS_CABLE
    )
    backup_cable: Mapped[str | None] = field(
        Choice(CableLength), "②キャリア設備（ONU等）～バックアップルータ間", required=True
    )
    router_cable: Mapped[str | None] = field(Choice(CableLength), "③メインルータ～バックアップルータ間", required=True)
