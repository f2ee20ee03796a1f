"""お客様の画面で見る: an operator sees a customer's pages without a login of theirs, marked, noted, and unable to act (SPEC §11)."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select
from werkzeug.test import Client

from admin import create_admin
from app import mount
from models.base.clock import now
from models.base.db import database
from models.base.settings import settings
from models.tables.event import Action, Event
from portal import create_viewing
from tests.pages import token_in
from tests.routes import SAFE, calls
from tests.world import build_world, changes_of, dump, row_of, sign_in_as


@pytest.fixture
def client(db: Engine) -> Client:
    """A browser of somebody at the desk, in front of the whole server."""
    build_world()
    desk = create_admin(settings())
    cookie = sign_in_as(desk, "desk-viewer").get_cookie(desk.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    found = mount(settings()).test_client()
    found.set_cookie(cookie.key, cookie.value)
    return found


def record_of(customer_id: int) -> int:
    found = row_of("record", customer_id)
    assert found is not None
    return found


def open_pages(client: Client, customer_id: int = 1) -> str:
    """Presses the button on the page of a record; gives the address it leads to."""
    page = f"/admin/records/{record_of(customer_id)}"
    shown = client.get(page).text
    assert "お客様の画面で見る" in shown
    answer = client.post(f"{page}/as-customer", data={"csrf_token": token_in(shown)})
    assert answer.status_code == 303
    return str(answer.location)


def test_an_operator_sees_the_customers_page_marked_and_the_act_is_noted(client: Client) -> None:
    address = open_pages(client)
    assert address == f"/admin/as-customer/1/records/{record_of(1)}"
    page = client.get(address)
    assert page.status_code == 200
    assert "お客様の画面を表示しています（閲覧のみ）" in page.text
    assert '<fieldset class="viewing__page" disabled>' in page.text
    assert f'href="/admin/records/{record_of(1)}"' in page.text
    assert "ログアウト" not in page.text
    assert 'href="/admin/as-customer/1/home"' in page.text
    event = database().scalars(select(Event).where(Event.action == Action.VIEWED)).one()
    assert (event.record_id, event.actor_role, event.actor_name) == (record_of(1), "viewer", "窓口")
    history = client.get(f"/admin/records/{record_of(1)}").text
    assert "お客様の画面を表示しました。" in history


def test_no_page_opens_without_the_act_nor_for_another_company_nor_for_ever_nor_after_the_logout(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = f"/admin/as-customer/1/records/{record_of(1)}"
    assert client.get(before).status_code == 404
    open_pages(client)
    assert client.get(before).status_code == 200
    assert client.get(f"/admin/as-customer/2/records/{record_of(2)}").status_code == 404
    assert client.get(f"/admin/as-customer/1/records/{record_of(2)}").status_code == 404
    assert client.get("/admin/as-customer/").status_code == 404
    assert client.get("/admin/as-customer/x/home").status_code == 404
    assert client.get(f"/records/{record_of(1)}").status_code == 303  # the portal itself still asks for its login
    with monkeypatch.context() as later:
        later.setattr("portal.viewing.now", lambda: now().replace(year=now().year + 1))
        assert client.get(before).status_code == 404
    client.post("/admin/logout", data={"csrf_token": token_in(client.get("/admin/").text)})
    assert client.get(before).status_code == 404


def test_every_page_of_the_company_can_be_read_and_no_route_acts(client: Client) -> None:
    open_pages(client)
    app = create_viewing(settings())
    shown = {
        call.endpoint for call in calls(app, 1) if getattr(app.view_functions[call.endpoint], "is_shown_to_desk", 0)
    }
    assert {"portal.show_home", "portal.show_record", "portal.show_request", "portal.fetch_file"} <= shown
    token = token_in(client.get("/admin/").text)
    before = dump()
    for call in calls(app, 1):
        data = None if call.method in SAFE else {"csrf_token": token, "version": "1"}
        answer = client.open(f"/admin/as-customer/1{call.path}", method=call.method, data=data)
        if call.method in SAFE and call.endpoint in shown:
            if answer.status_code == 303:  # an address of an act, opened: back to the record
                answer = client.get(answer.location)
            known = {200} if call.names_owned_row else {200, 404}  # a topic or a document that nobody has
            assert answer.status_code in known, f"{call}: {answer.status_code}"
        else:
            assert 400 <= answer.status_code < 500, f"{call}: {answer.status_code}"
    assert changes_of(before, dump()) == {}
