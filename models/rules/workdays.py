"""Business days: weekdays that are no public holiday and no closing day of the provider (SPEC §2)."""

from collections.abc import Collection
from datetime import date, timedelta

import jpholiday


def is_business_day(day: date, closing_days: Collection[date] = ()) -> bool:
    """Whether the desk works on that day."""
    return day.weekday() < 5 and not jpholiday.is_holiday(day) and day not in closing_days


def add_business_days(day: date, count: int, closing_days: Collection[date] = ()) -> date:
    """The `count`-th business day after `day`; `count` of 0 gives the day itself."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_business_day(day, closing_days)
    return day
