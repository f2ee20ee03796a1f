"""What a move of the desk would bring about, in words, before it is made (UX "Operators")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.base.actor import WRITERS, Actor, Role
from models.base.clock import day_text, today
from models.base.workflow import Need, Side, Status
from models.records.contract import ContractRecord
from models.records.fault_contact import FaultContactRecord
from models.services import notices
from models.services.comments import templates_of
from models.services.effects import state_of
from models.services.letters import DraftLetter, draft_of
from models.services.record_acts import STAND_IN
from models.services.transition import refusal
from models.tables.record import Record
from models.tables.request import RequestState


@dataclass(frozen=True)
class Move:
    """A move of the workflow as the record's page offers it; with a reason it stays visible, but cannot be made now."""

    target: Status
    reason: str | None
    who: str
    template: str
    needs_comment: bool


def moves_of(session: Session, record: Record, actor: Actor) -> list[Move]:
    """Every move of the desk in the record's workflow, those from where it stands first; then what only the customer can do."""
    made = record.workflow
    edges = [edge for edge in made.edges.values() if edge.roles & WRITERS]
    targets = sorted({edge.target for edge in edges}, key=lambda target: (record.status, target) not in made.edges)
    texts = templates_of(session, made.code, targets)
    moves = [_move(session, record, target, actor, texts[target]) for target in targets]
    own = made.targets(record.status, Role.CUSTOMER)
    return moves + [Move(target, "この操作はお客様が行います。", "お客様", "", False) for target in own]


def _move(session: Session, record: Record, target: Status, actor: Actor, text: str) -> Move:
    made = record.workflow
    edge = made.edge(record.status, target)
    if edge is None or not edge.roles & WRITERS:
        starts = [one.source for one in made.edges.values() if one.target is target and one.roles & WRITERS]
        words = "か".join(f"「{start.desk_label}」" for start in starts)
        reason: str | None = f"ステータスが{words}のときに行えます。"
    else:
        reason = refusal(session, record, target, actor, STAND_IN)
    return Move(target, reason, "担当者・管理者", text, Need.COMMENT in made.needs.get(target, ()))


def letters_before(session: Session, record: Record, target: Status, actor: Actor, comment: str) -> list[DraftLetter]:
    """The mails of a move as they will be read, with the comment that the customer will get."""
    letters = notices.letters_of(session, [record], target, actor, {record.workflow_code: comment})
    return [draft for letter in letters if (draft := draft_of(session, letter))]


def consequences(record: Record, target: Status) -> Iterator[str]:
    """One sentence for each thing that the move changes besides the status."""
    made, request = record.workflow, record.request
    yield from _of_site(record, target)
    others = [(one.status, one.side) for one in request.records if one.id != record.id]
    state = state_of([*others, (target, made.side(target))])
    if state is RequestState.FINISHED:
        yield "この申込のすべての手続きが完了します。"
        if request.kind.is_exclusive:
            yield "拠点名変更による制限が外れ、お客様はこの拠点のほかの申込を操作できるようになります。"
    if target.is_editable:
        yield "お客様がこの情報を編集できるようになります。"
    side = made.side(target)
    if side is Side.CUSTOMER:
        yield f"次に対応するのはお客様です。{_due(record)}"
    elif side is Side.PROVIDER:
        yield "引き続き、窓口の対応が必要です。"


def _of_site(record: Record, target: Status) -> Iterator[str]:
    if target is not Status.ACCEPTED:
        return
    given = record.changes_on if isinstance(record, FaultContactRecord) else None
    day = f"{day_text(given)}から" if given and given > today() else ""
    yield f"この内容が、{day}拠点の現在の登録内容になります。"
    if isinstance(record, ContractRecord) and not record.request.kind.is_change:
        yield "拠点が開通済みになり、お客様は変更申込を行えるようになります。"


def _due(record: Record) -> str:
    if record.due_on is None:
        return "提出締切日は設定されていません。"
    late = "すでに過ぎています。必要に応じて変更してください。" if record.due_on < today() else ""
    return f"提出締切日は{day_text(record.due_on)}です。{late}"
