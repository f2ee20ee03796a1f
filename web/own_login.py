"""What people do to their own logins, at either face: a new password, an authenticator app, an end to the other sessions."""

from __future__ import annotations

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_login import current_user

from models.services.authenticators import enrol_authenticator, offer_authenticator
from models.services.passwords import change_password
from models.services.sessions import end_other_sessions, session_hash
from models.tables.account import Account
from models.tables.operator import Operator
from web.form_page import form_page
from web.login_forms import AuthenticatorForm, ChangePasswordForm
from web.signing_in import password_lengths


def ask_new_password(owner: Account | Operator, template: str, back_url: str) -> ResponseReturnValue:
    """A new password; other sessions end."""
    form = ChangePasswordForm()

    def change() -> None:
        typed = (form.current.data or "", form.password.data or "", form.repeated.data or "")
        change_password(owner, typed, current_user.session_id, current_user.actor())

    done = "パスワードを変更しました。ほかの端末ではログアウトされています。"
    return form_page(form, change, template, done, back_url, **password_lengths(type(owner)))


def ask_authenticator(owner: Account | Operator, template: str, done: str, back_url: str) -> ResponseReturnValue:
    """A QR code for an app, then a code of the app as proof; one that was set up before is good until then."""
    form, offer = AuthenticatorForm(), offer_authenticator(owner, session_hash(current_user.token))

    def enrol() -> None:
        keep, password = current_user.session_id, form.current.data or ""
        enrol_authenticator(owner, offer.secret, form.code.data or "", keep, password, current_user.actor())

    return form_page(form, enrol, template, done, back_url, offer=offer)


def end_others(owner: Account | Operator, back_url: str) -> ResponseReturnValue:
    """Ends all of one's own sessions but this one."""
    ended = end_other_sessions(owner, current_user.session_id, current_user.actor())
    text = f"ほかの端末のログインを{ended}件終了しました。" if ended else "ほかにログイン中の端末はありません。"
    flash(text, "success")
    return redirect(back_url, 303)
