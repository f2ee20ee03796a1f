"""From a list through its records, one after the other: the list as it was last looked at is kept in the operator's cookie.

So the next record stays the next one although the last one has left the list by being moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, session
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.workflow import Side
from models.tables.record import Record, waiting_for

LIST = "list"
ONWARD = "onward"  # the name of the button that goes on with the next record
TO_NEXT, TO_LIST = "次へ", "一覧へ"
MOST = 100  # as many rows as a page of a list has at most; the cookie stays small


@dataclass(frozen=True)
class Walk:
    """Where a record stands in the list: its place from 1 on, the records beside it, and the list's addresses."""

    place: int
    count: int
    previous_id: int | None
    next_id: int | None
    list_url: str
    next_page_url: str | None

    @property
    def onward(self) -> str:
        """Where the button leads that moves a record and goes on."""
        return TO_LIST if self.next_id is None else TO_NEXT


def remember_list(ids: Sequence[int], next_page_url: str | None) -> None:
    """Keeps the records of the page of a list that is being shown."""
    query = request.query_string.decode("utf-8", "replace")
    address = f"{request.script_root}{request.path}{f'?{query}' if query else ''}"
    onward = (
        f"{request.script_root}{request.path}{next_page_url}"
        if (next_page_url or "").startswith("?")
        else next_page_url
    )
    session[LIST] = {"ids": list(ids)[:MOST], "url": address[:1000], "next": onward}


def walk_at(record_id: int) -> Walk | None:
    """The record's place in the list that was looked at last; None where it does not stand in it."""
    kept: dict[str, Any] = session.get(LIST) or {}
    ids: list[int] = kept.get("ids", [])
    if record_id not in ids:
        return None
    at = ids.index(record_id)
    is_last = at + 1 == len(ids)
    return Walk(
        at + 1,
        len(ids),
        ids[at - 1] if at else None,
        None if is_last else ids[at + 1],
        kept["url"],
        kept["next"] if is_last else None,
    )


def next_waiting_id(database: Session, record_id: int) -> int | None:
    """The first one after it in the list's page that waits for the desk now: others may have been at work since it was made."""
    ids: list[int] = (session.get(LIST) or {}).get("ids", [])
    after = ids[ids.index(record_id) + 1 :] if record_id in ids else []
    waiting = select(Record.id).where(Record.id.in_(after), waiting_for(Side.PROVIDER))
    found = set(database.scalars(waiting))
    return next((one for one in after if one in found), None)
