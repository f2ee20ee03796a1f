"""What an order costs, item by item, tax excluded (SPEC §6, page 6). Pure; the one calculation that page, PDF and database share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from models.base.choices import Choices
from models.rules.construction_dates import fee_slot, needs_converter, works_of
from models.rules.offer import Masters, Service
from models.rules.works import PLACE_LABELS, PLACES, Slot, Work, day_field, time_field

Values = Mapping[str, Any]


class FeeKind(Choices):
    """How often a fee is billed."""

    ONCE = "once", "初期費用"
    MONTHLY = "monthly", "月額費用"


class FeeReason(Choices):
    """What a fee is for; pages and documents group by it."""

    PLAN = "plan", "回線プラン"
    OUT_OF_HOURS = "out_of_hours", "時間外作業費"
    ADDED_SERVICE = "added_service", "ASPサービス追加オプション"


@dataclass(frozen=True)
class Fee:
    """One item."""

    kind: FeeKind
    reason: FeeReason
    label: str
    amount: int


@dataclass(frozen=True)
class Quote:
    """All items of an order. `is_priced` is False where master data has no price for the order's plan or a service on the day."""

    fees: tuple[Fee, ...] = ()
    is_priced: bool = True

    def of(self, kind: FeeKind, reason: FeeReason | None = None) -> list[Fee]:
        """The items of a kind, of one reason if asked."""
        return [fee for fee in self.fees if fee.kind is kind and reason in {None, fee.reason}]

    def total(self, kind: FeeKind, reason: FeeReason | None = None) -> int:
        """Their sum in yen."""
        return sum(fee.amount for fee in self.of(kind, reason))

    @property
    def initial_total(self) -> int:
        """初期費用."""
        return self.total(FeeKind.ONCE)

    @property
    def monthly_base(self) -> int:
        """基本月額費用."""
        return self.total(FeeKind.MONTHLY, FeeReason.PLAN)

    @property
    def added_service_count(self) -> int:
        """ASPサービス追加オプション利用数."""
        return len(self.of(FeeKind.MONTHLY, FeeReason.ADDED_SERVICE))

    @property
    def added_service_total(self) -> int:
        """ASPサービス追加オプション費用."""
        return self.total(FeeKind.MONTHLY, FeeReason.ADDED_SERVICE)

    @property
    def monthly_total(self) -> int:
        """月額費用の合計."""
        return self.total(FeeKind.MONTHLY)

    @property
    def fingerprint(self) -> str:
        """A mark of exactly these items: the visitor's page sends back the one it showed."""
        items = "|".join(f"{fee.kind}:{fee.label}:{fee.amount}" for fee in self.fees)
        return sha256(f"{self.is_priced}|{items}".encode()).hexdigest()[:32]


def quote_for(values: Values, masters: Masters) -> Quote:
    """The fees of an order as it stands: only what has been chosen so far is in it."""
    plan = masters.plans.get(values.get("plan_code") or "")
    if plan is None or plan.initial_fee is None or plan.monthly_fee is None:
        return Quote(is_priced=False)
    added = _added_services(values, masters)
    if any(service.monthly_fee is None for service in added):
        return Quote(is_priced=False)
    return Quote(
        (
            Fee(FeeKind.ONCE, FeeReason.PLAN, f"初期費用（{plan.label}）", plan.initial_fee),
            *_out_of_hours(values, masters),
            Fee(FeeKind.MONTHLY, FeeReason.PLAN, f"基本月額費用（{plan.label}）", plan.monthly_fee),
            *map(_added_fee, added),
        )
    )


def _added_services(values: Values, masters: Masters) -> list[Service]:
    """Each service beyond the first, in the desk's order, whatever order they were ticked in."""
    chosen = set(values.get("service_codes") or ())
    return [service for code, service in masters.services.items() if code in chosen][1:]


def _added_fee(service: Service) -> Fee:
    label = f"{FeeReason.ADDED_SERVICE.label}（{service.label}）"
    return Fee(FeeKind.MONTHLY, FeeReason.ADDED_SERVICE, label, service.monthly_fee or 0)


def _out_of_hours(values: Values, masters: Masters) -> Iterator[Fee]:
    """For each work the dearest of its three wishes, so that the order never costs more than was quoted."""
    for work in works_of(needs_converter(values, masters)):
        fees = [_wish_fee(values, work, place, masters) for place in PLACES]
        dearest = max((fee for fee in fees if fee), key=lambda fee: fee.amount, default=None)
        if dearest and dearest.amount:
            yield dearest


def _wish_fee(values: Values, work: Work, place: str, masters: Masters) -> Fee | None:
    day, time = values.get(day_field(work, place)), values.get(time_field(work, place))
    slot: Slot | None = fee_slot(day, time, masters) if day and time else None
    if slot is None:
        return None
    label = f"{FeeReason.OUT_OF_HOURS.label}（{work.label}・{slot.label}・{PLACE_LABELS[place]}日の場合）"
    return Fee(FeeKind.ONCE, FeeReason.OUT_OF_HOURS, label, masters.out_of_hours.get((work, slot), 0))
