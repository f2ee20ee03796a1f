"""Master data to begin with (SPEC §12): sample figures, marked as such, but for those that the specification gives."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.db import Base
from models.rules.menus import MenuCode
from models.rules.works import Slot, Work
from models.tables.master import (
    AspService,
    AspServicePrice,
    CompanyType,
    DeliveryTime,
    DeskInfo,
    DueDefault,
    LeadTime,
    LinePlan,
    LinePlanPrice,
    Menu,
    Notice,
    OutOfHoursFee,
    ReferenceDocument,
)

SAMPLE = "サンプル"
NOTICE = "掲載している料金と納期はサンプルです"


def load_masters(session: Session) -> None:
    """Fills each master table that is empty; what the desk has edited stays."""
    for table, rows in (
        (CompanyType, company_types()),
        (Menu, menus()),
        (LinePlan, line_plans()),
        (LinePlanPrice, line_plan_prices()),
        (AspService, asp_services()),
        (AspServicePrice, asp_service_prices()),
        (OutOfHoursFee, out_of_hours_fees()),
        (LeadTime, lead_times()),
        (DueDefault, due_defaults()),
        (ReferenceDocument, reference_documents()),
        (DeliveryTime, delivery_times()),
        (DeskInfo, desk_infos()),
        (Notice, [Notice(title=NOTICE, body="正式な料金と納期は、窓口へお問い合わせください。")]),
    ):
        if session.scalar(select(table.id).limit(1)) is None:
            session.add_all(rows)
            session.flush()


def _numbered(table: type[Base], rows: list[tuple[str, str]], **values: object) -> list[Base]:
    return [table(code=code, label=label, place=place * 10, **values) for place, (code, label) in enumerate(rows, 1)]


def company_types() -> list[Base]:
    """会社種別: corporate forms, and the others, which have no place before or after the name."""
    corporate = [
        ("kabushiki", "株式会社"),
        ("yugen", "有限会社"),
        ("godo", "合同会社"),
        ("gomei", "合名会社"),
        ("goshi", "合資会社"),
        ("ippan_shadan", "一般社団法人"),
        ("ippan_zaidan", "一般財団法人"),
    ]
    other = CompanyType(code="other", label="その他", place=990, is_corporate=False)
    return [*_numbered(CompanyType, corporate, is_corporate=True), other]


def menus() -> list[Base]:
    """The four menus."""
    return [
        Menu(
            code=MenuCode.BASIC,
            label="ベーシック",
            place=10,
            description="保守の受付・対応は24時間365日。故障検知連絡あり。",
        ),
        Menu(
            code=MenuCode.LIGHT,
            label="ライト",
            place=20,
            description="受付は24時間365日、対応は平日9時～17時。故障検知連絡なし。",
        ),
        Menu(
            code=MenuCode.LIGHT_MINIMUM,
            label="ライトミニマム",
            place=30,
            description="お客様ご自身で機器を設置するメニューです。",
        ),
        Menu(
            code=MenuCode.LIGHT_MOBILE, label="ライトモバイル", place=40, description="モバイル回線を使うメニューです。"
        ),
    ]


KNOWN_PLAN = "basic_ether_100m"
# code: (menu, label, kbps, dual, converter, ASP limit, initial and monthly fee); the first is known, the others are samples.
PLANS = {
    KNOWN_PLAN: ("basic", "イーサ100M+ベストエフォート", 100_000, True, True, 4, 238_300, 370_000),
    "basic_ether_10m": ("basic", "イーサ10M+ベストエフォート", 10_000, True, True, 4, 218_300, 210_000),
    "basic_ether_1m": ("basic", "イーサ1M", 1_000, False, True, 2, 180_000, 120_000),
    "basic_best_effort": ("basic", "ベストエフォート", 100_000, False, False, 3, 128_000, 78_000),
    "light_ether_1m": ("light", "イーサ1M", 1_000, False, True, 1, 148_000, 82_000),
    "light_best_effort": ("light", "ベストエフォート", 100_000, False, False, 2, 98_000, 45_000),
    "light_minimum": ("light_minimum", "ライトミニマム", 10_000, False, False, 1, 30_000, 20_000),
    "light_mobile": ("light_mobile", "ライトモバイル", 10_000, False, False, 1, 25_000, 18_000),
}
FIRST_PRICES_ON = date(2026, 4, 1)


def line_plans() -> list[Base]:
    """One known plan; the others are samples: with and without a second line, with and without a converter."""
    return [
        LinePlan(
            code=code,
            label=label,
            menu_code=menu,
            place=place * 10,
            bandwidth_kbps=bandwidth,
            is_dual=is_dual,
            needs_converter=needs_converter,
            asp_limit=asp_limit,
            note="" if code == KNOWN_PLAN else SAMPLE,
        )
        for place, (code, (menu, label, bandwidth, is_dual, needs_converter, asp_limit, *_)) in enumerate(
            PLANS.items(), 1
        )
    ]


def line_plan_prices() -> list[Base]:
    """What the plans cost."""
    return [
        LinePlanPrice(
            plan_code=code,
            valid_from=FIRST_PRICES_ON,
            initial_fee=initial,
            monthly_fee=monthly,
            note="" if code == KNOWN_PLAN else SAMPLE,
        )
        for code, (*_, initial, monthly) in PLANS.items()
    ]


def asp_services() -> list[Base]:
    """The services that a line can reach."""
    limited = AspService(code="anser_dataport", label="AnserDATAPORT", place=5, bandwidth_limit_kbps=1_000)
    others = [
        ("anser_dataport_c", "AnserDATAPORT+C"),
        ("sds", "SDS"),
        ("front_gate", "フロントゲート"),
        ("zedi", "ZEDI"),
        ("opencanvas_business", "OpenCanvas業務"),
        ("opencanvas_mita", "OpenCanvas維持(三田)"),
        ("opencanvas_dojima", "OpenCanvas維持(堂島)"),
        ("opencanvas_type_s", "OpenCanvas Type-S(堂島)"),
    ]
    return [limited, *_numbered(AspService, others)]


def asp_service_prices() -> list[Base]:
    """Each service beyond the first costs the same."""
    codes = [service.code for service in asp_services() if isinstance(service, AspService)]
    return [AspServicePrice(service_code=code, valid_from=FIRST_PRICES_ON, monthly_fee=5_000) for code in codes]


def out_of_hours_fees() -> list[Base]:
    """Samples: one for each work and slot."""
    base = {Slot.EVENING: 20_000, Slot.NIGHT: 40_000, Slot.HOLIDAY: 30_000, Slot.HOLIDAY_EVENING: 35_000}
    fees = [(work, slot, fee) for work in Work for slot, fee in base.items()]
    return [
        OutOfHoursFee(work=work, slot=slot, valid_from=FIRST_PRICES_ON, fee=fee, note=SAMPLE)
        for work, slot, fee in fees
    ]


def lead_times() -> list[Base]:
    """The least days before each work, and before a parcel arrives."""
    days = [(Work.SURVEY, 40), (Work.LINE, 40), (Work.CONVERTER, 3), (Work.ROUTER, 3)]
    works: list[Base] = [
        LeadTime(code=work.value, label=work.label, place=place, days=count) for place, (work, count) in enumerate(days)
    ]
    return [*works, LeadTime(code="shipping", label="機器の到着", place=9, days=7)]


def due_defaults() -> list[Base]:
    """Samples, in business days."""
    days = {
        "contract": 20,
        "shipping": 10,
        "parameter_sheet": 15,
        "supplies": 15,
        "fault_contact": 15,
        "billing": 15,
        "site_name": 10,
    }
    return [DueDefault(record_type=code, business_days=count) for code, count in days.items()]


def reference_documents() -> list[Base]:
    """What to read before applying."""
    titles = [
        "導入ガイド",
        "利用規約",
        "仕様書",
        "機器諸元一覧",
        "網サービス一覧・アクセス回線種別一覧",
        "利用料金表",
        "時間外作業料金表",
    ]
    return _numbered(ReferenceDocument, [(f"document_{number}", title) for number, title in enumerate(titles, 1)])


def delivery_times() -> list[Base]:
    """How long it takes, and why it may take longer: one reason a line."""
    longer = [
        "平日日中帯（8:00～18:00）以外の工事や、時間を指定した工事をご希望の場合",
        "建物の入館許可に時間がかかる場合",
        "ゴールデンウィーク・夏季・年末年始などの長い休みが工期に入る場合",
        "付帯工事やアクセス回線の工事が必要になる場合",
        "パラメータシートのご提出が遅れた場合",
        "お申し込みが混み合っている場合",
    ]
    return [
        DeliveryTime(code="standard", label="新設", place=10, text="お申し込みから開通まで、3か月以上かかります。"),
        DeliveryTime(code="longer", label="さらに長くかかる主な場合", place=20, text="\n".join(longer)),
    ]


def desk_infos() -> list[Base]:
    """Samples: the provider writes its own."""
    return [
        DeskInfo(code="hours", label="受付時間", place=10, text="平日 9:30～17:30"),
        DeskInfo(code="mail", label="メール", place=20, text="desk@example.jp（サンプル）"),
    ]
