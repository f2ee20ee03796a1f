"""An operator's own login: password, authenticator app, and where else one is signed in."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from admin.blueprint import desk
from models.base.db import database
from models.services.authenticators import enrol_authenticator, offer_authenticator
from models.services.passwords import change_password
from models.services.sessions import end_other_sessions, living_sessions, session_hash
from models.tables.operator import Operator
from web.form_page import form_page
from web.login_forms import AuthenticatorForm, ChangePasswordForm
from web.signing_in import password_lengths


@desk.get("/my-login")
def show_own_login() -> str:
    """What is set, and where one is signed in."""
    rows = living_sessions(database(), current_user.operator)
    return render_template("admin/own_login.html", rows=rows, current_id=current_user.session_id)


@desk.route("/my-login/password", methods=["GET", "POST"])
def change_own_password() -> ResponseReturnValue:
    """A new password; other sessions end."""
    form = ChangePasswordForm()

    def change() -> None:
        typed = (form.current.data or "", form.password.data or "", form.repeated.data or "")
        change_password(current_user.operator, typed, current_user.session_id, current_user.actor())

    done = "パスワードを変更しました。ほかの端末ではログアウトされています。"
    return form_page(
        form, change, "admin/own_password.html", done, url_for("desk.show_own_login"), **password_lengths(Operator)
    )


@desk.route("/my-login/authenticator", methods=["GET", "POST"])
def replace_authenticator() -> ResponseReturnValue:
    """Another app in place of the present one, which stays good until the new one has shown a right code."""
    operator, form = current_user.operator, AuthenticatorForm()
    offer = offer_authenticator(operator, session_hash(current_user.token))

    def replace() -> None:
        keep, password = current_user.session_id, form.current.data or ""
        enrol_authenticator(operator, offer.secret, form.code.data or "", keep, password, current_user.actor())

    done = "認証アプリを登録し直しました。次回のログインから、新しいアプリのコードを使います。"
    back_url = url_for("desk.show_own_login")
    return form_page(form, replace, "admin/own_authenticator.html", done, back_url, offer=offer)


@desk.post("/my-login/sessions/end")
def end_others() -> ResponseReturnValue:
    """Ends all of one's own sessions but this one."""
    ended = end_other_sessions(current_user.operator, current_user.session_id, current_user.actor())
    text = f"ほかの端末のログインを{ended}件終了しました。" if ended else "ほかにログイン中の端末はありません。"
    flash(text, "success")
    return redirect(url_for("desk.show_own_login"), 303)
