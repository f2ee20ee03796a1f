"""Whatever stands in an address or a form of the desk's tables: an answer that says what is wrong, never a fault (RELIABILITY checks 12, 14, 17, 18)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from admin.codes import desk_specs, mapped_by_table
from admin.filters import filters_of
from admin.selection import WrongSelection, matching_ids
from models.base.db import database, transaction
from models.base.kind import KINDS
from models.base.values import LongText, Text
from models.tables.customer import Customer
from models.tables.master import Notice
from models.tables.request import Request
from tests.build import build_customer, build_request
from tests.desk import desk_application, operator_at, send

TABLES = sorted(mapped_by_table())
HOSTILE = (
    "0", "-1", "1'--", "' OR 1=1", "10" * 20, "1e9", "%00", "%ED%A0%80", "%FF%FE", "../..", "null", "２", "<script>", "%25", "_", "\\", "a" * 5000,
)  # fmt: skip
WHOLLY = {"customer", "contract_record", "event"}
MARKUP = "<script>alert(1)</script>\"&'"


@pytest.fixture
def app(db: Engine) -> Flask:
    return desk_application()


@pytest.fixture
def viewer(app: Flask) -> FlaskClient:
    return operator_at(app, "viewer")


def test_no_address_of_any_table_is_a_fault(app: Flask) -> None:
    client = operator_at(app, "administrator")
    for place, table in enumerate(TABLES):
        for bad in HOSTILE if table in WHOLLY else HOSTILE[place % 5 :: 5]:
            typed = bad if bad.startswith("%") else quote(bad)
            for path in (
                f"/{table}/{typed}/",
                f"/{table}/?page={typed}&size={typed}&q={typed}",
                f"/{table}/?sort={typed}",
            ):
                assert client.get(path).status_code in {200, 308, 400, 404}, path


def test_no_value_of_any_filter_is_a_fault(app: Flask) -> None:
    client = operator_at(app, "viewer")
    for table in TABLES:
        for key in filters_of(mapped_by_table()[table]):
            for bad in ("99999999999", "２０２６年２月３０日"):
                assert client.get(f"/{table}/?flt_{key}={quote(bad)}").status_code in {200, 400}, (table, key, bad)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.sampled_from(TABLES), text=st.text(min_size=1, max_size=40))
def test_any_search_is_answered(viewer: FlaskClient, table: str, text: str) -> None:
    try:
        typed = quote(text)
    except UnicodeEncodeError:  # a lone surrogate cannot be sent at all
        return
    assert viewer.get(f"/{table}/?q={typed}").status_code in {200, 400}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("flt_state=lost", "各情報完了ステータス"),
        ("flt_opened_on_from=明日", "申込日（から）"),
        ("flt_nothing=1", "flt_nothing"),
        ("state=finished", "state"),
        ("sort=password", "password"),
        ("columns=secret", "secret"),
        ("page=0", "ページ「0」"),
        ("page=two", "ページ「two」"),
        ("size=30", "1ページの件数「30」"),
    ],
)
def test_a_filter_that_cannot_be_meant_is_named(app: Flask, query: str, said: str) -> None:
    answer = operator_at(app, "viewer").get(f"/request/?{query}")
    assert answer.status_code == 400
    assert said in answer.text


def test_markup_in_every_field_is_text_on_every_page(app: Flask) -> None:
    client = operator_at(app, "administrator")
    with transaction() as session:
        notice = Notice(title=MARKUP, body=MARKUP)
        customer = Customer(name=MARKUP)
        session.add_all([notice, customer])
        session.flush()
        notice_id, customer_id = notice.id, customer.id
    send(client, f"/notice/{notice_id}/edit/", title=f"新しい{MARKUP}")
    stale = client.get(f"/notice/{notice_id}/edit/").text
    paths = [f"/notice/{notice_id}/{end}" for end in ("", "edit/", "delete/")] + [
        f"/customer/{customer_id}/",
        "/event/",
    ]
    for path in (
        "/notice/",
        f"/notice/?q={quote(MARKUP[:20])}",
        f"/notice/?columns=body&flt_title={quote(MARKUP)}",
        *paths,
    ):
        page = client.get(path).text
        assert "<script>alert" not in page, path
        assert "&lt;script&gt;alert" in page or path == "/event/", path
    assert "<script>alert" not in stale


@pytest.mark.parametrize(
    "table",
    [table for table in TABLES if any(spec.is_editable for spec in desk_specs(mapped_by_table()[table]).values())],
)
def test_whatever_is_typed_into_a_new_row_is_a_sentence_not_a_fault(app: Flask, table: str) -> None:
    client = operator_at(app, "administrator")
    specs = {name: spec for name, spec in desk_specs(mapped_by_table()[table]).items() if spec.is_editable}
    for bad in ("", "\u202e" + "9" * 30, "a" * 10_000):
        answer = send(client, f"/{table}/new/", **dict.fromkeys(specs, bad))
        assert answer.status_code in {303, 403, 422}, (table, bad[:10], answer.status_code)


def test_a_too_long_text_is_refused_at_its_field_and_stays_typed(app: Flask) -> None:
    client = operator_at(app, "administrator")
    answer = send(client, "/notice/new/", title="長" * 81, body="本文")
    assert answer.status_code == 422
    assert "80文字以内" in answer.text
    assert "長" * 81 in answer.text


def test_a_filter_given_twice_means_either_and_two_filters_mean_both(db: Engine) -> None:
    with transaction() as session:
        requests = [build_request(session, kind) for kind in KINDS.values()]
        for one, state in zip(requests, ("unsubmitted", "checking", "unsubmitted"), strict=False):
            one.state = state
        session.flush()
        numbers = [one.id for one in requests]
    either = matching_ids("request", "flt_kind_code=site_rename&flt_kind_code=billing_change")
    kinds = dict(database().execute(select(Request.id, Request.kind_code)).all())
    assert {kinds[one] for one in either} == {"site_rename", "billing_change"}
    assert matching_ids("request", f"flt_kind_code={kinds[numbers[1]]}&flt_state=checking") == [numbers[1]]
    assert matching_ids("request", "") == sorted(numbers, reverse=True)
    with pytest.raises(WrongSelection, match="flt_x"):
        matching_ids("request", "flt_x=1")


def test_a_search_finds_part_of_a_japanese_name_and_a_number(db: Engine) -> None:
    with transaction() as session:
        first, second = build_customer(session), build_customer(session)
        first.name, second.name = "株式会社海風物産100%", "株式会社山並商事"
        numbers = first.id, second.id
    assert matching_ids("customer", "q=海風") == [numbers[0]]
    assert matching_ids("customer", "q=株式 商事") == [numbers[1]]
    assert matching_ids("customer", "q=100%25") == [numbers[0]]
    assert matching_ids("customer", f"q={numbers[1]}") == [numbers[1]]


def test_every_text_kind_has_a_limit_that_the_desk_keeps() -> None:
    kinds: list[Any] = [spec.kind for table in TABLES for spec in desk_specs(mapped_by_table()[table]).values()]
    assert all(kind.limit for kind in kinds if isinstance(kind, Text | LongText))
