"""Kinds of value that the portal itself keeps: keys, references, moments, codes, secrets, structures, bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from models.base import clock, text
from models.base.db import Moment as MomentColumn
from models.base.values import Kind

READABLE = 5_000  # characters


@dataclass(frozen=True)
class Code(Kind):
    """A short name for machines: small letters, digits and `_ - .`; never shown to customers."""

    limit: int = 60
    samples: Sequence[str] = ("ethernet_100m",)
    counter_samples: Sequence[str] = ("日本", "a b")

    def column(self) -> TypeEngine[Any]:
        """Short text."""
        return sa.String(self.limit)

    def normalise(self, typed: str) -> str:
        """Half-width."""
        return text.half_width(text.clean(typed))

    def problem(self, normalised: str) -> str | None:
        """Anything but the allowed characters."""
        pattern = rf"[A-Za-z0-9_.\-]{{1,{self.limit}}}"
        return (
            None
            if re.fullmatch(pattern, normalised)
            else f"半角英数字と「_」「-」「.」で{self.limit}文字以内にしてください"
        )


@dataclass(frozen=True)
class Reference(Kind):
    """A row of another table."""

    table: str
    on_delete: str = "RESTRICT"
    control: ClassVar[str] = "reference"

    def column(self) -> TypeEngine[Any]:
        """Its key."""
        return sa.Integer()

    def foreign_key(self) -> str:
        """The other table's key."""
        return f"{self.table}.id"


class Moment(Kind):
    """A moment, stored in UTC, shown in Japan's time."""

    control: ClassVar[str] = "moment"

    def column(self) -> TypeEngine[Any]:
        """A moment in UTC."""
        return MomentColumn()

    def problem(self, normalised: str) -> str | None:
        """No such moment."""
        try:
            datetime.fromisoformat(normalised)
        except ValueError:
            return "日時を入力してください（例：2026-12-01T09:00）"
        return None

    def parse(self, normalised: str) -> datetime:
        """A moment without a zone is Japan's."""
        moment = datetime.fromisoformat(normalised)
        return moment if moment.tzinfo else moment.replace(tzinfo=clock.JAPAN)

    def write(self, value: Any) -> str:
        """To the minute, in Japan's time."""
        return f"{value.astimezone(clock.JAPAN):%Y-%m-%dT%H:%M}" if value else ""

    def show(self, value: Any) -> str:
        """As an office writes it."""
        return clock.moment_text(value) if value else ""


class Secret(Kind):
    """A hash or key: stored, never shown, listed, exported or edited."""

    control: ClassVar[str] = "none"

    def column(self) -> TypeEngine[Any]:
        """Short text."""
        return sa.String(255)

    def show(self, value: Any) -> str:
        """Only whether there is one."""
        return "（設定済み）" if value else "（なし）"


class Json(Kind):
    """A small structure that the portal itself wrote."""

    control: ClassVar[str] = "none"

    def column(self) -> TypeEngine[Any]:
        """JSON."""
        return sa.JSON()

    def show(self, value: Any) -> str:
        """Line by line, as much as a person reads."""
        lines = [f"{name}：{one}" for name, one in value.items()] if isinstance(value, dict) else [str(value or "")]
        text_of_it = "\n".join(lines)
        return text_of_it if len(text_of_it) <= READABLE else f"{text_of_it[:READABLE]}…"


class Bytes(Kind):
    """A file's bytes."""

    control: ClassVar[str] = "none"

    def column(self) -> TypeEngine[Any]:
        """Bytes."""
        return sa.LargeBinary()

    def show(self, value: Any) -> str:
        """Only how many."""
        return f"{len(value):,} バイト" if value else ""


class Key(Kind):
    """A table's own number."""

    control: ClassVar[str] = "none"

    def column(self) -> TypeEngine[Any]:
        """A whole number."""
        return sa.Integer()
