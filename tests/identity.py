"""A browser without a browser, and people who can sign in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import Babel
from flask_wtf import CSRFProtect
from sqlalchemy import select
from werkzeug.test import TestResponse

from admin.login import init_login
from models.base.clock import now
from models.base.db import database, transaction
from models.services.login import secret_of_mail
from models.services.passwords import unified
from models.tables.account import Account
from models.tables.customer import Customer
from models.tables.mail import Mail
from models.tables.operator import Operator
from tests.faces import whole_portal
from tests.pages import token_in

PASSWORD = "korewa nagai aikotoba"
# Argon2id as everywhere, but without what makes guessing slow.
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(unified(PASSWORD))
ROOT = Path(__file__).resolve().parents[1]
# Addresses that a `next` must never lead to.
HOSTILE_ADDRESSES = [
    "//evil.example",
    "https://evil.example",
    "/\\evil.example",
    "/no/such/page",
    "javascript:1",
    "/\t/evil.example",
    "/[",
    "／home",
]


def make_app() -> Flask:
    """One face with nothing but its login, so that the login is what is tested."""
    app = Flask(__name__, template_folder=ROOT / "templates", static_folder=None)
    app.config.update(SECRET_KEY="t" * 40, TESTING=True)
    CSRFProtect(app)
    Babel(app, default_locale="ja")
    app.context_processor(lambda: {"service_name": "回線ポータル", "provider_name": "回線会社"})
    app.add_template_global(lambda name: f"/static/{name}", "asset")
    app.teardown_appcontext(lambda _error: database.remove())
    return app


def portal_app() -> Flask:
    """The customers' face as it is."""
    return whole_portal()


def desk_app() -> Flask:
    """The desk's login with a stand-in for what it guards."""
    app = make_app()
    init_login(app)
    app.add_url_rule("/", "home", lambda: "受付一覧")
    app.add_url_rule("/list", "list", lambda: "一覧")
    return app


def post(client: FlaskClient, path: str, **values: Any) -> TestResponse:
    """Opens a page and sends its form with its token."""
    page = client.get(path, follow_redirects=True).text
    return client.post(path, data={"csrf_token": token_in(page), **values})


def add_account(**values: Any) -> int:
    """A customer who can sign in; gives the account's number."""
    with transaction() as session:
        columns = {
            "user_name": "hanako",
            "person_name": "豊洲 花子",
            "mail": "hanako@example.co.jp",
            "password_hash": HASH,
        }
        account = Account(**{"customer": Customer(name="豊洲商事"), "activated_at": now(), **columns, **values})
        session.add(account)
        session.flush()
        return account.id


def add_operator(**values: Any) -> int:
    """An operator who can sign in; gives its number."""
    with transaction() as session:
        columns = {"user_name": "desk", "name": "窓口 次郎", "mail": "desk@example.co.jp", "password_hash": HASH}
        operator = Operator(**{"role": "operator", **columns, **values})
        session.add(operator)
        session.flush()
        return operator.id


def newest_secret(name: str) -> str:
    """The code or link of the newest mail, as the worker would write it."""
    mail = database().scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert mail is not None, "no mail was written"
    secret = secret_of_mail(database(), mail)
    assert secret is not None, "the mail is of no use any more"
    database.remove()
    return secret[name]


def app_key_in(page: str) -> str:
    """The key that a page offers to an authenticator app."""
    found = re.search(r"<code>([A-Z2-7]{4}(?: [A-Z2-7]{4}){7})</code>", page)
    assert found is not None, "the page shows no key"
    return found[1].replace(" ", "")


def told() -> tuple[str, str]:
    """To whom the newest notice of a changed login went, and what it says."""
    mail = database().scalars(select(Mail).where(Mail.key == "login_changed").order_by(Mail.id.desc())).first()
    assert mail is not None, "nobody was told"
    database.remove()
    return mail.recipient, mail.context["what"]


def sign_in(client: FlaskClient, user_name: str = "hanako", password: str = PASSWORD) -> TestResponse:
    """The whole way in; gives the answer to the code."""
    post(client, "/login", user_name=user_name, password=password)
    post(client, "/login/code", send="1")
    return post(client, "/login/code", code=newest_secret("code"))
