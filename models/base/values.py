"""Kinds of value: each knows its column, how what was typed is unified, what is wrong with it, how it is shown, and samples.

The samples are what tests and demo data are made from: every one of `samples` passes, every one of `counter_samples` is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from sqlalchemy.types import TypeEngine

from models.base import clock, text
from models.base.numbers import number_in


class Kind:
    """The base: one line of any text. `control` names the widget, `hints` the HTML attributes that help typing."""

    control: ClassVar[str] = "line"
    hints: ClassVar[dict[str, str]] = {}
    samples: Sequence[Any] = ()
    counter_samples: Sequence[str] = ()

    def column(self) -> TypeEngine[Any]:
        """The column's type."""
        return sa.Text()

    def foreign_key(self) -> str | None:
        """`table.column` that the value must stand in, if any."""
        return None

    def check(self, column: str) -> str | None:
        """SQL that must never be false for this column, if any."""
        return None

    def normalise(self, typed: str) -> str:
        """What was typed, unified (SPEC §6: do not reject what can be converted)."""
        return text.clean(typed)

    def problem(self, normalised: str) -> str | None:
        """What is wrong with a normalised text and how to mend it, in Japanese, or None."""
        return None

    def parse(self, normalised: str) -> Any:
        """The stored value of a text without a problem."""
        return normalised

    def write(self, value: Any) -> str:
        """The text that a form shows for a stored value; parse() gives the value back."""
        return "" if value is None else str(value)

    def show(self, value: Any) -> str:
        """The value for reading."""
        return self.write(value)


def too_long(typed: str, limit: int) -> str | None:
    """What to say about a text of more than `limit` characters, as a reader counts them; None for a shorter one."""
    length = text.length(typed)
    return f"{limit}文字以内で入力してください（現在{length}文字）" if length > limit else None


@dataclass(frozen=True)
class Text(Kind):
    """One line of at most `limit` characters."""

    limit: int
    samples: Sequence[str] = ("豊洲ビル3F", "髙﨑ビル")

    def column(self) -> TypeEngine[Any]:
        """Room for characters that are written with a variation mark."""
        return sa.String(self.limit * 2)

    def problem(self, normalised: str) -> str | None:
        """The length, or what cannot be printed."""
        if problem := too_long(normalised, self.limit):
            return problem
        picture = text.emoji(normalised)
        return f"絵文字（{picture}）は書類に印刷できません。取り除いてください" if picture else None

    @property
    def counter_samples(self) -> Sequence[str]:  # type: ignore[override]
        """One character too many, and a picture."""
        return ("あ" * (self.limit + 1), "豊洲🙂")


@dataclass(frozen=True)
class LongText(Text):
    """Several lines."""

    limit: int = 2000
    control: ClassVar[str] = "lines"
    samples: Sequence[str] = ("一行目\n二行目",)

    def column(self) -> TypeEngine[Any]:
        """As long as it gets."""
        return sa.Text()

    def normalise(self, typed: str) -> str:
        """Line breaks stay."""
        return text.clean(typed, keep_lines=True)


class Mail(Kind):
    """A mail address."""

    hints: ClassVar[dict[str, str]] = {"inputmode": "email", "autocomplete": "email"}
    samples = ("taro@example.co.jp",)
    counter_samples = ("taro", "taro@", "a b@example.jp", "taro@example")

    def column(self) -> TypeEngine[Any]:
        """As long as an address may be."""
        return sa.String(254)

    def normalise(self, typed: str) -> str:
        """Half-width."""
        return text.half_width(text.clean(typed))

    def problem(self, normalised: str) -> str | None:
        """What the library refuses."""
        try:
            validate_email(normalised, check_deliverability=False)
        except EmailNotValidError:
            return "メールアドレスの形式で入力してください（例：taro@example.co.jp）"
        return None


def _parts_of_day(typed: str) -> tuple[str, list[int]]:
    """A day or month with dashes between its parts, and the parts as numbers; none where one of them is no number."""
    plain = re.sub(r"[年月/.]", "-", text.dashed_digits(text.clean(typed))).removesuffix("日").strip("-")
    parts = [number_in(part, 9999) for part in plain.split("-")]
    return plain, [part for part in parts if part is not None] if None not in parts else []


class Day(Kind):
    """A day in Japan."""

    control: ClassVar[str] = "day"
    samples: Sequence[str] = ("2099-12-01", "2099/12/1", "２０９９年１２月１日")  # ahead for long: some days have to be
    counter_samples: Sequence[str] = ("2026-02-30", "明日", "12/1")

    def column(self) -> TypeEngine[Any]:
        """A date."""
        return sa.Date()

    def normalise(self, typed: str) -> str:
        """YYYY-MM-DD where that can be told."""
        plain, parts = _parts_of_day(typed)
        return f"{parts[0]:04}-{parts[1]:02}-{parts[2]:02}" if len(parts) == 3 else plain

    def problem(self, normalised: str) -> str | None:
        """No such day."""
        try:
            day = date.fromisoformat(normalised)
        except ValueError:
            return "日付を入力してください（例：2026-12-01）"
        return None if 1900 <= day.year <= 2199 else "1900年から2199年までの日付を入力してください"

    def parse(self, normalised: str) -> date:
        """The day."""
        return date.fromisoformat(normalised)

    def write(self, value: Any) -> str:
        """YYYY-MM-DD."""
        return value.isoformat() if value else ""

    def show(self, value: Any) -> str:
        """As an office writes it."""
        return clock.day_text(value) if value else ""


class Month(Day):
    """A month, kept as its first day."""

    control: ClassVar[str] = "month"
    samples = ("2099-12", "2099/12", "２０９９年１２月", "2099-12-15")
    counter_samples = ("2026-13", "12月", "来月")

    def normalise(self, typed: str) -> str:
        """YYYY-MM where that can be told."""
        plain, parts = _parts_of_day(typed)
        return f"{parts[0]:04}-{parts[1]:02}" if len(parts) in {2, 3} else plain

    def problem(self, normalised: str) -> str | None:
        """No such month."""
        is_month = re.fullmatch(r"\d{4}-\d{2}", normalised) and super().problem(f"{normalised}-01") is None
        return None if is_month else "年と月を入力してください（例：2026-12）"

    def parse(self, normalised: str) -> date:
        """Its first day."""
        return date.fromisoformat(f"{normalised}-01")

    def write(self, value: Any) -> str:
        """YYYY-MM."""
        return f"{value:%Y-%m}" if value else ""

    def show(self, value: Any) -> str:
        """As an office writes it."""
        return f"{value.year}年{value.month}月" if value else ""


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number within limits; `unit` stands behind it when shown."""

    least: int = 0
    most: int = 2_000_000_000
    unit: str = ""
    hints: ClassVar[dict[str, str]] = {"inputmode": "numeric"}
    counter_samples: Sequence[str] = ("many", "1.5")

    @property
    def samples(self) -> Sequence[str]:  # type: ignore[override]
        """The limits, and the least typed full-width with its sign."""
        return (str(self.least), str(self.most), text.full_width(str(self.least)))

    def column(self) -> TypeEngine[Any]:
        """A whole number."""
        return sa.Integer()

    def check(self, column: str) -> str | None:
        """The limits."""
        return f"{column} BETWEEN {self.least} AND {self.most}"

    def normalise(self, typed: str) -> str:
        """Half-width, without thousands separators and signs of money."""
        return re.sub("[,¥￥\\\\]", "", text.dashed_digits(text.clean(typed)))

    def problem(self, normalised: str) -> str | None:
        """No whole number, or beyond the limits."""
        if re.fullmatch(r"-?\d{1,10}", normalised) is None or not self.least <= int(normalised) <= self.most:
            return f"{self.least:,}から{self.most:,}までの整数を入力してください"
        return None

    def parse(self, normalised: str) -> int:
        """The number."""
        return int(normalised)

    def show(self, value: Any) -> str:
        """With thousands separators and the unit."""
        return "" if value is None else f"{value:,}{self.unit}"


@dataclass(frozen=True)
class Yen(Whole):
    """An amount in yen, tax excluded."""

    def normalise(self, typed: str) -> str:
        """As a whole number, without the word for yen: 26,000円."""
        return super().normalise(typed).removesuffix("円")

    def show(self, value: Any) -> str:
        """¥ and thousands separators."""
        return "" if value is None else f"¥{value:,}"


class Tick(Kind):
    """Ticked or not."""

    control: ClassVar[str] = "tick"
    samples = ("1", "")

    def column(self) -> TypeEngine[Any]:
        """True or false."""
        return sa.Boolean()

    def parse(self, normalised: str) -> bool:
        """Anything but nothing, 0, n and false is a tick."""
        return normalised.lower() not in {"", "0", "n", "no", "false"}

    def write(self, value: Any) -> str:
        """1 or nothing."""
        return "1" if value else ""

    def show(self, value: Any) -> str:
        """In words."""
        return "はい" if value else "いいえ"


class Absence(Tick):
    """Ticked where there is no such thing; not worth a line of a list where it is not ticked."""
