"""申込情報: the contract: contractor, contacts, services, dates, place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from sqlalchemy.orm import Mapped

from models.base.choices import Choice, Choices, MasterChoice, MasterChoices, Picked, Year
from models.base.conditions import both, when
from models.base.errors import Problem
from models.base.fields import Block, Section, field, section
from models.base.groups import Address, Company, Contact
from models.base.japanese import CorporateNumber, Floor, FullWidth, HalfKana, Phone
from models.base.values import Absence, Day, LongText, Text, Tick
from models.base.workflow import Need, workflow
from models.records.work_dates import DATE_FIELDS, dates_of
from models.rules.construction_dates import date_problems
from models.rules.offer import Masters, Plan
from models.rules.ordering import plan_problems, service_problems, service_warnings, start_problems, start_warnings
from models.rules.works import Work
from models.tables.record import Purpose, Record

TABLE = """
    awaiting_stamp  →C submitted
    submitted       →C withdrawn  →O reviewing
    reviewing       →C withdrawn  →O returned, received
    withdrawn       →C submitted
    returned        →C submitted
    received        →O accepted
"""
NEEDS = {
    "submitted": (Need.COMPLETE, Need.STAMPED_FORM),
    "returned": (Need.COMMENT,),
    "accepted": (Need.LETTER,),
}
CONTRACT_NEW = workflow(
    "contract_new",
    "申込情報（新設申込）",
    first="awaiting_stamp",
    table=TABLE,
    needs=NEEDS,
    labels={"awaiting_stamp": "押印済み利用申込書 未提出"},
)
CONTRACT_CHANGE = workflow(
    "contract_change",
    "申込情報（変更）",
    first="draft",
    table="draft  →C awaiting_stamp\n" + TABLE,
    needs={**NEEDS, "awaiting_stamp": (Need.COMPLETE,)},
)


class EntryPermit(Choices):
    """Whether visitors need a permit to enter the building."""

    NEEDED = "needed", "要"
    NOT_NEEDED = "not_needed", "不要"


class FormGiven(Choices):
    """Whether the building has a form of its own for it."""

    YES = "yes", "有"
    NO = "no", "無"


IS_NEW = when("request.kind", "new_installation")
IS_CONFIGURATION = when("request.kind", "configuration_change")
WITH_SERVICES = when("request.asks_services")
WITH_CONVERTER = both(IS_NEW, when("order.needs_converter"))
WISHES = ("start_year", "start_month", "business_hours_work", *DATE_FIELDS)
DATES_NOTE = "日付はご希望です。ご希望に沿えないことがあります。"
WITH_PERMIT = when("entry_permit", EntryPermit.NEEDED, note="入館申請が「要」のとき")
WITH_NUMBER = when("corporate_number_absent", False, None, note="法人番号がある場合は必須")


class ContractRecord(Record):
    """Pages 1 to 6 of the application form; of a change only the contractor and what it asks for (SPEC §4, §6)."""

    __tablename__ = "contract_record"
    __label__ = "申込情報"
    __purposes__: ClassVar[tuple[Purpose, ...]] = (Purpose.STAMPED_FORM, Purpose.LETTER)
    __sections__: ClassVar[tuple[Section, ...]] = (
        section(
            "契約者情報",
            Block(Company),
            "company_kana corporate_number corporate_number_absent department department_kana representative representative_kana",
            Block(Address),
            "city_kana phone",
            note="決裁権限をお持ちの方の情報を入力してください。",
        ),
        section(
            "利用開始希望",
            "start_year start_month",
            when=IS_NEW,
            note="料金は、ルータ設置が完了した月の翌月から発生します。日割りはありません。",
        ),
        section("担当者の会社", Block(Company, "contact", "担当者の会社"), when=IS_NEW),
        section("担当者①", Block(Contact, "contact_1", "担当者①"), when=IS_NEW),
        section("担当者②", Block(Contact, "contact_2", "担当者②", optional=True), when=IS_NEW),
        section("担当者③", Block(Contact, "contact_3", "担当者③", optional=True), when=IS_NEW),
        section(
            "メニュー",
            "menu_code",
            when=IS_NEW,
            note="お申し込みのあとでメニューや回線プランを変えるときは、営業窓口へご相談ください。",
        ),
        section(
            "ご利用ASPサービス",
            "service_codes",
            when=WITH_SERVICES,
            note="ご利用になるすべてのサービスを、接続先の金融機関などに確かめてから選んでください。選び間違いは、開通できない原因としてもっとも多いものです。",
        ),
        section("回線プラン", "plan_code", when=IS_NEW),
        section("工事の時間帯と内容の確認", "business_hours_work service_confirmed", when=IS_NEW),
        section("現地調査希望日", dates_of(Work.SURVEY), when=IS_NEW, note=DATES_NOTE),
        section("回線工事希望日", dates_of(Work.LINE), when=IS_NEW),
        section("光アクセスコンバータ設置工事希望日", dates_of(Work.CONVERTER), when=WITH_CONVERTER),
        section("ルータ工事希望日", dates_of(Work.ROUTER), when=IS_NEW),
        section(
            "機器設置場所",
            Block(Address, "place", "機器設置場所"),
            "place_floor place_room place_phone",
            when=IS_NEW,
            note="フロアや住所は、確定してから入力してください。あとで変わると、手配をはじめからやり直すことになり、標準の納期がもう一度かかります。",
        ),
        section(
            "入館申請",
            "entry_permit permit_deadline permit_contact permit_form permit_details",
            when=IS_NEW,
            note="ビルやデータセンターへの申請と書類の記入は、お客様にお願いしています。作業する人の名前など、必要な情報はお渡しします。",
        ),
        section("ユーザーIDとパスワードの管理", "rules_accepted", when=IS_NEW),
        section("設定変更希望日", "wanted_on", when=IS_CONFIGURATION),
    )

    company_kana: Mapped[str | None] = field(
        HalfKana(48), "会社名（カナ）", required=True, help="会社種別を除いた読みを入力してください。"
    )
    corporate_number: Mapped[str | None] = field(CorporateNumber(), "法人番号", only_when=WITH_NUMBER)
    corporate_number_absent: Mapped[bool | None] = field(Absence(), "法人番号なし")
    department_kana: Mapped[str | None] = field(HalfKana(48), "部署名（カナ）")
    department: Mapped[str | None] = field(FullWidth(24), "部署名")
    representative_kana: Mapped[str | None] = field(HalfKana(48), "契約者名（カナ）", required=True)
    representative: Mapped[str | None] = field(FullWidth(24), "契約者名", required=True)
    city_kana: Mapped[str | None] = field(HalfKana(50), "市区町村（カナ）", required=True)
    phone: Mapped[str | None] = field(Phone(), "電話番号", required=True)
    start_year: Mapped[int | None] = field(Year(), "利用開始希望年", required=True)
    start_month: Mapped[int | None] = field(Picked(1, 12, "月"), "利用開始希望月", required=True)
    menu_code: Mapped[str | None] = field(MasterChoice("menu"), "メニュー", required=True, fixed=True)
    plan_code: Mapped[str | None] = field(MasterChoice("line_plan"), "回線プラン", required=True, fixed=True)
    service_codes: Mapped[tuple[str, ...] | None] = field(
        MasterChoices("asp_service"), "ご利用ASPサービス", required=True
    )
    business_hours_work: Mapped[bool | None] = field(
        Tick(),
        "平日日中帯工事可",
        help="土日祝日を除く8:00～18:00のうち、時間の指定なしで現地調査とすべての工事ができるときに、チェックを入れてください。",
    )
    service_confirmed: Mapped[bool | None] = field(
        Tick(),
        "サービス内容確認",
        required=True,
        help="導入ガイドなどの資料で、サービスの内容と工事の条件を確かめてください。",
    )
    dates_checked_on: Mapped[date | None] = field(Day(), "希望日の確認日", editable=False)
    rules_accepted: Mapped[bool | None] = field(
        Tick(), "ユーザーIDとパスワードの管理に関する規約に同意する", required=True, fixed=True
    )
    place_floor: Mapped[str | None] = field(
        Floor(), "フロア", required=True, help="地下の階にはBを付けます（例：3、B1）。"
    )
    place_room: Mapped[str | None] = field(Text(50), "部屋名")
    place_phone: Mapped[str | None] = field(Phone(), "同ビル内の固定電話番号", required=True)
    entry_permit: Mapped[str | None] = field(Choice(EntryPermit), "入館申請", required=True)
    permit_deadline: Mapped[str | None] = field(
        Text(50), "入館申請期限", only_when=WITH_PERMIT, help="例：3営業日前まで"
    )
    permit_contact: Mapped[str | None] = field(Text(100), "入館連絡方法", only_when=WITH_PERMIT)
    permit_form: Mapped[str | None] = field(Choice(FormGiven), "指定様式の有無", only_when=WITH_PERMIT)
    permit_details: Mapped[str | None] = field(LongText(500), "入館申請に必要な情報", only_when=WITH_PERMIT)
    wanted_on: Mapped[date | None] = field(Day(), "設定変更希望日", required=True)

    @property
    def title(self) -> str:
        """A configuration change says whether ASP services are in it (SPEC §3)."""
        return self.request.kind_title if self.request.kind_code == "configuration_change" else self.__label__

    def counted_from(self, values: Mapping[str, Any], today: date) -> date:
        """The day from which wished days are counted: the one on which they were last changed, so that time for the seal is no fault."""
        return self.dates_checked_on if self.keeps_wishes(values) and self.dates_checked_on else today

    def keeps_wishes(self, values: Mapping[str, Any]) -> bool:
        """Whether the wished days are those that are stored."""
        return all(values.get(name) == getattr(self, name) for name in WISHES)

    def problems(self, values: Mapping[str, Any], today: date, masters: Masters) -> Iterator[Problem]:
        """What master data and the calendar say about an order, and that a wanted day lies after today (SPEC §6)."""
        if "menu_code" in values:
            counted_from = self.counted_from(values, today)
            # Days that pass while the desk has the order in hand are no fault of it.
            after = today if counted_from == today or self.is_editable else counted_from
            yield from start_problems(values, counted_from)
            yield from plan_problems(values, masters, self.plan_code)
            yield from date_problems(values, counted_from, after, masters)
        if "service_codes" in values:
            yield from service_problems(values, self._plan(values, masters), masters, self.service_codes or ())
        day = values.get("wanted_on")
        if day is not None and day <= today:
            yield Problem("wanted_on", "設定変更希望日は明日以降の日付を入力してください")

    def warnings(self, values: Mapping[str, Any], masters: Masters) -> Iterator[Problem]:
        """A service that cannot use all of the line, a month to begin in that comes too early (SPEC §6)."""
        yield from service_warnings(values, self._plan(values, masters), masters)
        yield from start_warnings(values)

    def _plan(self, values: Mapping[str, Any], masters: Masters) -> Plan | None:
        # A change does not say a plan: its site's counts.
        if "plan_code" in values:
            return masters.plans.get(values["plan_code"] or "")
        site_plan = self.request.site.line_plan
        return masters.plans.get(site_plan.code) if site_plan else None
