"""Notes and files that are sent twice, by a double click or a page that is loaded again, are kept once (RELIABILITY check 30)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from models.base.db import database, transaction
from models.base.workflow import Status
from models.tables.event import Action, Event
from models.tables.note import InternalNote
from models.tables.record import Purpose
from models.tables.upload import Upload
from tests import papers
from tests.at_once import at_once
from tests.build import build_record
from tests.clerk import Clerk, desk, furnish
from tests.pages import token_in


@pytest.fixture
def app(db: Engine) -> Iterator[Flask]:
    furnish()
    yield desk()
    database.remove()


def build() -> int:
    with transaction() as session:
        record_id = build_record(session, "contract_new", Status.RECEIVED).id
    database.remove()
    return record_id


def form_of(clerk: Clerk, record_id: int, act: str) -> dict[str, Any]:
    """What identifies the form of an act on the record's page as it stands."""
    page = clerk.get(f"/records/{record_id}").text
    form = page[page.index(f'action="/records/{record_id}/{act}"') :]
    found = re.search(r'name="sent_key" value="([^"]+)"', form[: form.index("</form>")])
    assert found
    return {"csrf_token": token_in(page), "sent_key": found[1]}


def send(clerk: Clerk, address: str, form: dict[str, Any]) -> TestResponse:
    answer = clerk.client.post(address, data=form)
    database.remove()
    return answer


def count(table: Any, *where: Any) -> int:
    found = database().scalar(select(func.count()).select_from(table).where(*where)) or 0
    database.remove()
    return found


def test_a_note_that_is_sent_again_is_one_and_another_text_is_another(app: Flask) -> None:
    clerk, record_id = Clerk(app), build()
    address, form = f"/records/{record_id}/notes", form_of(clerk, record_id, "notes")
    for text, notes in (("電話で確認した。", 1), ("電話で確認した。", 1), ("折り返しを待つ。", 2)):
        answer = send(clerk, address, {**form, "text": text})
        assert answer.status_code == 303
        assert count(InternalNote) == notes, text
    send(clerk, address, {**form_of(clerk, record_id, "notes"), "text": "電話で確認した。"})
    assert count(InternalNote) == 3, "another page"


def test_a_note_that_is_sent_by_several_at_once_is_one(app: Flask) -> None:
    clerk, record_id = Clerk(app), build()
    form = {**form_of(clerk, record_id, "notes"), "text": "電話で確認した。"}
    cookie = clerk.client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie

    def press() -> int:
        window = app.test_client()
        window.set_cookie(cookie.key, cookie.value)
        answer = window.post(f"/records/{record_id}/notes", data=form)
        database.remove()
        return answer.status_code

    assert at_once([press] * 4) == [303] * 4
    assert count(InternalNote) == 1


def test_a_move_that_is_sent_again_is_one_and_is_told_as_done(app: Flask) -> None:
    clerk = Clerk(app)
    with transaction() as session:
        record_id = build_record(session, "site_name", Status.REVIEWING).id
    database.remove()
    address, form = f"/records/{record_id}/move", {**form_of(clerk, record_id, "notes"), "version": "1"}
    back = {**form, "target": "returned", "comment": "名前をご確認ください。", "remark_short_name": "13文字あります。"}
    for sent in (back, back):
        assert send(clerk, address, sent).location == f"/records/{record_id}"
        assert count(Event, Event.to_status == "returned") == 1
    for other in ({"comment": "別の理由です。"}, {"remark_short_name": ""}, {"target": "accepted"}, {"version": "0"}):
        assert send(clerk, address, {**back, **other}).status_code in {409, 422}, other
    values = {name: value for name, value in back.items() if name != "csrf_token"}
    assert Clerk(app, name="another").post("/my-login", address, **values).status_code in {409, 422}, "somebody else"


def test_a_file_that_is_sent_again_is_one_version_until_another_file_came_between(app: Flask) -> None:
    clerk, record_id = Clerk(app), build()
    form = {**form_of(clerk, record_id, "files"), "purpose": Purpose.LETTER.value}
    letter, other = papers.scan_pdf("00000001", 1), papers.scan_pdf("00000002", 1)
    for scan, versions in ((letter, 1), (letter, 1), (other, 2), (letter, 3), (letter, 3)):
        answer = send(clerk, f"/records/{record_id}/files", {**form, "file": (BytesIO(scan), "承諾書.pdf")})
        assert answer.status_code == 303, answer.text
        assert count(Upload) == count(Event, Event.action == Action.UPLOADED.value) == versions
