"""The command line: `flask --app app …`. Each command is a few lines; the work is the domain's."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import click
from flask import Flask
from sqlalchemy.exc import DBAPIError

from models.base.db import database, make_engine, transaction
from models.base.errors import Invalid
from models.base.settings import Settings
from models.seeds.demo import LOGINS, load_demo
from models.seeds.masters import load_masters
from models.seeds.texts import load_texts
from models.services import search_index
from models.services.backup import BackupFailed, make_backup, restore_backup
from models.services.doctor import examine
from models.services.links import link_address
from models.services.migrating import migrate, start_obstacle
from models.services.operators import create_operator
from models.services.readiness import obstacles
from models.services.worker import run_until_stopped
from models.tables.operator import OperatorRole


class Plain(click.Command):
    """A command that ends with one clear line when the database is away or has not been made."""

    def invoke(self, ctx: click.Context) -> object:
        """Runs it."""
        try:
            return super().invoke(ctx)
        except DBAPIError as error:
            kind = type(error).__name__
            raise click.ClickException(
                f"The database does not answer as it should ({kind}): see DATABASE_URL, and run: flask --app app migrate"
            ) from None


def add_commands(made: Flask, configured: Settings) -> None:
    """Registers all commands; each ends with exit code 1 and one clear line when it cannot do its work."""
    _add_daily(made, configured)
    _add_demo(made, configured)
    _add_checks(made, configured)
    _add_repairs(made)
    _add_backups(made, configured)


def _add_daily(made: Flask, configured: Settings) -> None:
    @made.cli.command("migrate", cls=Plain)
    def migrate_database() -> None:
        """Brings the database to this version and adds texts and master data that are missing."""
        migrate(make_engine(configured.database_url))
        with transaction() as session:
            load_masters(session)
            load_texts(session)
        click.echo("The database is up to date.")

    @made.cli.command("work", cls=Plain)
    def work() -> None:
        """Delivers mails, makes PDFs, reminds and carries on long acts of the desk until it is told to stop."""
        if reason := start_obstacle(configured.database_url):
            raise click.ClickException(f"The worker cannot start: {reason}")
        gc.collect()
        gc.freeze()  # thousands of rows of a bulk act are made in half the time when garbage is looked for among them alone
        run_until_stopped()

    @made.cli.command("create-operator", cls=Plain)
    @click.option("--user-name", prompt="User name")
    @click.option("--name", prompt="Name (氏名)")
    @click.option("--mail", prompt="Mail address")
    @click.option("--role", prompt="Role", type=click.Choice([role.value for role in OperatorRole]))
    def add_operator(user_name: str, name: str, mail: str, role: str) -> None:
        """Adds an operator; prints the link that sets the password, and mails it too."""
        try:
            with transaction() as session:
                link = link_address(create_operator(session, user_name, name, mail, role))
        except Invalid as wrong:
            raise click.ClickException(str(wrong)) from None
        click.echo(f"Operator {user_name} is added. The password is set here, once: {link}")


def _add_demo(made: Flask, configured: Settings) -> None:
    @made.cli.command("load-demo", cls=Plain)
    def load_demo_data() -> None:
        """Fills an empty database with demo data, in demo mode only."""
        if configured.demo:
            with transaction() as session:
                click.echo("Demo data loaded." if load_demo(session) else "Data is there already.")

    @made.cli.command("show-logins", cls=Plain)
    def show_logins() -> None:
        """Prints the addresses and, in demo mode, the logins."""
        base = configured.public_base_url
        click.echo(f"Portal  {base}/\nDesk    {base}/admin/")
        if configured.demo:
            click.echo(f"Mails   {base}/mailbox/")
            for role, user_name, password in LOGINS:
                click.echo(f"  {role}: {user_name} / {password}")


def _add_repairs(made: Flask) -> None:
    @made.cli.command("reindex", cls=Plain)
    def reindex() -> None:
        """Makes the index of searches anew, where the doctor finds it wrong. Searches of the desk wait meanwhile."""
        with transaction() as session:
            count = search_index.rebuild(session.connection())
        click.echo(f"{count:,} rows are indexed.")


def _add_checks(made: Flask, configured: Settings) -> None:
    @made.cli.command("check", cls=Plain)
    def check() -> None:
        """Says whether this installation is fit for production; every reason against it is one line."""
        found = obstacles(database(), configured, made.debug, [name for _, name, _ in LOGINS])
        for line in found:
            click.echo(f"✗ {line}")
        if found:
            sys.exit(1)
        click.echo("✓ Ready for production.")

    @made.cli.command("doctor", cls=Plain)
    def doctor() -> None:
        """Examines what must be true in every database, after any fault."""
        _examine()


def _examine() -> None:
    findings = examine(database())
    for finding in findings:
        click.echo(str(finding))
    if any(finding.wrong for finding in findings):
        sys.exit(1)


def _add_backups(made: Flask, configured: Settings) -> None:
    @made.cli.command("backup", cls=Plain)
    @click.argument("target", required=False, type=click.Path(path_type=Path, dir_okay=False))
    def backup(target: Path | None) -> None:
        """Keeps the whole installation in one new file: database, uploaded files, secret key. The portal may go on meanwhile."""
        try:
            path, manifest = make_backup(configured, target)
        except BackupFailed as failed:
            raise click.ClickException(str(failed)) from None
        click.echo(f"{path}: {manifest}")
        click.echo("It holds everybody's data and the secret key: keep it where others cannot read it.")

    @made.cli.command("restore", cls=Plain)
    @click.argument("source", type=click.Path(path_type=Path, dir_okay=False, exists=True))
    def restore(source: Path) -> None:
        """Brings a backup back into an empty place, and examines it."""
        try:
            manifest, is_same_key = restore_backup(configured, source)
        except BackupFailed as failed:
            raise click.ClickException(str(failed)) from None
        click.echo(f"Restored: {manifest}")
        if not is_same_key:
            click.echo("SECRET_KEY is not the backup's: everybody signs in anew, and links that were mailed are dead.")
        _examine()
