"""Backups: the whole installation in one file, and the way back into an empty place.

Files and mails that are still to go out lie in the database, so a backup is the database, the secret key, and a manifest that says what must come
back. SQLite is copied by its backup API (copying the file loses what its log still holds), PostgreSQL by pg_dump, both while the portal runs.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess  # nosec B404 (pg_dump and pg_restore, with fixed commands)
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, MetaData, Table, create_engine, func, inspect, make_url, select, text
from sqlalchemy.engine import Connection

from models.base.clock import now
from models.base.db import make_engine, sqlite_path
from models.base.settings import ROOT, Settings
from models.services.migrating import migrate, numbered, revision_of

FOLDER = ROOT / "instance" / "backups"
MANIFEST, SECRET, DATABASE = "manifest.json", "secret_key", "database"
SIDE_FILES = ("-wal", "-shm", "-journal")


class BackupFailed(Exception):
    """A backup could not be made or brought back; its text is one line for the operator of the machine."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. `sha256` is that of the database's copy; `counts` are the rows of each table."""

    made_at: str
    kind: str
    revision: str
    sha256: str
    counts: dict[str, int]

    def __str__(self) -> str:
        rows = sum(self.counts.values())
        return (
            f"{self.kind}, {rows} rows in {len(self.counts)} tables, revision {self.revision}, made at {self.made_at}"
        )


def make_backup(settings: Settings, target: Path | None = None) -> tuple[Path, Manifest]:
    """Writes a new file, readable by its owner alone and complete or not there at all; raises BackupFailed."""
    target = target or FOLDER / f"portal-{now():%Y%m%d-%H%M%S}.tar"
    if target.exists():
        raise BackupFailed(f"{target} is there already; a backup never replaces a file.")
    with _told():
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
            copy, archive = Path(folder) / DATABASE, Path(folder) / "archive"
            kind = _kind(settings)
            revision, counts = (_copy_sqlite if kind == "sqlite" else _dump_postgresql)(settings.database_url, copy)
            manifest = Manifest(now().isoformat(timespec="seconds"), kind, revision, _digest(copy), counts)
            _pack(archive, copy, manifest, settings.secret_key)
            archive.rename(target)
    return target, manifest


def restore_backup(settings: Settings, source: Path) -> tuple[Manifest, bool]:
    """Fills an empty place, brings it to this version and compares it with the manifest; raises BackupFailed.

    Gives what came back, and whether this installation has the backup's secret key.
    """
    with _told():
        place = sqlite_path(settings.database_url).parent if _kind(settings) == "sqlite" else None
        if place:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
        _require_empty(settings)
        with TemporaryDirectory(prefix=".restore-", dir=place) as folder:
            copy = Path(folder) / DATABASE
            manifest, secret = _unpack(source, copy)
            if manifest.kind != _kind(settings):
                raise BackupFailed(f"The backup holds a {manifest.kind} database; DATABASE_URL names another kind.")
            if manifest.revision not in numbered():
                raise BackupFailed(
                    "The backup was made by a newer version of the portal; restore it with that version."
                )
            _bring_back(settings, copy)
        _compare(settings, manifest)
    return manifest, secret == settings.secret_key


@contextmanager
def _told() -> Iterator[None]:
    """Whatever the machine refuses, in one line: a full disk, a file that is no backup, a database that is away."""
    try:
        yield
    except tarfile.TarError:
        raise BackupFailed("This file is no backup, or it is damaged.") from None
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(f"{error}. Nothing was left half done.") from None


def _kind(settings: Settings) -> str:
    return make_url(settings.database_url).get_backend_name()


def _copy_sqlite(url: str, copy: Path) -> tuple[str, dict[str, int]]:
    path = sqlite_path(url)
    if not path.exists():
        raise BackupFailed(f"There is no database at {path}; see DATABASE_URL.")
    with closing(sqlite3.connect(path, timeout=30)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    _require_sound(copy)
    engine = create_engine(f"sqlite:///{copy}")
    try:
        with engine.connect() as connection:
            return _contents(connection)
    finally:
        engine.dispose()


def _require_sound(path: Path) -> None:
    with closing(sqlite3.connect(path)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupFailed("The database itself is damaged: SQLite's integrity check fails.")


def _dump_postgresql(url: str, copy: Path) -> tuple[str, dict[str, int]]:
    with _engine(url) as engine, engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(text(f"SET LOCAL {limit} = 0"))
        # What is counted is what is dumped, whatever people do meanwhile.
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        found = _contents(connection)
        options = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={copy}")
        _run(url, "pg_dump", *options)
    return found


def _contents(connection: Connection) -> tuple[str, dict[str, int]]:
    """The revision, and the rows of every table."""
    revision = revision_of(connection)
    if revision is None:
        raise BackupFailed("The database has not been made yet; see DATABASE_URL, and run: flask --app app migrate")
    return revision, _counts(connection)


def _counts(connection: Connection) -> dict[str, int]:
    tables = (Table(name, MetaData()) for name in sorted(inspect(connection).get_table_names()))
    return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def _run(url: str, program: str, *arguments: str) -> None:
    found, address = which(program), make_url(url)
    if found is None:
        raise BackupFailed(f"{program} is missing; install postgresql-client.")
    # The password stands in no list of processes.
    environment = {"HOME": str(Path.home()), **({"PGPASSWORD": address.password} if address.password else {})}
    place = address.set(drivername="postgresql", password=None).render_as_string()
    command = [found, f"--dbname={place}", "--no-password", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # nosec B603
    if done.returncode:
        raise BackupFailed(" ".join(done.stderr.split())[:300] or f"{program} failed")


def _pack(archive: Path, copy: Path, manifest: Manifest, secret: str) -> None:
    archive.touch(mode=0o600)
    with archive.open("wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
        for name, content in ((MANIFEST, json.dumps(asdict(manifest), indent=1)), (SECRET, secret)):
            tar.addfile(_member(name, len(content.encode())), BytesIO(content.encode()))
        with copy.open("rb") as database:
            tar.addfile(_member(DATABASE, copy.stat().st_size), database)


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(now().timestamp())
    return member


def _unpack(source: Path, copy: Path) -> tuple[Manifest, str]:
    """The manifest and the secret key; the database lies at `copy` and has its bytes."""
    with tarfile.open(source) as tar:
        try:
            said, secret = (_bytes_of(tar, name) for name in (MANIFEST, SECRET))
            manifest = Manifest(**json.loads(said))
            copy.touch(mode=0o600)
            with copy.open("wb") as file:
                database = tar.extractfile(DATABASE)
                while database and (part := database.read(1 << 20)):
                    file.write(part)
        except (KeyError, TypeError, ValueError):
            raise BackupFailed("This file is no backup, or it is damaged.") from None
    if _digest(copy) != manifest.sha256:
        raise BackupFailed("The backup is damaged: its database is not the one that was written.")
    return manifest, secret.decode()


def _bytes_of(tar: tarfile.TarFile, name: str) -> bytes:
    member = tar.extractfile(name)
    return member.read() if member else b""


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _require_empty(settings: Settings) -> None:
    if _kind(settings) == "sqlite":
        path = sqlite_path(settings.database_url)
        if (path.exists() and path.stat().st_size) or any(_beside(path, end).exists() for end in SIDE_FILES):
            raise BackupFailed(f"{path} is not empty; a backup is restored into an empty place only.")
        return
    with _engine(settings.database_url) as engine, engine.connect() as connection:
        if inspect(connection).get_table_names():
            raise BackupFailed("The database is not empty; a backup is restored into an empty place only.")


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _bring_back(settings: Settings, copy: Path) -> None:
    if _kind(settings) == "sqlite":
        _require_sound(copy)
        copy.rename(sqlite_path(settings.database_url))
        return
    options = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", str(copy))
    _run(settings.database_url, "pg_restore", *options)


def _compare(settings: Settings, manifest: Manifest) -> None:
    with _engine(settings.database_url) as engine:
        with engine.connect() as connection:
            came = _counts(connection)
        if came != manifest.counts:
            lost = sorted(name for name in manifest.counts if came.get(name) != manifest.counts[name])
            raise BackupFailed(f"Not all rows came back: {', '.join(lost)}.")
        migrate(engine)


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    engine = make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()
