"""Every status has a comment and every mail a text, and what the desk writes can be used (SPEC §4, §10)."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Engine, select

from models.base.clock import now, today
from models.base.db import database, transaction
from models.base.errors import Invalid
from models.base.settings import settings
from models.base.workflow import WORKFLOWS, Status
from models.kinds import site_rename
from models.rules.placeholders import fill, placeholders_in
from models.seeds.masters import load_masters
from models.seeds.texts import load_texts
from models.services.accounts import receive_account_request
from models.services.expiry import remind_expiring
from models.services.letters import write_letter
from models.services.transition import transition
from models.tables.mail import GAPS, Mail, MailKey, placeholders_of
from models.tables.master import AspService, AspServicePrice, LinePlan, LinePlanPrice, Menu
from models.tables.texts import CommentTemplate, MailTemplate
from tests.build import OPERATOR, build_account, build_record, build_request, build_site, customer_of

SECRET_GAPS = {"code", "link"}


def test_every_status_of_every_workflow_has_a_comment(db: Engine) -> None:
    with transaction() as session:
        load_texts(session)
    found = {(row.workflow, row.status): row.text for row in database().scalars(select(CommentTemplate))}
    for made in WORKFLOWS.values():
        for status in (*made.statuses, Status.CANCELLED):
            assert found.pop((made.code, status.value)).strip()
    assert not found


def test_every_mail_has_a_text_that_it_can_fill(db: Engine) -> None:
    with transaction() as session:
        load_texts(session)
    found = {row.key: row for row in database().scalars(select(MailTemplate))}
    assert set(found) == set(MailKey) == set(GAPS)
    for key, row in found.items():
        assert placeholders_in(row.subject + row.body) <= set(placeholders_of(MailKey(key)))
    assert "{code}" in found[MailKey.VERIFICATION_CODE].body
    assert "{link}" in found[MailKey.ACCOUNT_ISSUED].body
    assert "{link}" in found[MailKey.PASSWORD_RESET].body


def test_no_text_names_the_provider_by_itself(db: Engine) -> None:
    with transaction() as session:
        load_texts(session)
    texts = [*database().scalars(select(CommentTemplate.text)), *database().scalars(select(MailTemplate.body))]
    for text in texts:
        assert settings().provider_name not in text
        assert settings().service_name not in text


def test_what_the_desk_wrote_stays_and_what_is_missing_comes_back(db: Engine) -> None:
    with transaction() as session:
        load_texts(session)
        row = session.scalars(select(MailTemplate).filter_by(key=MailKey.DUE_NEAR.value)).one()
        row.body = "お急ぎください {url}"
        session.delete(session.scalars(select(MailTemplate).filter_by(key=MailKey.DUE_PASSED.value)).one())
    with transaction() as session:
        load_texts(session)
    found = {row.key: row.body for row in database().scalars(select(MailTemplate))}
    assert found[MailKey.DUE_NEAR] == "お急ぎください {url}"
    assert set(found) == set(MailKey)


@pytest.mark.parametrize(
    ("key", "body"),
    [(MailKey.STATUS_CHANGED, "{code}"), (MailKey.VERIFICATION_CODE, "{cod}"), (MailKey.DUE_NEAR, "{link}")],
)
def test_a_text_with_a_gap_that_nobody_fills_is_not_stored(db: Engine, key: MailKey, body: str) -> None:
    with transaction() as session:
        load_texts(session)
    with pytest.raises(Invalid) as refused:
        save_body(key, body)
    [problem] = refused.value.problems
    assert problem.field == "body"
    assert body in problem.message
    assert database().scalars(select(MailTemplate).filter_by(key=key.value)).one().body != body


def save_body(key: MailKey, body: str) -> None:
    with transaction() as session:
        session.scalars(select(MailTemplate).filter_by(key=key.value)).one().body = body


@pytest.mark.parametrize(("workflow", "status"), [("site_nam", "draft"), ("site_name", "shipped")])
def test_a_comment_for_a_status_that_does_not_exist_is_not_stored(db: Engine, workflow: str, status: str) -> None:
    with pytest.raises(Invalid):
        add_comment(workflow, status)


def add_comment(workflow: str, status: str) -> None:
    with transaction() as session:
        session.add(CommentTemplate(workflow=workflow, status=status, text="お待ちください。"))


def test_whoever_writes_a_mail_gives_everything_that_its_template_may_say(db: Engine) -> None:
    with transaction() as session:
        load_masters(session)
        load_texts(session)
        request = build_request(session, site_rename.KIND, Status.SUBMITTED)
        build_account(session, request.site.customer, activated_at=now(), expires_on=today())
        transition(session, request.records, Status.REVIEWING, OPERATOR)
        sheet = build_record(session, "fault_contact", Status.REVIEWING, build_site(session, request.site.customer))
        transition(session, [sheet], Status.WITHDRAWAL_REQUESTED, customer_of(sheet))
        transition(session, [sheet], Status.DRAFT, OPERATOR)
        remind_expiring(session)
        values = {
            "company_type": "other",
            "company_name": "豊洲",
            "contact_1_person_name": "豊洲",
            "contact_1_mail": "a@example.jp",
        }
        receive_account_request(session, {**values, "contact_1_phone": "0312345678"}, OPERATOR)
    written = list(database().scalars(select(Mail)))
    assert {MailKey(mail.key) for mail in written} >= {
        MailKey.STATUS_CHANGED, MailKey.SHEET_READY, MailKey.DESK_WITHDRAWAL, MailKey.ACCOUNT_EXPIRING,
        MailKey.ACCOUNT_REQUEST_RECEIVED, MailKey.DESK_ACCOUNT_REQUEST,
    }  # fmt: skip
    for mail in written:
        assert set(GAPS[MailKey(mail.key)]) - SECRET_GAPS <= set(mail.context), mail.key
        subject, body = write_letter(database(), mail, {})
        assert not re.search(r"\{|\}|  |\n\n\n", subject + body)


def test_a_gap_is_filled_once() -> None:
    assert fill("{a}{b} { c } {x", {"a": "{b}", "b": "2"}) == "{b}2 { c } {x"


def test_the_figures_of_the_specification_are_there(db: Engine) -> None:
    with transaction() as session:
        load_masters(session)
        load_masters(session)
    plan = database().scalars(select(LinePlan).filter_by(label="イーサ100M+ベストエフォート")).one()
    price = database().scalars(select(LinePlanPrice).filter_by(plan_code=plan.code)).one()
    assert (plan.menu.label, plan.is_dual) == ("ベーシック", True)
    assert (price.initial_fee, price.monthly_fee) == (238_300, 370_000)
    services = set(database().scalars(select(AspService.code)))
    assert len(services) == 9
    added = database().scalars(select(AspServicePrice)).all()
    assert {price.service_code for price in added} == services
    assert {price.monthly_fee for price in added} == {5_000}
    codes = set(database().scalars(select(Menu.code)))
    assert codes == {"basic", "light", "light_minimum", "light_mobile"}
    samples = database().scalars(select(LinePlan).where(LinePlan.id != plan.id)).all()
    assert all(sample.note == "サンプル" for sample in samples)
