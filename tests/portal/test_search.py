"""The search in the page's head: over the company's own requests, by any part of what stands there (UX "Header")."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from models.base.db import database, transaction
from models.base.workflow import Status
from models.kinds import fault_contact_change, new_installation
from models.records.site_name import SiteNameRecord
from models.tables.customer import Customer
from models.tables.request import Request
from tests.build import build_customer, build_request, build_site
from tests.identity import add_account, portal_app
from tests.world import sign_in_as

EXPECTED = {
    "": 4,
    "京本": 2,  # any part of a name, however short
    "ヤ": 2,
    "ｱｵﾔﾏ": 2,
    "アオヤマ食品(東京本社)": 2,
    "blue": 2,
    "あおやま": 2,  # nor does the kind of kana matter
    "大阪第２": 2,
    "大阪　アオヤマ": 0,
    "大阪 連絡先変更": 1,
    "故障連絡先変更": 2,
    "新設": 2,
    "%": 0,
    "_": 0,
    "<script>": 0,
    "存在しない言葉": 0,
}
NAMES = (("アオヤマ食品", "東京本社"), ("ＢＬＵＥ", "大阪第2倉庫"))


@pytest.fixture
def client(db: Engine) -> FlaskClient:
    """Somebody of a company with two sites; another company has one of the same name."""
    add_account()
    with transaction() as session:
        own = session.get_one(Customer, 1)
        for customer in (own, build_customer(session)):
            for short_name, location_name in NAMES:
                site = build_site(session, customer)
                for record in build_request(session, new_installation.KIND, Status.ACCEPTED, site).records:
                    if isinstance(record, SiteNameRecord):
                        record.short_name, record.location_name = short_name, location_name
                build_request(session, fault_contact_change.KIND, Status.DRAFT, site)
    database.remove()
    return sign_in_as(portal_app(), "hanako")


def found(client: FlaskClient, words: str, state: str = "") -> list[str]:
    """The numbers of the requests that are listed."""
    page = client.get(f"/search?q={quote(words)}&state={state}")
    assert page.status_code == 200
    return sorted(set(re.findall(r'href="/requests/(\d{8})"', page.text)))


def test_any_part_of_a_request_finds_it_in_any_width(client: FlaskClient) -> None:
    assert {words: len(found(client, words)) for words in EXPECTED} == EXPECTED


def test_a_number_finds_its_request_and_nobody_elses(client: FlaskClient) -> None:
    own, foreign = Request.number_of(1), Request.number_of(5)
    assert own in found(client, "")
    assert own in found(client, own)
    assert own in found(client, own.translate(str.maketrans("0123456789", "０１２３４５６７８９")))
    assert found(client, foreign) == []


def test_a_state_narrows_it_and_nothing_found_says_how_to_go_on(client: FlaskClient) -> None:
    states = re.findall(r'<option value="([a-z_]+)"', client.get("/search").text)
    parts = [found(client, "東京", state) for state in states]
    assert sorted(number for part in parts for number in part) == found(client, "東京")
    page = client.get(f"/search?q={quote('九州')}").text
    assert "「九州」に合う申込：0件" in page
    assert 'value="九州"' in page
    assert "条件を消して" in page
    assert client.get(f"/search?page={'9' * 5000}").status_code == 200
