"""A database without anybody's data: where each story of the state machine begins."""

from __future__ import annotations

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from models.base.db import Base
from models.tables.search import SEARCH_ENTRY
from tests.world import is_owned


def empty(session: Session) -> None:
    """Deletes every customer with all that is theirs; master data and texts stay."""
    names = [name for name in Base.metadata.tables if is_owned(name) or name == "customer"]
    # Deleted in SQL, rows leave behind what searches find them by.
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    cascaded = ["reference_document"] if is_postgresql else []  # with its bytes
    gone = [*names, "blob", "event", "mail", *cascaded]
    session.execute(delete(SEARCH_ENTRY).where(SEARCH_ENTRY.c.table_name.in_(gone)))
    if is_postgresql:
        session.execute(text(f"TRUNCATE {', '.join([*names, 'blob', 'event', 'mail'])} CASCADE"))
        return
    session.execute(text("PRAGMA defer_foreign_keys=ON"))
    for name in [*names, "blob", "event", "mail"]:
        session.execute(text(f"DELETE FROM {name}"))
