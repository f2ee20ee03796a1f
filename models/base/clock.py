"""Moments are UTC, days are Japan's (SPEC §1)."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")
WEEKDAYS = "月火水木金土日"
DAY_SECONDS = 24 * 3600
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


@lru_cache(maxsize=16_384)
def _hour_text(hour: str) -> str:
    local = datetime.fromisoformat(f"{hour}:00+00:00").astimezone(JAPAN)
    return f"{day_text(local.date())}{local.hour:02}:"


def moment_texts(stored: Iterable[str | None]) -> list[str]:
    """Moments as an office in Japan writes them, from how a database writes them in UTC: 2026-11-23 05:05:30; none is empty.

    Japan's hours begin with those of UTC, so that an hour is reckoned once for all of its moments.
    """
    return [_hour_text(one[:13]) + one[14:16] if one else "" for one in stored]


def moment_text(moment: datetime) -> str:
    """A moment as an office in Japan writes it: 2026年11月23日（月）14:05."""
    return moment_texts([str(moment.astimezone(UTC))])[0]


def span_text(seconds: int) -> str:
    """A time that a setting gives, in the largest unit that says it whole: 7日, 24時間, 10分, 90秒."""
    if seconds > DAY_SECONDS and seconds % DAY_SECONDS == 0:
        return f"{seconds // DAY_SECONDS}日"
    if seconds and seconds % 3600 == 0:
        return f"{seconds // 3600}時間"
    return f"{seconds // 60}分" if seconds and seconds % 60 == 0 else f"{seconds}秒"


def clock_text(moment: datetime) -> str:
    """The time of day in Japan: 14:05."""
    return f"{moment.astimezone(JAPAN):%-H:%M}"
