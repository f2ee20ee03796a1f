"""The customers' face: a small, strict set of pages over the domain."""

from __future__ import annotations

from flask import Flask

from models.base.settings import Settings
from portal import (
    account,
    account_request,
    documents,
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
    receipt,
    records,
    requests,
    search,
    start,
    unsaved,
    updates,
    viewing,
    wizard,
    wizard_dates,
)
from portal.blueprint import portal
from portal.routes import StatusConverter
from web.face import make_face

VIEWS = (
    account,
    account_request,
    documents,
    files,
    guide,
    health,
    home,
    mailbox,
    password,
    postal_codes,
    receipt,
    records,
    requests,
    search,
    start,
    unsaved,
    updates,
    wizard,
    wizard_dates,
)


def create_portal(settings: Settings) -> Flask:
    """The customers' application; deny by default, one cookie of its own."""
    app = make_face("portal", settings, "portal")
    login.init_login(app)
    _add_pages(app)
    hooks.install(app)
    return app


def create_viewing(settings: Settings) -> Flask:
    """The same pages for an operator who looks at them, behind the desk's cookie."""
    app = make_face("viewing", settings, "desk")
    viewing.install(app)
    _add_pages(app)
    return app


def _add_pages(app: Flask) -> None:
    app.url_map.converters["status"] = StatusConverter
    app.jinja_env.globals["places_url"] = postal_codes.places_url
    app.register_blueprint(portal)
    errors.install(app)
