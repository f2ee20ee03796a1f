"""What other answers leave no question for is not kept: one rule for every field that has a condition (SPEC §6)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from models.base.actor import SYSTEM
from models.base.db import database, transaction
from models.base.groups import Payee
from models.base.workflow import Status
from models.records.billing import BillingRecord
from models.seeds.masters import load_masters
from models.seeds.texts import load_texts
from models.services.applying import quoted_now, submit_application
from models.services.drafting import read_draft, save_page
from models.services.editing import save_record
from models.tables.record import Record
from tests.build import OPERATOR, build_draft, build_record, complete_values, customer_of

ASP = {f"asp_{name}": name for name in Payee.specs()}


@pytest.fixture(autouse=True)
def _masters(db: Engine) -> None:
    with transaction() as session:
        load_masters(session)
        load_texts(session)


def _billing(session: Any) -> Record:
    return build_record(session, "billing_change", Status.DRAFT)


def test_a_block_that_is_unticked_again_is_emptied_and_the_customer_is_told_of_it() -> None:
    with transaction() as session:
        record = _billing(session)
        values = complete_values(session, record, asp_is_apart=True)
        assert values["asp_company_name"]
        assert save_record(session, record, values, record.version, customer_of(record)) == []
        dropped = save_record(session, record, {"asp_is_apart": False}, record.version, customer_of(record))
    assert "追加ASPオプション分の請求先の会社名" in dropped
    saved = database().get_one(BillingRecord, record.id)
    assert {name: getattr(saved, name) for name in ASP if getattr(saved, name)} == {}
    assert saved.monthly_company_name


def test_what_the_desk_saves_follows_the_same_rule() -> None:
    with transaction() as session:
        record = _billing(session)
        values = complete_values(
            session, record, asp_is_apart=True, payment_method="direct_debit", bank_name="豊洲銀行"
        )
        save_record(session, record, values, record.version, OPERATOR)
        dropped = save_record(session, record, {"payment_method": "transfer"}, record.version, OPERATOR)
    assert dropped == ["自動口座振替先金融機関名"]
    assert database().get_one(BillingRecord, record.id).bank_name is None


def test_the_form_submits_no_payee_that_was_unticked_and_remembers_it_for_another_tick() -> None:
    with transaction() as session:
        draft, _token = build_draft(session, "light_best_effort", initial_payee="other", asp_is_apart=True)
        assert read_draft(session, draft).values["initial_company_name"]
        save_page(session, draft, 7, {"initial_payee": "monthly", "asp_is_apart": False, "asp_phone": "わかりません"})
        application = read_draft(session, draft)
        assert application.problems == {}
        assert application.values["initial_company_name"] is None
        assert application.typed["initial_company_name"]
        request = submit_application(session, draft, quoted_now(application).fingerprint, SYSTEM)
        billing: Any = next(record for record in request.records if record.type == "billing")
    assert {billing.initial_company_name, billing.asp_company_name, billing.asp_phone} == {None}
