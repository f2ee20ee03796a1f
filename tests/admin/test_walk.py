"""From record to record of the list one came from, and the keys that a page has (UX "Operators")."""

from __future__ import annotations

import html
import json
import re

import pytest
from flask import Flask
from sqlalchemy import Engine

from admin.keys import KEYS, OF_SCRIPT, script_keys
from models.base.db import database, transaction
from models.base.settings import ROOT
from models.base.workflow import Status
from models.services.transition import transition
from models.tables.record import Record
from tests.build import OPERATOR, build_customer, build_record, build_site
from tests.clerk import Clerk, desk, furnish


@pytest.fixture
def app(db: Engine) -> Flask:
    furnish()
    return desk()


def build(count: int) -> list[int]:
    with transaction() as session:
        customer = build_customer(session)
        sites = [build_site(session, customer) for _ in range(count)]
        found = [build_record(session, "fault_contact", Status.SUBMITTED, site).id for site in sites]
    database.remove()
    return found


def leads(page: str, words: str) -> str | None:
    found = re.search(rf'href="([^"]+)"[^>]*>{words}</a>', page)
    return found[1] if found else None


def test_an_operator_goes_from_record_to_record_of_the_inbox_although_they_leave_it(app: Flask) -> None:
    clerk, ids = Clerk(app), build(3)
    assert "一覧の前後" not in clerk.get(f"/records/{ids[0]}").text
    clerk.get("/?type=fault_contact")
    first = clerk.get(f"/records/{ids[0]}").text
    assert re.search(r'data-key="\." data-key-text="「申込内容確認中」にして、[^"]+"><button[^>]+name="onward"', first)
    assert "3件中 1件目" in first
    assert leads(first, "前の情報") is None
    assert leads(first, "次の情報") == f"/records/{ids[1]}"
    assert leads(first, "一覧に戻る") == "/?type=fault_contact"
    moved = clerk.post(f"/records/{ids[1]}", f"/records/{ids[1]}/move", target="reviewing", comment="", version="1")
    middle = clerk.follow(moved).text
    assert (leads(middle, "前の情報"), leads(middle, "次の情報")) == (f"/records/{ids[0]}", f"/records/{ids[2]}")
    assert leads(middle, "次の情報へ進む") == f"/records/{ids[2]}"
    assert leads(clerk.get(f"/records/{ids[2]}").text, "次の情報") is None


def test_one_click_moves_a_record_and_opens_the_next_that_waits(app: Flask) -> None:
    clerk, ids = Clerk(app), build(3)
    page = f"/records/{ids[0]}"
    assert 'name="onward"' not in clerk.get(page).text, "there is no list to go on with"
    clerk.get("/?type=fault_contact")
    shown = clerk.get(page).text
    form = shown[shown.index(f'action="{page}/preview"') : shown.index("「申込内容確認中」にして次へ")]
    [address] = re.findall(r'formaction="([^"]+)"', form)
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    with transaction() as session:  # meanwhile, somebody else sees to the next one
        second = session.get_one(Record, ids[1])
        moves = [(Status.REVIEWING, ""), (Status.RETURNED, "電話番号をご確認ください。")]
        for target, comment in moves:
            transition(session, [second], target, OPERATOR, comment).raise_if_refused()
    database.remove()
    answer = clerk.client.post(address, data={**sent, "comment": "", "onward": "1"})
    assert answer.location == f"/records/{ids[2]}"
    opened = clerk.follow(answer).text
    assert re.search(rf'<a href="{page}">[^<]+</a>を「申込内容確認中」にしました。', opened)
    assert "「申込内容確認中」にして一覧へ" in opened
    last = {"target": "reviewing", "comment": "", "version": "1", "onward": "1"}
    answer = clerk.post(f"/records/{ids[2]}", f"/records/{ids[2]}/move", **last)
    assert answer.location == "/?type=fault_contact"
    assert "このあと窓口の対応を待つ情報はありません" in clerk.follow(answer).text


def test_a_move_that_is_refused_stays_where_it_is(app: Flask) -> None:
    clerk, ids = Clerk(app), build(2)
    clerk.get("/?type=fault_contact")
    stale = {"target": "reviewing", "comment": "", "version": "0", "onward": "1"}
    answer = clerk.post(f"/records/{ids[0]}", f"/records/{ids[0]}/move", **stale)
    assert answer.status_code == 409
    ready = clerk.post(f"/records/{ids[0]}", f"/records/{ids[0]}/preview", target="reviewing").text
    assert "「申込内容確認中」にして次へ" in ready


def test_a_page_of_a_list_goes_on_with_the_next_page(app: Flask) -> None:
    clerk, ids = Clerk(app), build(21)
    clerk.get("/fault_contact_record/?sort=id&size=20")
    last = clerk.get(f"/records/{ids[19]}").text
    assert leads(last, "前の情報") == f"/records/{ids[18]}"
    onward = leads(last, "一覧の次のページ")
    assert onward is not None
    assert f"/records/{ids[20]}" in clerk.get(onward.replace("&amp;", "&")).text
    assert leads(clerk.get(f"/records/{ids[20]}").text, "前の情報") is None


def test_every_key_of_a_page_is_one_and_says_in_japanese_what_it_does(app: Flask) -> None:
    clerk, [record_id] = Clerk(app), build(1)
    clerk.get("/")
    for address in ("/", f"/records/{record_id}", "/customer/", "/dashboard"):
        found = re.findall(r'data-key="([^"]+)" data-key-text="([^"]+)"', clerk.get(address).text)
        assert found
        assert len({key for key, _ in found}) == len(found)
        assert all(re.search(r"[぀-ヿ一-鿿]", text) for _, text in found)


def test_every_key_that_is_declared_stands_on_a_page_and_no_other_does() -> None:
    written = "".join(page.read_text() for page in (ROOT / "templates" / "admin").glob("*.html"))
    assert "data-key=" not in written, "the words of a key stand in admin.keys"
    assert {*re.findall(r'key\("(\w+)"', written), *OF_SCRIPT} == set(KEYS)


def test_a_page_names_only_keys_that_can_do_something_for_whoever_looks(app: Flask) -> None:
    [record_id] = build(1)
    signs = {}
    for role in ("viewer", "operator"):
        page = Clerk(app, role).get(f"/records/{record_id}").text
        signs[role] = set(re.findall(r'data-key="([^"]+)"', page))
    assert signs == {"viewer": {"g", "h", "v"}, "operator": {"g", "h", "v", "1", "a", "n", "e"}}


def test_the_script_does_what_the_keys_of_rows_say(app: Flask) -> None:
    script = (ROOT / "static" / "js" / "desk-keys.js").read_text()
    told = re.search(r'data-keys-open="([^"]+)"', Clerk(app).get("/").text)
    assert told
    assert json.loads(html.unescape(told[1])) == {name: list(texts) for name, texts in script_keys().items()}
    assert set(re.findall(r"^  (\w+): \(\) =>", script, re.MULTILINE)) == set(OF_SCRIPT) - {"keys"}
