"""Bringing a database to the schema that this version of the portal expects."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from models.base.settings import ROOT

FOLDER = ROOT / "migrations"
HEAD = FOLDER / "head"


def migrate(engine: Engine, target: str = "head") -> None:
    """Up or down to `target` ("head", "base" or a number) in one transaction."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        _go(connection, target)


def _go(connection: Connection, target: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    revision = MigrationContext.configure(connection).get_current_revision()
    if target == "base" or (revision and target.isdigit() and target < revision):
        command.downgrade(config, target)
    else:
        command.upgrade(config, target)


def is_current(connection: Connection) -> bool:
    """Whether the database stands at the head."""
    return MigrationContext.configure(connection).get_current_revision() == head()


def head() -> str:
    """The newest migration, as the head file names it: two branches that both add one conflict there."""
    return HEAD.read_text().strip()


def numbered() -> list[str]:
    """All migrations, oldest first."""
    return [script.revision for script in reversed(list(ScriptDirectory.from_config(_config()).walk_revisions()))]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(FOLDER)))
    config.set_main_option("path_separator", "os")
    return config
