"""The database: mapped base, session registry, and the one transaction of an act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, cast

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    String,
    TypeDecorator,
    create_engine,
    event,
    func,
    literal,
    make_url,
    select,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session, sessionmaker

from models.base.settings import ROOT
from models.base.subjects import Subject
from models.base.validity import Validity

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Area(StrEnum):
    """What a table is about; it decides its place in the desk's menu and who may write it (SPEC §1)."""

    APPLICATION = "application"
    MASTER = "master"
    ACCESS = "access"
    STAFF = "staff"
    LOG = "log"


class Base(DeclarativeBase):
    """What every mapped class says of itself. `__label__` is the table's Japanese name.

    `__ended_by__`: the column that takes a row out of use and keeps it, where there is one; what history needs is ended, not deleted.
    `__subject__`: under which heading of the menu it stands among the tables of its area.
    `__validity__`: from and until which day a row counts, where that is limited.
    `__is_needed__`: the portal asks for its rows by their codes; they are edited and never deleted.
    """

    metadata = MetaData(naming_convention=NAMES)

    __label__: ClassVar[str] = ""
    __area__: ClassVar[Area] = Area.APPLICATION
    __subject__: ClassVar[Subject] = Subject.OTHER
    __ended_by__: ClassVar[str] = ""
    __validity__: ClassVar[Validity | None] = None
    __is_needed__: ClassVar[bool] = False

    # The columns that `name_from` makes a name of: many rows are named without reading them whole.
    __named_by__: ClassVar[tuple[str, ...]] = ("id",)

    @classmethod
    def name_from(cls, row: Any) -> str:
        """How a row is named in lists and links, from an object or from its columns of `__named_by__`; better names override it."""
        return f"{cls.__label__} {getattr(row, 'id', '')}".strip()

    def __str__(self) -> str:
        """The same of a loaded row; a table whose names tell more than its own columns overrides this instead."""
        return self.name_from(self)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite, which forgets the zone, is given and gives it back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses a moment without a zone: nobody knows when that is."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Gives every moment in UTC, whatever zone the server speaks in."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Registry(scoped_session[Session]):
    """The sessions of this process, one a thread. Flask-Admin asks for an object with `.session`: the registry is that too."""

    @property
    def session(self) -> Registry:
        """The registry itself."""
        return self


database = Registry(sessionmaker())


def connect(url: str) -> Engine:
    """Opens the database of this process; called once by whoever starts it."""
    database.remove()
    engine = make_engine(url)
    database.configure(bind=engine)
    return engine


def make_engine(url: str) -> Engine:
    """An engine with our time limits: nothing waits longer than a person would (RELIABILITY check 34)."""
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        # Compiling a question takes PostgreSQL longer than answering it: ours read few rows, whatever it expects.
        limits = "-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s -c timezone=UTC -c jit=off"
        # A server that has vanished is noticed while we speak (user timeout) and while we listen (keepalives).
        alive = {"tcp_user_timeout": 8000, "keepalives_idle": 4, "keepalives_interval": 2, "keepalives_count": 2}
        arguments: dict[str, Any] = {"connect_timeout": 5, **alive, "options": limits}
        return create_engine(
            address,
            connect_args=arguments,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=8,
            max_overflow=8,
            pool_timeout=5,
        )
    if address.database and address.database != ":memory:":
        path = ROOT / address.database
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        address = address.set(database=str(path))
    engine = create_engine(address, connect_args={"timeout": 10}, hide_parameters=True)
    event.listen(engine, "do_connect", _keep_to_ourselves)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _keep_to_ourselves(_dialect: Dialect, _record: object, arguments: Sequence[Any], _options: object) -> None:
    # SQLite makes a file that everybody on the machine can read; its log and its index get the rights of the file.
    path = Path(arguments[0])
    if arguments[0] != ":memory:" and not path.exists():
        path.touch(mode=0o600)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late: see _begin_sqlite
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-65536",
        "mmap_size=268435456",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer that began as a reader fails at once when another wrote meanwhile; IMMEDIATE makes it wait its turn instead.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def insert_into(session: Session | Connection, table: Any) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that can say what is done about a row that is there already, as this database says it."""
    bind = session.get_bind() if isinstance(session, Session) else session
    return (postgresql.insert if bind.dialect.name == "postgresql" else sqlite.insert)(table)


def among(session: Session, column: Any, ids: Iterable[int]) -> ColumnElement[bool]:
    """Whether a number is one of many: with one parameter, however many they are, so that the statement is made once."""
    if session.get_bind().dialect.name == "postgresql":
        listed = literal(f"{{{','.join(map(str, ids))}}}", String)  # as a text it is sent in a tenth of the time
        # As rows, which an index or a hash finds whatever is known of the table: an array may be gone through for every row.
        return cast(ColumnElement[bool], column.in_(select(func.unnest(sql_cast(listed, ARRAY(Integer))))))
    values = func.json_each(f"[{','.join(map(str, ids))}]").table_valued("value")
    return cast(ColumnElement[bool], column.in_(select(values.c.value)))


def kept(session: Session) -> dict[Any, Any]:
    """Where a page that only reads keeps what it was told, so that it asks once. Empty in an act, and with each new transaction."""
    begun = session.get_transaction()
    kept_in, found = session.info.get("kept", (None, {}))
    if begun is None or kept_in is not begun or session.info.get("is_writing"):
        found = {}
        session.info["kept"] = (begun, found)
    return cast(dict[Any, Any], found)


def sqlite_path(url: str) -> Path:
    """Where the embedded database lies."""
    return ROOT / (make_url(url).database or "")


@contextmanager
def transaction(is_rehearsal: bool = False) -> Iterator[Session]:
    """One act: ends the reading that came before, writes, commits once; any exception undoes all of it.

    Rows loaded before stay usable and are read anew inside, as they are now. Acts do not nest. Of a rehearsal nothing stays: it
    shows what the act would come to.
    """
    session = database()
    if session.info.get("is_writing"):
        raise RuntimeError("an act inside an act: pass the session on instead")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made outside of an act")
    session.rollback()
    session.info |= {"is_writing": True, "is_rehearsal": is_rehearsal}
    try:
        session.connection(execution_options={"writes": True})
        yield session
        if is_rehearsal:
            session.rollback()
        else:
            session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info |= {"is_writing": False, "is_rehearsal": False}
