"""From the postal code to the address: for the script as JSON, and by a button without script."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from models.base.db import database, transaction
from models.base.workflow import Status
from models.records.shipping import ShippingRecord
from models.seeds.masters import load_masters
from models.seeds.texts import load_texts
from tests.build import build_record
from tests.identity import add_account, portal_app, post, sign_in


@pytest.fixture
def app(db: Engine) -> Iterator[Flask]:
    with transaction() as session:
        load_masters(session)
        load_texts(session)
    yield portal_app()
    database.remove()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def parcel(app: Flask, client: FlaskClient) -> str:
    """The page of a shipping record that its customer may edit."""
    add_account()
    sign_in(client)
    with transaction() as session:
        record = build_record(session, "shipping", Status.DRAFT)
        record.request.site.customer_id = 1
        session.flush()
        number = record.id
    database.remove()
    return f"/records/{number}"


def value_of(page: TestResponse, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page.text)
    assert found, name
    value = re.search(r'value="([^"]*)"', found[0])
    return value[1] if value else ""


def chosen(page: TestResponse, name: str) -> str:
    select = re.search(rf'<select[^>]*name="{name}"[^>]*>(.*?)</select>', page.text, re.DOTALL)
    assert select, name
    option = re.search(r'<option selected[^>]*value="([^"]*)"', select[1])
    return option[1] if option else ""


def test_anybody_may_ask_for_the_places_of_a_code(client: FlaskClient) -> None:
    answer = client.get("/postal-codes/1350061")
    assert answer.json == [
        {"prefecture": "13", "city": "江東区豊洲", "city_kana": "ｺｳﾄｳｸﾄﾖｽ", "label": "東京都江東区豊洲"}
    ]
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get("/postal-codes/0000000").json == []
    assert client.get("/postal-codes/%00x").json == []


def test_the_button_fills_the_address_and_keeps_everything_else(client: FlaskClient, parcel: str) -> None:
    page = post(
        client, parcel, fill_address="postal_code", postal_code="１３５-００６１", building="豊洲ビル", floor="x"
    )
    assert page.status_code == 200
    assert chosen(page, "prefecture") == "13"
    assert value_of(page, "city") == "江東区豊洲"
    assert value_of(page, "building") == "豊洲ビル"
    assert value_of(page, "floor") == "x"
    assert "郵便番号から住所を入力しました" in page.text
    record = database().get(ShippingRecord, int(parcel.rsplit("/", 1)[1]))
    assert record is not None
    assert record.city is None, "the button helps to type and stores nothing"


def test_typed_text_stays_and_the_page_says_so(client: FlaskClient, parcel: str) -> None:
    page = post(client, parcel, fill_address="postal_code", postal_code="1350061", city="江東区とよす")
    assert value_of(page, "city") == "江東区とよす"
    assert chosen(page, "prefecture") == "13"
    assert "そのまま残しました" in page.text


def test_several_places_are_offered_and_the_chosen_one_is_filled_in(client: FlaskClient, parcel: str) -> None:
    offered = post(client, parcel, fill_address="postal_code", postal_code="4520961")
    assert "愛知県清須市春日夢の森" in offered.text
    assert value_of(offered, "city") == ""
    choice = {"postal_code": "4520961", "postal_code_place": "愛知県清須市春日夢の森"}
    filled = post(client, parcel, fill_address="postal_code", **choice)
    assert value_of(filled, "city") == "清須市春日夢の森"
    assert chosen(filled, "prefecture") == "23"


@pytest.mark.parametrize("code", ["", "0000000", "12345"])
def test_an_unknown_code_is_said(client: FlaskClient, parcel: str, code: str) -> None:
    assert "見つかりませんでした" in post(client, parcel, fill_address="postal_code", postal_code=code).text


def test_a_button_that_no_page_has_does_nothing(client: FlaskClient, parcel: str) -> None:
    assert post(client, parcel, fill_address="floor", floor="3").status_code == 200
    assert post(client, parcel, fill_address="__class__").status_code == 200
