"""When a field is required or allowed: small values that are asked with what was typed and the facts of the order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

Values = Mapping[str, Any]


def is_given(value: object) -> bool:
    """Whether something was typed, chosen or ticked."""
    return value not in (None, "", False, [], ())


def _prefixed(name: str, prefix: str) -> str:
    # A name with a dot is a fact of the order ("order.menu"), the same for every block.
    return name if "." in name or not prefix else f"{prefix}_{name}"


@dataclass(frozen=True)
class Condition:
    """Asked of `name`; `note` says it in Japanese for the label of the field it governs (「自動口座振替のとき」)."""

    name: str
    note: str = ""

    def holds(self, values: Values) -> bool:
        """Whether it is fulfilled by these values and facts."""
        return is_given(values.get(self.name))

    def prefixed(self, prefix: str) -> Condition:
        """The same, for a block of fields that stands under a prefix."""
        return replace(self, name=_prefixed(self.name, prefix))


@dataclass(frozen=True)
class When(Condition):
    """`name` has one of `wanted`."""

    wanted: tuple[Any, ...] = ()

    def holds(self, values: Values) -> bool:
        """Whether the value is one of those wanted."""
        return values.get(self.name) in self.wanted


@dataclass(frozen=True)
class Unless(Condition):
    """`name` has none of `unwanted`."""

    unwanted: tuple[Any, ...] = ()

    def holds(self, values: Values) -> bool:
        """Whether the value is another one, or none."""
        return values.get(self.name) not in self.unwanted


@dataclass(frozen=True)
class WhenListed(Condition):
    """The value of `name` stands in the list that is the fact `fact` (a rule that master data decides)."""

    fact: str = ""

    def holds(self, values: Values) -> bool:
        """Whether the value stands in the list."""
        return values.get(self.name) in values.get(self.fact, ())


@dataclass(frozen=True)
class WhenAny(Condition):
    """Any of `others` was given: an optional block is all or nothing."""

    others: tuple[str, ...] = ()

    def holds(self, values: Values) -> bool:
        """Whether something of the block was typed."""
        return any(is_given(values.get(other)) for other in self.others)

    def prefixed(self, prefix: str) -> WhenAny:
        """The same under a prefix."""
        return replace(self, others=tuple(_prefixed(other, prefix) for other in self.others))


@dataclass(frozen=True)
class WhenBoth(Condition):
    """Two conditions at once."""

    first: Condition | None = None
    second: Condition | None = None

    def holds(self, values: Values) -> bool:
        """Whether both hold."""
        return bool(self.first and self.second and self.first.holds(values) and self.second.holds(values))

    def prefixed(self, prefix: str) -> WhenBoth:
        """The same under a prefix."""
        return replace(
            self, first=self.first and self.first.prefixed(prefix), second=self.second and self.second.prefixed(prefix)
        )


def when(name: str, *wanted: Any, note: str = "") -> Condition:
    """`when("rack", "needed")`: the value is one of those; `when("changes_day")`: it is given at all."""
    return When(name, note, wanted) if wanted else Condition(name, note)


def unless(name: str, *unwanted: Any, note: str = "") -> Condition:
    """`unless("order.menu", "light_mobile")`: the value is none of those."""
    return Unless(name, note, unwanted)


def both(first: Condition, second: Condition) -> Condition:
    """First and second at once."""
    return WhenBoth("", first.note or second.note, first, second)
