"""What single pages of the application form show besides their fields: offers, earliest days, fees, everything typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import url_for

from models.base.clock import today
from models.base.conditions import is_given
from models.base.db import database
from models.base.fields import Section, Spec
from models.base.values import Absence, Yen
from models.kinds.application import PAGES, Page, Part, number_of
from models.records.work_dates import DATE_FIELDS, TIME_FIELDS
from models.rules.construction_dates import earliest_days
from models.rules.names import full_name
from models.rules.works import PLACES, Work, day_field, time_field
from models.services.applying import quoted_now
from models.services.drafting import Application
from models.services.masters import in_order, shown
from models.tables.master import Menu
from portal.form_layout import in_form_order
from portal.quoting import is_changed
from portal.start import document_items

Extras = dict[str, Any]
CONFIRMATION = "confirmation"


def extras_of(application: Application, number: int) -> Extras:
    """The variables that only this page's template needs."""
    found = EXTRAS.get(PAGES[number - 1].code)
    return found(application) if found else {}


def _contractor(_application: Application) -> Extras:
    return {"documents": document_items()}


def _contacts(application: Application) -> Extras:
    short, location = (application.values.get(name) for name in ("short_name", "location_name"))
    return {
        "site_name": full_name(short, location) if short and location else "",
        "hints": {"menu_code": {menu.code: _menu_hint(menu, application) for menu in in_order(database(), Menu)}},
    }


def _menu_hint(menu: Menu, application: Application) -> str:
    """What the desk says of a menu, and how many services its plans of today can reach (manual 1-1, page 2)."""
    limits = [plan.asp_limit for plan in application.masters.plans_of(menu.code)]
    span = "～".join(str(limit) for limit in sorted({min(limits), max(limits)})) if limits else ""
    return f"{menu.description}接続ASP限度数：{span}" if span else menu.description


def _services(application: Application) -> Extras:
    plans = {plan.code: plan for plan in application.masters.plans_of(application.values.get("menu_code"))}
    words = {
        code: f"初期費用 {_yen(plan.initial_fee)}／基本月額費用 {_yen(plan.monthly_fee)}。ASPサービスは{plan.asp_limit}つまで。"
        for code, plan in plans.items()
    }
    added = {service.monthly_fee for service in application.masters.services.values()}
    return {
        "hints": {"plan_code": words},
        "limits": {code: plan.asp_limit for code, plan in plans.items()},
        "added_fee": Yen().show(added.pop()) if len(added) == 1 else None,
        "documents": document_items(),
        "warnings": application.warnings_on(number_of("services")),
    }


def _yen(amount: int | None) -> str:
    return "未定" if amount is None else Yen().show(amount)


def _dates(application: Application) -> Extras:
    earliest = earliest_days(application.values, today(), application.masters)
    rows = {
        work.value: [(f"第{place}希望", day_field(work, name), time_field(work, name)) for place, name in _numbered()]
        for work in earliest
    }
    return {
        "works": [(work, earliest[work], rows[work.value]) for work in earliest],
        "lead_days": application.masters.lead_days,
        "in_business_hours": bool(application.values.get("business_hours_work")),
        "Work": Work,
    }


def _numbered() -> list[tuple[int, str]]:
    return list(enumerate(PLACES, 1))


def _fees(application: Application) -> Extras:
    plan = application.masters.plans.get(application.values.get("plan_code") or "")
    menu = application.masters.label("menu", application.values.get("menu_code"))
    quote = quoted_now(application)
    return {"quote": quote, "is_price_changed": is_changed(quote.fingerprint), "plan": plan, "menu": menu}


def _confirmation(application: Application) -> Extras:
    pages = [
        {
            "page": page,
            "url": url_for("portal.apply", page=page.number, via=CONFIRMATION),
            "parts": _answers(application, page),
        }
        for page in PAGES
        if page.parts and page.number < len(PAGES)
    ]
    warnings = [warning for page in PAGES for warning in application.warnings_on(page.number)]
    return {**_fees(application), "answers": pages, "warnings": warnings}


def _answers(application: Application, page: Page) -> list[tuple[Section, list[dict[str, str]]]]:
    return [(part.section, _rows(application, part)) for part in page.parts_for(application.facts)]


def _rows(application: Application, part: Part) -> list[dict[str, str]]:
    specs = in_form_order(part.specs(application.facts))
    texts = {name: _answer(application, name, spec) for name, spec in specs.items()}
    if part.section.is_optional and not any(texts.values()):
        return [{"label": part.title, "value": "入力なし"}]
    rows = []
    for name, spec in specs.items():
        if (text := texts[name]) is None or name in TIME_FIELDS:
            continue
        # A wished day and its time of day are read together.
        time = texts.get(name.removesuffix("_on") + "_time") if name in DATE_FIELDS else None
        rows.append(
            {"label": spec.label, "value": f"{text}　{time}" if time else text, "note": _note(application, name)}
        )
    return rows


def _note(application: Application, name: str) -> str:
    """A company's name as it will be printed."""
    if not name.endswith("company_name"):
        return ""
    prefix = name.removesuffix("company_name").removesuffix("_")
    return f"申込書での表記：{application.masters.company_name(application.values, prefix)}"


def _answer(application: Application, name: str, spec: Spec) -> str | None:
    # What was neither asked for nor given is left out; what was left empty says so.
    known: Mapping[str, Any] = {**application.values, **application.facts}
    value = application.values.get(name)
    if not is_given(value) and (isinstance(spec.kind, Absence) or not spec.is_allowed(known)):
        return None
    return shown(spec, value, application.masters) if value not in (None, False) else "いいえ" if value is False else ""


EXTRAS: dict[str, Callable[[Application], Extras]] = {
    "contractor": _contractor,
    "contacts": _contacts,
    "services": _services,
    "dates": _dates,
    "fees": _fees,
    "confirmation": _confirmation,
}
