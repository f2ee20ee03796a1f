"""Filters of a list, from the kinds of its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_admin.contrib.sqla.filters import BaseSQLAFilter
from sqlalchemy import select

from admin.codes import RowNumber, mapped_by_table
from models.base import text
from models.base.choices import Choice, MasterChoice
from models.base.clock import JAPAN
from models.base.db import database
from models.base.fields import Spec
from models.base.technical import Bytes, Json, Moment, Secret
from models.base.values import Day, Tick, Whole

Options = list[tuple[str, str]]
EMPTY = ("empty", "（なし）")


class ColumnFilter(BaseSQLAFilter):
    """One condition on one column; `control` names the widget of its value."""

    def __init__(self, name: str, label: str, key: str, control: str = "line") -> None:
        super().__init__(name, label)
        self.key, self.control = key, control

    def choices(self) -> Options:
        """What can be chosen, for a control that is a choice."""
        return []

    def condition(self, column: Any, value: Any) -> Any:
        """The SQL of it."""
        raise NotImplementedError

    def clean(self, value: str) -> Any:
        """The value to compare with; raises ValueError."""
        return text.clean(value)[:200]

    def apply(self, query: Any, value: Any, alias: Any = None) -> Any:
        """The query with the condition."""
        return query.filter(self.condition(self.get_column(alias), value))

    def operation(self) -> str:
        """Said by the label already."""
        return ""


class Containing(ColumnFilter):
    """A text contains what was typed."""

    def condition(self, column: Any, value: Any) -> Any:
        """Case does not matter; % and _ mean themselves."""
        return column.icontains(value, autoescape=True)


class Equal(ColumnFilter):
    """One of the codes, or none."""

    def __init__(self, name: str, label: str, key: str, find: Callable[[], Options]) -> None:
        super().__init__(name, label, key, "choice")
        self.find = find

    def choices(self) -> Options:
        """The codes with their labels."""
        return [*self.find(), EMPTY]

    def condition(self, column: Any, value: Any) -> Any:
        """Equal, or not given."""
        return column.is_(None) if value == EMPTY[0] else column == value


class Ticked(ColumnFilter):
    """Ticked or not."""

    def choices(self) -> Options:
        """Yes and no."""
        return [("1", "はい"), ("0", "いいえ")]

    def condition(self, column: Any, value: Any) -> Any:
        """What was never ticked is not ticked."""
        return column.is_(True) if value == "1" else column.is_not(True)


class Limit(ColumnFilter):
    """From or until a value, both included."""

    def __init__(self, name: str, label: str, key: str, spec: Spec, is_least: bool) -> None:
        is_day = isinstance(spec.kind, Day | Moment)
        words = ("から", "まで") if is_day else ("以上", "以下")
        side = words[0] if is_least else words[1]
        super().__init__(
            name, f"{label}（{side}）", f"{key}_{'from' if is_least else 'to'}", "day" if is_day else "line"
        )
        self.kind, self.is_least = Day() if is_day else spec.kind, is_least
        self.is_moment = isinstance(spec.kind, Moment)

    def clean(self, value: str) -> Any:
        """The number or day; raises ValueError."""
        normalised = self.kind.normalise(value)
        if problem := self.kind.problem(normalised):
            raise ValueError(problem)
        parsed = self.kind.parse(normalised)
        return self._moment(parsed) if self.is_moment else parsed

    def _moment(self, day: date) -> datetime:
        return datetime.combine(day if self.is_least else day + timedelta(days=1), time(), JAPAN)

    def condition(self, column: Any, value: Any) -> Any:
        """A day ends where the next one begins."""
        if self.is_least:
            return column >= value
        return column < value if self.is_moment else column <= value


class Refers(ColumnFilter):
    """Refers to the row of a number."""

    def __init__(self, name: str, label: str, key: str, kind: RowNumber) -> None:
        super().__init__(name, f"{label}（番号）", key, "reference")
        self.kind = kind

    def clean(self, value: str) -> int:
        """The number; raises ValueError."""
        normalised = self.kind.normalise(value)
        if problem := self.kind.problem(normalised):
            raise ValueError(problem)
        return self.kind.parse(normalised)

    def condition(self, column: Any, value: Any) -> Any:
        """Equal."""
        return column == value


def master_options(table: str) -> Options:
    """The rows of a master table, by code, in their order."""
    mapped: Any = mapped_by_table()[table]
    return [(row.code, row.label) for row in database().scalars(select(mapped).order_by(mapped.place, mapped.id))]


def filters_of(mapped: Any, specs: Mapping[str, Spec]) -> list[ColumnFilter]:
    """Every filter of a mapped class, in the order of its columns."""
    return [one for name, spec in specs.items() for one in _filters(getattr(mapped, name), name, spec)]


def _filters(column: Any, name: str, spec: Spec) -> list[ColumnFilter]:
    kind, label = spec.kind, spec.full_label
    if isinstance(kind, Secret | Json | Bytes):
        return []
    if isinstance(kind, RowNumber):
        return [Refers(column, label, name, kind)]
    if isinstance(kind, Choice):
        return [Equal(column, label, name, kind.options)]
    if isinstance(kind, MasterChoice):
        table = kind.table
        return [Equal(column, label, name, lambda: master_options(table))]
    if isinstance(kind, Tick):
        return [Ticked(column, label, name, "choice")]
    if isinstance(kind, Day | Moment | Whole):
        return [Limit(column, label, name, spec, True), Limit(column, label, name, spec, False)]
    return [Containing(column, label, name)]
