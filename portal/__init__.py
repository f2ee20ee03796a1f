"""The customers' face: a small, strict set of pages over the domain."""

from __future__ import annotations

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from models.base.clock import day_text, moment_text
from models.base.settings import ROOT, Settings
from models.base.values import Yen
from portal import (
    account_request,
    errors,
    files,
    guide,
    health,
    home,
    hooks,
    login,
    mailbox,
    password,
    postal_codes,
    records,
    requests,
)
from portal.blueprint import portal
from portal.routes import StatusConverter

VIEWS = (account_request, files, guide, health, home, mailbox, password, postal_codes, records, requests)


def create_portal(settings: Settings) -> Flask:
    """The customers' application; deny by default, one cookie of its own."""
    app = Flask("portal", root_path=str(ROOT), template_folder="templates", static_folder="static")
    prefix = "__Host-" if settings.is_https else ""
    app.config.update(
        SECRET_KEY=f"portal:{settings.secret_key}",
        SESSION_COOKIE_NAME=f"{prefix}portal_session",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=(settings.file_megabytes + 1) * 1024 * 1024,
        MAX_FORM_PARTS=1000,
    )
    app.url_map.converters["status"] = StatusConverter
    app.jinja_env.filters.update(day=day_text, moment=moment_text, yen=Yen().show)
    app.jinja_env.globals["places_url"] = postal_codes.places_url
    CSRFProtect(app)
    login.init_login(app)
    app.register_blueprint(portal)
    hooks.install(app, settings)
    errors.install(app)
    return app
