"""Signing in to a face and out of it: password, then a code, then a session; and passwords that are set by a mailed link (SPEC §1).

The two faces differ in whose logins they are, and in where they lead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, flash, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user

from models.base.errors import Invalid, Refused
from models.forms import show_problems
from models.rules.devices import device_of
from models.services.attempts import TooMany
from models.services.links import find_link
from models.services.login import (
    AccountExpired,
    LoginExpired,
    Owners,
    actor_for,
    begin_login,
    find_challenge,
    send_code,
    stage_of,
)
from models.services.login import enter_code as accept_code
from models.services.passwords import LONGEST, least_length_of, set_password_by_link
from models.services.sessions import end_session, find_session, touch_session
from models.tables.login import LoginSession
from web.access import page_behind, safe_next
from web.hooks import SAFE, while_database_answers
from web.login_forms import AppCodeForm, MailedCodeForm, NewPasswordForm, SignInForm

CHALLENGE, NEXT, REASON, UNSENT = "challenge", "next", "signed_out_because", "something_was_not_taken"
LOST = "送信しようとした内容は保存されていません。ログインしてから、もう一度入力してください。"


@dataclass(frozen=True)
class Door:
    """One face's way in. `blueprint` has the views `sign_in` and `enter_code`; `pages` is the folder of the templates."""

    owners: Owners
    blueprint: str
    pages: str
    load_user: Callable[[str], Any]
    home: Callable[[], str]

    def url(self, view: str, **values: Any) -> str:
        """The address of one of its views."""
        return url_for(f"{self.blueprint}.{view}", **values)


def address() -> str:
    """Where the request comes from."""
    return request.remote_addr or ""


def init_door(app: Flask, door: Door) -> None:
    """Teaches the app who is signed in: the row of the session decides, not the cookie."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(while_database_answers(door.load_user))


def living_session(token: str, owners: Owners) -> LoginSession | None:
    """The session of a cookie's token, which is then in use; where there is none any more, the login page says why."""
    found = find_session(token, owners)
    if found.session:
        touch_session(found.session)
    elif found.reason:
        session[REASON] = found.reason
    return found.session


def page_after_login() -> str | None:
    """Where a request without a login leads once there is one; what was sent with it is not kept, and the login page says so."""
    if request.method in SAFE:
        return request.full_path.rstrip("?")
    session[UNSENT] = True
    return page_behind()


def _why_here() -> str:
    """Why somebody stands at the login who was in before, said once."""
    return f"{session.pop(REASON, None) or ''}{LOST if session.pop(UNSENT, False) else ''}"


def sign_in(door: Door) -> ResponseReturnValue:
    """User name and password; right ones lead to the code and nowhere else."""
    if current_user.is_authenticated:
        return redirect(safe_next(request.args.get("next")) or door.home())
    form, template = SignInForm(), f"{door.pages}/login.html"
    context: dict[str, Any] = {"form": form, "reason": _why_here(), "is_expired": False}
    if not form.validate_on_submit():
        return render_template(template, **context), 422 if form.errors else 200
    try:
        token = begin_login(door.owners, form.user_name.data or "", form.password.data or "", address())
    except Refused as refusal:
        form.form_errors = [str(refusal)]
        context["is_expired"] = isinstance(refusal, AccountExpired)
        return render_template(template, **context), 429 if isinstance(refusal, TooMany) else 422
    target = request.args.get("next")
    session.clear()
    session[CHALLENGE], session[NEXT] = token, target if safe_next(target) else None
    return redirect(door.url("enter_code"))


def enter_code(door: Door) -> ResponseReturnValue:
    """Sends a code on request, then takes it."""
    try:
        return _send(door) if "send" in request.form else _enter(door)
    except LoginExpired as expired:
        flash(str(expired), "error")
        session.pop(CHALLENGE, None)
        return redirect(door.url("sign_in", next=session.pop(NEXT, None)))


def _send(door: Door) -> ResponseReturnValue:
    try:
        send_code(session.get(CHALLENGE, ""), door.owners)
        flash("検証コードをメールで送信しました。", "success")
    except LoginExpired:
        raise
    except Refused as refusal:
        flash(str(refusal), "error")
    return redirect(door.url("enter_code"))


def _enter(door: Door) -> ResponseReturnValue:
    token = session.get(CHALLENGE, "")
    stage = stage_of(find_challenge(token, door.owners))
    form = AppCodeForm() if stage.asks_app else MailedCodeForm()
    if form.validate_on_submit():
        try:
            device = device_of(request.user_agent.string)
            return _welcome(door, accept_code(token, door.owners, form.code.data or "", address(), device))
        except LoginExpired:
            raise
        except Refused as refusal:
            form.code.errors = [str(refusal)]
    page = render_template(f"{door.pages}/login_code.html", form=form, stage=stage)
    return page, 422 if form.errors else 200


def _welcome(door: Door, token: str) -> ResponseReturnValue:
    target = safe_next(session.get(NEXT))
    session.clear()
    login_user(door.load_user(token))
    return redirect(target or door.home())


def sign_out(door: Door) -> ResponseReturnValue:
    """Ends the session for good and clears what the browser kept."""
    end_session(current_user.session_id, current_user.actor())
    logout_user()
    session.clear()
    flash("ログアウトしました。", "success")
    response = make_response(redirect(door.url("sign_in")))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def set_password(door: Door, token: str) -> ResponseReturnValue:
    """Sets a password by a link that works once."""
    form = NewPasswordForm()
    try:
        link = find_link(token, door.owners)
        if form.validate_on_submit():
            actor = actor_for(link.owner, address(), g.get("trace_id", ""))
            set_password_by_link(link, form.password.data or "", form.repeated.data or "", actor)
            flash("パスワードを設定しました。ログインしてください。", "success")
            return redirect(door.url("sign_in"))
    except Invalid as invalid:
        show_problems(form, invalid.problems)
    except Refused as refusal:
        return render_template(f"{door.pages}/password_dead.html", reason=str(refusal)), 410
    context = {"user_name": link.owner.user_name, **password_lengths(door.owners)}
    page = render_template(f"{door.pages}/password_set.html", form=form, **context)
    return page, 422 if form.errors else 200


def password_lengths(owners: Owners) -> dict[str, int]:
    """How long a password has to be and may be, for the pages' help."""
    return {"password_least": least_length_of(owners), "password_most": LONGEST}
