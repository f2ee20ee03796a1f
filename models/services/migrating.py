"""Bringing a database to the schema that this version of the portal expects."""

from __future__ import annotations

import logging

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from models.base.db import make_engine
from models.base.settings import ROOT
from models.services import search_index

FOLDER = ROOT / "migrations"
HEAD = FOLDER / "head"
OUTDATED = "the database is not up to date; run: flask --app app migrate"
log = logging.getLogger(__name__)


def migrate(engine: Engine, target: str = "head") -> None:
    """Up or down to `target` ("head", "base" or a number) in one transaction."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        before = revision_of(connection)
        _go(connection, target)
        if revision_of(connection) == head() != before:
            search_index.fill(
                connection
            )  # what it holds follows from the rows, in whatever shape the newest schema has them


def _go(connection: Connection, target: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    revision = revision_of(connection)
    if target == "base" or (revision and target.isdigit() and target < revision):
        command.downgrade(config, target)
    else:
        command.upgrade(config, target)


def is_current(connection: Connection) -> bool:
    """Whether the database stands at the head."""
    return revision_of(connection) == head()


def start_obstacle(url: str) -> str | None:
    """Why this version must not serve that database, in one line, or None. A database that is away may come back: it is no obstacle."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return None if is_current(connection) else OUTDATED
    except DBAPIError as error:
        log.warning("the database is away: %s", type(error).__name__)
        return None
    finally:
        engine.dispose()


def revision_of(connection: Connection) -> str | None:
    """The migration that the database stands at; None where none was made."""
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The newest migration, as the head file names it: two branches that both add one conflict there."""
    return HEAD.read_text().strip()


def numbered() -> list[str]:
    """All migrations, oldest first."""
    return [script.revision for script in reversed(list(ScriptDirectory.from_config(_config()).walk_revisions()))]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("prepend_sys_path", str(ROOT))  # versions share migrations/checks.py
    config.set_main_option("path_separator", "os")
    return config
