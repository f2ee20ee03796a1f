"""請求情報: who pays what, and how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from sqlalchemy.orm import Mapped

from models.base.choices import Choice, Choices
from models.base.conditions import when
from models.base.errors import Problem
from models.base.fields import Block, Section, field, section
from models.base.groups import Payee
from models.base.japanese import FullWidth
from models.base.values import Day, LongText, Month, Tick
from models.base.workflow import Need, workflow
from models.records.site_name import NEEDS, TABLE
from models.rules.offer import Masters
from models.tables.record import Record

BILLING_CHANGE = workflow("billing_change", "請求情報（変更）", first="draft", table=TABLE, needs=NEEDS)
BILLING_NEW = workflow(
    "billing_new",
    "請求情報（新設申込）",
    first="submitted",
    table="""
    submitted  →C withdrawn  →O reviewing
    reviewing  →C withdrawn  →O accepted
    withdrawn  →C submitted
""",
    needs={"submitted": (Need.COMPLETE,)},
)


class PaymentMethod(Choices):
    """How the monthly fee is paid."""

    DIRECT_DEBIT = "direct_debit", "自動口座振替"
    TRANSFER = "transfer", "銀行振込"


class BillDelivery(Choices):
    """How a bill arrives."""

    POST = "post", "郵送"
    MAIL = "mail", "メール"


class InitialPayee(Choices):
    """Whom the initial fee is billed to."""

    MONTHLY = "monthly", "月額費用と同じ"
    ASP = "asp", "追加ASPオプションと同じ"
    OTHER = "other", "その他"


IS_NEW = when("request.kind", "new_installation")
IS_MONTHLY = when("request.kind", "new_installation", "billing_change", "contractor_change")
IS_ONE_TIME = when("request.kind", "configuration_change")
IS_CHANGE = when("request.kind", "billing_change", "contractor_change")
BY_DEBIT = when("payment_method", PaymentMethod.DIRECT_DEBIT, note="自動口座振替のとき")
ASP_APART = when("asp_is_apart", True, note="追加ASPオプション分を分けて請求するとき")
OTHER_PAYEE = when("initial_payee", InitialPayee.OTHER, note="初期費用の請求先が「その他」のとき")


class BillingRecord(Record):
    """Monthly fee, additional ASP option, initial or one-time fee: as many payees as the customer wants apart (SPEC §6)."""

    __tablename__ = "billing_record"
    __label__ = "請求情報"
    __sections__: ClassVar[tuple[Section, ...]] = (
        section(
            "月額費用",
            "payment_method bank_name bill_delivery",
            Block(Payee, "monthly", "月額費用の請求先"),
            when=IS_MONTHLY,
        ),
        section(
            "追加ASPオプション分",
            "asp_is_apart",
            Block(Payee, "asp", "追加ASPオプション分の請求先", only_when=ASP_APART),
            when=IS_MONTHLY,
        ),
        section(
            "初期費用", "initial_payee", Block(Payee, "initial", "初期費用の請求先", only_when=OTHER_PAYEE), when=IS_NEW
        ),
        section("一時費用", Block(Payee, "one_time", "一時費用の請求先"), when=IS_ONE_TIME),
        section("適用時期", "applies_from billed_on", when=IS_CHANGE),
        section("備考", "remarks"),
    )

    payment_method: Mapped[str | None] = field(Choice(PaymentMethod), "支払方法", required=True)
    bank_name: Mapped[str | None] = field(
        FullWidth(30),
        "自動口座振替先金融機関名",
        only_when=BY_DEBIT,
        help="支払方法が自動口座振替のときだけ入力してください。",
    )
    bill_delivery: Mapped[str | None] = field(Choice(BillDelivery), "請求書の送付方法")
    asp_is_apart: Mapped[bool | None] = field(Tick(), "追加ASPオプション分の請求先を分ける")
    initial_payee: Mapped[str | None] = field(Choice(InitialPayee), "初期費用の請求先", required=IS_NEW)
    applies_from: Mapped[date | None] = field(
        Month(), "適用希望月", required=True, help="変更後の内容で請求を始める月です（例：2026-12）。"
    )
    billed_on: Mapped[date | None] = field(Day(), "請求年月日", editable=False, help="窓口で登録します。")
    remarks: Mapped[str | None] = field(LongText(500), "備考")

    def problems(self, values: Mapping[str, Any], today: date, masters: Masters) -> Iterator[Problem]:
        """No change of a month that is over."""
        month = values.get("applies_from")
        if month is not None and month < today.replace(day=1):
            yield Problem("applies_from", f"適用希望月は{Month().show(today)}以降を入力してください")

    @property
    def title(self) -> str:
        """A change says which fee its bill is for: beside a configuration change it is the one-time fee's (manual 2-4)."""
        if not self.request.kind.is_change:
            return self.__label__
        is_one_time = IS_ONE_TIME.holds(self.request.kind.facts())
        return f"{'一時費用' if is_one_time else '月額費用'}の{self.__label__}"

    @property
    def control_number(self) -> str:
        """請求情報変更手続きの管理番号: of a change only (SPEC §6)."""
        return f"BLIF-{self.id:08d}" if self.request.kind.is_change else ""
