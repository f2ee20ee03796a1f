"""The migrations make what the models declare, and can be undone and done again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Column, Engine, Integer, Table, inspect, text
from sqlalchemy.exc import IntegrityError

from models.base.db import Base, Moment, database, make_engine, transaction
from models.services import migrating
from models.services.migrating import (
    MigrationMissing,
    NothingToMigrate,
    draft,
    head,
    is_compared,
    is_current,
    migrate,
    numbered,
    revision_of,
)
from models.tables.customer import Customer
from models.tables.operator import Operator, OperatorRole

pytestmark = pytest.mark.filterwarnings("ignore:Cannot correctly sort tables")


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Engine]:
    """A database without any table."""
    engine = make_engine(f"sqlite:///{tmp_path}/empty.sqlite")
    yield engine
    engine.dispose()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of all migrations, to draft in."""
    copied = shutil.copytree(migrating.FOLDER, tmp_path / "migrations")
    monkeypatch.setattr(migrating, "FOLDER", copied)
    monkeypatch.setattr(migrating, "HEAD", copied / "head")
    return copied


@pytest.fixture
def undone() -> Iterator[str]:
    """A table that an engineer has declared, and made no migration for."""
    table = Table(
        "undone", Base.metadata, Column("id", Integer, primary_key=True), Column("seen_at", Moment, nullable=False)
    )
    yield table.name
    Base.metadata.remove(table)


def test_every_table_and_column_has_its_migration(empty: Engine) -> None:
    try:
        migrate(empty)
    except MigrationMissing as missing:
        pytest.fail(str(missing), pytrace=False)


def test_a_table_without_a_migration_is_told_in_one_sentence(empty: Engine, undone: str) -> None:
    with pytest.raises(MigrationMissing, match=r"^No migration makes the table undone; .*script/new-migration[^\n]*$"):
        migrate(empty)
    with empty.connect() as connection:
        assert revision_of(connection) is None


def test_the_next_migration_is_drafted_and_works_both_ways(empty: Engine, undone: str, folder: Path) -> None:
    before = head()
    made = draft(empty, "Carriers of lines")
    assert made == folder / "versions" / f"{head()}_carriers_of_lines.py"
    assert int(head()) == int(before) + 1
    assert "models." not in made.read_text()
    migrate(empty)
    assert undone in inspect(empty).get_table_names()
    migrate(empty, before)
    assert undone not in inspect(empty).get_table_names()


def test_nothing_is_drafted_where_models_and_migrations_agree(empty: Engine, folder: Path) -> None:
    before = head(), numbered()
    with pytest.raises(NothingToMigrate):
        draft(empty, "Nothing")
    assert (head(), numbered()) == before


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
