"""The password once more, before what would help a borrowed session most: exports, deletions, others' logins (RELIABILITY §1)."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from admin.blueprint import desk
from models.services.passwords import prove_again
from web.access import safe_next
from web.form_page import form_page
from web.login_forms import AgainForm


class ProofNeeded(Exception):
    """Who is signed in has not given the password lately."""


def require_proof() -> None:
    """Stops a view until the password was given lately; raises ProofNeeded, before anything was done."""
    if not current_user.is_proved:
        raise ProofNeeded


@desk.route("/prove", methods=["GET", "POST"])
def prove() -> ResponseReturnValue:
    """Asks for the password and leads back to where it was asked for."""
    form, back_url = AgainForm(), safe_next(request.args.get("next")) or f"{request.script_root}/"

    def give() -> None:
        prove_again(current_user.operator, form.current.data or "", current_user.session_id, current_user.actor())

    done = "ご本人の確認ができました。操作を続けてください。"
    return form_page(form, give, "admin/prove.html", done, back_url)


def install(app: Flask) -> None:
    """Leads to the question; what was sent is not done, and its page comes again afterwards."""
    app.register_error_handler(ProofNeeded, lambda _needed: redirect(url_for("desk.prove", next=_way_back()), 303))


def _way_back() -> str | None:
    if request.method == "GET":
        return request.full_path.rstrip("?")
    page = urlsplit(request.referrer or "")
    path = page.path.removeprefix(request.script_root)
    return f"{path}?{page.query}" if page.query else path or None
