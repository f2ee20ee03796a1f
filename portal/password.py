"""Passwords without a login: set by a mailed link, asked for anew."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from models.base.errors import Invalid, Refused
from models.base.settings import settings
from models.forms import show_problems
from models.services.links import find_link
from models.services.login import actor_for, request_reset
from models.services.passwords import LONGEST, set_password_by_link
from models.tables.account import Account
from portal.access import open_to_visitors
from portal.blueprint import portal
from portal.login import address
from portal.login_forms import NewPasswordForm, ResetForm


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
