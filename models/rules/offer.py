"""What is on offer on a day, as plain values: the tables of SPEC §12 as rules ask for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from models.base.errors import Problem
from models.base.groups import CORPORATE_TYPES
from models.rules.names import full_company_name
from models.rules.works import Slot, Work

Labels = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Plan:
    """A line plan on that day; a fee of None: no price is set for the day, so that nothing can be ordered."""

    code: str
    label: str
    menu_code: str
    bandwidth_kbps: int
    is_dual: bool
    needs_converter: bool
    asp_limit: int
    initial_fee: int | None
    monthly_fee: int | None


class Ordered(Protocol):
    """A line plan as conditions ask about it: the table's row, or its plain values."""

    @property
    def menu_code(self) -> str:
        """The menu that it is a plan of."""

    @property
    def is_dual(self) -> bool:
        """Whether a second line stands by."""

    @property
    def needs_converter(self) -> bool:
        """Whether an optical converter is installed with it."""


def order_facts(plan: Ordered | None, menu_code: str | None = None) -> dict[str, Any]:
    """What conditions ask about the order; the menu is known before the plan."""
    return {
        "order.menu": plan.menu_code if plan else menu_code,
        "order.is_dual": bool(plan and plan.is_dual),
        "order.needs_converter": bool(plan and plan.needs_converter),
    }


@dataclass(frozen=True)
class Service:
    """An ASP service on that day; a fee of None: no price is set for the day, so that it cannot be ordered."""

    code: str
    label: str
    monthly_fee: int | None
    bandwidth_limit_kbps: int | None


@dataclass(frozen=True)
class Masters:
    """Master data of one day. `plans` and `services` hold all; `offered` the codes that can be ordered, by table."""

    day: date
    plans: Mapping[str, Plan] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    offered: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lead_days: Mapping[str, int] = field(default_factory=dict)
    out_of_hours: Mapping[tuple[Work, Slot], int] = field(default_factory=dict)
    closing_days: frozenset[date] = frozenset()
    corporate_types: frozenset[str] = frozenset()
    labels: Labels = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, Any]:
        """What conditions of fields ask about master data."""
        return {CORPORATE_TYPES: self.corporate_types}

    def order_facts(self, plan_code: str | None, menu_code: str | None = None) -> dict[str, Any]:
        """The facts of an order by the codes that were chosen."""
        return order_facts(self.plans.get(plan_code or ""), menu_code)

    def label(self, table: str, code: str | None) -> str:
        """What a row of a master table is called; the code where there is no such row."""
        return self.labels.get(table, {}).get(code, code) if code else ""

    def options(self, table: str) -> list[tuple[str, str]]:
        """Codes and labels that can be chosen on the day, in the desk's order."""
        offered = self.offered.get(table)
        return [(code, text) for code, text in self.labels.get(table, {}).items() if offered is None or code in offered]

    def plans_of(self, menu_code: str | None) -> list[Plan]:
        """The line plans that a menu offers on the day."""
        codes = [code for code, _ in self.options("line_plan")]
        return [self.plans[code] for code in codes if self.plans[code].menu_code == menu_code]

    def repeated_forms(self, values: Mapping[str, Any]) -> Iterator[Problem]:
        """Names that say the legal form again that was chosen beside them: documents would write it twice (SPEC §6)."""
        for start in (name.removesuffix("company_type") for name in values if name.endswith("company_type")):
            form, name = self._form(values, start), values.get(f"{start}company_name") or ""
            if form and (name.startswith(form) or name.endswith(form)):
                words = f"会社名は「{form}」を除いて入力してください。会社種別から補います（例：豊洲商事）"
                yield Problem(f"{start}company_name", words)

    def company_name(self, values: Mapping[str, Any], prefix: str = "") -> str:
        """A company's name as it is written in full, from the fields of a Company block (SPEC §6)."""
        start = f"{prefix}_" if prefix else ""
        name, position = values.get(f"{start}company_name") or "", values.get(f"{start}type_position")
        return full_company_name(name, self._form(values, start), position)

    def _form(self, values: Mapping[str, Any], start: str) -> str:
        """The legal form that was chosen in a Company block; empty for a type that is none."""
        code = values.get(f"{start}company_type")
        return self.label("company_type", code) if code in self.corporate_types else ""
