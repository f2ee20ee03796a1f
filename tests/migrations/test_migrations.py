"""The migrations make what the models declare, and can be undone and done again."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect

from models.base.db import Base, database, transaction
from models.services.migrating import head, is_current, migrate, numbered
from models.tables.customer import Customer

pytestmark = pytest.mark.filterwarnings("ignore:Cannot correctly sort tables")


def is_compared(_thing: object, name: str | None, kind: str, is_reflected: bool, _other: object) -> bool:
    """SQLite's full-text search stands beside the declared tables, PostgreSQL's index among them."""
    is_virtual = kind == "table" and str(name).startswith("search_gram")
    return not is_virtual and (is_reflected or name != "ix_search_entry_grams")


def test_the_migrated_schema_is_the_declared_one(db: Engine) -> None:
    options = {"compare_type": False, "include_object": is_compared}
    with db.connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    assert difference == []


def test_migrations_go_down_and_up_again(db: Engine) -> None:
    with transaction() as session:
        session.add(Customer(name="豊洲商事"))
    database.remove()
    migrate(db, "base")
    assert set(inspect(db).get_table_names()) <= {"alembic_version"}
    migrate(db)
    with db.connect() as connection:
        assert is_current(connection)


def test_the_head_file_names_the_newest_migration() -> None:
    assert numbered()[-1] == head()
