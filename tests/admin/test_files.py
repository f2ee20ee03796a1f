"""Files at the desk: fetched under the name that they are kept by, their pages shown as pictures (SPEC §9, §11)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from sqlalchemy import Engine

from models.base.db import database, transaction
from models.base.workflow import Status
from models.services.files import store_upload
from models.services.incoming import Incoming
from models.services.scans import PNG
from models.tables.record import Purpose, Record
from tests import papers
from tests.build import OPERATOR, build_record, customer_of
from tests.clerk import Clerk, desk, furnish
from tests.issued import build_contract


@pytest.fixture
def record_id(db: Engine) -> Iterator[int]:
    """Of a record with one file: a stamped form with the number of another request."""
    furnish()
    with transaction() as session:
        record = build_record(session, "contract_change", Status.AWAITING_STAMP)
        scan = Incoming(papers.scan_png("00009999"), PNG, page_count=1, number="00009999")
        store_upload(session, record, Purpose.STAMPED_FORM, "押印済み変更申込書.png", scan, customer_of(record))
        made = record.id
    yield made
    database.remove()


@pytest.mark.usefixtures("record_id")
def test_a_file_is_fetched_under_its_name() -> None:
    fetched = Clerk(desk(), "viewer").get("/files/1")
    assert fetched.data == papers.scan_png("00009999")
    assert unquote(fetched.headers["Content-Disposition"]) == "attachment; filename*=UTF-8''押印済み変更申込書.png"
    assert fetched.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_its_pages_are_shown_with_the_warning_of_another_number(record_id: int) -> None:
    clerk, address = Clerk(desk()), "/files/1/preview/1"
    page = clerk.get(f"/records/{record_id}").text
    assert address in page
    assert "読み取った申込番号（00009999）が、この申込の番号" in page
    shown = clerk.get(address)
    assert (shown.status_code, shown.mimetype) == (200, "image/png")
    assert shown.data.startswith(b"\x89PNG")
    for missing in ("/files/1/preview/2", "/files/99/preview/1", "/files/99"):
        assert clerk.get(missing).status_code == 404


def _received_with_the_letter_of_another() -> int:
    furnish()
    record_id = build_contract(status=Status.RECEIVED)
    with transaction() as session:
        letter = Incoming(papers.scan_png("00009999"), PNG, page_count=1, number="00009999")
        store_upload(
            session, session.get_one(Record, record_id), Purpose.LETTER, "ほかの申込の承諾書.png", letter, OPERATOR
        )
    database.remove()
    return record_id


@pytest.mark.usefixtures("db")
def test_a_letter_of_another_request_is_accepted_only_by_who_has_looked_at_it() -> None:
    record_id, clerk = _received_with_the_letter_of_another(), Clerk(desk())
    page = f"/records/{record_id}"
    version = str(database().get_one(Record, record_id).version)
    given = {"target": Status.ACCEPTED.value, "version": version}
    shown = clerk.post(page, f"{page}/preview", **given).text
    assert "別の申込番号の書類が付いています" in shown
    assert "ほかの申込の承諾書.png" in shown
    refused = clerk.post(page, f"{page}/move", **given)
    assert refused.status_code == 422
    assert "番号の違う書類を確かめて、チェックを入れてください" in refused.text
    assert "「承諾」にしました" in clerk.follow(clerk.post(page, f"{page}/move", looked_at="y", **given)).text


@pytest.mark.usefixtures("db")
def test_an_acceptance_of_many_leaves_out_one_with_the_letter_of_another_request() -> None:
    record_id, clerk = _received_with_the_letter_of_another(), Clerk(desk())
    act = f"move-{Status.RECEIVED.value}-{Status.ACCEPTED.value}"
    plan = clerk.follow(clerk.post("/", "/bulk", table="contract_record", act=act, ids=[record_id])).text
    assert "別の申込番号の書類が付いています" in plan
