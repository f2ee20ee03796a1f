"""Bulk acts over HTTP: plan, one confirm, progress, report, and the rest once more (UX "Operators")."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from admin.blueprint import desk
from admin.bulk_choosing import ask_for_act
from admin.cells import harmless
from admin.proof import require_proof
from admin.selection import matching_ids
from admin.taking_back import take_back_until, taken_back_of
from admin.waiting import ids_of_inbox
from admin.work_forms import act_form
from models.base.db import database, transaction
from models.base.errors import Invalid, NotFound, Problem, Refused
from models.base.numbers import number_in
from models.forms import show_problems
from models.services import bulk, bulk_reports
from models.services.acts import Act, Ask, Order
from models.services.audit import note
from models.services.desk_acts import find_act
from models.services.desk_work import operators_at_work
from models.services.letters import draft_of
from models.tables.bulk import BulkAct, BulkState, RowResult
from models.tables.event import Action
from models.tables.record import Record
from web.downloads import download

SHOWN = 100
PAGES = 1000
AT_ONCE = 500  # more rows than these are the worker's
SAMPLE = 500  # of so many rows a plan shows whose templates stand in for a comment
SECONDS = "3"
LEFT = (RowResult.REFUSED, RowResult.CHANGED, RowResult.FAILED)  # what a report has besides what was done


@desk.post("/bulk")
def plan_bulk() -> ResponseReturnValue:
    """Plans an act on the rows that were chosen, or on all that a filter finds."""
    table, code = request.form.get("table", ""), request.form.get("act", "")
    act = find_act(table, code)
    if not code:
        return ask_for_act(table), 422
    if act is None:
        raise Refused("この操作はありません。")
    _require_proof_for(act)
    ids = _chosen_ids()
    prepared = bulk.prepare(database(), act, ids, Order(current_user.actor()), seen_at=_seen_at())
    with transaction() as session:
        bulk_act_id = bulk.store(session, prepared).id
    return redirect(url_for("desk.show_bulk", bulk_act_id=bulk_act_id), 303)


def _require_proof_for(act: Act) -> None:
    if act.asks_proof:
        require_proof()


def _chosen_ids() -> list[int]:
    if "inbox" in request.form:
        return ids_of_inbox(database(), request.form["inbox"], current_user.actor())
    if "query" in request.form:
        return matching_ids(request.form.get("table", ""), request.form["query"])
    typed = request.form.getlist("ids")
    ids = [number for one in typed if (number := number_in(one)) is not None]
    if len(ids) < len(typed):
        raise Refused("選んだ行を読み取れません。一覧を開き直して、もう一度操作してください。")
    return ids


def _seen_at() -> datetime | None:
    try:
        moment = datetime.fromisoformat(request.form.get("seen_at", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


@desk.get("/bulk")
def list_bulk() -> str:
    """The newest bulk acts of the desk."""
    acts = bulk_reports.newest_acts(database(), SHOWN)
    counts = bulk_reports.counts_of_acts(database(), acts)
    return render_template("admin/bulk_list.html", acts=acts, counts=counts, most=SHOWN, left=LEFT, RowResult=RowResult)


@desk.get("/bulk/<int:bulk_act_id>")
def show_bulk(bulk_act_id: int) -> ResponseReturnValue:
    """The plan, the progress or the report: whatever the act has come to."""
    session = database()
    bulk_act = bulk.bulk_act_by_id(session, bulk_act_id)
    answer = make_response(_page(session, bulk_act, _order(bulk_act)))
    if bulk_act.state == BulkState.RUNNING:
        answer.headers["Refresh"] = SECONDS  # the page comes again by itself, without a script
    return answer


def _order(bulk_act: BulkAct) -> Order:
    """What was typed, else what is stored."""
    if request.method == "POST":
        comment, assignee = request.form.get("comment", ""), number_in(request.form.get("assignee_id", ""))
        return Order(current_user.actor(), comment, assignee or bulk_act.assignee_id)
    return Order(current_user.actor(), bulk_act.comment or None, bulk_act.assignee_id)


def _page(session: Session, bulk_act: BulkAct, order: Order, problems: list[Problem] | None = None) -> str:
    act = bulk.act_of(bulk_act)
    counts = bulk_reports.counts_of(session, bulk_act)
    chosen, taken_back = _chosen_result(bulk_act, counts), taken_back_of(session, bulk_act)
    context: dict[str, Any] = {
        "bulk_act": bulk_act,
        "act": act,
        "counts": counts,
        "total": sum(counts.values()),
        "chosen": chosen,
        "RowResult": RowResult,
        "BulkState": BulkState,
        "left": [result for result in LEFT if counts[result]],
        "taken_back": taken_back,
        "take_back_until": take_back_until(bulk_act) if counts[RowResult.DONE] > taken_back else None,
        "may_write": current_user.actor().may_write,
        "is_own": bulk_act.operator_id == current_user.operator_id,
        "back_url": _back_url(act, bulk_act, sum(counts.values())),
        **_lines(session, bulk_act, chosen),
    }
    if bulk_act.state == BulkState.PLANNED:
        context |= _plan_context(session, bulk_act, act, order)
        show_problems(context["form"], problems or [])
        return render_template("admin/bulk_plan.html", **context)
    return render_template("admin/bulk_report.html", **context)


def _back_url(act: Act, bulk_act: BulkAct, total: int) -> str:
    """Where somebody goes on who does not want the act after all: the inbox for records, else the row or the list."""
    if issubclass(act.mapped, Record):
        return url_for("desk.show_inbox")
    row = f"{bulk_reports.rows_of(database(), bulk_act)[0]}/" if total == 1 else ""
    return f"{request.script_root}/{bulk_act.table_name}/{row}"


def _chosen_result(bulk_act: BulkAct, counts: Mapping[RowResult, int]) -> RowResult:
    wanted = request.args.get("result", "")
    if wanted in set(RowResult):
        return RowResult(wanted)
    # Of a plan, what it will do is looked at first; of a report, what did not go as planned.
    failed = (RowResult.FAILED, RowResult.CHANGED, RowResult.REFUSED) if bulk_act.state == BulkState.DONE else ()
    return next((one for one in (*failed, *RowResult) if counts[one]), RowResult.DONE)


def _lines(session: Session, bulk_act: BulkAct, result: RowResult) -> dict[str, Any]:
    page = number_in(request.args.get("page", "1"), PAGES) or 1
    lines, has_more = bulk_reports.page_of(session, bulk_act, result, page, SHOWN)

    def address(number: int) -> str:
        return f"?{urlencode({'result': result.value, 'page': number})}"

    return {
        "lines": lines,
        "previous_url": address(page - 1) if page > 1 else None,
        "next_url": address(page + 1) if has_more else None,
    }


def _plan_context(session: Session, bulk_act: BulkAct, act: Act, order: Order) -> dict[str, Any]:
    """The mail of the first row as it will be read, the texts that stand in for a comment, and who can be assigned."""
    sample = act.load(session, bulk_reports.rows_of(session, bulk_act, RowResult.READY, limit=SAMPLE))
    letters = act.letters(session, sample[:1], order)
    operators = operators_at_work(session) if act.asks_assignee else ()
    return {
        "letter": draft_of(session, letters[0]) if letters else None,
        "templates": act.templates(session, sample),
        "form": act_form(act, operators, order.comment or "", order.assignee_id),
        "wants_comment": act.asks_comment is not Ask.NOTHING,
    }


@desk.post("/bulk/<int:bulk_act_id>/apply")
def apply_bulk(bulk_act_id: int) -> ResponseReturnValue:
    """Carries out the stored plan, once; with `preview`, only shows the mail with the typed comment."""
    bulk_act = bulk.bulk_act_by_id(database(), bulk_act_id)
    order = _order(bulk_act)
    if "preview" in request.form:
        return _page(database(), bulk_act, order)
    _require_proof_for(bulk.act_of(bulk_act))
    try:
        with transaction() as session:
            is_first = bulk.confirm(session, bulk.bulk_act_by_id(session, bulk_act_id), order)
            count = bulk_reports.counts_of(session, bulk_act)[RowResult.READY]
    except Invalid as wrong:
        return _page(database(), bulk.bulk_act_by_id(database(), bulk_act_id), order, wrong.problems), 422
    if not is_first:
        flash("この操作はすでに実行されています。結果は次のとおりです。", "info")
    elif count <= AT_ONCE:
        bulk.carry_on(bulk_act_id)
    return redirect(url_for("desk.show_bulk", bulk_act_id=bulk_act_id), 303)


@desk.post("/bulk/<int:bulk_act_id>/retry")
def retry_bulk(bulk_act_id: int) -> ResponseReturnValue:
    """A new plan for the rows that were not carried out."""
    session = database()
    done = bulk.bulk_act_by_id(session, bulk_act_id)
    if done.state != BulkState.DONE:
        raise Refused("まだ実行中です。終わってから再実行してください。")
    _require_proof_for(bulk.act_of(done))
    order = Order(current_user.actor(), None, done.assignee_id)
    prepared = bulk.prepare(session, bulk.act_of(done), bulk_reports.rows_left(session, done), order, repeats=done)
    with transaction() as session:
        new_id = bulk.store(session, prepared).id
    return redirect(url_for("desk.show_bulk", bulk_act_id=new_id), 303)


@desk.post("/bulk/<int:bulk_act_id>/report.csv")
def download_report(bulk_act_id: int) -> Response:
    """The report, row by row; a POST, since it is noted who took it."""
    require_proof()
    with transaction() as session:
        bulk_act = bulk.bulk_act_by_id(session, bulk_act_id)
        if bulk_act.state == BulkState.PLANNED:
            raise NotFound
        note(session, Action.EXPORTED, current_user.actor(), table_name="bulk_act", row_id=bulk_act_id)
        text = _csv(bulk_reports.lines_of(session, bulk_act))
    return download(text.encode("utf-8-sig"), "text/csv", f"一括操作-{bulk_act_id}.csv")


def _csv(rows: Any) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["番号", "対象", "結果", "理由"])
    writer.writerows(_cells(rows))
    return out.getvalue()


def _cells(rows: Any) -> Iterator[list[str]]:
    for row in rows:
        cells = [str(row.row_id), row.label, RowResult(row.result).label, row.reason]
        yield [harmless(cell) for cell in cells]
