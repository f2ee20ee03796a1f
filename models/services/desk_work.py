"""What the desk does to a record beside moving it: whose work it is, by when the customer owes it, notes (SPEC §11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.actor import WRITERS, Actor
from models.base.errors import Invalid, Problem, Refused
from models.base.fields import read_typed, specs_of
from models.services.sent_once import add_once, mark_of
from models.tables.note import InternalNote
from models.tables.operator import Operator
from models.tables.record import Record

NOT_ALLOWED = "あなたの権限では変更できません。"
WITHOUT_OPERATOR = Problem("assignee_id", "担当者を選択してください")


def require_writer(actor: Actor) -> None:
    """Raises Refused for whoever may only read."""
    if not actor.may_write:
        raise Refused(NOT_ALLOWED)


def operators_at_work(session: Session) -> Sequence[Operator]:
    """Whose work a record can become, by name: who only reads can do nothing with it."""
    at_work = select(Operator).where(Operator.is_active, Operator.role.in_([role.value for role in WRITERS]))
    return session.scalars(at_work.order_by(Operator.name)).all()


def operator_at_work(session: Session, operator_id: int | None) -> Operator | None:
    """One of them; None where nobody can be given work by the number."""
    operator = session.get(Operator, operator_id or 0)
    return operator if operator and operator.is_active and operator.role in WRITERS else None


def assign(session: Session, record: Record, operator_id: int | None, actor: Actor) -> None:
    """Makes the record an operator's work, or nobody's. Raises Refused, or Invalid where there is no such operator."""
    require_writer(actor)
    if operator_id is not None and operator_at_work(session, operator_id) is None:
        raise Invalid([WITHOUT_OPERATOR])
    record.assignee_id = operator_id
    session.flush()


def set_due_day(session: Session, record: Record, day: date | None, actor: Actor) -> None:
    """By when the customer owes the record, or no day. Raises Refused for a record that is closed."""
    require_writer(actor)
    if record.status.is_closed:
        raise Refused("手続きの終わった情報の提出締切日は変更できません。")
    record.due_on = day
    session.flush()


def add_note(session: Session, record: Record, text: str, actor: Actor, page_key: str | None = None) -> InternalNote:
    """Keeps a note for the desk alone, once however often its page sends it. Raises Refused, or Invalid where nothing or too much was typed."""
    require_writer(actor)
    typed, problem = read_typed(specs_of(InternalNote)["text"].kind, text)
    if problem or not typed:
        raise Invalid([Problem("text", problem or "内部メモを入力してください")])
    made = InternalNote(
        record_id=record.id, author_id=actor.id, author_name=actor.name, text=typed, sent_key=mark_of(page_key, typed)
    )
    return add_once(session, made)[0]


def notes_of(session: Session, record: Record) -> list[InternalNote]:
    """The notes of a record, newest first. For the desk's pages only."""
    found = select(InternalNote).where(InternalNote.record_id == record.id).order_by(InternalNote.id.desc())
    return list(session.scalars(found))
