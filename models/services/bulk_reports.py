"""What bulk acts say of their rows: the plan, the progress and the report, which adds up (RELIABILITY check 31)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ScalarResult, Select, func, select
from sqlalchemy.orm import Session

from models.base.workflow import Status
from models.services.taking_back import window
from models.tables.bulk import BulkAct, BulkRow, BulkState, RowResult
from models.tables.event import Action, Event


def newest_acts(session: Session, limit: int) -> Sequence[BulkAct]:
    """What was carried out or is under way, newest first."""
    found = select(BulkAct).where(BulkAct.state != BulkState.PLANNED).order_by(BulkAct.id.desc()).limit(limit)
    return session.scalars(found).all()


def counts_of_acts(session: Session, acts: Sequence[BulkAct]) -> Mapping[int, Mapping[RowResult, int]]:
    """How many rows of each act have each result, by the act's number; together they are all its rows."""
    grouped = select(BulkRow.bulk_act_id, BulkRow.result, func.count(BulkRow.id))
    grouped = grouped.where(BulkRow.bulk_act_id.in_([act.id for act in acts]))
    found = session.execute(grouped.group_by(BulkRow.bulk_act_id, BulkRow.result))
    rows = {(act_id, result): count for act_id, result, count in found}
    return {act.id: {result: rows.get((act.id, result.value), 0) for result in RowResult} for act in acts}


def counts_of(session: Session, bulk_act: BulkAct) -> Mapping[RowResult, int]:
    """The same of one act."""
    return counts_of_acts(session, [bulk_act])[bulk_act.id]


def lines_of(session: Session, bulk_act: BulkAct) -> ScalarResult[BulkRow]:
    """All of its lines, in their order."""
    return session.scalars(_narrowed(select(BulkRow), bulk_act, ()))


def page_of(
    session: Session, bulk_act: BulkAct, result: RowResult, page: int, size: int
) -> tuple[Sequence[BulkRow], bool]:
    """A page of the lines with this result, and whether more follow."""
    found = _narrowed(select(BulkRow), bulk_act, [result]).offset((page - 1) * size).limit(size + 1)
    lines = session.scalars(found).all()
    return lines[:size], len(lines) > size


def rows_of(session: Session, bulk_act: BulkAct, *results: RowResult, limit: int | None = None) -> Sequence[int]:
    """The numbers of the rows with these results, or of all."""
    return session.scalars(_narrowed(select(BulkRow.row_id), bulk_act, results).limit(limit)).all()


def rows_left(session: Session, bulk_act: BulkAct) -> Sequence[int]:
    """The rows of a report that were not carried out, for trying them again."""
    return rows_of(session, bulk_act, *(result for result in RowResult if result is not RowResult.DONE))


def taken_back_count(session: Session, bulk_act: BulkAct, source: Status, target: Status) -> int:
    """How many records that a bulk move along this edge moved were taken back, alone or together."""
    if bulk_act.confirmed_at is None or bulk_act.finished_at is None:
        return 0
    moved = select(func.count(Event.record_id.distinct())).join(BulkRow, BulkRow.row_id == Event.record_id)
    moved = moved.where(BulkRow.bulk_act_id == bulk_act.id, BulkRow.result == RowResult.DONE)
    back = moved.where(
        Event.action == Action.TAKEN_BACK,
        Event.from_status == target.value,
        Event.to_status == source.value,
        Event.at >= bulk_act.confirmed_at,
        Event.at < bulk_act.finished_at + window(),
    )
    return session.scalars(back).one()


def _narrowed(found: Select[Any], bulk_act: BulkAct, results: Sequence[RowResult]) -> Select[Any]:
    found = found.where(BulkRow.bulk_act_id == bulk_act.id).order_by(BulkRow.id)
    return found.where(BulkRow.result.in_([result.value for result in results])) if results else found
