"""The operators' desk: its own application, cookie and hooks, mounted under /admin."""

from __future__ import annotations

from flask import Flask

from admin import errors, inbox, login, records, reference_files
from admin.blueprint import desk
from models.base.settings import Settings
from models.base.workflow import Status
from web.face import make_face
from web.hooks import load_actor

VIEWS = (inbox, records, reference_files)


def create_admin(settings: Settings) -> Flask:
    """The desk's application; deny by default, one cookie of its own."""
    app = make_face("admin", settings, "desk")
    app.jinja_env.globals["Status"] = Status
    login.init_login(app)
    app.before_request(load_actor)
    app.register_blueprint(desk)
    errors.install(app)
    return app
