"""The eight pages cover what their record types ask of a new installation, each field once."""

from __future__ import annotations

from collections import Counter
from datetime import date

from models.base.fields import specs_of
from models.kinds.application import PAGES, RECORDS, facts_for, page_of, page_with, specs_for
from models.rules.offer import Masters, Plan

CONVERTER_PLAN = Plan("fast", "イーサ100M", "basic", 100_000, True, True, 4, 238_300, 370_000)
PLAIN_PLAN = Plan("plain", "ベストエフォート", "light", 100_000, False, False, 2, 98_000, 45_000)
MASTERS = Masters(date(2026, 12, 1), plans={"fast": CONVERTER_PLAN, "plain": PLAIN_PLAN})


def test_there_are_eight_pages_in_order() -> None:
    assert [page.number for page in PAGES] == list(range(1, 9))
    assert page_of(6).parts == ()


def test_every_field_of_a_new_installation_stands_on_exactly_one_page() -> None:
    facts = facts_for({"plan_code": "fast"}, MASTERS)
    asked = [name for record in RECORDS for name in record.specs_for(facts)]
    on_pages = Counter(name for page in PAGES for part in page.parts for name in part.section.names)
    assert Counter(asked) == on_pages
    assert set(on_pages.values()) == {1}
    assert list(specs_for(facts)) == list(on_pages)


def test_no_two_record_types_of_the_form_share_a_field_name() -> None:
    counted = Counter(name for record in RECORDS for part in record.__sections__ for name in part.names)
    assert [name for name, times in counted.items() if times > 1] == []


def test_the_converter_is_asked_for_only_where_the_plan_needs_one() -> None:
    with_converter = page_of(4).specs(facts_for({"plan_code": "fast"}, MASTERS))
    without = page_of(4).specs(facts_for({"plan_code": "plain"}, MASTERS))
    assert set(with_converter) - set(without) == {
        f"converter_{place}_{what}" for place in ("first", "second", "third") for what in ("on", "time")
    }


def test_the_page_of_a_field_is_found() -> None:
    for page in PAGES:
        for name in page.specs(facts_for({"plan_code": "fast"}, MASTERS)):
            assert page_with(name) is page
    assert page_with("wanted_on") is None


def test_menu_and_plan_and_consent_are_fixed_after_applying() -> None:
    fixed = {name for record in RECORDS for name, spec in specs_of(record).items() if spec.is_fixed}
    assert fixed == {"menu_code", "plan_code", "rules_accepted"}
