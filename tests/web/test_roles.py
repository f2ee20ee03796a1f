"""Every address of the desk for every role: what a role may not do changes nothing, whichever form it sends (SPEC §1, RELIABILITY check 11).

Visitors and customers are at the desk like nobody: tests/web/test_routes.py asks every address for them.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from admin import rights
from admin.codes import mapped_by_table
from models.base.actor import Actor, Role
from models.base.db import database, transaction
from models.base.kind import KINDS
from models.base.workflow import Status
from models.services.sessions import start_session
from models.tables.account import Account
from models.tables.login import LoginSession
from models.tables.master import LinePlan, ReferenceDocument
from models.tables.operator import Operator
from models.tables.request import Request
from tests.build import build_request, build_site
from tests.faces import whole_desk
from tests.papers import scan_pdf
from tests.routes import SAFE, Call, calls, token_of
from tests.world import build_world, changes_of, dump, sign_in_as

# What role does not matter to right is right on either database.
pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)

ALL, WRITERS, BOSS = ("viewer", "operator", "administrator"), ("operator", "administrator"), ("administrator",)
# Who may send what. A table's own addresses follow from its rights (tests/admin/test_tables.py has them in words).
OWN = dict.fromkeys(
    (
        "sign_in", "sign_out", "enter_code", "enrol", "set_password", "prove", "change_own_password", "replace_authenticator",
        "end_others", "add_view", "rename_saved_view", "replace_saved_view", "open_with_view", "delete_saved_view", "preview_move",
        "download_report", "view_as_customer", "export",
    ),
    ALL,
)  # fmt: skip
WORK = dict.fromkeys(
    (
        "move_record", "take_back_move", "plan_take_back", "plan_bulk", "apply_bulk", "retry_bulk", "issue_document", "make_sheet",
        "add_file", "assign_record", "set_due", "write_note", "cancel_change", "end_session",
    ),
    WRITERS,
)  # fmt: skip
RULE = dict.fromkeys(("correct_record", "add_reference_file", "sample_view"), BOSS)
TABLES = ("create_view", "edit_view", "inline_view", "delete_row", "import_view", "apply_import")
# What everybody leaves behind: traces, the own login and the own views.
TRACES = {"event", "login_session", "attempt_count", "saved_view", "saved_view_opening", "search_entry"}
TYPED = {
    "version": "1", "target": "reviewing", "comment": "確認しました", "reason": "確認しました", "text": "確認しました", "name": "確認", "label": "確認",
    "due_on": "2027-01-01", "assignee_id": "1", "kind": "acceptance_letter", "purpose": "letter", "table": "record", "act": "assign", "ids": "1",
    "query": "", "audience": "everyone", "is_wanted": "1", "value": "1", "code": "x", "place": "1", "password": "x", "confirmed": "1",
}  # fmt: skip


@pytest.fixture
def app(db: Engine) -> Iterator[Flask]:
    build_world()
    yield whole_desk()
    database.remove()


def name_of(call: Call) -> str:
    return call.endpoint.rpartition(".")[2]


def table_of(call: Call) -> str:
    return call.endpoint.partition(".")[0]


def unsafe(app: Flask) -> list[Call]:
    return [call for call in calls(app) if call.method not in SAFE]


def left_by(client: FlaskClient, app: Flask, asked: list[Call]) -> dict[str, list[Any]]:
    """What these calls changed, but for traces."""
    token, before = token_of(client, app), dump()
    for call in asked:
        call.made_by(client, data={"csrf_token": token, **TYPED}).close()
    assert client.get("/").status_code == 200, "the session has ended meanwhile"
    return {name: rows for name, rows in changes_of(before, dump()).items() if name not in TRACES}


def test_every_address_that_takes_a_form_says_who_may_send_it(app: Flask) -> None:
    assert {name_of(call) for call in unsafe(app)} == {*OWN, *WORK, *RULE, *TABLES}


def test_a_viewer_changes_nothing_but_the_own_login_and_views(app: Flask) -> None:
    asked = [call for call in unsafe(app) if name_of(call) not in {"sign_out", "sign_in"}]
    assert left_by(sign_in_as(app, "desk-viewer"), app, asked) == {}


def test_an_operator_changes_nothing_that_is_an_administrators(app: Flask) -> None:
    actor, named = Actor(Role.OPERATOR), mapped_by_table()

    def is_forbidden(call: Call) -> bool:
        if name_of(call) in RULE:
            return True
        asks = {"create_view": rights.may_create, "delete_row": rights.may_delete}.get(name_of(call), rights.may_edit)
        return name_of(call) in TABLES and not asks(actor, named[table_of(call)])

    asked = [call for call in unsafe(app) if is_forbidden(call)]
    assert len(asked) > 100
    assert left_by(sign_in_as(app, "desk-operator"), app, asked) == {}


def fresh(kind: str, status: Status | None = None) -> dict[str, int]:
    """A new request of the kind, its records by type."""
    with transaction() as session:
        site = build_site(session, is_in_service=KINDS[kind].is_change)
        site.line_plan = session.scalars(select(LinePlan)).first()
        request: Request = build_request(session, KINDS[kind], status, site)
        found = {record.type: record.id for record in request.records}
    database.remove()
    return found


def a_customers_login() -> int:
    with transaction() as session:
        account = session.scalars(select(Account)).first()
        assert account
        start_session(session, account, "127.0.0.1")
        session.flush()
        found = session.scalars(select(LoginSession.id).order_by(LoginSession.id.desc())).first() or 0
    database.remove()
    return found


def a_document() -> int:
    found = database().scalars(select(ReferenceDocument.id)).first() or 0
    database.remove()
    return found


def somebody_who_writes() -> int:
    found = database().scalars(select(Operator.id).where(Operator.role == Role.OPERATOR.value)).first() or 0
    database.remove()
    return found


def form(name: str = "a.pdf") -> dict[str, Any]:
    return {"file": (io.BytesIO(scan_pdf()), name)}


Act = Callable[[], tuple[str, dict[str, Any]]]
# One good form to each address of the matrix: who may send it does something, who may not does nothing.
ACTS: dict[str, Act] = {
    "move_record": lambda: (f"/records/{fresh('new_installation')['site_name']}/move", {}),
    "assign_record": lambda: (
        f"/records/{fresh('new_installation')['site_name']}/assign",
        {"assignee_id": str(somebody_who_writes())},
    ),
    "set_due": lambda: (f"/records/{fresh('new_installation')['site_name']}/due", {}),
    "write_note": lambda: (f"/records/{fresh('new_installation')['site_name']}/notes", {}),
    "make_sheet": lambda: (f"/records/{fresh('new_installation')['parameter_sheet']}/sheet", {}),
    "issue_document": lambda: (f"/records/{fresh('new_installation', Status.RECEIVED)['contract']}/documents", {}),
    "add_file": lambda: (f"/records/{fresh('new_installation')['contract']}/files", form()),
    "cancel_change": lambda: (f"/records/{fresh('fault_contact_change')['fault_contact']}/cancel", {}),
    "correct_record": lambda: (f"/records/{fresh('new_installation')['site_name']}/correction", {}),
    "plan_bulk": lambda: ("/bulk", {"ids": str(fresh("new_installation")["site_name"])}),
    "end_session": lambda: (f"/sessions/{a_customers_login()}/end", {}),
    "add_reference_file": lambda: (f"/reference-files/{a_document()}", form()),
}


def test_who_may_act_does_and_who_may_not_does_not(app: Flask) -> None:
    people = {role: sign_in_as(app, f"desk-{role}") for role in ALL}
    tokens = {role: token_of(client, app) for role, client in people.items()}
    asked = [(name, role, *act()) for name, act in ACTS.items() for role in ALL]
    found, before = {}, dump()
    for name, role, path, values in asked:
        people[role].post(path, data={"csrf_token": tokens[role], **TYPED, **values}).close()
        after = dump()
        changed = set(changes_of(before, after))
        found[name, role] = bool(changed - TRACES) or (name == "end_session" and "login_session" in changed)
        before = after
    assert found == {(name, role): role in {**WORK, **RULE}[name] for name in ACTS for role in ALL}
