"""Kinds of value that Japanese paper forms ask for: widths, kana, postal codes, telephone and corporate numbers (SPEC §6)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import phonenumbers
import sqlalchemy as sa
from sqlalchemy.types import TypeEngine
from stdnum.exceptions import ValidationError
from stdnum.jp import cn

from models.base import text
from models.base.values import Kind, Text

NO_ZERO = "電話番号は先頭の0から入力してください（例：03-1234-5678）。Excelでは、先頭の0が自動で消えることがあります"


@dataclass(frozen=True)
class FullWidth(Text):
    """Every character full-width."""

    samples: Sequence[str] = ("豊洲商事", "髙﨑葛󠄀", "㈱テスト①")

    def normalise(self, typed: str) -> str:
        """Half-width characters become full-width ones."""
        return text.full_width(text.clean(typed))

    def problem(self, normalised: str) -> str | None:
        """What stayed half-width, or the length."""
        if not text.is_full_width(normalised):
            return f"全角{self.limit}文字以内で入力してください（例：豊洲商事）"
        return super().problem(normalised)

    @property
    def counter_samples(self) -> Sequence[str]:  # type: ignore[override]
        """Too long, and a script that has no full-width form."""
        return ("あ" * (self.limit + 1), "ابج")


@dataclass(frozen=True)
class HalfKana(Text):
    """Every character half-width: kana, letters, digits, signs."""

    samples: Sequence[str] = ("ﾄﾖｽｼﾖｳｼﾞ", "NTT ﾃﾞｰﾀ")

    def normalise(self, typed: str) -> str:
        """Full-width kana and hiragana become half-width kana."""
        return text.half_kana(text.clean(typed))

    def problem(self, normalised: str) -> str | None:
        """Kanji and the like, or the length."""
        if not text.is_half_width(normalised):
            return f"半角カナ・英数字{self.limit}文字以内で入力してください（例：ﾄﾖｽｼﾖｳｼﾞ）"
        return super().problem(normalised)

    @property
    def counter_samples(self) -> Sequence[str]:  # type: ignore[override]
        """Too long, and a kanji."""
        return ("ｱ" * (self.limit + 1), "豊洲")


@dataclass(frozen=True)
class SiteName(Text):
    """A part of a site's name: letters, digits and signs in half-width."""

    samples: Sequence[str] = ("豊洲", "ABC商事", "第2ビル")

    def normalise(self, typed: str) -> str:
        """Letters, digits and signs become half-width, kana full-width."""
        return text.site_name(text.clean(typed))


class _Pattern(Kind):
    """Half-width digits and signs of one shape."""

    pattern: ClassVar[str]
    message: ClassVar[str]
    limit: ClassVar[int]

    def column(self) -> TypeEngine[Any]:
        """Short text: these are never calculated with."""
        return sa.String(self.limit)

    def normalise(self, typed: str) -> str:
        """Half-width, one kind of dash."""
        return text.dashed_digits(text.clean(typed))

    def problem(self, normalised: str) -> str | None:
        """Another shape."""
        return None if re.fullmatch(self.pattern, normalised) else self.message


class PostalCode(_Pattern):
    """Seven digits, shown as XXX-XXXX."""

    pattern, limit = r"\d{7}", 7
    message = "郵便番号は7桁の数字で入力してください（例：100-0001）"
    hints: ClassVar[dict[str, str]] = {"inputmode": "numeric", "autocomplete": "postal-code"}
    samples = ("1000001", "１３５−００６１", "135-0061")
    counter_samples = ("12345", "12345678", "郵便番号")

    def normalise(self, typed: str) -> str:
        """Without the dash and the postal mark."""
        return text.digits(text.clean(typed)).removeprefix("〒")

    def write(self, value: Any) -> str:
        """As people write it."""
        return f"{value[:3]}-{value[3:]}" if value else ""


class StreetNumber(_Pattern):
    """番地: digits and dashes; 一丁目二番 in digits, as in １丁目２番３号, becomes 1-2-3."""

    pattern, limit = r"\d[\d\-]{0,29}", 30
    message = "番地は半角の数字と「-」で入力してください（例：3-3-3）"
    samples = ("3-3-3", "１２ー３", "１丁目２番３号", "3番地の3")
    counter_samples = ("三丁目", "-1")

    def normalise(self, typed: str) -> str:
        """With dashes in place of the words between the numbers."""
        return re.sub(r"(?<=\d)(丁目|番地|番|号|の)+-?", "-", super().normalise(typed)).removesuffix("-")


class Floor(_Pattern):
    """At most two of digits and B (for a floor below ground)."""

    pattern, limit = r"[0-9B]{1,2}", 2
    message = "フロアは数字と「B」の2文字以内で入力してください（例：3、B1）"
    samples = ("10", "B1", "ｂ２", "５階", "3F", "地下1階")
    counter_samples = ("屋上", "100")

    def normalise(self, typed: str) -> str:
        """Half-width capitals, without the word for a floor."""
        plain = super().normalise(typed).upper().removesuffix("階").removesuffix("F")
        return f"B{plain.removeprefix('地下').removeprefix('B')}" if plain.startswith("地下") else plain


class Phone(_Pattern):
    """10 to 12 digits, kept without dashes."""

    pattern, limit = r"0\d{9,11}", 12
    message = "電話番号は10〜12桁の数字で入力してください（例：0312345678）"
    hints: ClassVar[dict[str, str]] = {"inputmode": "tel", "autocomplete": "tel"}
    samples = ("0312345678", "０８０－１２３４－５６７８")
    counter_samples = ("12345", "0312345678901", "電話")

    def normalise(self, typed: str) -> str:
        """Without dashes and brackets."""
        return text.digits(text.clean(typed)).replace("(", "").replace(")", "")

    def problem(self, normalised: str) -> str | None:
        """Another shape, a number that no Japanese line can have, or one that has lost its first digit."""
        return _problem_of_phone(self, normalised)


class PhoneDashed(_Pattern):
    """Digits and dashes, kept as typed (fault contacts)."""

    pattern, limit = r"0[\d\-]{9,14}", 15
    message = "電話番号は数字と「-」で入力してください（例：080-1234-5678）"
    hints: ClassVar[dict[str, str]] = {"inputmode": "tel", "autocomplete": "tel"}
    samples = ("080-1234-5678", "０３ー１２３４ー５６７８")
    counter_samples = ("12345", "03-12", "電話")

    def problem(self, normalised: str) -> str | None:
        """Another shape, a number that no Japanese line can have, or one that has lost its first digit."""
        return _problem_of_phone(self, normalised)


def _problem_of_phone(kind: _Pattern, normalised: str) -> str | None:
    if _is_phone(kind, normalised):
        return None
    # A spreadsheet takes a telephone number for a number and drops the 0 before it: that is said, for it is not seen.
    return NO_ZERO if _is_phone(kind, f"0{normalised}") else kind.message


def _is_phone(kind: _Pattern, normalised: str) -> bool:
    return re.fullmatch(kind.pattern, normalised) is not None and _is_dialable(normalised.replace("-", ""))


def _is_dialable(digits: str) -> bool:
    # SPEC §6 allows 12 digits, which the numbering plan of the library does not know yet.
    return len(digits) == 12 or phonenumbers.is_possible_number_string(digits, "JP")


class CorporateNumber(_Pattern):
    """法人番号: 13 digits, the first a check digit."""

    pattern, limit = r"\d{13}", 13
    message = "法人番号は13桁の数字で入力してください（例：7000012050002）"
    hints: ClassVar[dict[str, str]] = {"inputmode": "numeric"}
    samples = ("7000012050002", "Ｔ7000012050002")
    counter_samples = ("7000012050003", "123")

    def normalise(self, typed: str) -> str:
        """Without dashes and the T of an invoice number."""
        return text.digits(text.clean(typed)).upper().removeprefix("T")

    def problem(self, normalised: str) -> str | None:
        """Another shape, or a check digit that does not fit."""
        if re.fullmatch(self.pattern, normalised) is None:
            return self.message
        try:
            cn.validate(normalised)
        except ValidationError:
            return "法人番号が正しくありません。13桁の番号をもう一度お確かめください"
        return None
