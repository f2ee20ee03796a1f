"""Every kind of mistake in every field of every record: said at its field, shown again as it was typed, and nothing of it is stored.

The mistakes are the kinds' own counter-samples, and what is right their samples, so that a field that somebody adds is tested too.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from models.base import text
from models.base.clock import today
from models.base.db import database, transaction
from models.base.fields import Spec, read_typed
from models.base.kind import KINDS, Include, RequestKind
from models.base.workflow import Status
from models.tables.master import LinePlan
from models.tables.record import Record
from tests.applicant import errors, value_of
from tests.build import build_account, build_request, build_site
from tests.filling import fill
from tests.member import read_page
from tests.world import sign_in_as

# What a page says about a field does not depend on the database.
pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)
OPEN = (Status.DRAFT, Status.WITHDRAWN, Status.AWAITING_STAMP)
TICKS = {"changes_asp": True, "changes_billing": True, "changes_fault_contact": True, "one_time_payee": "new"}
CHOSEN = {"choice", "master", "masters", "tick"}
LATER = {"arrival_on", "changes_on", "wanted_on", "applies_from"}  # days that have to lie ahead
GOVERNING = {"entry_permit", "payment_method", "initial_payee", "day_given"}  # decide which others are asked for
TYPED_INTO = {"line", "lines", "day"}
PAGES = [
    pytest.param(kind, include, id=f"{kind.code}-{include.record.type_code()}")
    for kind in KINDS.values()
    for include in kind.includes
    if include.record.__sections__
]


@dataclass
class Page:
    """A record's page before somebody who fills it in."""

    client: Any
    record_id: int
    specs: dict[str, Spec]
    right: dict[str, Any]

    def stored(self) -> dict[str, Any]:
        """What the record says."""
        values = database().get_one(Record, self.record_id).values()
        database.remove()
        return values

    def send(self, **wrong: Any) -> Any:
        """The page as a browser sends it, with what is wrong."""
        address = f"/records/{self.record_id}"
        form = next(form for form in read_page(self.client.get(address).text).forms if "version" in form.values)
        sent = {name: form.values[name] for name in ("csrf_token", "version")} | self.right | wrong
        answer = self.client.post(address, data={name: value for name, value in sent.items() if value is not None})
        database.remove()
        return answer


@pytest.fixture
def page(app: Flask, kind: RequestKind, include: Include) -> Page:
    """With every field filled in that can be."""
    with transaction() as session:
        site = build_site(session, is_in_service=kind.is_change)
        # The parcel of what is set up by the customer goes with its menus alone.
        menu = "light_minimum" if include.when and not kind.is_change else "basic"
        site.line_plan = session.scalars(select(LinePlan).where(LinePlan.menu_code == menu)).first()
        build_account(session, site.customer, user_name="company-1", activated_at=site.customer.created_at)
        status = next(one for one in OPEN if one in include.workflow.statuses)
        options = {name: value for name, value in TICKS.items() if name in kind.options}
        request = build_request(session, kind, status, site, **options)
        record = next(one for one in request.records if type(one) is include.record)
        fill(session, record)
        for name in LATER & set(record.specs_for(record.facts())):
            setattr(record, name, today() + timedelta(days=60))
        facts = record.facts()
        specs = {
            name: spec
            for name, spec in record.specs_for(facts).items()
            if spec.is_editable and not spec.is_fixed and getattr(record, name) is not None
        }
        right = {name: _written(spec, getattr(record, name)) for name, spec in specs.items()}
        record_id = record.id
    return Page(sign_in_as(app, "company-1"), record_id, specs, right)


def _written(spec: Spec, value: Any) -> Any:
    if spec.kind.control == "tick":
        return "y" if value else None
    return list(value or ()) if spec.kind.control == "masters" else spec.kind.write(value)


def said_at(answer: Any, name: str) -> str:
    """What stands as an error beside the field."""
    found = re.search(rf'<div id="{name}-error">(.*?)</div>', answer.text, re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "", found[1])) if found else ""


def what_is_wrong(spec: Spec, typed: str) -> str:
    if spec.kind.control in CHOSEN:
        return "選択してください"
    return str(read_typed(spec.kind, typed)[1])


def shown(answer: Any, name: str, spec: Spec) -> str:
    if spec.kind.control == "lines":
        area = re.search(rf'<textarea[^>]*\bname="{name}"[^>]*>(.*?)</textarea>', answer.text, re.DOTALL)
        return html.unescape(area[1]).strip() if area else ""
    return value_of(answer, name)


@pytest.mark.parametrize(("kind", "include"), PAGES)
def test_every_wrong_value_is_said_at_its_field_and_stays_typed(page: Page) -> None:
    before = page.stored()
    samples = {name: spec.kind.counter_samples for name, spec in page.specs.items() if name not in GOVERNING}
    rounds = [
        {name: wrong[number] for name, wrong in samples.items() if len(wrong) > number}
        for number in range(max(map(len, samples.values()), default=0))
    ]
    # What others depend on is wrong alone.
    rounds += [{name: page.specs[name].kind.counter_samples[0]} for name in GOVERNING & set(page.specs)]
    assert rounds
    for wrong in rounds:
        answer = page.send(**wrong)
        assert answer.status_code == 422
        for name, value in wrong.items():
            message = what_is_wrong(page.specs[name], value)
            assert message in said_at(answer, name), name
            assert any(message in error for error in errors(answer)), name
            if page.specs[name].kind.control in TYPED_INTO:
                assert shown(answer, name, page.specs[name]) == text.clean(value), name
        assert page.stored() == before


@pytest.mark.parametrize(("kind", "include"), PAGES)
def test_every_right_value_is_taken(page: Page) -> None:
    answer = page.send()
    assert answer.status_code == 303, errors(answer)
