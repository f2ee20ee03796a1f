"""Letters at the desk: issued for one record and for many, downloaded, needed for acceptance (SPEC §4, §9)."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select

from models.base.db import database, transaction
from models.base.workflow import Need, Status
from models.services.acts import Order
from models.services.desk_acts import find_act
from models.services.rendering import render_due
from models.services.transition import refusal
from models.tables.document import Document, DocumentKind
from models.tables.record import Record
from tests.build import OPERATOR
from tests.clerk import Clerk, desk, furnish
from tests.issued import build_contract


@pytest.fixture
def app(db: Engine) -> Flask:
    furnish()
    return desk()


def _letters() -> list[int]:
    database.remove()
    found = select(Document.record_id).where(Document.kind == DocumentKind.ACCEPTANCE_LETTER.value)
    return sorted(database().scalars(found))


def test_the_desk_issues_a_letter_and_downloads_it(app: Flask) -> None:
    record_id = build_contract(status=Status.RECEIVED)
    clerk, page = Clerk(app), f"/records/{record_id}"
    offered = clerk.get(page).text.partition('id="moves"')[2].partition("</section>")[0]
    assert "利用承諾書を発行する" in offered, "it stands where the next act is looked for"
    assert "いま窓口が行える操作はありません" not in offered
    shown = clerk.follow(clerk.post(page, f"{page}/documents", kind="acceptance_letter")).text
    assert "利用承諾書（第1版）を発行しました" in shown
    assert "PDFを作成しています" in shown
    while render_due():
        pass
    link = re.search(r'href="[^"]*?(/documents/\d+)"', shown)
    assert link
    fetched = clerk.get(link[1])
    assert fetched.data.startswith(b"%PDF-")
    assert "attachment" in fetched.headers["Content-Disposition"]
    database.remove()
    assert refusal(database(), database().get_one(Record, record_id), Status.ACCEPTED, OPERATOR) is None


def test_a_letter_before_its_time_is_refused_with_the_reason(app: Flask) -> None:
    record_id = build_contract(status=Status.REVIEWING)
    clerk, page = Clerk(app), f"/records/{record_id}"
    assert "「受領」になってから発行できます" in clerk.get(page).text
    refused = clerk.post(page, f"{page}/documents", kind="acceptance_letter")
    assert refused.status_code == 409
    assert "「受領」になってから発行できます" in refused.text
    assert _letters() == []


def test_a_viewer_reads_documents_and_issues_none(app: Flask) -> None:
    record_id = build_contract(status=Status.RECEIVED)
    viewer, page = Clerk(app, "viewer"), f"/records/{record_id}"
    assert "利用承諾書を発行する" not in viewer.get(page).text
    assert viewer.post(page, f"{page}/documents", kind="acceptance_letter").status_code in {403, 409}
    assert _letters() == []


@pytest.mark.parametrize("table", ["record", "contract_record"])
def test_letters_are_issued_for_many_records_at_once(app: Flask, table: str) -> None:
    ready = [build_contract(status=Status.RECEIVED) for _ in range(3)]
    early = build_contract(status=Status.REVIEWING)
    act = find_act(table, "issue-letter")
    assert act is not None
    order = Order(OPERATOR)
    with transaction() as session:
        planned = act.refusals(session, act.load(session, [*ready, early]), order)
        reasons = act.carry_out(session, act.lock(session, [*ready, early]), order)
    assert set(planned) == set(reasons) == {early}
    assert "「受領」になってから発行できます" in reasons[early]
    assert _letters() == sorted(ready)
    with transaction() as session:
        act.carry_out(session, act.lock(session, ready), order)
    assert database().scalar(select(func.count()).select_from(Document)) == 3


def test_acceptance_in_bulk_asks_for_the_letter(app: Flask) -> None:
    with_letter, without = build_contract(status=Status.RECEIVED), build_contract(status=Status.RECEIVED)
    issue, accept = find_act("contract_record", "issue-letter"), find_act("contract_record", "move-received-accepted")
    assert issue is not None
    assert accept is not None
    with transaction() as session:
        issue.carry_out(session, issue.lock(session, [with_letter]), Order(OPERATOR))
        reasons = accept.carry_out(session, accept.lock(session, [with_letter, without]), Order(OPERATOR, ""))
    assert reasons == {without: Need.LETTER.value}
