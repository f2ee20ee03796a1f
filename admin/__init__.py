"""The operators' desk: its own application, cookie and hooks, mounted under /admin."""

from __future__ import annotations

import secrets
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, current_app, g, request, url_for
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect

from admin import errors, inbox, login, records
from admin.blueprint import desk
from models.base.actor import SYSTEM
from models.base.clock import day_text, moment_text
from models.base.db import database
from models.base.settings import ROOT, Settings
from models.base.values import Yen
from models.base.workflow import Status
from models.services.audit import act_as

VIEWS = (inbox, records)
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Robots-Tag": "noindex",
}


def create_admin(settings: Settings) -> Flask:
    """The desk's application; deny by default, one cookie of its own."""
    app = Flask("admin", root_path=str(ROOT), template_folder="templates", static_folder="static")
    prefix = "__Host-" if settings.is_https else ""
    app.config.update(
        SECRET_KEY=f"desk:{settings.secret_key}",
        SESSION_COOKIE_NAME=f"{prefix}desk_session",
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        DESK_HOSTS={host.lower() for host in settings.trusted_hosts},
    )
    app.jinja_env.filters.update(day=day_text, moment=moment_text, yen=Yen().show)
    app.jinja_env.globals.update(asset=asset, Status=Status)
    app.before_request(give_trace_id)
    app.before_request(check_host)
    CSRFProtect(app)
    login.init_login(app)
    app.before_request(load_actor)
    app.register_blueprint(desk)
    app.after_request(add_headers)
    app.teardown_request(close_session)
    errors.install(app)

    @app.context_processor
    def give_names() -> dict[str, Any]:
        return {"service_name": settings.service_name, "provider_name": settings.provider_name}

    return app


def give_trace_id() -> None:
    """Every request has a number that people can quote."""
    g.trace_id = secrets.token_hex(8)


def check_host() -> None:
    """Only the hosts that we are known by."""
    host = request.headers.get("Host", "").rsplit(":", 1)[0].strip("[]").lower()
    if host not in current_app.config["DESK_HOSTS"]:
        abort(400)


def load_actor() -> None:
    """Names who acts, for events."""
    act_as(current_user.actor() if current_user.is_authenticated else SYSTEM)


@cache
def _fingerprint(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:12]


def asset(filename: str) -> str:
    """The address of a static file, which changes with its content."""
    return url_for("static", filename=filename, v=_fingerprint(Path(current_app.static_folder or "") / filename))


def add_headers(response: Response) -> Response:
    """The header set of every answer (RELIABILITY §4)."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    is_static = request.endpoint == "static" and "v" in request.args
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_static else "no-store"
    return response


def close_session(_error: BaseException | None) -> None:
    """Gives the connection back."""
    database.remove()
