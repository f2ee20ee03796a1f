"""A file of records that names who looks after them, as lists and exports do."""

from __future__ import annotations

import io
import re

from sqlalchemy import Engine

from models.base.db import database, transaction
from models.base.workflow import Status
from models.tables.record import Record
from tests.build import build_record
from tests.clerk import Clerk, desk, furnish


def test_who_looks_after_a_record_is_named_and_a_name_or_number_that_is_nobodys_is_told(db: Engine) -> None:
    furnish()
    clerk = Clerk(desk())
    with transaction() as session:
        numbers = [build_record(session, "site_name", Status.SUBMITTED).id for _ in range(2)]
    lines = ["番号,担当者", f"{numbers[0]},{clerk.actor.name}", f"{numbers[1]},いない 人", "999999,"]
    file = (io.BytesIO("\r\n".join(lines).encode()), "rows.csv")
    page = clerk.follow(clerk.post("/site_name_record/import/", "/site_name_record/import/", file=file)).text
    assert re.search(r'class="sums__number">1<', page), "one would be changed"
    assert "「いない 人」という名前は見つからない" in page
    assert "番号「999999」のデータはありません。書き出したファイル" in page
    assert database().get_one(Record, numbers[0]).assignee_id is None, "nothing is taken while something is wrong"
