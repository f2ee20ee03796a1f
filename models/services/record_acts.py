"""Acts on records: a move for each edge that the desk has in their workflows, and whose work they are (SPEC §4, §11)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.base.actor import WRITERS
from models.base.db import Base, among
from models.base.kind import KINDS
from models.base.workflow import Edge, Need, Status, Workflow
from models.services import needs, notices, taking_back
from models.services.acts import Act, Ask, Order, Reasons
from models.services.comments import template_comments
from models.services.desk_work import operator_at_work
from models.services.locking import lock_records
from models.services.other_papers import ONE_BY_ONE, other_papers
from models.services.outbox import Letter
from models.services.transition import move_locked, refusal, take_back
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site

TAKE_BACK = "take-back"
STAND_IN = "（未入力）"  # for a comment that the operator will type before the act is carried out


def workflows_of(mapped: type[Base]) -> list[Workflow]:
    """The workflows that records of a type can have, as the request kinds bring them."""
    includes = [include for kind in KINDS.values() for include in kind.includes]
    return list(
        {include.workflow.code: include.workflow for include in includes if issubclass(include.record, mapped)}.values()
    )


def desk_edges(mapped: type[Base]) -> list[Edge]:
    """The moves that the desk makes with records of a type, each once, in the order of the statuses they start from."""
    found = {
        (edge.source, edge.target): edge
        for made in workflows_of(mapped)
        for edge in made.edges.values()
        if edge.roles & WRITERS
    }
    places = list(Status)
    return sorted(found.values(), key=lambda edge: (places.index(edge.source), places.index(edge.target)))


def record_acts(mapped: type[Base]) -> Iterator[Act]:
    """The acts of a record type, or of all records together."""
    if not issubclass(mapped, Record):
        return
    edges = desk_edges(mapped)
    for edge in edges:
        code, label = f"move-{edge.source.value}-{edge.target.value}", f"「{edge.target.desk_label}」にする"
        is_ambiguous = sum(other.target is edge.target for other in edges) > 1
        label = f"{label}（「{edge.source.desk_label}」から）" if is_ambiguous else label
        yield MoveAct(mapped, code, label, source=edge.source, target=edge.target)
    yield TakeBackAct(mapped, TAKE_BACK, "直前の操作を取り消す")
    yield AssignToMeAct(mapped, "assign-me", "自分の担当にする")
    yield AssignAct(mapped, "assign", "担当者を割り当てる")


@dataclass(frozen=True)
class RecordAct(Act):
    """An act on records: they are read with what a plan says of them."""

    @property
    def reads_fields(self) -> bool:
        """Whether it asks what the records say, beside where they stand."""
        return False

    def load(self, session: Session, ids: Sequence[int]) -> list[Any]:
        """With site and company; the types' own tables stay untouched."""
        mapped: Any = self.mapped
        site = joinedload(Record.request).joinedload(Request.site)
        ways = [site.joinedload(Site.customer), *([site.joinedload(Site.line_plan)] if self.reads_fields else [])]
        return list(
            session.scalars(select(mapped).where(among(session, mapped.id, ids)).order_by(mapped.id).options(*ways))
        )

    def lock(self, session: Session, ids: Sequence[int]) -> list[Any]:
        """As moves lock them."""
        return [record for record in lock_records(session, ids, self.reads_fields) if isinstance(record, self.mapped)]

    def name_of(self, row: Any) -> str:
        """With the company: numbers say little to who checks a plan."""
        return f"{row}　{row.request.site.customer.name}"


@dataclass(frozen=True)
class MoveAct(RecordAct):
    """A move along one edge."""

    source: Status = Status.DRAFT
    target: Status = Status.DRAFT
    comment_label = "お客様へのコメント"

    @property
    def asks_comment(self) -> Ask:  # type: ignore[override]
        """Required where a workflow of these records asks for one."""
        return Ask.ALWAYS if Need.COMMENT in self._needed else Ask.MAYBE

    @property
    def reads_fields(self) -> bool:
        """Where more than a comment is needed, and where what they say becomes the site's."""
        return self.target is Status.ACCEPTED or bool(self._needed - {Need.COMMENT})

    @property
    def _needed(self) -> set[Need]:
        return {need for made in workflows_of(self.mapped) for need in made.needs.get(self.target, ())}

    def refusals(self, session: Session, rows: Sequence[Any], order: Order) -> Reasons:
        """What refusal() says, and that a record stands elsewhere."""
        reasons = self._left_out(session, rows)
        evidence = needs.gather(session, rows, self.target)
        for record in rows:
            if record.id not in reasons:
                comment = STAND_IN if order.comment is None else order.comment
                reason = refusal(session, record, self.target, order.actor, comment, evidence)
                if reason:
                    reasons[record.id] = reason
        return reasons

    def _left_out(self, session: Session, rows: Sequence[Any]) -> dict[int, str]:
        """Those that stand elsewhere, and those with a paper of another request: somebody looks at each of these."""
        return dict.fromkeys(other_papers(session, rows, self.target), ONE_BY_ONE) | {
            record.id: f"現在のステータスが「{record.status.desk_label}」のため、対象外です。"
            for record in rows
            if record.status is not self.source
        }

    def carry_out(self, session: Session, rows: Sequence[Any], order: Order) -> Reasons:
        """One move of all that are locked."""
        reasons = self._left_out(session, rows)
        there = [record for record in rows if record.id not in reasons]
        report = move_locked(session, there, self.target, order.actor, order.comment)
        return reasons | {record.id: reason for record, reason in report.refused}

    def letters(self, session: Session, rows: Sequence[Any], order: Order) -> list[Letter]:
        """Those of the move."""
        comments = self.templates(session, rows)
        if order.comment and order.comment.strip():
            comments = dict.fromkeys(comments, order.comment.strip())
        return notices.letters_of(session, rows, self.target, order.actor, comments)

    def letter_count(self, session: Session, rows: Sequence[Any], order: Order) -> int:
        """Those who are told."""
        return len(notices.told(session, rows, self.target, order.actor))

    def templates(self, session: Session, rows: Sequence[Any]) -> dict[str, str]:
        """The desk's text for this status, by workflow."""
        return template_comments(session, {record.workflow_code for record in rows}, self.target)


@dataclass(frozen=True)
class TakeBackAct(RecordAct):
    """Takes the desk's last moves back, as long as they can be (models.services.taking_back)."""

    consequences = ("直前のステータスに戻ります。お客様へのメールは、送られません。",)

    def refusals(self, session: Session, rows: Sequence[Any], order: Order) -> Reasons:
        """What the domain says."""
        return taking_back.refusals(session, rows, order.actor, taking_back.gather(session, rows))

    def carry_out(self, session: Session, rows: Sequence[Any], order: Order) -> Reasons:
        """Each as it was before."""
        return {record.id: reason for record, reason in take_back(session, rows, order.actor).refused}


@dataclass(frozen=True)
class AssignAct(RecordAct):
    """Makes records the work of one operator. The customer does not notice, and forms that are open stay good."""

    asks_assignee = True

    def operator_id(self, order: Order) -> int | None:
        """Whose work they become."""
        return order.assignee_id

    def refusals(self, session: Session, rows: Sequence[Any], order: Order) -> Reasons:
        """Nothing to do."""
        wanted = self.operator_id(order)
        if wanted is None:
            return {}
        return {record.id: "すでにこの担当者の担当です。" for record in rows if record.assignee_id == wanted}

    def carry_out(self, session: Session, rows: Sequence[Any], order: Order) -> Reasons:
        """Writes the operator into each."""
        operator = operator_at_work(session, self.operator_id(order))
        if operator is None:
            return dict.fromkeys((record.id for record in rows), "割り当てる担当者が見つかりません。")
        reasons = self.refusals(session, rows, order)
        for record in rows:
            if record.id not in reasons:
                record.assignee_id = operator.id
        session.flush()
        return reasons


@dataclass(frozen=True)
class AssignToMeAct(AssignAct):
    """Takes records over."""

    asks_assignee = False

    def operator_id(self, order: Order) -> int | None:
        """The one who orders it."""
        return order.actor.id
