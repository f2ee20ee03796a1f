"""An operator in front of the desk: signed in, pressing buttons."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.base.actor import Actor, Role
from models.base.db import database, transaction
from models.seeds.masters import load_masters
from models.seeds.texts import load_texts
from models.services.sessions import start_session
from models.tables.operator import Operator
from tests.faces import whole_desk
from tests.identity import add_operator
from tests.pages import token_in

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def furnish() -> None:
    """Master data and texts, as every installation has them."""
    with transaction() as session:
        load_masters(session)
        load_texts(session)
    database.remove()


def desk() -> Flask:
    """The desk as it is."""
    return whole_desk()


class Clerk:
    """Somebody of a role who is signed in at the desk."""

    def __init__(self, app: Flask, role: str = "operator", name: str = "") -> None:
        user_name = name or role
        self.id = add_operator(role=role, user_name=user_name, name=f"{user_name}さん", totp_secret=SECRET)
        with transaction() as session:
            token = start_session(session, session.get_one(Operator, self.id), "127.0.0.1")
        database.remove()
        self.client: FlaskClient = app.test_client()
        with self.client.session_transaction() as cookie:
            cookie["_user_id"] = token
        self.actor = Actor(Role(role), self.id, f"{user_name}さん")

    def get(self, address: str) -> TestResponse:
        """Opens a page."""
        return self.client.get(address)

    def post(self, page: str, address: str, **values: Any) -> TestResponse:
        """Sends a form of a page with the page's token."""
        shown = self.client.get(page).text
        return self.client.post(address, data={"csrf_token": token_in(shown), **values})

    def follow(self, answer: TestResponse) -> TestResponse:
        """Goes where an answer leads."""
        assert answer.status_code == 303, answer.text
        return self.get(answer.location)


def operator_actor(user_name: str, role: str = "operator") -> Actor:
    """An operator who acts without a browser."""
    operator_id = add_operator(role=role, user_name=user_name, name=f"{user_name}さん", totp_secret=SECRET)
    database.remove()
    return Actor(Role(role), operator_id, f"{user_name}さん")
