"""Real input for the application form, page by page, for every menu; for tests over HTTP and in the browser."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

from models.base.clock import today
from models.rules.workdays import is_business_day
from models.rules.works import PLACES, Work, day_field, time_field

NUMBERS = count(1)
# Menu → plan, services, whether works are done in business hours, whether the plan needs a converter.
ORDERS: dict[str, tuple[str, list[str], bool, bool]] = {
    "basic": ("basic_ether_100m", ["sds", "zedi"], True, True),
    "light": ("light_best_effort", ["anser_dataport_c"], False, False),
    "light_minimum": ("light_minimum", ["front_gate"], True, False),
    "light_mobile": ("light_mobile", ["opencanvas_business"], False, False),
}
COMPANY = {"company_type": "kabushiki", "type_position": "before", "company_name": "豊洲商事"}
ADDRESS = {
    "postal_code": "135-0061",
    "prefecture": "13",
    "city": "江東区豊洲",
    "street_number": "3-3-3",
    "building": "豊洲センタービル",
}


def prefixed(prefix: str, values: dict[str, str]) -> dict[str, str]:
    """The same answers in a block of fields."""
    return {f"{prefix}_{name}": value for name, value in values.items()}


def answers(menu: str) -> dict[int, dict[str, Any]]:
    """What a clerk would type on each page, as a browser sends it."""
    plan, services, is_business, needs_converter = ORDERS[menu]
    place: dict[str, Any] = {
        **prefixed("place", ADDRESS),
        "place_floor": "12",
        "place_phone": "0355551234",
        "entry_permit": "not_needed",
    }
    return {
        1: _contractor(),
        2: _contacts(menu),
        3: {
            "service_codes": services,
            "plan_code": plan,
            "service_confirmed": "y",
            **({"business_hours_work": "y"} if is_business else {}),
        },
        4: wished_days(is_business, needs_converter),
        5: place,
        6: {},
        7: _billing(),
        8: {"rules_accepted": "y"},
    }


def _contractor() -> dict[str, str]:
    return {
        **COMPANY,
        "company_kana": "トヨスショウジ",
        "corporate_number": "7000012050002",
        "department": "総務部",
        "department_kana": "ソウムブ",
        "representative": "豊洲太郎",
        "representative_kana": "トヨスタロウ",
        **ADDRESS,
        "city_kana": "コウトウクトヨス",
        "phone": "03-5555-1234",
        "start_year": str(today().year + 1),
        "start_month": "6",
    }


def _contacts(menu: str) -> dict[str, str]:
    person = {
        "department": "情報システム部",
        "person_name": "豊洲花子",
        "phone": "0355551235",
        "mail": "hanako@example.co.jp",
    }
    name = {"short_name": "豊洲商事", "location_name": f"本社{next(NUMBERS)}"}
    return {**prefixed("contact", COMPANY), **prefixed("contact_1", person), **name, "menu_code": menu}


def _billing() -> dict[str, str]:
    payee = {
        **COMPANY,
        **ADDRESS,
        "department": "経理部",
        "person_name": "豊洲次郎",
        "phone": "0355551236",
        "mail": "keiri@example.co.jp",
    }
    return {
        "payment_method": "transfer",
        "bill_delivery": "mail",
        **prefixed("monthly", payee),
        "initial_payee": "monthly",
    }


def wished_days(is_business: bool, needs_converter: bool) -> dict[str, str]:
    """Three wishes for each work, the first of them on the earliest allowed day."""
    typed: dict[str, str] = {}
    latest = today()
    for work in Work:
        if work is Work.CONVERTER and not needs_converter:
            continue
        day = latest + timedelta(days={Work.SURVEY: 40, Work.LINE: 40}.get(work, 3))
        for place in PLACES:
            day = _business_day(day) if is_business else day
            typed[day_field(work, place)] = day.isoformat()
            typed[time_field(work, place)] = "am" if is_business else "morning"
            latest, day = day, day + timedelta(days=1)
    return typed


def _business_day(day: date) -> date:
    while not is_business_day(day, frozenset()):
        day += timedelta(days=1)
    return day
