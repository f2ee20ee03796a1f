"""Builds both faces and mounts them: `app:application` for a web server, `flask --app app …` for the commands."""

from __future__ import annotations

import sys
from typing import NoReturn

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

import models.mapping  # noqa: F401 (maps every table)
from admin import create_admin
from commands import add_commands
from models.base.db import connect
from models.base.settings import Settings, WrongSetting, require_serving, settings
from models.services.migrating import start_obstacle
from portal import create_portal, create_viewing
from portal.viewing import by_company
from web.viewing import PREFIX


def create_app(configured: Settings) -> Flask:
    """The customers' face with the desk mounted under /admin; raises WrongSetting."""
    require_serving(configured)
    connect(configured.database_url)
    made = mount(configured)
    add_commands(made, configured)
    return made


def mount(configured: Settings) -> Flask:
    """Both faces behind one address, which believes as many proxies as there are."""
    made = create_portal(configured)
    desk, viewing = create_admin(configured).wsgi_app, by_company(create_viewing(configured).wsgi_app)
    mounted = DispatcherMiddleware(made.wsgi_app, {"/admin": desk, f"/admin{PREFIX}": viewing})
    hops = configured.proxy_hops
    made.wsgi_app = ProxyFix(mounted, x_for=hops, x_proto=hops, x_host=hops) if hops else mounted  # type: ignore[method-assign]
    return made


def require_current_database() -> None:
    """Ends the start of a web server whose database is not this version's; one that is away is waited for, with pages that say so."""
    if reason := start_obstacle(settings().database_url):
        _fail(WrongSetting(reason))


def _fail(reason: WrongSetting) -> NoReturn:
    sys.exit(f"The portal cannot start: {reason}")


def only_commands() -> Flask:
    """What `--help` reads: the commands, which it describes and does not run. Help is there before there are settings."""
    made = Flask(__name__)
    add_commands(made, Settings())
    return made


try:
    app = create_app(settings())
except WrongSetting as wrong:
    if "--help" not in sys.argv:
        _fail(wrong)
    app = only_commands()
application = app
