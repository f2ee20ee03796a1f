"""The migrations make what the models declare, and can be undone and done again."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Engine, inspect, text
from sqlalchemy.exc import IntegrityError

from models.base.db import Base, database, transaction
from models.services.migrating import head, is_current, migrate, numbered
from models.tables.customer import Customer
from models.tables.operator import Operator, OperatorRole

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


def test_every_rule_that_is_declared_is_kept_by_the_migrated_database(db: Engine) -> None:
    found = {name: inspect(db).get_check_constraints(name) for name in Base.metadata.tables}
    kept = {str(one["name"]) for rules in found.values() for one in rules}
    declared = {
        str(one.name) if str(one.name).startswith("ck_") else f"ck_{table.name}_{one.name}"
        for table in Base.metadata.tables.values()
        for one in table.constraints
        if isinstance(one, CheckConstraint)
    }
    assert kept == declared


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE operator SET role = 'boss'",
        "INSERT INTO lead_time (code, label, place, days) VALUES ('x', 'x', 1, -1)",
        "INSERT INTO company_type (code, label, place, is_corporate) VALUES ('x', 'x', 10000, true)",
    ],
)
def test_what_breaks_a_rule_is_refused_by_the_database_itself(db: Engine, wrong: str) -> None:
    with transaction() as session:
        session.add(Operator(user_name="a", name="a", mail="a@example.jp", role=OperatorRole.VIEWER))
    database.remove()
    with db.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(text(wrong))


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
