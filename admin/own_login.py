"""An operator's own login: password, authenticator app, where else one is signed in, and what happened to it lately."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from admin.blueprint import desk
from models.base.db import database
from models.services.login_history import newest_logins
from models.services.sessions import living_sessions
from web import own_login

NEWEST = 10


@desk.get("/my-login")
def show_own_login() -> str:
    """What is set, where one is signed in, and what happened to the login lately."""
    rows = living_sessions(database(), current_user.operator)
    newest = newest_logins(database(), current_user.operator, NEWEST)
    return render_template("admin/own_login.html", rows=rows, current_id=current_user.session_id, newest=newest)


@desk.route("/my-login/password", methods=["GET", "POST"])
def change_own_password() -> ResponseReturnValue:
    """A new password; other sessions end."""
    return own_login.ask_new_password(current_user.operator, "admin/own_password.html", url_for("desk.show_own_login"))


@desk.route("/my-login/authenticator", methods=["GET", "POST"])
def replace_authenticator() -> ResponseReturnValue:
    """Another app in place of the present one, which stays good until the new one has shown a right code."""
    done = "認証アプリを登録し直しました。次回のログインから、新しいアプリのコードを使います。"
    page, back_url = "admin/own_authenticator.html", url_for("desk.show_own_login")
    return own_login.ask_authenticator(current_user.operator, page, done, back_url)


@desk.post("/my-login/sessions/end")
def end_others() -> ResponseReturnValue:
    """Ends all of one's own sessions but this one."""
    return own_login.end_others(current_user.operator, url_for("desk.show_own_login"))
