"""What a page sends twice, by a double click or by being loaded again, is kept once (RELIABILITY check 30)."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.base.workflow import Status
from models.services.remarks import Remarks, remarks_by_event
from models.services.tokens import digest
from models.tables.event import MOVES, Action, Event
from models.tables.note import InternalNote
from models.tables.record import Record
from models.tables.upload import Upload

Kept = TypeVar("Kept", InternalNote, Upload)


def mark_of(page_key: str | None, *sent: str) -> str | None:
    """What a row keeps of the page that sent it: the page's number and what was sent, so that going back to a page and sending
    something else from it is something else. None where the page has no number."""
    return digest("sent", "\0".join([page_key, *sent])) if page_key else None


def add_once(session: Session, made: Kept) -> tuple[Kept, bool]:
    """Adds a row of a record unless its page has sent it already, before or at this moment; gives what is kept, and whether it is new."""
    kind, record_id, sent_key = type(made), made.record_id, made.sent_key
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        asked = select(kind).where(kind.record_id == record_id, kind.sent_key == sent_key)
        kept = session.scalar(asked) if sent_key else None
        if kept is None:  # it was something else that the database refused
            raise
        return kept, False
    return made, True


def is_made_already(
    session: Session, record: Record, version: str, target: Status, actor: Actor, comment: str, remarks: Remarks
) -> bool:
    """Whether the page that sends this move has made it before: nothing has happened to the record since, and it was this very move."""
    if record.status is not target or version != str(record.version - 1):
        return False
    moves = select(Event).where(Event.record_id == record.id, Event.action.in_([one.value for one in MOVES]))
    made = session.scalar(moves.order_by(Event.at.desc(), Event.id.desc()).limit(1))
    if made is None or (made.action, made.actor_role, made.actor_id) != (Action.MOVED, actor.role, actor.id):
        return False
    return comment.strip() in {"", made.comment} and remarks == remarks_by_event(session, record).get(made.id, {})
