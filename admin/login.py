"""Signing in at the desk: password and authenticator code; a mailed code until the app is set up, which then comes first."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, current_user

from models.base.actor import Actor, Role
from models.base.errors import Invalid
from models.forms import show_problems
from models.services.authenticators import enrol_authenticator, offer_authenticator
from models.services.login import actor_for
from models.services.sessions import is_proved, session_hash
from models.tables.login import LoginSession
from models.tables.operator import Operator
from web import signing_in
from web.access import is_static, open_to_visitors, says
from web.login_forms import AppCodeForm
from web.signing_in import Door, address, living_session

desk_login = Blueprint("desk_login", __name__)
BEFORE_ENROLMENT = {"desk_login.enrol", "desk_login.sign_out"}


class DeskUser(UserMixin):
    """The operator who is signed in."""

    def __init__(self, token: str, row: LoginSession, operator: Operator) -> None:
        self.token, self.session_id, self.operator = token, row.id, operator
        self.operator_id, self.name, self.company = operator.id, operator.name, ""
        self.role, self.is_enrolled = Role(operator.role), operator.is_enrolled
        self.is_proved = is_proved(row)
        # As it was when the request began: a page that says that the database is away cannot ask it.
        self._actor = actor_for(operator, "")

    def get_id(self) -> str:
        """What the cookie carries: the session's token."""
        return self.token

    def actor(self) -> Actor:
        """Who acts in this request."""
        return replace(self._actor, address=address(), trace_id=g.get("trace_id", ""))


def load_user(token: str) -> DeskUser | None:
    """The operator of a session's token, or None."""
    row = living_session(token, Operator)
    return DeskUser(token, row, row.operator) if row and row.operator else None


def _home() -> str:
    return f"{request.script_root}/"


DOOR = Door(Operator, "desk_login", "admin", load_user, _home)


def init_login(app: Flask) -> None:
    """Registers the login's pages and closes everything else: to strangers, and to operators without an authenticator app."""
    signing_in.init_door(app, DOOR)
    app.register_blueprint(desk_login)
    app.before_request(require_login)


def require_login() -> ResponseReturnValue | None:
    """Denies by default: no page of the desk without a login, and none but the enrolment before the app is set up."""
    if is_static() or says("is_open"):
        return None
    if not current_user.is_authenticated:
        target = signing_in.page_after_login()
        return redirect(url_for("desk_login.sign_in", next=target if target != "/" else None))
    if not current_user.is_enrolled and request.endpoint not in BEFORE_ENROLMENT:
        return redirect(url_for("desk_login.enrol"))
    return None


@desk_login.route("/login", methods=["GET", "POST"])
@open_to_visitors
def sign_in() -> ResponseReturnValue:
    """User name and password."""
    return signing_in.sign_in(DOOR)


@desk_login.route("/login/code", methods=["GET", "POST"])
@open_to_visitors
def enter_code() -> ResponseReturnValue:
    """The authenticator's code, or the mailed one until there is an authenticator."""
    return signing_in.enter_code(DOOR)


@desk_login.route("/enrol", methods=["GET", "POST"])
def enrol() -> ResponseReturnValue:
    """Sets up the authenticator app: a QR code, then a code of it as proof."""
    if current_user.is_enrolled:
        return redirect(_home())
    operator, form = current_user.operator, AppCodeForm()
    offer = offer_authenticator(operator, session_hash(current_user.token))
    if form.validate_on_submit():
        keep, actor = current_user.session_id, current_user.actor()
        try:
            enrol_authenticator(operator, offer.secret, form.code.data or "", keep, None, actor)
            flash("認証アプリを登録しました。次回のログインから、アプリのコードを使います。", "success")
            return redirect(_home())
        except Invalid as invalid:
            show_problems(form, invalid.problems)
    page = render_template("admin/login_enrol.html", form=form, offer=offer)
    return page, 422 if form.errors else 200


@desk_login.route("/password/<token>", methods=["GET", "POST"])
@open_to_visitors
def set_password(token: str) -> ResponseReturnValue:
    """Sets an operator's password by a link that works once."""
    return signing_in.set_password(DOOR, token)


@desk_login.post("/logout")
def sign_out() -> ResponseReturnValue:
    """Out again."""
    return signing_in.sign_out(DOOR)
