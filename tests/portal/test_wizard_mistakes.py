"""Every kind of mistake in every field of the application form: said at its field, and nothing that was typed is lost.

The mistakes are the kinds' own counter-samples, so that a field that somebody adds is tested with the others.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from models.base import text
from models.base.choices import MasterChoice, MasterChoices
from models.base.db import database
from models.base.fields import Spec, read_typed
from models.kinds.application import PAGES
from models.services.drafting import find_draft, read_draft
from tests.applicant import Applicant, errors, value_of
from tests.build import typed_form

PLAN = "basic_ether_100m"  # with all four works
# Answers with which every field of a page is asked for.
OPENING: dict[int, dict[str, Any]] = {
    2: {f"contact_{number}_person_name": "豊洲　次郎" for number in (2, 3)},
    5: {"entry_permit": "needed"},
    7: {"payment_method": "direct_debit", "asp_is_apart": True, "initial_payee": "other"},
}
WITH_FIELDS = [page.number for page in PAGES if page.parts]
GOVERNING = {"entry_permit", "payment_method", "initial_payee"}  # on which it depends whether others are asked for
TYPED_INTO = {"line", "lines", "day"}  # controls that show again what cannot be read; a list has no such entry


@pytest.fixture
def visitor(app: Flask) -> Applicant:
    """Somebody whose pages are all filled in."""
    made = Applicant(app)
    made.take_up(PLAN)
    right = typed_form(database(), PLAN)
    database.remove()
    made.typed = {page: {**right, **OPENING.get(page, {})} for page in WITH_FIELDS}
    return made


def specs_of_page(visitor: Applicant, page: int) -> dict[str, Spec]:
    cookie = visitor.client.get_cookie("portal_application")
    assert cookie
    try:
        return read_draft(database(), find_draft(database(), cookie.value)).specs_on(page)
    finally:
        database.remove()


def sent(visitor: Applicant, page: int, values: Mapping[str, Any]) -> TestResponse:
    """The page as a browser sends it: a box that is not ticked is not there."""
    specs = specs_of_page(visitor, page)
    given = {
        name: "y" if values[name] is True else values[name] for name in specs if values.get(name) not in (False, None)
    }
    return visitor.send(page, given)


def said_at(answer: TestResponse, name: str) -> str:
    """What stands as an error beside the field."""
    found = re.search(rf'<div id="{name}-error">(.*?)</div>', answer.text, re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "", found[1])) if found else ""


def shows(answer: TestResponse, name: str, spec: Spec, typed: str) -> bool:
    if spec.kind.control == "lines":
        area = re.search(rf'<textarea[^>]*\bname="{name}"[^>]*>(.*?)</textarea>', answer.text, re.DOTALL)
        return area is not None and html.unescape(area[1]).strip() == typed
    return value_of(answer, name) == text.clean(typed)


def what_is_wrong(spec: Spec, typed: str) -> str:
    if isinstance(spec.kind, MasterChoice):
        return "一覧から選択してください"
    if isinstance(spec.kind, MasterChoices):  # what is no box of the page cannot be ticked
        return "選択してください"
    return str(read_typed(spec.kind, typed)[1])


@pytest.mark.parametrize("page", WITH_FIELDS)
def test_every_wrong_value_is_said_at_its_field_and_stays(visitor: Applicant, page: int) -> None:
    specs = specs_of_page(visitor, page)
    for number in range(max(len(spec.kind.counter_samples) for spec in specs.values())):
        wrong = {
            name: spec.kind.counter_samples[number]
            for name, spec in specs.items()
            if len(spec.kind.counter_samples) > number and name not in GOVERNING
        }
        answer = sent(visitor, page, {**visitor.typed[page], **wrong})
        assert answer.status_code == 422
        assert "<title>エラー：" in answer.text
        for name, typed in wrong.items():
            assert what_is_wrong(specs[name], typed) in said_at(answer, name), name
            assert any(what_is_wrong(specs[name], typed) in error for error in errors(answer)), name
        for name, spec in specs.items():
            if spec.kind.control in TYPED_INTO:
                assert shows(answer, name, spec, wrong.get(name, visitor.typed[page][name])), name


@pytest.mark.parametrize(("page", "name"), [(5, "entry_permit"), (7, "payment_method"), (7, "initial_payee")])
def test_an_answer_that_others_depend_on_is_one_of_its_list(visitor: Applicant, page: int, name: str) -> None:
    answer = sent(visitor, page, {**visitor.typed[page], name: "no_such_code"})
    assert answer.status_code == 422
    assert "一覧から選択してください" in said_at(answer, name)


@pytest.mark.parametrize("page", WITH_FIELDS)
def test_everything_that_is_required_is_asked_for_at_its_field(visitor: Applicant, page: int) -> None:
    specs = specs_of_page(visitor, page)
    opening = OPENING.get(page, {})
    answer = sent(visitor, page, opening)
    assert answer.status_code == 422
    due = [name for name, spec in specs.items() if spec.required and name not in opening]
    said = [name for name in specs if said_at(answer, name)]
    assert said
    # The legal form decides about its place, which is asked for once the form is chosen.
    assert {name for name in due if not name.endswith("type_position")} == set(said)
    assert len(errors(answer)) == len(said)
    for name in said:
        assert re.search("(入力|選択)してください|チェックを入れてください", said_at(answer, name)), name


@pytest.mark.parametrize(
    ("page", "typed", "name"),
    [
        (1, {"corporate_number_absent": True}, "corporate_number"),
        (5, {"entry_permit": "not_needed", "permit_contact": "電話"}, "permit_contact"),
        (7, {"payment_method": "transfer", "bank_name": "豊洲銀行"}, "bank_name"),
        (7, {"asp_is_apart": False, "asp_person_name": "豊洲　花子"}, "asp_person_name"),
        (7, {"initial_payee": "monthly", "initial_phone": "0312345678"}, "initial_phone"),
    ],
)
def test_what_another_answer_leaves_no_question_for_is_no_mistake_and_stays_typed(
    visitor: Applicant, page: int, typed: dict[str, Any], name: str
) -> None:
    answer = sent(visitor, page, {**visitor.typed[page], **typed})
    assert said_at(answer, name) == ""
    assert not [error for error in errors(answer) if "空欄にしてください" in error]
    assert value_of(visitor.open(page), name) == typed.get(name, visitor.typed[page][name])


@pytest.mark.parametrize("page", [1, 2, 7])
def test_a_corporate_form_needs_its_place_in_the_name(visitor: Applicant, page: int) -> None:
    places = [name for name in specs_of_page(visitor, page) if name.endswith("type_position")]
    answer = sent(visitor, page, {**visitor.typed[page], **dict.fromkeys(places, "")})
    asked = {name for name in places if "種別前後を選択してください" in said_at(answer, name)}
    given = {name for name in places if visitor.typed[page].get(name.replace("type_position", "company_type"))}
    assert asked == given != set()
