"""A face to begin with: a Flask application with our cookies, hooks, headers and names, and no view."""

from __future__ import annotations

import logging
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Request, current_app, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.routing import IntegerConverter

from models.base.clock import clock_text, day_text, moment_text
from models.base.numbers import LARGEST_KEY
from models.base.settings import ROOT, Settings
from models.base.values import Yen
from web import headers, hooks
from web.sent_once import sent_key


class Asked(Request):
    """A request to which HEAD is GET: a view that acts on whatever is no GET would otherwise act on it, without a token."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.method = "GET" if self.method == "HEAD" else self.method


class Face(Flask):
    """A Flask application that tells its log about a fault without the address, which may carry a password link's token."""

    request_class = Asked

    def log_exception(self, exc_info: Any) -> None:
        """Names the view and the number that the person was shown."""
        self.logger.error("fault %s in %s [%s]", g.get("trace_id"), request.endpoint, request.method, exc_info=exc_info)


class KeyConverter(IntegerConverter):
    """A row's number in an address: one that no row can have is an unknown address, on every database."""

    def __init__(self, url_map: Any, *arguments: Any, **options: Any) -> None:
        super().__init__(url_map, *arguments, **{"max": LARGEST_KEY, **options})


def make_face(name: str, settings: Settings, cookie: str) -> Flask:
    """The application of one face. `cookie` names its session, and parts its signatures from the other face's."""
    app = Face(name, root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.logger.setLevel(logging.INFO)
    prefix = "__Host-" if settings.is_https else ""
    app.config.update(
        SECRET_KEY=f"{cookie}:{settings.secret_key}",
        SESSION_COOKIE_NAME=f"{prefix}{cookie}_session",
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        # Somewhat more than a file may have, so that one that is too large is told so at its field.
        MAX_CONTENT_LENGTH=3 * settings.file_megabytes * 1024 * 1024,
        MAX_FORM_PARTS=1000,
        HOSTS={host.lower() for host in settings.trusted_hosts},
    )
    app.url_map.converters["int"] = KeyConverter
    app.jinja_env.filters.update(clock=clock_text, day=day_text, moment=moment_text, yen=Yen().show)
    app.jinja_env.globals.update(asset=asset, sent_key=sent_key)
    app.before_request_funcs.setdefault(None, []).extend(hooks.FIRST)
    CSRFProtect(app)
    app.after_request(headers.add_headers)
    app.teardown_request(hooks.close_session)

    @app.context_processor
    def give_names() -> dict[str, Any]:
        return {
            "service_name": settings.service_name,
            "provider_name": settings.provider_name,
            "is_demo": settings.demo,
        }

    return app


@cache
def _fingerprint(folder: str, filename: str) -> str:
    return sha256((Path(folder) / filename).read_bytes()).hexdigest()[:12]


def asset(filename: str) -> str:
    """The address of a static file, which changes with its content and so may be kept for ever."""
    version = _fingerprint(current_app.static_folder or "", filename)
    return f"{request.script_root}{current_app.static_url_path}/{filename}?v={version}"
