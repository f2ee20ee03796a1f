"""Taking a move back at the desk: the one of a record, or those of a bulk act by a plan of their own (SPEC §11)."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from admin.blueprint import desk
from admin.record_page import find_record
from models.base.clock import now
from models.base.db import database, transaction
from models.base.errors import NotFound, Refused
from models.services import bulk
from models.services.acts import Act, Order
from models.services.bulk_reports import rows_of, taken_back_count
from models.services.desk_acts import find_act
from models.services.record_acts import TAKE_BACK, MoveAct
from models.services.taking_back import window
from models.services.transition import take_back
from models.tables.bulk import BulkAct, BulkState, RowResult

TOO_LATE = "取り消せる時間を過ぎたか、取り消せない操作です。"


@desk.post("/records/<int:record_id>/take-back")
def take_back_move(record_id: int) -> ResponseReturnValue:
    """The record as it was before its last move; the mails of the move are not sent."""
    with transaction() as session:
        record = find_record(session, record_id)
        report = take_back(session, [record], current_user.actor())
        report.raise_if_refused()
        word = report.moved[0].status.desk_label
    flash(f"操作を取り消して、「{word}」に戻しました。待っていたメールは送られません。", "success")
    return redirect(url_for("desk.show_record", record_id=record_id), 303)


@desk.post("/bulk/<int:bulk_act_id>/take-back")
def plan_take_back(bulk_act_id: int) -> ResponseReturnValue:
    """A plan that takes back what this act moved; it says for each row whether it still can be."""
    session = database()
    done = bulk.bulk_act_by_id(session, bulk_act_id)
    if take_back_until(done) is None:
        raise Refused(TOO_LATE)
    moved = rows_of(session, done, RowResult.DONE)
    prepared = bulk.prepare(session, _act_for(done), moved, Order(current_user.actor()))
    with transaction() as session:
        new_id = bulk.store(session, prepared).id
    return redirect(url_for("desk.show_bulk", bulk_act_id=new_id), 303)


def _act_for(done: BulkAct) -> Act:
    act = find_act(done.table_name, TAKE_BACK)
    if act is None:
        raise NotFound
    return act


def taken_back_of(session: Session, done: BulkAct) -> int:
    """How many of the rows that a bulk move moved were taken back since."""
    act = bulk.act_of(done)
    return taken_back_count(session, done, act.source, act.target) if isinstance(act, MoveAct) else 0


def take_back_until(done: BulkAct) -> datetime | None:
    """Until when the last rows of a bulk move can be taken back; None when that is over, or it moved nothing."""
    if done.state != BulkState.DONE or done.finished_at is None or not isinstance(bulk.act_of(done), MoveAct):
        return None
    ends_at = done.finished_at + window()
    return ends_at if now() < ends_at else None
