"""Kinds of value that are chosen from a list: of the code, or of a master table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, cast

import sqlalchemy as sa
from sqlalchemy import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from models.base import text
from models.base.clock import today
from models.base.settings import settings
from models.base.values import Kind, Whole


class Choices(StrEnum):
    """Codes with their Japanese label: `AM = "am", "午前"`; {provider} in a label is the provider's name."""

    words: str

    def __new__(cls, code: str, label: str = "") -> Choices:
        """A member is its code; the label travels with it."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.words = label
        return member

    @property
    def label(self) -> str:
        """What people read."""
        return self.words.replace("{provider}", settings().provider_name) if "{" in self.words else self.words


def one_of(column: str, codes: Iterable[str]) -> str:
    """The SQL that a column has one of these codes."""
    return f"{column} IN ({', '.join(repr(str(code)) for code in codes)})"


def choices(name: str, labels: dict[str, str]) -> type[Choices]:
    """Choices whose members follow from a table, by code; for those that are too many to write out."""
    made: Any = Choices(name, [(code.upper(), (code, label)) for code, label in labels.items()])  # type: ignore[arg-type]
    return cast("type[Choices]", made)


@dataclass(frozen=True)
class Choice(Kind):
    """One of the codes of an enumeration. `grows`: every other version brings new ones, so that the database does not hold the list."""

    choices: type[Choices]
    grows: bool = False
    control: ClassVar[str] = "choice"
    counter_samples: Sequence[str] = ("no_such_code",)

    @property
    def samples(self) -> Sequence[str]:  # type: ignore[override]
        """Every code."""
        return tuple(self.choices)

    def column(self) -> TypeEngine[Any]:
        """The code."""
        return sa.String(40)

    def check(self, column: str) -> str | None:
        """Only known codes."""
        return None if self.grows else one_of(column, self.choices)

    def options(self) -> list[tuple[str, str]]:
        """Codes and labels, in order."""
        return [(code.value, code.label) for code in self.choices]

    def problem(self, normalised: str) -> str | None:
        """An unknown code."""
        return None if normalised in set(self.choices) else "一覧から選択してください"

    def show(self, value: Any) -> str:
        """The label."""
        return self.choices(value).label if value else ""


@dataclass(frozen=True)
class MasterChoice(Kind):
    """One of the rows of a master table, by its code: what the desk edits there can be chosen here."""

    table: str
    control: ClassVar[str] = "master"
    counter_samples: Sequence[str] = ("no_such_code",)

    def column(self) -> TypeEngine[Any]:
        """The code."""
        return sa.String(60)

    def foreign_key(self) -> str:
        """Only codes that stand in the table."""
        return f"{self.table}.code"

    def show(self, value: Any) -> str:
        """The code; who has the master data at hand shows its label (models.rules.offer.Masters)."""
        return value or ""


class CodeList(TypeDecorator[tuple[str, ...]]):
    """Some codes in one column, separated by commas; none at all is NULL."""

    impl = sa.String(400)
    cache_ok = True

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> str | None:
        """Joined."""
        return ",".join(value) if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        """Apart again."""
        return tuple(value.split(",")) if value else None


@dataclass(frozen=True)
class MasterChoices(Kind):
    """Some of the rows of a master table, by their codes; the value is a tuple. That each code exists is checked with the masters."""

    table: str
    control: ClassVar[str] = "masters"
    counter_samples: Sequence[str] = ("日本",)

    def column(self) -> TypeEngine[Any]:
        """The codes."""
        return CodeList()

    def normalise(self, typed: str) -> str:
        """Each once, in the order chosen."""
        codes = [code.strip() for code in text.clean(typed).split(",")]
        return ",".join(dict.fromkeys(code for code in codes if code))

    def problem(self, normalised: str) -> str | None:
        """No codes, or more than a column holds."""
        is_known = re.fullmatch(r"[A-Za-z0-9_.,\-]{1,400}", normalised)
        return None if is_known else "一覧から選択してください"

    def parse(self, normalised: str) -> tuple[str, ...]:
        """The codes."""
        return tuple(normalised.split(","))

    def write(self, value: Any) -> str:
        """Joined by commas."""
        return ",".join(value) if value else ""

    def show(self, value: Any) -> str:
        """The codes; who has the master data at hand shows the labels."""
        return "、".join(value or ())


@dataclass(frozen=True)
class Picked(Whole):
    """A whole number of a few, picked from a list."""

    control: ClassVar[str] = "choice"

    def options(self) -> list[tuple[str, str]]:
        """Every number with its unit."""
        return [(str(number), f"{number}{self.unit}") for number in range(self.least, self.most + 1)]

    def problem(self, normalised: str) -> str | None:
        """None of the list: nobody types it."""
        return "一覧から選択してください" if super().problem(normalised) else None

    def show(self, value: Any) -> str:
        """With the unit, without thousands separators."""
        return "" if value is None else f"{value}{self.unit}"


@dataclass(frozen=True)
class Year(Picked):
    """A year from this one on; earlier ones that are stored stay readable."""

    least: int = 2020
    most: int = 2199
    unit: str = "年"
    ahead: int = 3

    def options(self) -> list[tuple[str, str]]:
        """This year and the next ones."""
        return [(str(year), f"{year}年") for year in range(today().year, today().year + self.ahead + 1)]
