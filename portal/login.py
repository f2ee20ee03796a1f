"""Signing in and out: user name and password, then the code that is mailed (SPEC §1)."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask, g, url_for
from flask.typing import ResponseReturnValue
from flask_login import UserMixin

from models.base.actor import Actor
from models.services.login import actor_for
from models.tables.account import Account
from models.tables.login import LoginSession
from portal.access import open_to_visitors
from portal.blueprint import portal
from web import signing_in
from web.signing_in import Door, address, living_session


class PortalUser(UserMixin):
    """The customer who is signed in, as pages and hooks ask for it."""

    def __init__(self, token: str, row: LoginSession, account: Account) -> None:
        self.token, self.session_id, self.account = token, row.id, account
        self.account_id, self.customer_id = account.id, account.customer_id
        self.name, self.company = account.person_name, account.customer.name
        # As it was when the request began: a page that says that the database is away cannot ask it.
        self._actor = actor_for(account, "")

    def get_id(self) -> str:
        """What the cookie carries: the session's token."""
        return self.token

    def actor(self) -> Actor:
        """Who acts in this request."""
        return replace(self._actor, address=address(), trace_id=g.get("trace_id", ""))


def load_user(token: str) -> PortalUser | None:
    """The customer of a session's token, or None."""
    row = living_session(token, Account)
    return PortalUser(token, row, row.account) if row and row.account else None


DOOR = Door(Account, "portal", "portal", load_user, lambda: url_for("portal.show_home"))


def init_login(app: Flask) -> None:
    """Teaches the app who is signed in."""
    signing_in.init_door(app, DOOR)


@portal.route("/login", methods=["GET", "POST"])
@open_to_visitors
def sign_in() -> ResponseReturnValue:
    """User name and password."""
    return signing_in.sign_in(DOOR)


@portal.route("/login/code", methods=["GET", "POST"])
@open_to_visitors
def enter_code() -> ResponseReturnValue:
    """The code of a mail, or of the customer's own authenticator app."""
    return signing_in.enter_code(DOOR)


@portal.post("/logout")
def sign_out() -> ResponseReturnValue:
    """Out again."""
    return signing_in.sign_out(DOOR)
