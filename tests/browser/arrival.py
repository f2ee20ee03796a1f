"""People who signed in before the story begins: a session's row, and the cookie that names it."""

from __future__ import annotations

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.settings import settings
from models.seeds.demo import PASSWORD
from models.services.passwords import hashed
from models.services.sessions import start_session
from models.tables.account import Account
from models.tables.operator import Operator
from tests.browser.server import Server

SECRET = "JBSWY3DPEHPK3PXP" * 2
Cookie = tuple[str, str]  # its name and its value


def customer_cookie(server: Server, user_name: str) -> Cookie:
    """What the browser of a customer keeps who signed in a moment ago."""
    with server.writing() as session:
        account = session.scalars(select(Account).where(Account.user_name == user_name)).one()
        return _cookie("portal", start_session(session, account, "127.0.0.1"))


def desk_cookie(server: Server, user_name: str) -> Cookie:
    """The same of an operator with an authenticator app, who is hired where there is none of that name."""
    with server.writing() as session:
        operator = session.scalar(select(Operator).where(Operator.user_name == user_name))
        if operator is None:
            operator = add_operator(session, user_name)
            session.flush()
        operator.totp_secret = operator.totp_secret or SECRET
        return _cookie("desk", start_session(session, operator, "127.0.0.1"))


def add_operator(session: Session, user_name: str, role: str = "operator") -> Operator:
    """An operator who has not set up the authenticator app yet."""
    login = {"mail": f"{user_name}@example.jp", "password_hash": hashed(PASSWORD)}
    operator = Operator(user_name=user_name, name="晴海　次郎", role=role, **login)
    session.add(operator)
    return operator


def _cookie(face: str, token: str) -> Cookie:
    # Signed as web.face has it signed; it is the row that decides.
    app = Flask(face)
    app.secret_key = f"{face}:{settings().secret_key}"
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    if signer is None:
        raise RuntimeError("cookies are not signed without SECRET_KEY")
    return f"{face}_session", str(signer.dumps({"_user_id": token, "_fresh": True}))
