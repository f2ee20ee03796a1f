"""Complete values of any record type, made from the kinds' samples and a persona: for demo data and for tests."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from models.base.choices import MasterChoice, MasterChoices
from models.base.conditions import Condition
from models.base.fields import Spec, specs_of
from models.base.values import Day
from models.kinds.application import RECORDS, facts_for
from models.rules.construction_dates import earliest_days
from models.rules.offer import Masters
from models.rules.workdays import add_business_days, is_business_day
from models.rules.works import PLACES, Work, day_field, time_field, times_for
from models.tables.record import Record

SOON = timedelta(days=45)


@dataclass(frozen=True)
class Persona:
    """A company and its people, by the fields' names without their blocks' prefixes."""

    texts: Mapping[str, Any] = field(default_factory=dict)

    def value(self, name: str) -> Any:
        """What it says in a field, whatever block the field stands in; None where it has nothing to say."""
        parts = name.split("_")
        endings = ("_".join(parts[start:]) for start in range(len(parts)))
        return next((self.texts[ending] for ending in endings if ending in self.texts), None)


TOYOSU = Persona(
    {
        "company_type": "kabushiki",
        "type_position": "before",
        "company_name": "豊洲商事",
        "company_kana": "ﾄﾖｽｼﾖｳｼﾞ",
        "corporate_number": "7000012050002",
        "department": "情報システム部",
        "department_kana": "ｼﾞﾖｳﾎｳｼｽﾃﾑﾌﾞ",
        "representative": "豊洲　太郎",
        "representative_kana": "ﾄﾖｽ ﾀﾛｳ",
        "person_name": "豊洲　花子",
        "phone": "0312345678",
        "mail": "hanako@example.co.jp",
        "postal_code": "1350061",
        "prefecture": "13",
        "city": "江東区豊洲",
        "city_kana": "ｺｳﾄｳｸﾄﾖｽ",
        "street_number": "3-3-3",
        "building": "豊洲センタービル",
        "floor": "10",
        "room": "サーバー室",
        "short_name": "豊洲商事",
        "location_name": "本社",
        "bank_name": "豊洲銀行",
        "permit_deadline": "3営業日前まで",
        "permit_contact": "防災センターへ電話",
        "permit_details": "作業する方の氏名、車両番号",
        "remarks": "請求書は毎月25日までにお送りください。",
        "rules_accepted": True,
        "service_confirmed": True,
        "business_hours_work": True,
        "payment_method": "transfer",
        "entry_permit": "not_needed",
        "rack_mount": "needed",
        "initial_payee": "monthly",
        "day_given": "no",
    }
)


def complete_values(
    record_type: type[Record], facts: Mapping[str, Any], masters: Masters, persona: Persona = TOYOSU, **given: Any
) -> dict[str, Any]:
    """Values of every field that these facts show and the conditions allow; optional ones too. `given` goes before all else."""
    specs = record_type.specs_for(facts)
    values: dict[str, Any] = {name: given.get(name) for name in specs}
    for name, spec in specs.items():
        known = ChainMap(values, dict(facts))
        if name not in given and (name in persona.texts or _is_wanted(spec, known)):
            values[name] = _value(name, spec, persona, masters)
    for name, spec in specs.items():  # conditions may ask about fields that stand further down
        if name not in given and not spec.is_allowed(ChainMap(values, dict(facts))):
            values[name] = None
    if "survey_first_on" in specs:
        chosen = {**values, "plan_code": values.get("plan_code")}
        values |= {name: value for name, value in wished_days(chosen, masters).items() if name not in given}
    return values


def _is_wanted(spec: Spec, known: Mapping[str, Any]) -> bool:
    # Blocks that are all or nothing stay empty; whoever wants one gives it.
    is_optional_block = isinstance(spec.required, Condition) and "入力する場合" in spec.required.note
    return not is_optional_block and (spec.is_required(known) or (spec.allowed is not None and spec.is_allowed(known)))


def _value(name: str, spec: Spec, persona: Persona, masters: Masters) -> Any:
    said = persona.value(name)
    if said is not None:
        return said
    if isinstance(spec.kind, Day):
        return spec.kind.parse(spec.kind.write(masters.day + SOON))
    if isinstance(spec.kind, MasterChoice):
        return next((code for code, _ in masters.options(spec.kind.table)), None)
    if isinstance(spec.kind, MasterChoices):
        return tuple(code for code, _ in masters.options(spec.kind.table)[1:2])
    options = getattr(spec.kind, "options", None)
    typed = options()[-1][0] if options else spec.kind.samples[0]
    return spec.kind.parse(spec.kind.normalise(str(typed)))


def wished_days(values: Mapping[str, Any], masters: Masters) -> dict[str, Any]:
    """Three allowed days for each work of the order, the earliest ones."""
    made = dict(values)
    is_business = bool(values.get("business_hours_work"))
    for work in Work:
        for place in PLACES:
            made |= {day_field(work, place): None, time_field(work, place): None}
    for work in earliest_days(made, masters.day, masters):
        day: date = earliest_days(made, masters.day, masters)[work]
        for number, place in enumerate(PLACES):
            made[day_field(work, place)] = _following(day, number, is_business, masters)
            made[time_field(work, place)] = times_for(is_business)[0].value
    names = {name for work in Work for place in PLACES for name in (day_field(work, place), time_field(work, place))}
    return {name: made[name] for name in names}


def _following(day: date, count: int, is_business: bool, masters: Masters) -> date:
    if not is_business:
        return day + timedelta(days=count)
    start = day if is_business_day(day, masters.closing_days) else add_business_days(day, 1, masters.closing_days)
    return add_business_days(start, count, masters.closing_days)


def complete_form(plan_code: str, masters: Masters, persona: Persona = TOYOSU, **given: Any) -> dict[str, Any]:
    """Values of all eight pages of the application form for a plan."""
    given = {"plan_code": plan_code, "menu_code": masters.plans[plan_code].menu_code, **given}
    facts = facts_for(given, masters)
    values: dict[str, Any] = {}
    for record in RECORDS:
        values |= complete_values(record, facts, masters, persona, **given)
    return values


def typed_form(plan_code: str, masters: Masters, persona: Persona = TOYOSU, **given: Any) -> dict[str, Any]:
    """What a visitor types for a complete application of a plan, by field name."""
    values = complete_form(plan_code, masters, persona, **given)
    specs = {name: spec for record in RECORDS for name, spec in specs_of(record).items()}
    return {name: _typed(specs[name], value) for name, value in values.items()}


def _typed(spec: Spec, value: Any) -> Any:
    if spec.kind.control == "tick":
        return bool(value)
    return list(value or ()) if spec.kind.control == "masters" else spec.kind.write(value)
