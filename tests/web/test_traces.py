"""What people do is noted once, with who, from where and by which request, and nobody can change it (RELIABILITY check 37)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select

from models.base.db import database, transaction
from models.kinds import new_installation
from models.tables.event import Action, Event
from models.tables.record import Record
from tests.build import build_request, build_site
from tests.desk import ROLES, send
from tests.faces import whole_desk
from tests.pages import token_in
from tests.world import build_world, sign_in_as

ADDRESS = "127.0.0.1"


@pytest.fixture
def app(db: Engine) -> Iterator[Flask]:
    build_world()
    yield whole_desk()
    database.remove()


def newest() -> int:
    found = database().scalar(select(func.max(Event.id))) or 0
    database.remove()
    return found


def record_of(type_code: str) -> int:
    with transaction() as session:
        site = build_site(session, is_in_service=False)
        request = build_request(session, new_installation.KIND, None, site)
        return next(record.id for record in request.records if record.type == type_code)


def move(client: FlaskClient, type_code: str, target: str) -> int:
    record_id = record_of(type_code)
    marker = newest()
    token = token_in(client.get(f"/records/{record_id}").text)
    version = database().get_one(Record, record_id).version
    database.remove()
    values = {"csrf_token": token, "version": str(version), "target": target, "comment": "確認しました"}
    client.post(f"/records/{record_id}/move", data=values)
    return marker


def edit(client: FlaskClient) -> int:
    marker = newest()
    send(client, "/customer/1/edit/", name="有明商事")
    return marker


def export(client: FlaskClient) -> int:
    marker = newest()
    client.post("/customer/export/", data={"csrf_token": token_in(client.get("/customer/").text)}).close()
    return marker


def delete_what_is_used(client: FlaskClient) -> int:
    marker = newest()
    path = "/operator/1/delete/"
    client.post(path, data={"csrf_token": token_in(client.get(path).text), "seen": "something else"})
    return marker


ACTS: dict[str, Callable[[FlaskClient], int]] = {
    Action.MOVED.value: lambda client: move(client, "site_name", "reviewing"),
    Action.REFUSED.value: lambda client: move(client, "supplies", "accepted"),
    Action.EDITED.value: edit,
    Action.EXPORTED.value: export,
    "refused deletion": delete_what_is_used,
}


def test_each_act_leaves_one_event_that_says_who_from_where_and_by_which_request(app: Flask) -> None:
    client, traces = sign_in_as(app, "desk-administrator"), set()
    for act, does in ACTS.items():
        marker = does(client)
        [event] = database().scalars(select(Event).where(Event.id > marker)).all()
        assert event.action == (Action.REFUSED if act == "refused deletion" else act)
        assert (event.actor_role, event.actor_name, event.address) == ("administrator", "窓口", ADDRESS), act
        assert len(event.trace_id) == 16, act
        traces.add(event.trace_id)
        if act == Action.EDITED:
            assert event.changes is not None
            assert event.changes["name"][1] == "有明商事"
        if act == Action.MOVED:
            assert (event.from_status, event.to_status, event.comment) == ("submitted", "reviewing", "確認しました")
        database.remove()
    assert len(traces) == len(ACTS)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_nobody_at_the_desk_changes_an_event(app: Flask) -> None:
    table: Any = Event.__table__
    before = database().execute(select(table)).all()
    number = before[0].id
    database.remove()
    for role in ROLES:
        client = sign_in_as(app, f"desk-{role}")
        token = token_in(client.get("/customer/").text)
        for path in (
            f"/event/{number}/edit/",
            f"/event/{number}/delete/",
            "/event/new/",
            "/event/inline/",
            "/event/import/",
        ):
            values = {"csrf_token": token, "comment": "違う文", f"{number}-comment": "違う文"}
            assert client.post(path, data=values).status_code in {403, 404}, (role, path)
    rows = database().execute(select(table).where(table.c.id <= before[-1].id)).all()
    assert rows == before
