"""The portal as a company's people see it, shown to an operator (UX "Operators"): read only, marked on every page.

It is an application of its own under the desk's address and behind the desk's login. The desk opens it for one company by an act
that is noted; without that act it shows nothing. No route takes anything but reading, and only pages of the company, not of a login.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, abort, g, request, session
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.exceptions import MethodNotAllowed

from models.base.actor import Actor, Role
from models.base.clock import now
from models.base.db import database
from models.base.errors import Refused
from models.base.numbers import number_in
from models.services.sessions import find_session, touch_session
from models.tables.customer import Customer
from models.tables.operator import Operator
from web.access import is_static, says
from web.hooks import SAFE, load_actor, while_database_answers
from web.viewing import GRANT, PREFIX

LASTS = timedelta(minutes=30)
COMPANY, DESK = "portal.viewed_company", "portal.desk"
NOT_SHOWN = "この画面は、お客様の画面の確認では表示できません。"


class Viewer(UserMixin):
    """An operator who looks at the pages of a company."""

    is_viewing = True

    def __init__(self, token: str, operator: Operator, customer: Customer) -> None:
        self.token, self.customer_id = token, customer.id
        self.name, self.company = operator.name, customer.name

    def get_id(self) -> str:
        """What the desk's cookie carries."""
        return self.token

    def actor(self) -> Actor:
        """Somebody of the company, whom no page asks by name."""
        return Actor(Role.CUSTOMER, None, self.company, self.customer_id, trace_id=g.get("trace_id", ""))

    @property
    def desk_url(self) -> str:
        """Back to the desk: the record, where the page is one's."""
        record_id = (request.view_args or {}).get("record_id")
        return f"{request.environ[DESK]}/{f'records/{record_id}' if record_id else ''}"


def by_company(application: Callable[..., Any]) -> Callable[..., Iterable[bytes]]:
    """Takes the company's number off the address, so that every link of a page leads to the same company's pages."""

    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        number, _, rest = environ.get("PATH_INFO", "").lstrip("/").partition("/")
        customer_id, script = number_in(number), environ.get("SCRIPT_NAME", "")
        environ |= {COMPANY: customer_id or 0, DESK: script.removesuffix(PREFIX)}
        environ |= {"SCRIPT_NAME": script if customer_id is None else f"{script}/{number}", "PATH_INFO": f"/{rest}"}
        found: Iterable[bytes] = application(environ, start_response)
        return found

    return serve


def install(app: Flask) -> None:
    """Closes everything but what the grant opens, instead of the portal's own login and hooks."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(while_database_answers(load_viewer))
    app.before_request_funcs.setdefault(None, []).extend((require_grant, load_actor))


def load_viewer(token: str) -> Viewer | None:
    """The operator of the desk's session, where the desk opened this company's pages a while ago."""
    found = find_session(token, Operator)
    operator = found.session.operator if found.session else None
    if found.session is None or operator is None or not operator.is_enrolled:
        return None
    customer_id = request.environ.get(COMPANY, 0)
    if not is_granted(customer_id):
        return None
    touch_session(found.session)
    customer = database().get(Customer, customer_id)
    return Viewer(token, operator, customer) if customer else None


def is_granted(customer_id: int) -> bool:
    """Whether the desk opened the pages of this company, not too long ago."""
    granted = session.get(GRANT)
    if not isinstance(granted, list) or len(granted) != 2 or granted[0] != customer_id:
        return False
    return now() - datetime.fromisoformat(granted[1]) < LASTS


def require_grant() -> None:
    """Nothing but reading, and nothing without the grant: whoever has none is told of no page."""
    if is_static():
        return
    if not current_user.is_authenticated:
        abort(404)
    if request.method not in SAFE:
        raise MethodNotAllowed(sorted(SAFE))
    if request.endpoint and not says("is_shown_to_desk"):
        raise Refused(NOT_SHOWN)
