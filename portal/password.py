"""Passwords without a login: set by a mailed link, asked for anew."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from models.base.errors import Refused
from models.services.login import request_reset
from models.tables.account import Account
from portal.access import open_to_visitors
from portal.blueprint import portal
from portal.login import DOOR
from web import signing_in
from web.login_forms import ResetForm
from web.signing_in import address


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
    return signing_in.set_password(DOOR, token)
