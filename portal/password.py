"""Passwords: set by a mailed link, asked for anew, changed by who is signed in."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from models.base.clock import day_text
from models.base.db import database, transaction
from models.base.errors import Invalid, Refused
from models.base.settings import settings
from models.forms import show_problems
from models.services.expiry import last_day
from models.services.login import actor_for, request_reset
from models.services.passwords import LONGEST, change_password, find_link, set_password_by_link
from models.services.sessions import end_sessions
from models.tables.account import Account
from portal.access import open_to_visitors
from portal.blueprint import portal
from portal.login import address
from portal.login_forms import ChangePasswordForm, NewPasswordForm, ResetForm


@portal.context_processor
def name_password_limits() -> dict[str, int]:
    """How long a password has to be, for the pages' help."""
    return {"password_least": settings().customer_password_length, "password_most": LONGEST}


@portal.route("/password/reset", methods=["GET", "POST"])
@open_to_visitors
def reset_password() -> ResponseReturnValue:
    """Mails a link; the answer is the same whoever asks."""
    form = ResetForm()
    if not form.validate_on_submit():
        return render_template("portal/password_reset.html", form=form, is_sent=False), 422 if form.errors else 200
    try:
        request_reset(Account, form.user_name.data or "", address())
    except Refused as refusal:
        form.form_errors = [str(refusal)]
        return render_template("portal/password_reset.html", form=form, is_sent=False), 429
    return render_template("portal/password_reset.html", form=form, is_sent=True)


@portal.route("/password/<token>", methods=["GET", "POST"])
@open_to_visitors
def set_password(token: str) -> ResponseReturnValue:
    """Sets a password by a link that works once."""
    form = NewPasswordForm()
    try:
        link = find_link(token, Account)
        if form.validate_on_submit():
            actor = actor_for(link.owner, address(), g.get("trace_id", ""))
            set_password_by_link(link, form.password.data or "", form.repeated.data or "", actor)
            flash("パスワードを設定しました。ログインしてください。", "success")
            return redirect(url_for("portal.sign_in"))
    except Invalid as invalid:
        show_problems(form, invalid.problems)
    except Refused as refusal:
        return render_template("portal/password_dead.html", reason=str(refusal)), 410
    page = render_template("portal/password_set.html", form=form, user_name=link.owner.user_name)
    return page, 422 if form.errors else 200


@portal.route("/account", methods=["GET", "POST"])
def show_account() -> ResponseReturnValue:
    """The account: until when it works, its password, its other sessions."""
    form = ChangePasswordForm()
    if "end_others" in request.form:
        return _end_others()
    if form.validate_on_submit():
        typed = (form.current.data or "", form.password.data or "", form.repeated.data or "")
        try:
            change_password(current_user.account, typed, current_user.session_id, current_user.actor())
            flash("パスワードを変更しました。ほかの端末ではログアウトされています。", "success")
            return redirect(url_for("portal.show_account"))
        except Invalid as invalid:
            show_problems(form, invalid.problems)
    ends_on = day_text(last_day(database(), current_user.account))
    page = render_template("portal/account.html", form=form, account=current_user.account, ends_on=ends_on)
    return page, 422 if form.errors else 200


def _end_others() -> ResponseReturnValue:
    with transaction() as session:
        ended = end_sessions(session, current_user.account, current_user.session_id)
    text = f"ほかの端末のログインを{ended}件終了しました。" if ended else "ほかにログイン中の端末はありません。"
    flash(text, "success")
    return redirect(url_for("portal.show_account"))
