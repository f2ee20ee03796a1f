"""What holds for every route of both faces, taken from their route maps (RELIABILITY checks 9, 10, 12, 15)."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import column, select, table

from admin import create_admin
from models.base.db import database, transaction
from models.base.settings import settings
from models.services.doctor import examine
from models.services.drafting import begin_draft
from portal import create_portal
from tests.routes import SAFE, Call, calls, token_of
from tests.web.conftest import Face
from tests.world import changes_of, dump, sign_in_as

NOT_THEIRS = {
    "status": "accepted", "status_code": "accepted", "side": "nobody", "role": "administrator", "owner": "2", "customer_id": "2",
    "account_id": "2", "operator_id": "1", "is_admin": "1", "user_name": "boss", "expires_on": "2099-01-01", "in_service_on": "2020-01-01",
    "due_on": "2099-01-01", "assignee_id": "1", "request_id": "2", "site_id": "2", "workflow": "supplies", "billed_on": "2020-01-01",
}  # fmt: skip
PROTECTED = {
    "account": ("id", "customer_id", "user_name", "expires_on", "disabled_at"),
    "operator": ("id", "user_name", "role", "is_active"),
    "site": ("id", "customer_id", "in_service_on"),
    "record": ("id", "request_id", "workflow", "due_on", "assignee_id", "comment"),
    "request": ("id", "site_id", "changes_asp", "changes_billing"),
    "billing_record": ("id", "billed_on"),
}


def culprits(client: FlaskClient, asked: list[Call], **options: Any) -> list[str]:
    """Those of the calls that change the database, named with what they changed."""
    before, found = dump(), []
    for call in asked:
        call.made_by(client, **options)
        after = dump()
        if changed := changes_of(before, after):
            found.append(f"{call} changed {changed}")
        before = after
    return found


def unchanged(client: FlaskClient, asked: list[Call], **options: Any) -> list[str]:
    """As culprits(), but quick: looks closer only when something changed at all."""
    before = dump()
    answers = [(call, call.made_by(client, **options)) for call in asked]
    wrong = [
        f"{call}: {answer.status_code}"
        for call, answer in answers
        if answer.status_code >= 500 and not call.is_for_machines
    ]
    changed = changes_of(before, dump())
    return wrong + (culprits(client, asked, **options) or [str(changed)] if changed else [])


def test_whatever_is_not_declared_open_leads_visitors_to_the_login(face: Face) -> None:
    visitor = face.visitor()
    token = token_of(visitor, face.app)
    closed = [call for call in calls(face.app, face.customer_id) if not call.is_open]
    assert closed
    for call in closed:
        answer = call.made_by(visitor, data=None if call.method in SAFE else {"csrf_token": token})
        assert answer.status_code in {302, 303}, call
        assert answer.location.partition("?")[0] == "/login", call


def test_an_unsafe_request_of_a_visitor_changes_nothing(face: Face) -> None:
    unsafe = [call for call in calls(face.app, face.customer_id) if call.method not in SAFE and not call.is_open]
    visitor = face.visitor()
    assert unchanged(visitor, unsafe, data={"csrf_token": token_of(visitor, face.app)}) == []


def test_reading_never_writes(face: Face) -> None:
    safe = [call for call in calls(face.app, face.customer_id) if call.method in SAFE]
    assert unchanged(face.visitor(), safe) == []
    assert unchanged(face.signed_in(), safe) == []


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)  # refused before any database is asked
def test_no_route_acts_without_a_token_or_with_a_foreign_one(face: Face) -> None:
    member, stranger = face.signed_in(), face.signed_in()
    token_of(member, face.app)
    foreign = token_of(stranger, face.app)
    unsafe = [call for call in calls(face.app, face.customer_id) if call.method not in SAFE]
    assert unsafe
    before = dump()
    for data in ({}, {"csrf_token": foreign}, {"csrf_token": "x"}):
        for call in unsafe:
            answer = call.made_by(member, data={**data, "user_name": "x", "send": "1", "comment": "x"})
            assert 400 <= answer.status_code < 500, f"{call}: {answer.status_code}"
    assert changes_of(before, dump()) == {}


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)  # refused before any database is asked
def test_no_route_takes_a_method_that_it_does_not_declare(face: Face) -> None:
    member = face.signed_in()
    token = token_of(member, face.app)
    known = list(calls(face.app, face.customer_id))
    before = dump()
    for path in {call.path for call in known}:
        taken = {call.method for call in known if call.path == path} | {"OPTIONS"}
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - taken:
            answer = member.open(path, method=method, headers={"X-CSRFToken": token})
            assert answer.status_code == 405, f"{method} {path}"
            assert "GET" in answer.headers["Allow"] or "POST" in answer.headers["Allow"]
            assert "お" in answer.text
    assert changes_of(before, dump()) == {}


@pytest.mark.parametrize("face", ["portal"], indirect=True)
def test_another_companys_rows_are_like_missing_ones_at_every_route(face: Face) -> None:
    member = face.signed_in("company-1")
    token = token_of(member, face.app)
    foreign = [call for call in calls(face.app, 2) if call.names_owned_row]
    assert {call.method for call in foreign} >= {"GET", "POST"}
    before = dump()
    for call in foreign:
        answer = call.made_by(member, data=None if call.method in SAFE else {"csrf_token": token, "version": "1"})
        assert answer.status_code == 404, f"{call}: {answer.status_code}"
        assert call.method == "HEAD" or "お探しのページは見つかりません" in answer.text
    assert changes_of(before, dump()) == {}


@pytest.mark.parametrize("face", ["portal"], indirect=True)
def test_ones_own_rows_are_there_at_every_route(face: Face) -> None:
    member = face.signed_in("company-1")
    for call in calls(face.app, 1):
        if call.names_owned_row and call.method == "GET":
            assert call.made_by(member).status_code in {200, 302, 303}, call


def test_the_other_faces_cookie_opens_nothing(face: Face) -> None:
    name = face.app.config["SESSION_COOKIE_NAME"]
    other = (create_admin if face.customer_id else create_portal)(settings())
    stranger = sign_in_as(other, "desk-administrator" if face.customer_id else "company-1")
    cookie = stranger.get_cookie(other.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    visitor = face.visitor()
    visitor.set_cookie(cookie.key, cookie.value)
    visitor.set_cookie(name, cookie.value)
    for call in calls(face.app, face.customer_id):
        if call.method == "GET" and not call.is_open:
            answer = call.made_by(visitor)
            assert answer.status_code in {302, 303}, call
            assert "/login" in answer.location


def test_the_other_faces_session_opens_nothing_even_with_a_right_signature(face: Face) -> None:
    foreign = sign_in_as(face.app, "desk-administrator" if face.customer_id else "company-1")
    for call in calls(face.app, face.customer_id):
        if call.method == "GET" and not call.is_open:
            answer = call.made_by(foreign)
            assert answer.status_code in {302, 303}, call
            assert "/login" in answer.location


def test_the_cookie_of_an_application_form_opens_nothing_else(face: Face) -> None:
    with transaction() as session:
        _draft, token = begin_draft(session, "192.0.2.1")
    visitor = face.visitor()
    for name in ("portal_application", face.app.config["SESSION_COOKIE_NAME"]):
        visitor.set_cookie(name, token)
    for call in calls(face.app, face.customer_id):
        if call.method == "GET" and not call.is_open:
            assert "/login" in (call.made_by(visitor).location or ""), call


@pytest.mark.parametrize("face", ["portal"], indirect=True)
def test_fields_that_are_not_the_customers_change_nothing(face: Face) -> None:
    member = face.signed_in("company-1")
    token = token_of(member, face.app)
    before = _protected()
    for call in calls(face.app, 1):
        if call.method == "POST":
            answer = call.made_by(member, data={"csrf_token": token, "version": "1", **NOT_THEIRS})
            assert answer.status_code < 500, call
            member = face.signed_in("company-1") if "logout" in call.path else member
            token = token_of(member, face.app)
    after = _protected()
    for name, rows in before.items():
        assert rows <= after[name], name
    assert [str(finding) for finding in examine(database()) if finding.wrong] == []


def _protected() -> dict[str, set[Any]]:
    database.remove()
    found = {}
    for name, columns in PROTECTED.items():
        rows: Any = database().execute(select(*map(column, columns)).select_from(table(name)))
        found[name] = set(map(tuple, rows))
    database.remove()
    return found
