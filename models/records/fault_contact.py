"""故障連絡先情報: whom the desk calls when a line is down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from sqlalchemy.orm import Mapped

from models.base.choices import Choice, Choices
from models.base.clock import day_text
from models.base.conditions import when
from models.base.errors import Problem
from models.base.fields import Block, Section, field, section
from models.base.groups import FaultContact
from models.base.values import Day
from models.base.workflow import Need, workflow
from models.rules.menus import MenuCode
from models.rules.offer import Masters
from models.tables.record import Record

FAULT_CONTACT = workflow(
    "fault_contact",
    "故障連絡先情報",
    first="draft",
    table="""
    draft                 →C submitted
    submitted             →C draft                  →O reviewing
    reviewing             →C withdrawal_requested   →O returned, accepted
    withdrawal_requested  →O draft
    returned              →C submitted
""",
    needs={"submitted": (Need.COMPLETE,), "returned": (Need.COMMENT,)},
)


class ReportHours(Choices):
    """When faults are reported to the customer."""

    ALWAYS = "always", "24時間365日"
    WEEKDAYS = "weekdays", "平日9時～17時"


class DayGiven(Choices):
    """Whether a change waits for a day."""

    YES = "yes", "する"
    NO = "no", "しない"


class FaultContactRecord(Record):
    """A first contact, perhaps a second; in a change perhaps from a given day on (SPEC §6)."""

    __tablename__ = "fault_contact_record"
    __label__ = "故障連絡先情報"
    __sections__: ClassVar[tuple[Section, ...]] = (
        section("第1連絡先", Block(FaultContact, "first", "第1連絡先")),
        section(
            "第2連絡先",
            Block(FaultContact, "second", "第2連絡先", optional=True),
            note="第2連絡先は任意です。入力する場合は必須の項目をすべて入力してください。",
        ),
        section(
            "故障申告時間帯",
            "report_hours",
            when=when("order.menu", MenuCode.BASIC),
            note="ベーシックをご利用の場合だけお選びいただけます。",
        ),
        section("変更日", "day_given changes_on", when=when("request.is_change")),
    )

    report_hours: Mapped[str | None] = field(
        Choice(ReportHours), "故障申告時間帯", allowed_when=when("order.menu", MenuCode.BASIC, note="ベーシックのとき")
    )
    day_given: Mapped[str | None] = field(
        Choice(DayGiven), "変更日を指定する", required=True, help="「しない」を選ぶと、承諾後すぐに変更します。"
    )
    changes_on: Mapped[date | None] = field(
        Day(),
        "指定変更日",
        only_when=when("day_given", DayGiven.YES, note="変更日を指定するとき"),
        help="明日以降の日付を入力してください。",
    )

    def problems(self, values: Mapping[str, Any], today: date, masters: Masters) -> Iterator[Problem]:
        """A given day lies after today (SPEC §6)."""
        day = values.get("changes_on")
        if day is not None and day <= today:
            yield Problem("changes_on", f"指定変更日は明日以降の日付を入力してください（本日は{day_text(today)}）")
