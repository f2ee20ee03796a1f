"""Tells stories side by side in the order of time: each goes on at the moments it names, by the acts that people do (SPEC §13)."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from models.base.clock import JAPAN, telling
from models.rules.workdays import is_business_day

Story = Iterator[datetime]
OPENS, HOURS = time(9, 10), timedelta(hours=8)
A_LITTLE = timedelta(minutes=11)


def tell(stories: Iterable[Story]) -> None:
    """Runs every story to its end; whatever is asked for the time meanwhile is told that of the story."""
    waiting: list[tuple[datetime, int, Story]] = []
    for number, story in enumerate(stories):
        _wait(waiting, number, story)
    while waiting:
        moment, number, story = heapq.heappop(waiting)
        with telling(moment):
            _wait(waiting, number, story)


def _wait(waiting: list[tuple[datetime, int, Story]], number: int, story: Story) -> None:
    moment = next(story, None)
    if moment is not None:
        heapq.heappush(waiting, (moment, number, story))


@dataclass(frozen=True)
class Calendar:
    """Business days counted back from the day on which the demo is loaded, whatever time the stories have reached."""

    loaded_at: datetime

    def day(self, count: int) -> date:
        """The business day that many business days before; the day itself for 0."""
        return _business_day(self.loaded_at.astimezone(JAPAN).date(), count)

    def moment(self, days: float) -> datetime:
        """So many business days ago, in business hours: 3.0 is the third day's morning, 2.5 its middle, 2.01 its end. Never to come."""
        count = math.ceil(days)
        morning = datetime.combine(self.day(count), OPENS, JAPAN)
        some_minutes = timedelta(minutes=round(days * 100) * 7 % 19)  # nobody does everything on the hour
        return min(morning + some_minutes + HOURS * (count - days), self.loaded_at - A_LITTLE)

    def spread(self, begun: float, ended: float, count: int) -> list[datetime]:
        """So many moments from the one business day to the other, in equal steps."""
        step = (begun - ended) / max(count - 1, 1)
        return [self.moment(begun - step * place) for place in range(count)]


@cache
def _business_day(day: date, count: int) -> date:
    while count > 0:
        day -= timedelta(days=1)
        count -= is_business_day(day)
    return day
