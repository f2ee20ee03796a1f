"""Kinds of value that networks are described with."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from models.base import text
from models.base.values import Kind


class IpAddress(Kind):
    """An IPv4 address."""

    hints: ClassVar[dict[str, str]] = {"inputmode": "decimal"}
    samples: Sequence[str] = ("192.168.10.1", "１９２．１６８．１０．１")
    counter_samples: Sequence[str] = ("192.168.10", "192.168.10.256", "アドレス", "192.168.010.1")

    def column(self) -> TypeEngine[Any]:
        """As long as an address may be."""
        return sa.String(15)

    def normalise(self, typed: str) -> str:
        """Half-width, without spaces."""
        return text.half_width(text.clean(typed)).replace("。", ".").replace(" ", "")

    def problem(self, normalised: str) -> str | None:
        """No four numbers from 0 to 255."""
        try:
            ipaddress.IPv4Address(normalised)
        except ValueError:
            return "IPアドレスの形式で入力してください（例：192.168.10.1）"
        return None


class SubnetMask(IpAddress):
    """A subnet mask, also as the length of its prefix."""

    samples = ("255.255.255.0", "/24", "30")
    counter_samples = ("255.0.255.0", "/33", "0.0.0.255", "広い")

    def normalise(self, typed: str) -> str:
        """Written out."""
        plain = super().normalise(typed).removeprefix("/")
        if plain.isascii() and plain.isdigit() and 1 <= int(plain[:3]) <= 32:
            return str(ipaddress.IPv4Network(f"0.0.0.0/{plain}").netmask)
        return plain

    def problem(self, normalised: str) -> str | None:
        """No mask: ones, then zeros."""
        message = "サブネットマスクの形式で入力してください（例：255.255.255.0）"
        if super().problem(normalised):
            return message
        bits = f"{int(ipaddress.IPv4Address(normalised)):032b}"
        return message if "01" in bits or bits[0] == "0" else None
