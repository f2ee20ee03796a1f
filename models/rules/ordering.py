"""What may be ordered together: menu, line plan, ASP services (SPEC §6, pages 2 and 3). Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from models.base.errors import Problem
from models.rules.offer import Masters, Plan
from models.rules.works import Work, day_field

Values = Mapping[str, Any]
FIRST_ROUTER_DAY = day_field(Work.ROUTER, "first")


def plan_problems(values: Values, masters: Masters, stored_plan: str | None = None) -> Iterator[Problem]:
    """The plan is one that its menu offers on the day; a plan that is stored already stays allowed."""
    plan = masters.plans.get(values.get("plan_code") or "")
    if plan is None:
        return
    if plan.menu_code != values.get("menu_code"):
        menu = masters.label("menu", values.get("menu_code")) or "選んだメニュー"
        yield Problem(
            "plan_code", f"{menu}の回線プランを選択してください（「{plan.label}」は別のメニューのプランです）"
        )
    elif plan.code != stored_plan and plan not in masters.plans_of(plan.menu_code):
        yield Problem("plan_code", f"「{plan.label}」は現在お申し込みいただけません。別の回線プランを選択してください")
    elif plan.initial_fee is None or plan.monthly_fee is None:
        yield Problem("plan_code", f"「{plan.label}」の料金が登録されていません。営業窓口へお問い合わせください")


def service_problems(
    values: Values, plan: Plan | None, masters: Masters, stored: Collection[str] = ()
) -> Iterator[Problem]:
    """At most as many services as the plan allows, each offered on the day; what is stored already stays allowed."""
    codes = values.get("service_codes") or ()
    if plan and len(codes) > plan.asp_limit:
        yield Problem(
            "service_codes",
            f"「{plan.label}」で選べるASPサービスは{plan.asp_limit}つまでです（現在{len(codes)}つ）。"
            "数を減らすか、別のメニューか回線プランを選択してください",
        )
    withdrawn = [code for code in codes if code not in masters.offered.get("asp_service", codes) and code not in stored]
    if withdrawn:
        names = "、".join(masters.label("asp_service", code) for code in withdrawn)
        yield Problem("service_codes", f"{names}は現在お申し込みいただけません。チェックを外してください")
    services = [
        masters.services[code] for code in codes if code in masters.services and code not in {*stored, *withdrawn}
    ]
    if unpriced := "、".join(service.label for service in services if service.monthly_fee is None):
        yield Problem("service_codes", f"{unpriced}の料金が登録されていません。営業窓口へお問い合わせください")


def service_warnings(values: Values, plan: Plan | None, masters: Masters) -> Iterator[Problem]:
    """A service that cannot use all of the line: allowed, but worth a second look (AnserDATAPORT with 1M or more)."""
    for code in values.get("service_codes") or ():
        service = masters.services.get(code)
        limit = service.bandwidth_limit_kbps if service else None
        if service and limit and plan and plan.bandwidth_kbps >= limit:
            yield Problem(
                "service_codes",
                f"{service.label}は{bandwidth_text(limit)}を超える帯域ではご利用いただけません。"
                f"「{plan.label}」でもお申し込みはできますが、サービスと回線プランをもう一度お確かめください。",
            )


def start_problems(values: Values, counted_from: date) -> Iterator[Problem]:
    """The month in which the customer wants to begin is not over."""
    year, month = values.get("start_year"), values.get("start_month")
    if year and month and (year, month) < (counted_from.year, counted_from.month):
        field = "start_month" if year == counted_from.year else "start_year"
        yield Problem(field, f"利用開始希望年月は{counted_from.year}年{counted_from.month}月以降を選択してください")


def start_warnings(values: Values) -> Iterator[Problem]:
    """A month to begin in that is over before the router can be installed: allowed, but the line begins later then."""
    year, month, router_on = values.get("start_year"), values.get("start_month"), values.get(FIRST_ROUTER_DAY)
    if year and month and router_on and (year, month) < (router_on.year, router_on.month):
        yield Problem(
            FIRST_ROUTER_DAY,
            f"ルータ工事の希望日（{router_on.year}年{router_on.month}月）が、利用開始希望（{year}年{month}月）より後です。"
            "このままでもお申し込みはできますが、ご利用は工事が終わってからになります。",
        )


def bandwidth_text(kbps: int) -> str:
    """As plans are named: 1M, 100M, 512k."""
    return f"{kbps // 1000}M" if kbps >= 1000 and kbps % 1000 == 0 else f"{kbps}k"
