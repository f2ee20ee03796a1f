"""Signing in at the desk: password and authenticator code; a mailed code until the app is set up, which then comes first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import (
    Blueprint,
    Flask,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from admin.login_forms import CodeForm, NewPasswordForm, SignInForm
from models.base.actor import Actor, Role
from models.base.clock import now
from models.base.errors import Invalid, Refused
from models.base.settings import settings
from models.forms import show_problems
from models.rules.devices import device_of
from models.services.attempts import TooMany
from models.services.authenticators import enrol_authenticator, offer_authenticator
from models.services.links import find_link
from models.services.login import (
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
from models.services.passwords import LONGEST, set_password_by_link
from models.services.sessions import end_session, find_session, is_proved, session_hash, touch_session
from models.tables.login import LoginSession
from models.tables.operator import Operator
from web.access import is_static, open_to_visitors, safe_next, says
from web.hooks import while_database_answers

desk_login = Blueprint("desk_login", __name__)
CHALLENGE, NEXT, REASON = "challenge", "next", "signed_out_because"
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
        return replace(self._actor, address=request.remote_addr or "", trace_id=g.get("trace_id", ""))


def init_login(app: Flask) -> None:
    """Registers the login's pages and closes everything else: to strangers, and to operators without an authenticator app."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(while_database_answers(load_user))
    app.register_blueprint(desk_login)
    app.before_request(require_login)


def load_user(token: str) -> DeskUser | None:
    """The operator of a session's token, or None; then the login page says why."""
    found = find_session(token, Operator)
    if found.session is None or found.session.operator is None:
        if found.reason:
            session[REASON] = found.reason
        return None
    touch_session(found.session)
    return DeskUser(token, found.session, found.session.operator)


def require_login() -> ResponseReturnValue | None:
    """Denies by default: no page of the desk without a login, and none but the enrolment before the app is set up."""
    if is_static() or says("is_open"):
        return None
    if not current_user.is_authenticated:
        target = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("desk_login.sign_in", next=target if target != "/" else None))
    if not current_user.is_enrolled and request.endpoint not in BEFORE_ENROLMENT:
        return redirect(url_for("desk_login.enrol"))
    return None


def _home() -> str:
    return f"{request.script_root}/"


@desk_login.route("/login", methods=["GET", "POST"])
@open_to_visitors
def sign_in() -> ResponseReturnValue:
    """User name and password."""
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next")) or _home())
    form = SignInForm()
    context: dict[str, Any] = {"form": form, "reason": session.pop(REASON, None)}
    if not form.validate_on_submit():
        return render_template("admin/login.html", **context), 422 if form.errors else 200
    try:
        token = begin_login(Operator, form.user_name.data or "", form.password.data or "", request.remote_addr or "")
    except Refused as refusal:
        form.form_errors = [str(refusal)]
        return render_template("admin/login.html", **context), 429 if isinstance(refusal, TooMany) else 422
    target = request.args.get("next")
    session.clear()
    session[CHALLENGE], session[NEXT] = token, target if safe_next(target) else None
    return redirect(url_for("desk_login.enter_code"))


@desk_login.route("/login/code", methods=["GET", "POST"])
@open_to_visitors
def enter_code() -> ResponseReturnValue:
    """The authenticator's code, or the mailed one until there is an authenticator."""
    try:
        return _send() if "send" in request.form else _enter()
    except LoginExpired as expired:
        flash(str(expired), "error")
        session.pop(CHALLENGE, None)
        return redirect(url_for("desk_login.sign_in", next=session.pop(NEXT, None)))


def _send() -> ResponseReturnValue:
    try:
        send_code(session.get(CHALLENGE, ""), Operator)
        flash("認証コードをメールで送信しました。", "success")
    except LoginExpired:
        raise
    except Refused as refusal:
        flash(str(refusal), "error")
    return redirect(url_for("desk_login.enter_code"))


def _enter() -> ResponseReturnValue:
    token, form = session.get(CHALLENGE, ""), CodeForm()
    stage = stage_of(find_challenge(token, Operator))
    if form.validate_on_submit():
        try:
            where = (request.remote_addr or "", device_of(request.user_agent.string))
            return _welcome(accept_code(token, Operator, form.code.data or "", *where))
        except LoginExpired:
            raise
        except Refused as refusal:
            form.code.errors = [str(refusal)]
    return render_template("admin/login_code.html", form=form, stage=stage, now=now()), 422 if form.errors else 200


def _welcome(token: str) -> ResponseReturnValue:
    target = safe_next(session.get(NEXT))
    session.clear()
    login_user(load_user(token))
    return redirect(target or _home())


@desk_login.route("/enrol", methods=["GET", "POST"])
def enrol() -> ResponseReturnValue:
    """Sets up the authenticator app: a QR code, then a code of it as proof."""
    if current_user.is_enrolled:
        return redirect(_home())
    operator, form = current_user.operator, CodeForm()
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
    form = NewPasswordForm()
    lengths = {"password_least": settings().operator_password_length, "password_most": LONGEST}
    try:
        link = find_link(token, Operator)
        if form.validate_on_submit():
            actor = actor_for(link.owner, request.remote_addr or "", g.get("trace_id", ""))
            set_password_by_link(link, form.password.data or "", form.repeated.data or "", actor)
            flash("パスワードを設定しました。ログインしてください。", "success")
            return redirect(url_for("desk_login.sign_in"))
    except Invalid as invalid:
        show_problems(form, invalid.problems)
    except Refused as refusal:
        return render_template("admin/login_dead_link.html", reason=str(refusal)), 410
    page = render_template("admin/login_password.html", form=form, user_name=link.owner.user_name, **lengths)
    return page, 422 if form.errors else 200


@desk_login.post("/logout")
def sign_out() -> ResponseReturnValue:
    """Ends the session for good and clears what the browser kept."""
    end_session(current_user.session_id, current_user.actor())
    logout_user()
    session.clear()
    flash("ログアウトしました。", "success")
    response = make_response(redirect(url_for("desk_login.sign_in")))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
