"""Bringing a database to the schema that this version of the portal expects."""

from __future__ import annotations

import logging
from argparse import Namespace
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Engine, inspect
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from models.base.db import Base, make_engine
from models.base.settings import ROOT
from models.services import search_index

FOLDER = ROOT / "migrations"
HEAD = FOLDER / "head"
OUTDATED = "the database is not up to date; run: flask --app app migrate"
log = logging.getLogger(__name__)


class MigrationMissing(Exception):
    """The models declare what no migration makes; its text is one line for the engineer."""


class NothingToMigrate(Exception):
    """A migration was asked for, and models and migrations agree."""


def migrate(engine: Engine, target: str = "head") -> None:
    """Up or down to `target` ("head", "base" or a number) in one transaction; raises MigrationMissing."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        before = revision_of(connection)
        _go(connection, target)
        if revision_of(connection) == head() != before:
            require_declared(connection)
            # What the index holds follows from the rows, in whatever shape the newest schema has them.
            search_index.fill(connection)


def _go(connection: Connection, target: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    revision = revision_of(connection)
    if target == "base" or (revision and target.isdigit() and target < revision):
        command.downgrade(config, target)
    else:
        command.upgrade(config, target)


def require_declared(connection: Connection) -> None:
    """Raises MigrationMissing where the database lacks a table or a column that the models declare."""
    there = inspect(connection).get_multi_columns()
    columns = {name: {column["name"] for column in found} for (_, name), found in there.items()}
    missing = []
    for table in Base.metadata.tables.values():
        if table.name not in columns:
            missing.append(f"the table {table.name}")
        else:
            missing += [f"{table.name}.{name}" for name in set(table.columns.keys()) - columns[table.name]]
    if missing:
        raise MigrationMissing(
            f"No migration makes {', '.join(sorted(missing))}; draft one with: script/new-migration <what it does>"
        )


def draft(engine: Engine, what: str) -> Path:
    """Writes the next migration, to be read and corrected, and names it in the head file.

    `engine` is an empty database: brought to the head, it shows what the models declare beyond it. Raises NothingToMigrate.
    """
    number = f"{int(head()) + 1:04}"
    config = _config(is_quiet=True)
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        _go(connection, "head")
        config.attributes["connection"] = connection
        made = command.revision(config, what, autogenerate=True, rev_id=number)
    if not isinstance(made, Script):
        raise NothingToMigrate("The models declare nothing that the migrations do not make.")
    HEAD.write_text(f"{number}\n")
    return Path(made.path)


def is_compared(_thing: object, name: str | None, kind: str, is_reflected: bool, _other: object) -> bool:
    """What a comparison of models and database looks at: SQLite's full-text search stands beside the declared tables, PostgreSQL's index among them."""
    is_virtual = kind == "table" and str(name).startswith("search_gram")
    return not is_virtual and (is_reflected or name != "ix_search_entry_grams")


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


def _config(is_quiet: bool = False) -> Config:
    config = Config(cmd_opts=Namespace(quiet=is_quiet))
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("prepend_sys_path", str(ROOT))  # versions share migrations/checks.py
    config.set_main_option("path_separator", "os")
    return config
