"""What happens before and after every view, in order: deny by default (DESIGN §6)."""

from __future__ import annotations

import secrets
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from models.base.actor import SYSTEM, Actor
from models.base.db import database
from models.base.errors import Refused
from models.base.settings import Settings
from models.services.audit import act_as
from models.services.queries import own_record
from models.services.rename_guard import REASON, blocking_rename_id

SAFE = {"GET", "HEAD", "OPTIONS"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def give_trace_id() -> None:
    """Every request has a number that people can quote."""
    g.trace_id = secrets.token_hex(8)


def check_host() -> None:
    """Only the hosts that we are known by; the port does not matter."""
    host = request.headers.get("Host", "").rsplit(":", 1)[0].strip("[]").lower()
    if request.endpoint != "portal.show_health" and host not in current_app.config["PORTAL_HOSTS"]:
        abort(400)


def load_actor() -> None:
    """Names who acts, for events and the rename guard."""
    if request.endpoint not in {"static", "portal.show_health"}:
        act_as(current_actor())


def require_login() -> ResponseReturnValue | None:
    """Whatever a view does not open is for signed-in customers."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or request.endpoint == "static" or getattr(view, "is_open", False) or current_user.is_authenticated:
        return None
    path = request.full_path.rstrip("?") if request.method in SAFE else None
    return redirect(url_for("portal.sign_in", next=path), 303)


def block_while_renaming() -> None:
    """Tells the customer before the act that a rename blocks it; the database holds it in any case (SPEC §5)."""
    record_id = (request.view_args or {}).get("record_id")
    if record_id is None or request.method in SAFE or not current_user.is_authenticated:
        return
    record = own_record(database(), current_actor(), record_id)
    if rename_id := blocking_rename_id(record.request):
        raise Refused(REASON, rename_id)


HOOKS = (give_trace_id, check_host, load_actor, require_login, block_while_renaming)


def current_actor() -> Actor:
    """Who acts in this request; a visitor acts as the system, which may open nothing."""
    if current_user.is_authenticated:
        actor: Actor = current_user.actor()
        return actor
    return SYSTEM


@cache
def _fingerprint(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:12]


def asset(filename: str) -> str:
    """The address of a static file, which changes with its content and so may be kept for ever."""
    return url_for("static", filename=filename, v=_fingerprint(Path(current_app.static_folder or "") / filename))


def _close_session(_error: BaseException | None) -> None:
    database.remove()


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if "v" in request.args else "no-cache"
    else:
        response.headers["Cache-Control"] = "no-store"
    if request.endpoint != "portal.show_start":
        response.headers["X-Robots-Tag"] = "noindex"
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response


def install(app: Flask, settings: Settings) -> None:
    """Puts the hooks around the application's views."""
    app.config["PORTAL_HOSTS"] = {host.lower() for host in settings.trusted_hosts}
    app.before_request_funcs.setdefault(None, []).extend(HOOKS)
    app.teardown_request(_close_session)
    app.after_request(_add_headers)
    app.jinja_env.globals["asset"] = asset

    @app.context_processor
    def give_names() -> dict[str, Any]:
        return {
            "service_name": settings.service_name,
            "provider_name": settings.provider_name,
            "is_demo": settings.demo,
        }
