"""Bulk acts: a stored plan, carried out once in chunks, and a report that adds up (SPEC §11, RELIABILITY checks 31 and 32).

Each chunk is a transaction of its own behind a lock of the act's row: it takes rows that are ready, carries them out and writes what became of
them. Whoever comes second waits or goes away; whoever crashes leaves rows that are ready, and the worker goes on with them.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, delete, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, joinedload

from models.base.actor import Actor, Role
from models.base.clock import now
from models.base.db import among, database, transaction
from models.base.errors import Invalid, NotFound, Problem, Refused
from models.base.sets import add_rows
from models.services.acts import NOT_ALLOWED, Act, Ask, Order, Reasons
from models.services.audit import act_as, actor_of
from models.services.comments import problems_in_comment
from models.services.desk_acts import find_act
from models.services.desk_work import WITHOUT_OPERATOR, operator_at_work
from models.tables.bulk import BulkAct, BulkRow, BulkState, RowResult
from models.tables.operator import Operator

CHUNK = 1_000
LIMIT = 10_000
KEEP_PLANS = timedelta(days=1)
MISSING = "見つかりません。削除された可能性があります。"
CHANGED = "一覧や確認画面を表示したあとに、ほかの人が変更しました。"
FAILED = "処理できませんでした。時間をおいて再実行してください。"
ROWS = cast(Table, BulkRow.__table__)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Prepared:
    """A plan that is not stored yet: its act, and a line for each row."""

    act: Act
    order: Order
    lines: tuple[dict[str, Any], ...]
    mail_count: int
    repeats: BulkAct | None = None


def prepare(
    session: Session,
    act: Act,
    ids: Iterable[int],
    order: Order,
    *,
    seen_at: datetime | None = None,
    repeats: BulkAct | None = None,
) -> Prepared:
    """What would become of each row; rows changed after `seen_at` are left out. Raises Refused.

    Reads only: of thousands of rows that takes a second or two, in which others may write.
    """
    if not act.is_open_to(order.actor):
        raise Refused(NOT_ALLOWED)
    wanted = sorted(set(ids))
    if not wanted:
        raise Refused("行が選ばれていません。一覧で行を選んでから、もう一度操作してください。")
    if len(wanted) > LIMIT:
        raise Refused(f"一度に扱えるのは{LIMIT:,}件までです（選ばれているのは{len(wanted):,}件）。絞り込んでください。")
    lines: list[dict[str, Any]] = []
    mail_count = 0
    for start in range(0, len(wanted), CHUNK):
        found, letters = _prepare_chunk(session, act, wanted[start : start + CHUNK], order, seen_at)
        lines += found
        mail_count += letters
    return Prepared(act, order, tuple(lines), mail_count, repeats)


def store(session: Session, prepared: Prepared) -> BulkAct:
    """Keeps a plan until it is confirmed; nothing else is done yet."""
    act, actor, repeats = prepared.act, prepared.order.actor, prepared.repeats
    made = BulkAct(
        table_name=act.mapped.__tablename__,
        act=act.code,
        title=act.label,
        operator_id=actor.id,
        operator_name=actor.name,
        address=actor.address,
        trace_id=actor.trace_id,
        repeats_id=repeats.id if repeats else None,
        comment=repeats.comment if repeats else "",
        assignee_id=prepared.order.assignee_id,
        mail_count=prepared.mail_count,
    )
    session.add(made)
    session.flush()
    add_rows(session, ROWS, [{**line, "bulk_act_id": made.id} for line in prepared.lines])
    return made


def plan(
    session: Session,
    act: Act,
    ids: Iterable[int],
    order: Order,
    *,
    seen_at: datetime | None = None,
    repeats: BulkAct | None = None,
) -> BulkAct:
    """Prepares and stores in one act, for a few rows."""
    return store(session, prepare(session, act, ids, order, seen_at=seen_at, repeats=repeats))


def _prepare_chunk(
    session: Session, act: Act, ids: Sequence[int], order: Order, seen_at: datetime | None
) -> tuple[list[dict[str, Any]], int]:
    found = {row.id: row for row in act.load(session, ids)}
    late = {row.id for row in found.values() if seen_at and getattr(row, "updated_at", seen_at) > seen_at}
    reasons = act.refusals(session, [row for row in found.values() if row.id not in late], order)
    lines = [_planned(act, row_id, found.get(row_id), row_id in late, reasons) for row_id in ids]
    ready = [found[line["row_id"]] for line in lines if line["result"] == RowResult.READY]
    return lines, act.letter_count(session, ready, order)


def _planned(act: Act, row_id: int, row: Any, is_late: bool, reasons: Reasons) -> dict[str, Any]:
    result, reason = RowResult.READY, ""
    if row is None:
        result, reason = RowResult.REFUSED, MISSING
    elif is_late:
        result, reason = RowResult.CHANGED, CHANGED
    elif row_id in reasons:
        result, reason = RowResult.REFUSED, reasons[row_id]
    return {
        "row_id": row_id,
        "version": getattr(row, "version", None),
        "label": act.name_of(row)[:200] if row is not None else f"番号 {row_id}",
        "result": result.value,
        "reason": reason,
    }


def confirm(session: Session, bulk_act: BulkAct, order: Order) -> bool:
    """Lets a plan be carried out; False when that was said before. Raises Refused, or Invalid where a comment is missing."""
    act = act_of(bulk_act)
    if bulk_act.operator_id != order.actor.id:
        raise Refused("この操作を実行できるのは、計画した担当者だけです。")
    if not act.is_open_to(order.actor):
        raise Refused(NOT_ALLOWED)
    comment = (order.comment or "").strip()
    if problems := list(_problems(session, act, comment, order.assignee_id)):
        raise Invalid(problems)
    planned = update(BulkAct).where(BulkAct.id == bulk_act.id, BulkAct.state == BulkState.PLANNED)
    values = {"comment": comment, "assignee_id": order.assignee_id, "trace_id": order.actor.trace_id}
    begun = planned.values(state=BulkState.RUNNING, confirmed_at=now(), **values).returning(BulkAct.id)
    return session.execute(begun).first() is not None


def _problems(session: Session, act: Act, comment: str, assignee_id: int | None) -> Iterable[Problem]:
    if act.asks_comment is Ask.ALWAYS and not comment:
        yield Problem("comment", f"{act.comment_label}を入力してください")
    yield from problems_in_comment(comment, act.comment_label)
    if act.asks_assignee and operator_at_work(session, assignee_id) is None:
        yield WITHOUT_OPERATOR


def act_of(bulk_act: BulkAct) -> Act:
    """What is to be done; raises NotFound for an act of another version of the portal."""
    act = find_act(bulk_act.table_name, bulk_act.act)
    if act is None:
        raise NotFound
    return act


def carry_on(bulk_act_id: int, should_stop: Callable[[], bool] = lambda: False) -> int:
    """Carries out what is confirmed, until it is done, another does it, or `should_stop`; gives the rows handled. Whole acts of its own."""
    handled = 0
    while not should_stop() and (count := _run_chunk(bulk_act_id)):
        handled += count
    return handled


def carry_on_all(should_stop: Callable[[], bool] = lambda: False) -> int:
    """The same for every act that is under way; the worker's part."""
    running = select(BulkAct.id).where(BulkAct.state == BulkState.RUNNING).order_by(BulkAct.confirmed_at, BulkAct.id)
    return sum(carry_on(bulk_act_id, should_stop) for bulk_act_id in database().scalars(running).all())


def _run_chunk(bulk_act_id: int) -> int:
    with transaction() as session:
        mine = select(BulkAct).where(BulkAct.id == bulk_act_id, BulkAct.state == BulkState.RUNNING)
        locked = mine.with_for_update(skip_locked=True, of=BulkAct.__table__).execution_options(populate_existing=True)
        bulk_act = session.scalar(locked)
        if bulk_act is None:
            return 0
        columns = BulkRow.id, BulkRow.row_id, BulkRow.version
        ready = select(*columns).where(BulkRow.bulk_act_id == bulk_act.id, BulkRow.result == RowResult.READY)
        lines = session.execute(ready.order_by(BulkRow.id).limit(CHUNK)).all()
        if not lines:
            bulk_act.state, bulk_act.finished_at = BulkState.DONE, now()
            return 0
        before = actor_of(session)
        order = Order(_actor_of(session, bulk_act), bulk_act.comment, bulk_act.assignee_id)
        act_as(order.actor)
        try:
            _carry_out(session, bulk_act, lines, order)
            session.flush()
        finally:
            act_as(before)
        return len(lines)


def _actor_of(session: Session, bulk_act: BulkAct) -> Actor:
    """Who confirmed it, with the rights that this operator has now."""
    operator = session.get(Operator, bulk_act.operator_id or 0, populate_existing=True)
    role = Role(operator.role) if operator and operator.is_active else Role.VIEWER
    name, address = bulk_act.operator_name, bulk_act.address
    return Actor(role, bulk_act.operator_id, name, address=address, trace_id=bulk_act.trace_id)


def _carry_out(session: Session, bulk_act: BulkAct, lines: Sequence[Any], order: Order) -> None:
    try:
        with session.begin_nested():
            results = _results(session, act_of(bulk_act), lines, order)
    except OperationalError:  # the database is away or busy: the rows stay ready
        raise
    except Exception:
        log.exception("bulk act %s: a chunk of %s rows failed", bulk_act.id, len(lines))
        if len(lines) > 1:  # one bad row spoils no other
            for line in lines:
                _carry_out(session, bulk_act, [line], order)
            return
        results = {lines[0].row_id: (RowResult.FAILED, FAILED)}
    _write_results(session, lines, results)


def _write_results(session: Session, lines: Sequence[Any], results: Mapping[int, tuple[RowResult, str]]) -> None:
    """In sets of equal results."""
    sets: dict[tuple[str, str], list[int]] = defaultdict(list)
    for line in lines:
        result, reason = results[line.row_id]
        sets[result.value, reason].append(line.id)
    for (result_code, reason), ids in sets.items():
        session.execute(update(ROWS).where(among(session, ROWS.c.id, ids)).values(result=result_code, reason=reason))


def _results(session: Session, act: Act, lines: Sequence[Any], order: Order) -> dict[int, tuple[RowResult, str]]:
    found = {row.id: row for row in act.lock(session, [line.row_id for line in lines])}
    results = {line.row_id: (RowResult.REFUSED, MISSING) for line in lines if line.row_id not in found}
    for line in lines:
        if line.row_id in found and getattr(found[line.row_id], "version", None) != line.version:
            results[line.row_id] = (RowResult.CHANGED, CHANGED)
    there = [row for row_id, row in found.items() if row_id not in results]
    reasons = act.carry_out(session, there, order)
    done: dict[int, tuple[RowResult, str]] = {row.id: (RowResult.DONE, "") for row in there if row.id not in reasons}
    return results | done | {row_id: (RowResult.REFUSED, reason) for row_id, reason in reasons.items()}


def bulk_act_by_id(session: Session, bulk_act_id: int) -> BulkAct:
    """A bulk act with who ordered it; raises NotFound."""
    found = select(BulkAct).where(BulkAct.id == bulk_act_id).options(joinedload(BulkAct.operator))
    bulk_act = session.scalar(found)
    if bulk_act is None:
        raise NotFound
    return bulk_act


def purge_plans(session: Session) -> None:
    """Deletes plans that nobody confirmed; called by the worker every day."""
    old = select(BulkAct.id).where(BulkAct.state == BulkState.PLANNED, BulkAct.created_at < now() - KEEP_PLANS)
    ids = list(session.scalars(old))
    silent = {"synchronize_session": False}
    session.execute(delete(BulkRow).where(BulkRow.bulk_act_id.in_(ids)), execution_options=silent)
    session.execute(delete(BulkAct).where(BulkAct.id.in_(ids)), execution_options=silent)
