"""Moments are UTC, days are Japan's (SPEC §1)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")
WEEKDAYS = "月火水木金土日"
_TOLD: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """This moment, in UTC."""
    return _TOLD.get() or datetime.now(UTC)


@contextmanager
def telling(moment: datetime) -> Iterator[None]:
    """Inside, it is that moment: demo data is made by the acts that people did, on the days on which they did them."""
    before = _TOLD.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _TOLD.reset(before)


def today() -> date:
    """This day in Japan."""
    return now().astimezone(JAPAN).date()


@lru_cache(maxsize=4096)
def day_text(day: date) -> str:
    """A day as an office writes it: 2026年11月23日（月）."""
    return f"{day.year}年{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"


def moment_text(moment: datetime) -> str:
    """A moment as an office in Japan writes it: 2026年11月23日（月）14:05."""
    local = moment.astimezone(JAPAN)
    return f"{day_text(local.date())}{local.hour:02}:{local.minute:02}"


def span_text(seconds: int) -> str:
    """A time that a setting gives, in the largest unit that says it whole: 1時間, 10分, 90秒."""
    if seconds and seconds % 3600 == 0:
        return f"{seconds // 3600}時間"
    return f"{seconds // 60}分" if seconds and seconds % 60 == 0 else f"{seconds}秒"


def clock_text(moment: datetime) -> str:
    """The time of day in Japan: 14:05."""
    return f"{moment.astimezone(JAPAN):%-H:%M}"
