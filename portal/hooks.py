"""What happens before every view, in order: deny by default (DESIGN §6). The first hooks are both faces' own, in web.hooks."""

from __future__ import annotations

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from models.base.db import database
from models.base.errors import Refused
from models.services.queries import own_record
from models.services.rename_guard import REASON, blocking_rename_id
from web.access import is_static, says
from web.hooks import SAFE, current_actor, load_actor
from web.signing_in import page_after_login

__all__ = ["SAFE", "current_actor", "install"]


def require_login() -> ResponseReturnValue | None:
    """Whatever a view does not open is for signed-in customers."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or is_static() or says("is_open") or current_user.is_authenticated:
        return None
    return redirect(url_for("portal.sign_in", next=page_after_login()), 303)


def block_while_renaming() -> None:
    """Tells the customer before the act that a rename blocks it; the database holds it in any case (SPEC §5)."""
    record_id = (request.view_args or {}).get("record_id")
    if record_id is None or request.method in SAFE or not current_user.is_authenticated:
        return
    record = own_record(database(), current_actor(), record_id)
    if rename_id := blocking_rename_id(record.request):
        raise Refused(REASON, rename_id)


HOOKS = (load_actor, require_login, block_while_renaming)


def install(app: Flask) -> None:
    """Puts the portal's own hooks after those of both faces."""
    app.before_request_funcs.setdefault(None, []).extend(HOOKS)
