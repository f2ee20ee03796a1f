"""Signing in and out: user name and password, then the code that is mailed (SPEC §1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Flask, flash, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from models.base.actor import Actor
from models.base.clock import now
from models.base.errors import Refused
from models.rules.devices import device_of
from models.services.attempts import TooMany
from models.services.login import (
    AccountExpired,
    LoginExpired,
    actor_for,
    begin_login,
    find_challenge,
    send_code,
    stage_of,
)
from models.services.login import (
    enter_code as accept_code,
)
from models.services.sessions import end_session, find_session, touch_session
from models.tables.account import Account
from models.tables.login import LoginSession
from portal.access import open_to_visitors, safe_next
from portal.blueprint import portal
from portal.login_forms import CodeForm, SignInForm
from web.hooks import while_database_answers

CHALLENGE, NEXT, REASON = "challenge", "next", "signed_out_because"


def address() -> str:
    """Where the request comes from."""
    return request.remote_addr or ""


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


def init_login(app: Flask) -> None:
    """Teaches the app who is signed in: the row of the session decides, not the cookie."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(while_database_answers(load_user))


def load_user(token: str) -> PortalUser | None:
    """The customer of a session's token, or None; then the login page says why."""
    found = find_session(token, Account)
    if found.session is None or found.session.account is None:
        if found.reason:
            session[REASON] = found.reason
        return None
    touch_session(found.session)
    return PortalUser(token, found.session, found.session.account)


@portal.route("/login", methods=["GET", "POST"])
@open_to_visitors
def sign_in() -> ResponseReturnValue:
    """User name and password; a right one leads to the code and nowhere else."""
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next")) or url_for("portal.show_home"))
    form = SignInForm()
    context: dict[str, Any] = {"form": form, "reason": session.pop(REASON, None), "is_expired": False}
    if not form.validate_on_submit():
        return render_template("portal/login.html", **context), 422 if form.errors else 200
    try:
        token = begin_login(Account, form.user_name.data or "", form.password.data or "", address())
    except Refused as refusal:
        form.form_errors = [str(refusal)]
        context["is_expired"] = isinstance(refusal, AccountExpired)
        return render_template("portal/login.html", **context), 429 if isinstance(refusal, TooMany) else 422
    session.clear()
    session[CHALLENGE], session[NEXT] = token, safe_next(request.args.get("next"))
    return redirect(url_for("portal.enter_code"))


@portal.route("/login/code", methods=["GET", "POST"])
@open_to_visitors
def enter_code() -> ResponseReturnValue:
    """Sends the code on request, then takes it."""
    try:
        return _send() if "send" in request.form else _enter()
    except LoginExpired as expired:
        flash(str(expired), "error")
        session.pop(CHALLENGE, None)
        return redirect(url_for("portal.sign_in", next=session.pop(NEXT, None)))


def _send() -> ResponseReturnValue:
    try:
        send_code(session.get(CHALLENGE, ""), Account)
        flash("検証コードをメールで送信しました。", "success")
    except LoginExpired:
        raise
    except Refused as refusal:
        flash(str(refusal), "error")
    return redirect(url_for("portal.enter_code"))


def _enter() -> ResponseReturnValue:
    token, form = session.get(CHALLENGE, ""), CodeForm()
    stage = stage_of(find_challenge(token, Account))
    if stage.is_authenticator and not stage.sent_at:
        form.ask_the_app()
    if form.validate_on_submit():
        try:
            device = device_of(request.user_agent.string)
            return _welcome(accept_code(token, Account, form.code.data or "", address(), device))
        except LoginExpired:
            raise
        except Refused as refusal:
            form.code.errors = [str(refusal)]
    return render_template("portal/login_code.html", form=form, stage=stage, now=now()), 422 if form.errors else 200


def _welcome(token: str) -> ResponseReturnValue:
    target = safe_next(session.get(NEXT))
    session.clear()
    user = load_user(token)
    login_user(user)
    return redirect(target or url_for("portal.show_home"))


@portal.post("/logout")
def sign_out() -> ResponseReturnValue:
    """Ends the session for good and clears what the browser kept."""
    end_session(current_user.session_id, current_user.actor())
    logout_user()
    session.clear()
    flash("ログアウトしました。", "success")
    response = make_response(redirect(url_for("portal.sign_in")))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
