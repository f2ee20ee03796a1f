"""Fees: the known figures, and any order held against a plain sum."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from models.base.db import database, transaction
from models.rules.construction_dates import fee_slot
from models.rules.fees import FeeKind, FeeReason, quote_for
from models.rules.offer import Masters, Plan, Service
from models.rules.ordering import plan_problems, service_problems, service_warnings, start_problems
from models.rules.works import Slot, Work, WorkTime
from models.seeds.masters import load_masters
from models.services.masters import masters_on
from models.tables.master import LinePlan, LinePlanPrice

DAY = date(2026, 12, 1)
PRICE = {slot: 1_000 * number for number, slot in enumerate(Slot, 1)}
MASTERS = Masters(
    DAY,
    plans={
        "fast": Plan("fast", "イーサ100M", "basic", 100_000, True, True, 4, 238_300, 370_000),
        "slow": Plan("slow", "イーサ512k", "light", 512, False, False, 2, 98_000, 45_000),
        "unpriced": Plan("unpriced", "準備中", "light", 1_000, False, False, 2, None, None),
    },
    services={
        code: Service(code, code.upper(), fee, limit)
        for code, fee, limit in (("anser", 5_000, 1_000), ("sds", 5_000, None), ("zedi", 7_000, None))
    },
    offered={"line_plan": frozenset({"fast", "slow"}), "asp_service": frozenset({"anser", "sds"})},
    out_of_hours={(work, slot): fee for work in Work for slot, fee in PRICE.items()},
    labels={"line_plan": {"fast": "", "slow": "", "unpriced": ""}, "menu": {"basic": "ベーシック", "light": "ライト"}},
)
DAYS = st.dates(date(2027, 1, 1), date(2027, 12, 31))


def test_the_known_figures(db: Engine) -> None:
    with transaction() as session:
        load_masters(session)
    quote = quote_for({"plan_code": "basic_ether_100m", "service_codes": ("sds",)}, masters_on(database(), DAY))
    assert (quote.initial_total, quote.monthly_total, quote.added_service_count) == (238_300, 370_000, 0)
    codes = ("zedi", "sds", "front_gate")
    more = quote_for({"plan_code": "basic_ether_100m", "service_codes": codes}, masters_on(database(), DAY))
    assert (more.monthly_base, more.added_service_count, more.added_service_total) == (370_000, 2, 10_000)
    assert more.monthly_total == 380_000


@settings(max_examples=300, deadline=None)
@given(
    plan=st.sampled_from(["fast", "slow"]),
    services=st.lists(st.sampled_from(["anser", "sds", "zedi"]), unique=True),
    wishes=st.dictionaries(
        st.tuples(st.sampled_from(list(Work)), st.sampled_from(["first", "second", "third"])),
        st.tuples(DAYS, st.sampled_from(list(WorkTime))),
    ),
)
def test_the_totals_are_the_plain_sums(
    plan: str, services: list[str], wishes: dict[tuple[Work, str], tuple[date, WorkTime]]
) -> None:
    values: dict[str, Any] = {"plan_code": plan, "service_codes": tuple(services)}
    for (work, place), (day, time) in wishes.items():
        values |= {f"{work}_{place}_on": day, f"{work}_{place}_time": time.value}
    quote = quote_for(values, MASTERS)
    initial, monthly = {"fast": (238_300, 370_000), "slow": (98_000, 45_000)}[plan]
    for work in Work:
        if work is Work.CONVERTER and plan == "slow":
            continue
        slots = [fee_slot(day, time, MASTERS) for (one, _), (day, time) in wishes.items() if one is work]
        initial += max((PRICE[slot] for slot in slots if slot), default=0)
    in_order = [code for code in ("anser", "sds", "zedi") if code in services]
    monthly += sum({"anser": 5_000, "sds": 5_000, "zedi": 7_000}[code] for code in in_order[1:])
    assert (quote.initial_total, quote.monthly_total) == (initial, monthly)
    assert quote.initial_total + quote.monthly_total == sum(fee.amount for fee in quote.fees)


def test_out_of_hours_work_is_itemised_by_work_and_slot() -> None:
    saturday = date(2027, 1, 16)
    values = {
        "plan_code": "fast",
        "survey_first_on": saturday - timedelta(days=3), "survey_first_time": "morning",
        "survey_second_on": saturday, "survey_second_time": "morning",
        "router_first_on": saturday, "router_first_time": "night",
    }  # fmt: skip
    items = quote_for(values, MASTERS).of(FeeKind.ONCE, FeeReason.OUT_OF_HOURS)
    assert [(item.label, item.amount) for item in items] == [
        ("時間外作業費（現地調査・土日祝日（8:00～18:00）・第2希望日の場合）", PRICE[Slot.HOLIDAY]),
        ("時間外作業費（ルータ工事・深夜（22:00～8:00）・第1希望日の場合）", PRICE[Slot.NIGHT]),
    ]


def test_every_change_of_an_item_changes_the_mark_of_the_quote() -> None:
    marks = {
        quote_for({"plan_code": plan, "service_codes": services}, MASTERS).fingerprint
        for plan in ("fast", "slow", "unpriced")
        for services in ((), ("anser",), ("anser", "sds"), ("anser", "zedi"))
    }
    assert len(marks) == 2 * 3 + 1  # none and one cost the same, and so do all without a price


def test_the_price_of_a_day_is_the_newest_that_has_begun(db: Engine) -> None:
    with transaction() as session:
        load_masters(session)
        session.add(
            LinePlanPrice(plan_code="light_mobile", valid_from=date(2027, 4, 1), initial_fee=30_000, monthly_fee=19_000)
        )
    for day, expected in ((date(2027, 3, 31), 18_000), (date(2027, 4, 1), 19_000), (date(2026, 3, 31), None)):
        assert masters_on(database(), day).plans["light_mobile"].monthly_fee == expected


def test_a_plan_is_offered_from_and_until_its_days(db: Engine) -> None:
    with transaction() as session:
        load_masters(session)
        plan = session.query(LinePlan).filter_by(code="light_mobile").one()
        plan.offered_from, plan.offered_until = date(2027, 1, 1), date(2027, 1, 31)
    for day, is_offered in (
        (date(2026, 12, 31), False), (date(2027, 1, 1), True), (date(2027, 1, 31), True), (date(2027, 2, 1), False)
    ):  # fmt: skip
        assert bool(masters_on(database(), day).plans_of("light_mobile")) is is_offered


def test_a_plan_must_be_of_its_menu_on_offer_and_priced() -> None:
    def wrong(menu: str, plan: str, stored: str | None = None) -> bool:
        return bool(list(plan_problems({"menu_code": menu, "plan_code": plan}, MASTERS, stored)))

    assert not wrong("basic", "fast")
    assert wrong("light", "fast")
    assert wrong("light", "unpriced")
    assert wrong("light", "unpriced", stored="unpriced")


def test_no_more_services_than_the_plan_allows_and_only_those_on_offer() -> None:
    def messages(codes: tuple[str, ...], plan: str, stored: tuple[str, ...] = ()) -> list[str]:
        problems = service_problems({"service_codes": codes}, MASTERS.plans[plan], MASTERS, stored)
        return [problem.message for problem in problems]

    assert messages(("anser", "sds"), "slow") == []
    assert "2つまで" in messages(("anser", "sds", "zedi"), "slow", ("zedi",))[0]
    assert "現在お申し込みいただけません" in messages(("zedi",), "fast")[0]
    assert messages(("zedi",), "fast", ("zedi",)) == []


def test_a_service_that_cannot_use_the_line_is_allowed_with_a_warning() -> None:
    def warned(codes: tuple[str, ...], plan: str) -> list[str]:
        return [one.message for one in service_warnings({"service_codes": codes}, MASTERS.plans[plan], MASTERS)]

    assert "1Mを超える帯域" in warned(("anser",), "fast")[0]
    assert warned(("anser",), "slow") == []
    assert warned(("sds",), "fast") == []


def test_the_month_to_begin_with_is_not_over() -> None:
    assert list(start_problems({"start_year": 2026, "start_month": 12}, DAY)) == []
    assert [one.field for one in start_problems({"start_year": 2026, "start_month": 11}, DAY)] == ["start_month"]
    assert [one.field for one in start_problems({"start_year": 2025, "start_month": 12}, DAY)] == ["start_year"]
