"""Kinds of value that are chosen from a list: of the code, or of a master table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, cast

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from models.base.values import Kind


class Choices(StrEnum):
    """Codes with their Japanese label: `AM = "am", "午前"`."""

    label: str

    def __new__(cls, code: str, label: str = "") -> Choices:
        """A member is its code; the label travels with it."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


def choices(name: str, labels: dict[str, str]) -> type[Choices]:
    """Choices whose members follow from a table, by code; for those that are too many to write out."""
    made: Any = Choices(name, [(code.upper(), (code, label)) for code, label in labels.items()])  # type: ignore[arg-type]
    return cast("type[Choices]", made)


@dataclass(frozen=True)
class Choice(Kind):
    """One of the codes of an enumeration."""

    choices: type[Choices]
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
        return f"{column} IN ({', '.join(repr(str(code)) for code in self.choices)})"

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
        """The code; who has the master data at hand shows its label (models.tables.master.Masters)."""
        return value or ""
