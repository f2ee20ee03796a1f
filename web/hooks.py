"""What happens before every view of either face, and after it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from itertools import chain
from typing import TypeVar

from flask import abort, current_app, g, request
from flask_login import current_user

from models.base.actor import SYSTEM, Actor
from models.base.db import database
from models.services.audit import act_as
from web.access import is_static, says

SAFE = {"GET", "HEAD", "OPTIONS"}
User = TypeVar("User")


def give_trace_id() -> None:
    """Every request has a number that people can quote."""
    g.trace_id = secrets.token_hex(8)


def check_host() -> None:
    """Only the hosts that we are known by; the port does not matter."""
    host = request.headers.get("Host", "").rsplit(":", 1)[0].strip("[]").lower()
    if not says("is_for_machines") and host not in current_app.config["HOSTS"]:
        abort(400)


def refuse_odd_fields() -> None:
    """No field takes the character NUL, and PostgreSQL stores none; nor has a field no name. It is no input but an attack."""
    # A part of a multipart body may come without a name.
    given: Iterable[tuple[str | None, str]] = chain(
        request.args.items(multi=True), request.form.items(multi=True), ((name, "") for name in request.files)
    )
    if any(name is None or "\0" in name or "\0" in value for name, value in given):
        abort(400)


FIRST = (give_trace_id, check_host, refuse_odd_fields)


def load_actor() -> None:
    """Names who acts, for events and the rename guard."""
    if not is_static() and not says("is_for_machines"):
        act_as(current_actor())


def current_actor() -> Actor:
    """Who acts in this request; a visitor acts as the system, which may open nothing."""
    if current_user.is_authenticated:
        actor: Actor = current_user.actor()
        return actor
    return SYSTEM


def while_database_answers(load: Callable[[str], User | None]) -> Callable[[str], User | None]:
    """Lets Flask-Login ask for nobody once the database has failed: the page that says so is shown without a name."""

    def loaded(token: str) -> User | None:
        return None if g.get("is_database_away") else load(token)

    return loaded


def close_session(_error: BaseException | None) -> None:
    """Gives the connection back."""
    database.remove()
