"""Every mapped table at the desk: what each role may do with it, on both databases, with nothing said about any table (SPEC §11)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy import inspect as inspect_mapping

from admin import rights
from admin.codes import mapped_by_table
from admin.inline import inline_names
from models.base.actor import Actor, Role
from models.base.db import database, transaction
from models.base.kind import KINDS
from models.seeds.masters import load_masters
from models.seeds.texts import load_texts
from models.tables.record import Record
from tests.build import build_account, build_customer, build_request, build_site
from tests.desk import ROLES, desk_application, operator_at, send
from tests.pages import token_in

TABLES = sorted(mapped_by_table())


@pytest.fixture
def app(db: Engine) -> Flask:
    with transaction() as session:
        load_masters(session)
        load_texts(session)
        build_account(session, build_customer(session))
        for kind in KINDS.values():
            build_request(session, kind)
        build_site(session)
    database.remove()
    return desk_application()


def first_id(table: str) -> int:
    mapped: Any = mapped_by_table()[table]
    found = database().scalar(select(func.min(mapped.id))) or 0
    database.remove()
    return found


@pytest.mark.parametrize("role", ROLES)
def test_every_table_answers_each_role_as_its_rights_say(app: Flask, role: str) -> None:
    client, actor = operator_at(app, role), Actor(Role(role))
    for table in TABLES:
        mapped, row_id = mapped_by_table()[table], first_id(table)
        expected = {
            f"/{table}/": 200,
            f"/{table}/?q=1": 200,
            f"/{table}/lookup/?q=1": 200,
            f"/{table}/import/": 200 if rights.may_edit(actor, mapped) else 403,
            f"/{table}/inline/": (200 if inline_names(mapped) else 404) if rights.may_edit(actor, mapped) else 403,
            f"/{table}/new/": 200 if rights.may_create(actor, mapped) else 403,
            f"/{table}/{row_id}/": 200 if row_id else 404,
            f"/{table}/{row_id}/edit/": (200 if row_id else 404) if rights.may_edit(actor, mapped) else 403,
            f"/{table}/{row_id}/delete/": (200 if row_id else 404) if rights.may_delete(actor, mapped) else 403,
        }
        assert {path: client.get(path).status_code for path in expected} == expected
        page = client.get(f"/{table}/").text
        export = client.post(f"/{table}/export/", data={"csrf_token": token_in(page)})
        assert export.status_code == 200
        assert export.data.startswith("\ufeff番号,".encode())


@pytest.mark.parametrize("role", ROLES)
def test_what_a_role_may_not_do_is_refused_when_posted_directly(app: Flask, role: str) -> None:
    client, actor = operator_at(app, role), Actor(Role(role))
    token = token_in(client.get("/customer/").text)
    for table in TABLES:
        mapped, row_id = mapped_by_table()[table], first_id(table)
        before = rows_of(table)
        if not rights.may_create(actor, mapped):
            assert client.post(f"/{table}/new/", data={"csrf_token": token}).status_code == 403
        if not rights.may_edit(actor, mapped):
            assert client.post(f"/{table}/{row_id}/edit/", data={"csrf_token": token}).status_code == 403
        if not rights.may_delete(actor, mapped):
            assert client.post(f"/{table}/{row_id}/delete/", data={"csrf_token": token}).status_code == 403
        assert rows_of(table) == before


def rows_of(table: str) -> list[tuple[Any, ...]]:
    mapped: Any = mapped_by_table()[table]
    found = [tuple(row) for row in database().execute(select(mapped.__table__).order_by(mapped.__table__.c.id))]
    database.remove()
    return found


def test_the_role_table_is_that_of_the_specification() -> None:
    viewer, operator, administrator = (Actor(Role(role)) for role in ROLES)
    named = mapped_by_table()
    assert not any(rights.may_edit(viewer, one) or rights.may_delete(viewer, one) for one in named.values())
    writable = {table for table, one in named.items() if rights.may_edit(operator, one)}
    records = {table for table, one in named.items() if issubclass(one, Record)}
    assert writable == {*records, "customer", "site", "account", "account_request"}
    assert {"operator", "line_plan", "mail_template", *writable} <= {
        t for t, one in named.items() if rights.may_edit(administrator, one)
    }
    assert not any(
        rights.may_edit(administrator, named[table])
        for table in ("event", "mail", "upload", "request", "login_session")
    )
    assert not any(rights.may_delete(administrator, named[one]) for one in ("mail_template", "lead_time"))
    assert not any(rights.may_delete(administrator, one) for one in named.values() if issubclass(one, Record))
    assert not any(rights.may_delete(operator, one) for one in named.values())


def test_sending_a_form_as_it_stands_changes_nothing(app: Flask) -> None:
    client, actor = operator_at(app, "administrator"), Actor(Role.ADMINISTRATOR)
    sent = 0
    for table in TABLES:
        mapped, row_id = mapped_by_table()[table], first_id(table)
        if row_id and rights.may_edit(actor, mapped):
            before = rows_of(table)
            answer = send(client, f"/{table}/{row_id}/edit/")
            assert answer.status_code in {303, 422}, (table, answer.text)
            assert rows_of(table) == before, table
            sent += 1
    assert sent > 20


def test_fields_that_a_form_does_not_have_change_nothing(app: Flask) -> None:
    client, actor = operator_at(app, "administrator"), Actor(Role.ADMINISTRATOR)
    for table in TABLES:
        mapped, row_id = mapped_by_table()[table], first_id(table)
        if not row_id or not rights.may_edit(actor, mapped):
            continue
        columns = {one.key: one.columns[0] for one in inspect_mapping(mapped).column_attrs}
        specs = {name: column.info.get("spec") for name, column in columns.items()}
        shown = {name for part in getattr(mapped, "__sections__", ()) for name in part.names}
        extra = {name: "1" for name, spec in specs.items() if not (spec and spec.is_editable) and name not in shown}
        before = rows_of(table)
        send(
            client,
            f"/{table}/{row_id}/edit/",
            **{**extra, "status": "accepted", "status_code": "accepted", "version": "9"},
        )
        assert rows_of(table) == before, table
