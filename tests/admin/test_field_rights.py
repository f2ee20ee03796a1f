"""Rights of single fields, declared at the column: who sees it, who changes it; everywhere the desk shows or takes it (SPEC §1)."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from admin import rights
from admin.codes import desk_specs, mapped_by_table
from models.base.actor import Actor, Role
from models.base.db import database, transaction
from models.tables.account import Account
from models.tables.event import Event
from models.tables.site import Site
from tests.build import build_account, build_customer, build_site
from tests.clerk import Clerk, desk
from tests.desk import ROLES, send, values_in

ADDRESS = "203.0.113.7"
HIDDEN = [
    (table, name)
    for table, mapped in mapped_by_table().items()
    for name, spec in desk_specs(mapped).items()
    if spec.readers
]
KEPT = [
    (table, name)
    for table, mapped in mapped_by_table().items()
    for name, spec in desk_specs(mapped).items()
    if spec.changers
]


@pytest.fixture
def app(db: Engine) -> Flask:
    with transaction() as session:
        for number in (1, 2):
            customer = build_customer(session)
            build_account(session, customer, user_name=f"user-{number}")
            build_site(session, customer)
        session.add(Event(action="viewed", actor_role="system", actor_name="", address=ADDRESS))
    database.remove()
    return desk()


def test_some_fields_are_declared_for_some_roles_alone() -> None:
    assert {("event", "address"), ("login_session", "address")} <= set(HIDDEN)
    assert set(KEPT) == {("account", "customer_id"), ("site", "customer_id")}


@pytest.mark.parametrize("role", ROLES)
def test_who_may_not_see_a_field_finds_it_nowhere(app: Flask, role: str) -> None:
    clerk, actor = Clerk(app, role), Actor(Role(role))
    event_id = database().scalar(select(Event.id).where(Event.address == ADDRESS))
    database.remove()
    for table, name in HIDDEN:
        spec = desk_specs(mapped_by_table()[table])[name]
        is_seen = rights.may_read_field(actor, spec)
        answers = {
            f"/{table}/?columns={name}": 200 if is_seen else 400,
            f"/{table}/?sort={name}": 200 if is_seen else 400,
            f"/{table}/?flt_{name}=1": 200 if is_seen else 400,
        }
        assert {path: clerk.get(path).status_code for path in answers} == answers
        page = clerk.get(f"/{table}/?view=none").text
        assert (f'value="{name}"' in page) == is_seen
    is_seen = role != "viewer"
    assert (ADDRESS in clerk.get(f"/event/{event_id}/").text) == is_seen
    assert (
        f'href="/event/{event_id}/"' in clerk.get(f"/event/?q={ADDRESS}").text
    ) is False  # searches do not look into it
    for form in ("csv", "xlsx"):
        exported = clerk.post("/customer/", "/event/export/", format=form)
        if form == "csv":
            assert (ADDRESS in exported.text) == is_seen


@pytest.mark.parametrize("role", ["operator", "administrator"])
def test_who_may_not_change_a_field_does_not_by_form_post_or_file(app: Flask, role: str) -> None:
    clerk = Clerk(app, role)
    may_change = role == "administrator"
    rows: dict[str, Any] = {
        table: database().scalars(select(mapped).order_by(mapped.id)).first()
        for table, mapped in (("account", Account), ("site", Site))
    }
    owners = {table: (row.id, row.customer_id) for table, row in rows.items() if row}
    other = max(database().scalars(select(Site.customer_id)))
    database.remove()
    for table, (row_id, owner) in owners.items():
        path = f"/{table}/{row_id}/edit/"
        assert ("customer_id" in values_in(clerk.get(path).text)) == may_change
        send(clerk.client, path, customer_id=str(other))
        assert _owner(table, row_id) == (other if may_change else owner)
        for number in (owner, other):
            data = io.BytesIO(f"番号,取引先\n{row_id},{number}\n".encode())
            answer = clerk.post(f"/{table}/import/", f"/{table}/import/", file=(data, "a.csv"))
            wrong = re.search(r'class="sums__number">(\d+)</span>誤り', clerk.follow(answer).text)
            assert wrong is not None
            assert (wrong[1] == "0") == may_change


def _owner(table: str, row_id: int) -> int | None:
    mapped: Any = {"account": Account, "site": Site}[table]
    found = database().scalar(select(mapped.customer_id).where(mapped.id == row_id))
    database.remove()
    return found


def test_a_new_row_is_typed_whole_by_who_may_add_it(app: Flask) -> None:
    clerk = Clerk(app, "operator")
    customer = database().scalar(select(Site.customer_id))
    database.remove()
    made = send(
        clerk.client,
        "/account/new/",
        customer_id=str(customer),
        user_name="new-one",
        person_name="新 一",
        mail="new@example.jp",
    )
    assert made.status_code == 303, made.text
