"""The operators' desk: its own application, cookie and hooks, mounted under /admin."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from flask_babel import Babel

from admin import (
    bulk,
    dashboard,
    documents,
    errors,
    files,
    guide_page,
    inbox,
    login,
    logins,
    own_login,
    proof,
    record_work,
    records,
    reference_files,
    saved_views,
    signed_in,
    taking_back,
    viewing,
)
from admin.blueprint import desk
from admin.keys import key_of, script_keys
from admin.menu import guide, navigation, pages
from admin.tables import init_tables
from models.base.settings import Settings
from models.base.workflow import Status
from web.face import make_face
from web.hooks import current_actor, load_actor

VIEWS = (
    dashboard,
    inbox,
    records,
    record_work,
    documents,
    files,
    bulk,
    reference_files,
    saved_views,
    taking_back,
    viewing,
    own_login,
    signed_in,
    logins,
    guide_page,
)


def create_admin(settings: Settings) -> Flask:
    """The desk's application; deny by default, one cookie of its own."""
    app = make_face("admin", settings, "desk")
    app.jinja_env.globals.update(Status=Status, menu=menu, key=key_of, script_keys=script_keys)
    Babel(app, default_locale="ja", default_timezone="Asia/Tokyo")  # Flask-Admin asks for it once it is installed
    login.init_login(app)
    app.before_request(load_actor)
    app.register_blueprint(desk)
    init_tables(app)
    errors.install(app)
    proof.install(app)
    return app


def menu() -> dict[str, Any]:
    """The navigation of the page that is being made."""
    prefix, path = request.script_root, request.path
    groups = navigation(current_actor(), prefix, path)
    return {"pages": list(pages(prefix, path)), "guide": guide(prefix, path), "groups": groups}
