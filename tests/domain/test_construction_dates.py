"""Wished days: held against the rule as SPEC §6 words it, written a second time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import jpholiday
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.construction_dates import date_problems, earliest_days, fee_slot
from models.rules.offer import Masters, Plan
from models.rules.works import Slot, Work, WorkTime

TODAY = date(2026, 12, 1)
CLOSED = date(2027, 2, 1)
MASTERS = Masters(
    TODAY,
    plans={
        "fast": Plan("fast", "イーサ", "basic", 100_000, True, True, 4, 1, 1),
        "plain": Plan("plain", "ベストエフォート", "light", 100_000, False, False, 2, 1, 1),
    },
    lead_days={"survey": 40, "line": 40, "converter": 3, "router": 3},
    closing_days=frozenset({CLOSED}),
)
WORKS = {"fast": ["survey", "line", "converter", "router"], "plain": ["survey", "line", "router"]}
GAP = {"survey": 40, "line": 40, "converter": 3, "router": 3}


def typed(plan: str, days: dict[str, list[date]], is_business: bool, time: str | None = None) -> dict[str, Any]:
    values: dict[str, Any] = {"plan_code": plan, "business_hours_work": is_business}
    for work, (first, second, third) in days.items():
        for place, day in zip(("first", "second", "third"), (first, second, third), strict=True):
            values[f"{work}_{place}_on"] = day
            values[f"{work}_{place}_time"] = time or ("am" if is_business else "night")
    return values


def is_wrong_by_the_book(plan: str, days: dict[str, list[date]], is_business: bool) -> bool:
    """Some day is too early, the same as another of its row, or (in business hours) none of the desk's."""
    after = TODAY
    for work in WORKS[plan]:
        wished = days[work]
        if min(wished) < after + timedelta(days=GAP[work]) or len(set(wished)) < 3:
            return True
        if is_business and any(
            day.strftime("%a") in {"Sat", "Sun"} or jpholiday.is_holiday(day) or day == CLOSED for day in wished
        ):
            return True
        after = max(wished)
    return False


@st.composite
def wishes(draw: st.DrawFn) -> tuple[str, dict[str, list[date]], bool]:
    plan = draw(st.sampled_from(["fast", "plain"]))
    days, at = {}, TODAY
    for work in WORKS[plan]:
        offsets = draw(st.lists(st.integers(0, 30), min_size=3, max_size=3, unique=draw(st.booleans())))
        slip = draw(st.sampled_from([0, 0, 0, 0, -1]))
        days[work] = [at + timedelta(days=GAP[work] + offset + slip) for offset in offsets]
        at = max(days[work])
    return plan, days, draw(st.booleans())


@settings(max_examples=400, deadline=None)
@given(wishes())
def test_wished_days_are_refused_exactly_when_the_rule_says_so(wish: tuple[str, dict[str, list[date]], bool]) -> None:
    plan, days, is_business = wish
    found = list(date_problems(typed(plan, days, is_business), TODAY, TODAY, MASTERS))
    assert bool(found) == is_wrong_by_the_book(plan, days, is_business), (wish, found)


def test_the_earliest_days_follow_from_the_latest_choice_before() -> None:
    survey = [date(2027, 1, 12), date(2027, 1, 20), date(2027, 1, 13)]
    found = earliest_days(typed("fast", {"survey": survey}, is_business=False), TODAY, MASTERS)
    assert found[Work.SURVEY] == date(2027, 1, 10)
    assert found[Work.LINE] == date(2027, 3, 1)
    assert found[Work.CONVERTER] == date(2027, 3, 4)
    assert found[Work.ROUTER] == date(2027, 3, 7)


def test_without_a_converter_the_router_follows_the_line() -> None:
    line = [date(2027, 3, 1), date(2027, 3, 9), date(2027, 3, 2)]
    found = earliest_days(typed("plain", {"line": line}, is_business=False), TODAY, MASTERS)
    assert Work.CONVERTER not in found
    assert found[Work.ROUTER] == date(2027, 3, 12)


def test_in_business_hours_the_earliest_day_is_one_of_the_desk() -> None:
    # 40 days after 1 December is Sunday, 10 January; the 11th is a public holiday.
    assert earliest_days(typed("plain", {}, is_business=True), TODAY, MASTERS)[Work.SURVEY] == date(2027, 1, 12)


def test_a_time_that_the_tick_does_not_offer_is_wrong_at_its_field() -> None:
    survey = [date(2027, 1, 12), date(2027, 1, 13), date(2027, 1, 14)]
    for is_business, time, is_wrong in ((True, "am", False), (True, "night", True), (False, "am", True), (False, "morning", False)):  # fmt: skip
        found = list(date_problems(typed("plain", {"survey": survey}, is_business, time), TODAY, TODAY, MASTERS))
        assert {problem.field for problem in found} == (
            {f"survey_{place}_time" for place in ("first", "second", "third")} if is_wrong else set()
        )


def test_a_day_that_passed_meanwhile_is_wrong_whenever_it_was_chosen() -> None:
    survey = [date(2027, 1, 12), date(2027, 1, 13), date(2027, 1, 14)]
    found = list(date_problems(typed("plain", {"survey": survey}, True), TODAY, date(2027, 1, 13), MASTERS))
    assert [problem.field for problem in found] == ["survey_first_on", "survey_second_on"]
    assert "2027年1月14日（木）以降" in found[0].message


WEEKDAY, SATURDAY, NEW_YEAR = date(2027, 1, 13), date(2027, 1, 16), date(2027, 1, 1)


@pytest.mark.parametrize(
    ("day", "time", "expected"),
    [
        (WEEKDAY, WorkTime.AM, None),
        (WEEKDAY, WorkTime.PM, None),
        (WEEKDAY, WorkTime.MORNING, None),
        (WEEKDAY, WorkTime.AFTERNOON, None),
        (WEEKDAY, WorkTime.EVENING, Slot.EVENING),
        (WEEKDAY, WorkTime.NIGHT, Slot.NIGHT),
        (SATURDAY, WorkTime.MORNING, Slot.HOLIDAY),
        (NEW_YEAR, WorkTime.AFTERNOON, Slot.HOLIDAY),
        (CLOSED, WorkTime.AFTERNOON, Slot.HOLIDAY),
        (SATURDAY, WorkTime.EVENING, Slot.HOLIDAY_EVENING),
        (SATURDAY, WorkTime.NIGHT, Slot.NIGHT),
    ],
)
def test_nights_weekends_and_holidays_are_out_of_hours(day: date, time: WorkTime, expected: Slot | None) -> None:
    assert fee_slot(day, time, MASTERS) is expected
