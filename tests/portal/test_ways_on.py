"""From each page it is plain where to go on, and no address leads to a dead end."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from models.base.db import database, transaction
from models.base.workflow import Status
from models.kinds import CHANGES, contractor_change, fault_contact_change
from models.services.stamping import stamping_of
from models.tables.record import Record
from models.tables.site import Site
from tests import papers
from tests.applicant import Applicant
from tests.build import build_account, build_customer, build_request, build_site, complete_values
from tests.member import Member
from tests.sheets import build_sheet_record, filled

COPY = re.compile(r'formaction="#')


@pytest.fixture
def site_id(app: Flask) -> int:
    """A site in service of a company with a login."""
    with transaction() as session:
        customer = build_customer(session)
        build_account(session, customer, user_name="hanako", activated_at=customer.created_at)
        return build_site(session, customer).id


def in_request(site_id: int, kind: Any, status: Status) -> int:
    with transaction() as session:
        [record] = build_request(session, kind, status, session.get_one(Site, site_id)).records
        for name, value in complete_values(session, record).items():
            setattr(record, name, value)
        return record.id


def test_the_place_in_a_page_that_one_jumped_to_is_not_kept_on_the_next(app: Flask) -> None:
    clerk = Applicant(app)
    clerk.fill(1)
    page = clerk.open(2).text
    assert COPY.search(page)  # buttons that come back to their place
    assert re.search(r'<form[^>]* action="/apply/2"[^>]* id="application"', page)


def test_every_change_says_what_it_is_for(app: Flask, site_id: int) -> None:
    page = Member(app, "hanako").open("/changes/new").get_data(as_text=True)
    for kind in CHANGES:
        assert kind.purpose
        assert kind.purpose in page


def test_a_request_leads_on_to_what_is_due_first(app: Flask, site_id: int) -> None:
    record_id = in_request(site_id, fault_contact_change.KIND, Status.DRAFT)
    member = Member(app, "hanako")
    page = member.open(f"/requests/{record_id:08d}").text
    assert re.search(rf'class="button button--primary" href="/records/{record_id}">「故障連絡先情報」へ進む', page)
    other = in_request(site_id, fault_contact_change.KIND, Status.REVIEWING)
    assert "へ進む" not in member.open(f"/requests/{other:08d}").text


def test_the_address_of_a_refused_move_leads_back_to_the_record(app: Flask, site_id: int) -> None:
    record_id = in_request(site_id, contractor_change.KIND, Status.DRAFT)
    member = Member(app, "hanako")
    for address in ("move/awaiting_stamp", "files", "documents"):
        answer = member.client.get(f"/records/{record_id}/{address}")
        assert (answer.status_code, answer.location) == (303, f"/records/{record_id}")
    assert member.client.get(f"/records/{record_id + 1}/files").status_code == 404


def test_the_paper_of_another_request_is_not_called_complete(app: Flask, site_id: int) -> None:
    record_id = in_request(site_id, contractor_change.KIND, Status.AWAITING_STAMP)
    member = Member(app, "hanako")
    member.record(record_id)
    member.press("変更申込書を発行する")
    with transaction() as session:
        assert stamping_of(session, session.get_one(Record, record_id)).form
    member.add_file(papers.scan_png("00009999"), "別の申込書.png")
    member.sees("追加された変更申込書の申込番号が、この申込の番号と違います。").misses("そろいました")
    member.add_file(papers.scan_png(f"{record_id:08d}"), "この申込書.png")
    member.sees("押印済みの変更申込書がそろいました").misses("追加された変更申込書の申込番号が")


def test_a_sheet_that_is_there_is_to_be_handed_in(app: Flask, site_id: int) -> None:
    with transaction() as session:
        record = build_sheet_record(session, customer=session.get_one(Site, site_id).customer)
        record_id, sheet = record.id, filled(session, record)
    member = Member(app, "hanako")
    member.record(record_id)
    member.misses("そろいました")
    member.add_file(sheet, "シート.xlsx")
    member.sees("記入済みのパラメータシートがそろいました", "「提出する」を押してください")


def test_what_the_desk_says_to_a_move_is_not_signed_by_the_customer(app: Flask, site_id: int) -> None:
    record_id = in_request(site_id, fault_contact_change.KIND, Status.DRAFT)
    member = Member(app, "hanako")
    member.record(record_id)
    member.press("提出する")
    record = database().get_one(Record, record_id)
    comment = record.comment or ""
    assert comment
    assert member.page.text.count(comment) == 1
