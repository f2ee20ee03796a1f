"""機器及び備品の送付先情報: where the equipment is sent."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from sqlalchemy.orm import Mapped

from models.base.choices import Choice, Choices
from models.base.fields import Block, Section, field, section
from models.base.groups import Address, Recipient
from models.base.japanese import Floor
from models.base.values import Day
from models.base.workflow import Need, workflow
from models.tables.record import Record

SHIPPING = workflow(
    "shipping",
    "機器及び備品の送付先情報",
    first="draft",
    table="""
    draft                 →C submitted
    submitted             →C draft                  →O reviewing
    reviewing             →C withdrawal_requested   →O returned, accepted
    withdrawal_requested  →O draft
    returned              →C submitted
    accepted              →O shipped
""",
    needs={"submitted": (Need.COMPLETE,), "returned": (Need.COMMENT,)},
)


class HalfDay(Choices):
    """Morning or afternoon."""

    AM = "am", "AM"
    PM = "pm", "PM"


class ShippingRecord(Record):
    """Only for the menus that the customer installs (SPEC §3)."""

    __tablename__ = "shipping_record"
    __label__ = "機器及び備品の送付先情報"
    __sections__: ClassVar[tuple[Section, ...]] = (
        section("到着希望日時", "arrival_on arrival_slot"),
        section("住所", Block(Address), "floor"),
        section("宛名", Block(Recipient, "recipient")),
    )

    arrival_on: Mapped[date | None] = field(Day(), "到着希望日", required=True)
    arrival_slot: Mapped[str | None] = field(Choice(HalfDay), "到着希望時間帯", required=True)
    floor: Mapped[str | None] = field(
        Floor(), "フロア数", required=True, help="数字と「B」の2文字以内。地下の階にはBを付けます（例：B1）。"
    )
