"""An operator at the desk: the application as it is, and a client that is signed in."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.base.clock import now
from models.base.db import database, transaction
from models.services.sessions import start_session
from models.tables.operator import Operator
from tests.faces import whole_desk
from tests.identity import HASH
from tests.pages import token_in

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ROLES = ("viewer", "operator", "administrator")


def desk_application() -> Flask:
    """The desk as it is mounted under /admin."""
    return whole_desk(is_testing=True)


def operator_at(app: Flask, role: str, name: str = "") -> FlaskClient:
    """A browser of an enrolled operator of that role, signed in."""
    with transaction() as session:
        user_name = name or f"desk-{role}"
        operator = Operator(user_name=user_name, name=f"{user_name}さん", mail=f"{user_name}@example.jp", role=role)
        operator.totp_secret, operator.last_login_at, operator.password_hash = SECRET, now(), HASH
        session.add(operator)
        session.flush()
        token = start_session(session, operator, "127.0.0.1")
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    database.remove()
    return client


def values_in(page: str) -> dict[str, Any]:
    """What the last form of a page would send as it stands: its inputs, chosen options and texts."""
    form = page[max(page.rfind('<form class="form"'), 0) :]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_box = attributes.get("type") in {"checkbox", "radio"}
        if "name" in attributes and (not is_box or re.search(r"\schecked", tag)):
            found[attributes["name"]] = _plain(attributes.get("value", "y" if is_box else ""))
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', body)
        found[name] = chosen.group(1) if chosen else ""
    for name, body in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\r?\n?(.*?)</textarea>', form, re.DOTALL):
        found[name] = _plain(body)
    return found


def _plain(text: str) -> str:
    for sign, character in (
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&#34;", '"'),
        ("&#39;", "'"),
        ("&quot;", '"'),
        ("&amp;", "&"),
    ):
        text = text.replace(sign, character)
    return text


def send(client: FlaskClient, path: str, **values: Any) -> TestResponse:
    """Opens a page and sends its form as it stands, with these values typed; what it affects is looked at and confirmed."""
    page = client.get(path).text
    answer = client.post(path, data={**values_in(page), **values})
    is_asked = answer.status_code == 200 and 'name="confirmed"' in answer.text
    return client.post(path, data=values_in(answer.text)) if is_asked else answer


def act_on(client: FlaskClient, table: str, act: str, *ids: int) -> TestResponse:
    """Orders an act on rows of a table: the plan, one confirmation, and the report."""
    token = token_in(client.get("/my-login").text)
    values = {"csrf_token": token, "table": table, "act": act, "ids": [str(one) for one in ids]}
    plan = client.post("/bulk", data=values)
    if plan.status_code == 303:
        client.post(f"{plan.location}/apply", data=values)
        return client.get(plan.location)
    return plan
