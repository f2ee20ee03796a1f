"""From record to record of the list one came from, and the keys that a page has (UX "Operators")."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import Engine

from models.base.db import database, transaction
from models.base.workflow import Status
from tests.build import build_customer, build_record, build_site
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
    assert "3件中 1件目" in first
    assert leads(first, "前の情報") is None
    assert leads(first, "次の情報") == f"/records/{ids[1]}"
    assert leads(first, "一覧に戻る") == "/?type=fault_contact"
    moved = clerk.post(f"/records/{ids[1]}", f"/records/{ids[1]}/move", target="reviewing", comment="", version="1")
    middle = clerk.follow(moved).text
    assert (leads(middle, "前の情報"), leads(middle, "次の情報")) == (f"/records/{ids[0]}", f"/records/{ids[2]}")
    assert leads(middle, "次の情報へ進む") == f"/records/{ids[2]}"
    assert leads(clerk.get(f"/records/{ids[2]}").text, "次の情報") is None


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
    for address in ("/", f"/records/{record_id}", "/customer/"):
        found = re.findall(r'data-key="([^"]+)" data-key-text="([^"]+)"', clerk.get(address).text)
        assert found
        assert len({key for key, _ in found}) == len(found)
        assert all(re.search(r"[぀-ヿ一-鿿]", text) for _, text in found)
