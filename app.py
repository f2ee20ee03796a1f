"""Builds both faces and mounts them: `app:application` for a web server, `flask --app app …` for the commands."""

from __future__ import annotations

import sys
from typing import NoReturn

import click
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

import models.mapping  # noqa: F401 (maps every table)
from admin import create_admin
from models.base.db import connect, make_engine, transaction
from models.base.settings import Settings, WrongSetting, require_serving, settings
from models.seeds.demo import LOGINS, load_demo
from models.seeds.masters import load_masters
from models.seeds.texts import load_texts
from models.services.migrating import migrate
from models.services.worker import run_until_stopped
from portal import create_portal


def create_app(configured: Settings) -> Flask:
    """The customers' face with the desk mounted under /admin; raises WrongSetting."""
    require_serving(configured)
    connect(configured.database_url)
    made = create_portal(configured)
    mounted = DispatcherMiddleware(made.wsgi_app, {"/admin": create_admin(configured).wsgi_app})
    hops = configured.proxy_hops
    made.wsgi_app = ProxyFix(mounted, x_for=hops, x_proto=hops, x_host=hops) if hops else mounted  # type: ignore[method-assign]
    _add_commands(made, configured)
    return made


def _add_commands(made: Flask, configured: Settings) -> None:
    @made.cli.command("migrate")
    def migrate_database() -> None:
        """Brings the database to this version and adds texts and master data that are missing."""
        migrate(make_engine(configured.database_url))
        with transaction() as session:
            load_masters(session)
            load_texts(session)
        click.echo("The database is up to date.")

    @made.cli.command("load-demo")
    def load_demo_data() -> None:
        """Fills an empty database with demo data, in demo mode only."""
        if configured.demo:
            with transaction() as session:
                click.echo("Demo data loaded." if load_demo(session) else "Data is there already.")

    @made.cli.command("show-logins")
    def show_logins() -> None:
        """Prints the addresses and, in demo mode, the logins."""
        base = configured.public_base_url
        click.echo(f"Portal  {base}/\nDesk    {base}/admin/")
        if configured.demo:
            click.echo(f"Mails   {base}/mailbox/")
            for role, user_name, password in LOGINS:
                click.echo(f"  {role}: {user_name} / {password}")

    @made.cli.command("work")
    def work() -> None:
        """Delivers mails until it is told to stop."""
        run_until_stopped()


def _fail(reason: WrongSetting) -> NoReturn:
    sys.exit(f"The portal cannot start: {reason}")


try:
    app = create_app(settings())
except WrongSetting as wrong:
    _fail(wrong)
application = app
