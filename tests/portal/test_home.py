"""The home page and the search: what a clerk finds there, and what it costs."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from models.base.db import database, transaction
from models.base.workflow import Status
from models.kinds import fault_contact_change, new_installation, site_rename
from models.records.site_name import SiteNameRecord
from models.services.rename_guard import REASON
from models.tables.customer import Customer
from models.tables.record import Record
from models.tables.request import Request
from tests.build import build_request, build_site
from tests.identity import add_account, portal_app, sign_in
from tests.statements import statements

DETAILS = [table.__tablename__ for table in Record.__subclasses__() if table is not SiteNameRecord]


@pytest.fixture
def client(db: Engine) -> FlaskClient:
    add_account()
    client = portal_app().test_client()
    sign_in(client)
    return client


def add_sites(*locations: str) -> None:
    """Sites in service with these names, and a fault contact change each that waits for the customer."""
    with transaction() as session:
        customer = session.scalars(select(Customer).order_by(Customer.id)).first()
        for location in locations:
            site = build_site(session, customer)
            installed = build_request(session, new_installation.KIND, Status.ACCEPTED, site)
            for record in installed.records:
                if isinstance(record, SiteNameRecord):
                    record.short_name, record.location_name = "豊洲商事", location
            build_request(session, fault_contact_change.KIND, Status.DRAFT, site)
    database.remove()


@pytest.mark.parametrize("address", ["/home?all=now", "/search"])
def test_a_list_costs_the_same_however_many_sites_there_are(db: Engine, client: FlaskClient, address: str) -> None:
    add_sites("本社")
    client.get(address)
    with statements(db) as few:
        assert "豊洲商事(本社)" in client.get(address).text
    add_sites(*(f"倉庫{number}" for number in range(12)))
    with statements(db) as many:
        assert "豊洲商事(倉庫11)" in client.get(address).text
    assert len(many) == len(few)
    assert not [table for table in DETAILS if table in " ".join(many)], "a list needs no record's own fields"


def test_what_a_rename_blocks_is_said_before_it_is_tried(client: FlaskClient) -> None:
    add_sites("本社", "倉庫")
    with transaction() as session:
        site = session.scalars(select(Request).where(Request.kind_code == "fault_contact_change")).all()[0].site
        rename = build_request(session, site_rename.KIND, Status.SUBMITTED, site)
        number, site_id = rename.number, site.id
    database.remove()
    page = client.get("/home").text
    assert "拠点名変更の完了後に申し込めます" in page
    assert "拠点名変更の完了後に操作できます" in page
    assert f'href="/requests/{number}"' in page
    assert page.index("倉庫)") < page.index("拠点名変更の完了後に操作できます"), "what can be done comes first"
    assert page.count(">申し込む<") == 1
    assert REASON in client.get(f"/changes/new?kind=billing_change&site_id={site_id}").text


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("豊洲商事", True),
        ("ﾎﾝｼｬ", True),
        ("本社", False),
        ("２ｆ", True),
        ("新設", True),
        ("ホンシャ 新設", True),
        ("大阪", False),
    ],
)
def test_the_search_does_not_mind_widths(client: FlaskClient, typed: str, is_found: bool) -> None:
    add_sites("ホンシャ2F")
    page = client.get("/search", query_string={"q": typed}).text
    assert ("豊洲商事(ホンシャ2F)" in page) is is_found


def test_the_search_finds_a_number_with_and_without_its_zeros(client: FlaskClient) -> None:
    add_sites("本社")
    number = Request.number_of(database().scalars(select(Request.id).order_by(Request.id.desc())).first() or 0)
    database.remove()
    for typed in (number, number.lstrip("0")):
        assert f'href="/requests/{number}"' in client.get("/search", query_string={"q": typed}).text


def test_the_search_finds_nothing_of_another_company(client: FlaskClient) -> None:
    with transaction() as session:
        build_request(session, fault_contact_change.KIND)
    database.remove()
    assert "申込はまだありません" in client.get("/search").text


@pytest.mark.parametrize("state", ["finished", "unsubmitted", "nonsense"])
def test_the_list_can_be_narrowed_to_a_state(client: FlaskClient, state: str) -> None:
    add_sites("本社")
    with transaction() as session:
        for request in session.scalars(select(Request).where(Request.kind_code == "new_installation")):
            request.state, request.closed_at = "finished", request.created_at
    database.remove()
    page = client.get("/search", query_string={"state": state, "page": "99999999999999999999"}).text
    assert ("の新設申込" in page or ">新設申込<" in page) is (state == "finished")
