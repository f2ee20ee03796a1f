"""Wished days of the works at a site: from when on, and at what time of day (SPEC §6, page 4). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from models.base.clock import day_text
from models.base.errors import Problem
from models.rules.offer import Masters
from models.rules.workdays import is_business_day
from models.rules.works import PLACE_LABELS, PLACES, Slot, Work, WorkTime, day_field, time_field, times_for

Values = Mapping[str, Any]


def works_of(needs_converter: bool) -> list[Work]:
    """The works that an order brings, in their order."""
    return [work for work in Work if needs_converter or work is not Work.CONVERTER]


def needs_converter(values: Values, masters: Masters) -> bool:
    """Whether the chosen plan needs an optical converter."""
    return bool(masters.order_facts(values.get("plan_code"))["order.needs_converter"])


def earliest_days(values: Values, counted_from: date, masters: Masters) -> dict[Work, date]:
    """The earliest allowed day of each work that the order brings.

    The first is counted from the day of applying, each other from the latest choice of the work before it; where that one has no
    choice yet, from its own earliest day. In business hours a day that is none is put off to the next one.
    """
    found: dict[Work, date] = {}
    latest = counted_from
    for work in works_of(needs_converter(values, masters)):
        earliest = latest + timedelta(days=masters.lead_days.get(work.value, 0))
        while values.get("business_hours_work") and not is_business_day(earliest, masters.closing_days):
            earliest += timedelta(days=1)
        found[work] = earliest
        latest = max([earliest, *(day for _, day in _choices(values, work))])
    return found


def _choices(values: Values, work: Work) -> list[tuple[str, date]]:
    days = [(place, values.get(day_field(work, place))) for place in PLACES]
    return [(place, day) for place, day in days if day is not None]


def date_problems(values: Values, counted_from: date, after: date, masters: Masters) -> Iterator[Problem]:
    """What is wrong with the wished days: too early, not after the day `after`, twice the same, no business day; and with their times."""
    for work, earliest in earliest_days(values, counted_from, masters).items():
        seen: dict[date, str] = {}
        for place, day in _choices(values, work):
            label = f"{work.label}の{PLACE_LABELS[place]}日"
            wrong = _wrong_day(values, day, max(earliest, after + timedelta(days=1)), masters)
            if not wrong and day in seen:
                wrong = f"{PLACE_LABELS[seen[day]]}日と違う日付にしてください"
            if wrong:
                yield Problem(day_field(work, place), f"{label}は{wrong}")
            seen.setdefault(day, place)
        yield from _wrong_times(values, work)


def _wrong_day(values: Values, day: date, earliest: date, masters: Masters) -> str:
    if day < earliest:
        return f"{day_text(earliest)}以降の日付を入力してください"
    if values.get("business_hours_work") and not is_business_day(day, masters.closing_days):
        return "土日、祝日、休業日を除いた日付を入力してください（平日日中帯工事可の場合）"
    return ""


def _wrong_times(values: Values, work: Work) -> Iterator[Problem]:
    allowed = times_for(bool(values.get("business_hours_work")))
    for place in PLACES:
        name = time_field(work, place)
        if (time := values.get(name)) and time not in allowed:
            words = "、".join(one.label for one in allowed)
            label = f"{work.label}の{PLACE_LABELS[place]}日の時間帯"
            yield Problem(name, f"{label}は次のいずれかを選択してください：{words}")


def fee_slot(day: date, time: str, masters: Masters) -> Slot | None:
    """The out-of-hours slot of a wished day and time; None within business hours (weekdays 8:00–18:00, no holiday)."""
    if time == WorkTime.NIGHT:
        return Slot.NIGHT
    is_business = is_business_day(day, masters.closing_days)
    if time == WorkTime.EVENING:
        return Slot.EVENING if is_business else Slot.HOLIDAY_EVENING
    return None if is_business else Slot.HOLIDAY
