"""Filters of a list, from the kinds of its columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache, partial
from typing import Any, ClassVar

from sqlalchemy import inspect as inspect_mapping
from sqlalchemy import select

from admin.belonging import belongs_to, is_row, owner_column, owners_of
from admin.codes import RowNumber, desk_specs, mapped_by_table
from admin.labels import coded_rows
from admin.whereabouts import STANDING
from models.base import text
from models.base.choices import Choice, MasterChoice, MasterChoices
from models.base.clock import JAPAN, today
from models.base.db import Base, database
from models.base.fields import Spec
from models.base.technical import Bytes, Json, Moment, Secret
from models.base.validity import Standing
from models.base.values import Day, Kind, Tick, Whole
from models.services.listed_codes import holds
from models.services.validity import standing
from models.tables.operator import Operator

Options = list[tuple[str, str]]
LONGEST = 100
EMPTY = ("empty", "（なし）")
NUMBER_OR_NAME = "（番号か名前）"


@dataclass(frozen=True)
class ColumnFilter:
    """One condition on one column: `key` is its name in the address, `control` the widget of its value."""

    name: str
    label: str
    key: str
    control: ClassVar[str] = "line"

    def choices(self) -> Options:
        """What can be chosen, for a control that is a choice."""
        return []

    def clean(self, typed: str) -> Any:
        """The value to compare with; raises ValueError with the reason."""
        return text.clean(typed)[:LONGEST]

    def condition(self, column: Any, value: Any) -> Any:
        """The SQL of it."""
        raise NotImplementedError


@dataclass(frozen=True)
class Containing(ColumnFilter):
    """A text contains what was typed."""

    def condition(self, column: Any, value: Any) -> Any:
        """Case does not matter; % and _ mean themselves."""
        return column.icontains(value, autoescape=True)


@dataclass(frozen=True)
class Equal(ColumnFilter):
    """One of the codes, or none."""

    find: Callable[[], Options]
    may_be_empty: bool
    control: ClassVar[str] = "choice"

    def choices(self) -> Options:
        """The codes with their labels."""
        return [*self.find(), EMPTY] if self.may_be_empty else self.find()

    def clean(self, typed: str) -> str:
        """A code that can be chosen."""
        if typed not in dict(self.choices()):
            raise ValueError("一覧から選択してください")
        return typed

    def condition(self, column: Any, value: Any) -> Any:
        """Equal, or not given."""
        return column.is_(None) if value == EMPTY[0] and self.may_be_empty else column == value


@dataclass(frozen=True)
class Listing(ColumnFilter):
    """One of the codes stands in the column's list."""

    find: Callable[[], Options]
    control: ClassVar[str] = "choice"

    def choices(self) -> Options:
        """The codes with their labels."""
        return self.find()

    def clean(self, typed: str) -> str:
        """A code that can be chosen."""
        if typed not in dict(self.choices()):
            raise ValueError("一覧から選択してください")
        return typed

    def condition(self, column: Any, value: Any) -> Any:
        """Whatever else is listed."""
        return holds(column, value)


@dataclass(frozen=True)
class Ticked(ColumnFilter):
    """Ticked or not."""

    control: ClassVar[str] = "choice"

    def choices(self) -> Options:
        """Yes and no."""
        return [("1", "はい"), ("0", "いいえ")]

    def clean(self, typed: str) -> str:
        """Yes or no."""
        if typed not in {"0", "1"}:
            raise ValueError("「はい」か「いいえ」を選択してください")
        return typed

    def condition(self, column: Any, value: Any) -> Any:
        """What was never ticked is not ticked."""
        return column.is_(True) if value == "1" else column.is_not(True)


@dataclass(frozen=True)
class Given(ColumnFilter):
    """A day or moment is there, or not."""

    control: ClassVar[str] = "choice"

    def choices(self) -> Options:
        """Given, or none."""
        return [("given", "あり"), EMPTY]

    def clean(self, typed: str) -> str:
        """Which of the two."""
        if typed not in dict(self.choices()):
            raise ValueError("一覧から選択してください")
        return typed

    def condition(self, column: Any, value: Any) -> Any:
        """What was never given is NULL."""
        return column.is_(None) if value == EMPTY[0] else column.is_not(None)


@dataclass(frozen=True)
class Limit(ColumnFilter):
    """From or until a number, both included."""

    kind: Kind
    is_least: bool

    def clean(self, typed: str) -> Any:
        """The number; raises ValueError."""
        return parsed(self.kind, typed)

    def condition(self, column: Any, value: Any) -> Any:
        """Both ends count."""
        return column >= value if self.is_least else column <= value


@dataclass(frozen=True)
class DayLimit(Limit):
    """From or until a day, both included; a moment's day is Japan's."""

    is_moment: bool
    control: ClassVar[str] = "day"

    def clean(self, typed: str) -> Any:
        """The day, or the moment where it begins or ends; raises ValueError."""
        day = super().clean(typed)
        if not self.is_moment:
            return day
        return datetime.combine(day if self.is_least else day + timedelta(days=1), time(), JAPAN)

    def condition(self, column: Any, value: Any) -> Any:
        """A day ends where the next one begins."""
        return column < value if self.is_moment and not self.is_least else super().condition(column, value)


@dataclass(frozen=True)
class Refers(ColumnFilter):
    """Refers to a row, by its number or by words of its name."""

    kind: RowNumber
    control: ClassVar[str] = "reference"

    def clean(self, typed: str) -> int | str:
        """The number, or the words."""
        number = self.kind.normalise(typed)
        return super().clean(typed) if self.kind.problem(number) else self.kind.parse(number)

    def condition(self, column: Any, value: Any) -> Any:
        """That row, or one that is called so."""
        return is_row(column, self.kind.table, value)


@dataclass(frozen=True)
class Belongs(Refers):
    """Belongs to a company or a site, by way of what the column refers to."""

    owner: type[Base]

    def condition(self, column: Any, value: Any) -> Any:
        """As the tables on the way say."""
        return belongs_to(column, self.name, self.owner, value)


@dataclass(frozen=True)
class OneOfUs(Equal):
    """Refers to somebody of the desk, by name; nobody, too."""

    def condition(self, column: Any, value: Any) -> Any:
        """The row of that number, or none."""
        return column.is_(None) if value == EMPTY[0] else column == int(value)


@dataclass(frozen=True)
class Standings(Equal):
    """Counts today, will, or does no more; `name` is the column of the first day."""

    mapped: Any

    def condition(self, column: Any, value: Any) -> Any:
        """As the domain says it."""
        return standing(self.mapped, today()) == value


def parsed(kind: Kind, typed: str) -> Any:
    """The value of what was typed; raises ValueError with what is wrong."""
    normalised = kind.normalise(typed)
    if problem := kind.problem(normalised):
        raise ValueError(problem)
    return kind.parse(normalised)


def master_options(table: str) -> Options:
    """The rows of a master table, by code, in their order."""
    return [(row.code, row.full_label) for row in coded_rows(database(), mapped_by_table()[table])]


def operators() -> Options:
    """Everybody at the desk, by number; who still works there first."""
    found = select(Operator.id, Operator.name).order_by(Operator.is_active.desc(), Operator.name, Operator.id)
    return [(str(operator_id), name) for operator_id, name in database().execute(found)]


@cache
def filters_of(mapped: type[Base]) -> dict[str, ColumnFilter]:
    """Every filter of a mapped class by its key, in the order of its columns."""
    found = [one for name, spec in desk_specs(mapped).items() for one in _filters(mapped, name, spec)]
    if rule := mapped.__validity__:
        found = [Standings(rule.since, STANDING, "standing", Choice(Standing).options, False, mapped), *found]
    column = owner_column(mapped)  # by company and site, where no column of the table's own names them
    of_owners = [
        Belongs(column, f"{one.__label__}{NUMBER_OR_NAME}", table, RowNumber(table), one)
        for one, table in ((one, one.__tablename__) for one in owners_of(mapped))
    ]
    return {one.key: one for one in [*of_owners, *found]}


def _filters(mapped: Any, name: str, spec: Spec) -> list[ColumnFilter]:
    kind, label = spec.kind, spec.full_label
    if isinstance(kind, Secret | Json | Bytes):
        return []
    may_be_empty = bool(inspect_mapping(mapped).column_attrs[name].columns[0].nullable)
    if isinstance(kind, Choice | MasterChoice):
        find = kind.options if isinstance(kind, Choice) else partial(master_options, kind.table)
        return [Equal(name, label, name, find, may_be_empty)]
    if isinstance(kind, MasterChoices):
        return [Listing(name, label, name, partial(master_options, kind.table))]
    if isinstance(kind, Day | Moment | Whole):
        is_told = may_be_empty and not isinstance(kind, Whole)
        return [*_limits(name, label, kind), *([Given(name, f"{label}（有無）", f"{name}_is")] if is_told else [])]
    if isinstance(kind, RowNumber):
        if kind.table == Operator.__tablename__:
            return [OneOfUs(name, label, name, operators, may_be_empty)]
        return [Refers(name, f"{label}{NUMBER_OR_NAME}", name, kind)]
    return [Ticked(name, label, name) if isinstance(kind, Tick) else Containing(name, label, name)]


def _limits(name: str, label: str, kind: Kind) -> list[ColumnFilter]:
    least, most = f"{name}_from", f"{name}_to"
    if isinstance(kind, Whole):
        return [Limit(name, f"{label}（以上）", least, kind, True), Limit(name, f"{label}（以下）", most, kind, False)]
    is_moment, since, until = isinstance(kind, Moment), f"{label}（から）", f"{label}（まで）"
    return [
        DayLimit(name, since, least, Day(), True, is_moment),
        DayLimit(name, until, most, Day(), False, is_moment),
    ]
