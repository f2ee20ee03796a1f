"""機器及び備品の送付先情報: where the equipment is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from sqlalchemy.orm import Mapped

from models.base.choices import Choice, Choices
from models.base.clock import day_text
from models.base.errors import Problem
from models.base.fields import Block, Section, field, section
from models.base.groups import Address, Recipient
from models.base.japanese import Floor
from models.base.values import Day
from models.base.workflow import Need, workflow
from models.rules.offer import Masters
from models.tables.record import Record

LEAD_TIME = "shipping"  # the code of its row in the table of lead times

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
    floor: Mapped[str | None] = field(Floor(), "フロア数", required=True, help="地下の階にはBを付けます（例：3、B1）。")

    def problems(self, values: Mapping[str, Any], today: date, masters: Masters) -> Iterator[Problem]:
        """A parcel needs its time (SPEC §6)."""
        day, earliest = values.get("arrival_on"), earliest_arrival(today, masters)
        if day is not None and day < earliest:
            yield Problem("arrival_on", f"到着希望日は{day_text(earliest)}以降の日付を入力してください")

    def notes(self, today: date, masters: Masters) -> Mapping[str, str]:
        """From when on a parcel can arrive."""
        return {"arrival_on": f"{day_text(earliest_arrival(today, masters))}以降の日付を入力してください。"}


def earliest_arrival(today: date, masters: Masters) -> date:
    """The first day on which a parcel that is asked for today can arrive."""
    return today + timedelta(days=masters.lead_days.get(LEAD_TIME, 0))
