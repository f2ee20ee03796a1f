"""The dashboard: how the desk is doing, drawn and in tables; every number leads to the list of what it counts (UX "Operators")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request
from sqlalchemy.orm import Session

from admin import rights
from admin.blueprint import desk
from admin.codes import SIDES
from admin.filters import EMPTY
from admin.help_texts import help_urls
from admin.labels import row_labels
from admin.waiting import types_by_code
from models.base.clock import JAPAN, today
from models.base.db import database
from models.base.fields import Spec, specs_of
from models.base.workflow import WORKFLOWS, Side, Status, Workflow
from models.rules import charts
from models.rules.diagram import draw
from models.services.figures import DAYS, FINISHED, MOST_MOVES, Figures, Waiting
from models.services.help_texts import helps_of
from models.services.summary import figures
from models.services.worker import is_missed
from models.tables.help_text import HelpText
from models.tables.mail import Mail
from models.tables.record import Record
from web.hooks import current_actor

FILTERED = 60  # characters of a comment that its link looks for
HOUR, DAY = 3600, 86400
MAIL_COLUMNS = (
    Mail.key,
    Mail.recipient,
    Mail.record_id,
    Mail.attempts,
    Mail.last_error,
    Mail.send_after,
    Mail.dropped_at,
)


@desk.get("/dashboard")
def show_dashboard() -> str:
    """The page."""
    session = database()
    found = figures(session)
    return render_template(
        "admin/dashboard.html",
        figures=found,
        sums=list(_sums(found)),
        standing=_standing(found),
        oldest=[(SIDES[side], _oldest(session, waiting)) for side, waiting in found.oldest.items()],
        overdue=list(_overdue(found)),
        daily=_daily(found),
        weekly=list(_weekly(found)),
        stays=_stays(found),
        reasons=list(_reasons(found)),
        remarks=list(_remarks(session, found)),
        flows=[_flow(found, flow) for flow in WORKFLOWS.values()],
        days=DAYS,
        most=MOST_MOVES,
        is_worker_missed=is_missed(session),
    )


def list_url(table: str, **filters: str) -> str:
    """The address of a table's list with these filters."""
    query = urlencode({f"flt_{name}": value for name, value in filters.items()})
    return f"{request.script_root}/{table}/{'?' if query else ''}{query}"


def _events(first: date, last: date | None, **filters: str) -> str:
    until = {"at_to": last.isoformat()} if last else {}
    return list_url("event", **filters, at_from=first.isoformat(), **until)


def _late(side: Side, kind: str = "") -> str:
    of_type = {"type": kind} if kind else {}
    return list_url("record", side=side.value, **of_type, due_on_to=(today() - timedelta(days=1)).isoformat())


def _sums(found: Figures) -> Iterator[tuple[str, int, str]]:
    day = found.days[-1]
    for side in (Side.PROVIDER, Side.CUSTOMER):
        url = f"{request.script_root}/?view=none" if side is Side.PROVIDER else list_url("record", side=side.value)
        yield f"{SIDES[side]}の対応待ち", found.sides[side], url
    for side in (Side.PROVIDER, Side.CUSTOMER):
        count = sum(number for (one, _), number in found.overdue.items() if one is side)
        yield f"期限を過ぎた{SIDES[side]}の対応待ち", count, _late(side)
    for status, words in ((Status.SUBMITTED, "今日の提出"), (Status.ACCEPTED, "今日の承諾")):
        yield words, found.moved.get((status, day), 0), _events(day, day, to_status=status.value)
    yield f"届けられなかったメール（{DAYS}日間）", found.undelivered, _mails(dropped_at_from=found.since.isoformat())
    yield "送信をやり直しているメール", found.retried, _mails(dropped_at_is=EMPTY[0])


def _mails(**filters: str) -> str:
    """Mails that were tried in vain, with the columns that say to whom and why."""
    told = urlencode([("columns", one.key) for one in MAIL_COLUMNS])
    return f"{list_url('mail', sent_at_is=EMPTY[0], attempts_from='1', **filters)}&{told}"


def _standing(found: Figures) -> dict[str, Any]:
    """A line for each type, a column for each status that something stands at."""
    counts: dict[tuple[str, Status], int] = {}
    for (kind, _flow_code, status), number in found.standing.items():
        counts[kind, status] = counts.get((kind, status), 0) + number
    statuses = [status for status in Status if any(one is status for _, one in counts)]
    lines = []
    for code, mapped in types_by_code().items():
        cells = [
            (counts.get((code, status), 0), list_url(mapped.__tablename__, status_code=status.value))
            for status in statuses
        ]
        lines.append((mapped.__label__, sum(number for number, _ in cells), list_url(mapped.__tablename__), cells))
    totals = [(sum(line[3][index][0] for line in lines), status) for index, status in enumerate(statuses)]
    open_ones = [(number, status) for number, status in totals if not status.is_closed]
    bars = [(status.desk_label, number, f"{number:,}件", _series(status)) for number, status in open_ones]
    foot = [(number, list_url("record", status_code=status.value)) for number, status in totals]
    total = (sum(number for number, _ in totals), list_url("record"))
    return {"statuses": statuses, "lines": lines, "foot": [total, *foot], "chart": charts.rows(bars)}


def _series(status: Status) -> int:
    """Which colour: what waits for the customer is the second one."""
    return 1 if status.tone == "customer" else 0


def _oldest(session: Session, waiting: Sequence[Waiting]) -> list[dict[str, Any]]:
    names = row_labels(session, Record, [one.record_id for one in waiting])
    return [
        {
            "name": names.get(one.record_id, str(one.record_id)),
            "url": f"{request.script_root}/records/{one.record_id}",
            "status": one.status,
            "since": one.since,
            "days": (today() - one.since.astimezone(JAPAN).date()).days,
        }
        for one in waiting
    ]


def _overdue(found: Figures) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    for code, mapped in types_by_code().items():
        sides = (Side.PROVIDER, Side.CUSTOMER)
        cells = [(found.overdue.get((side, code), 0), _late(side, code)) for side in sides]
        if any(number for number, _ in cells):
            yield mapped.__label__, cells


SHOWN = ((Status.SUBMITTED, "提出"), (Status.RETURNED, "差戻"), (Status.ACCEPTED, "承諾・発送"))


def _count(found: Figures, status: Status, days: Sequence[date]) -> int:
    wanted = FINISHED if status is Status.ACCEPTED else (status,)
    return sum(found.moved.get((one, day), 0) for one in wanted for day in days)


def _cell(found: Figures, status: Status, days: Sequence[date]) -> tuple[int, str]:
    # A filter that is given twice means either value.
    wanted = [one.value for one in (FINISHED if status is Status.ACCEPTED else (status,))]
    more = "".join(f"&flt_to_status={value}" for value in wanted[1:])
    return _count(found, status, days), _events(days[0], days[-1], to_status=wanted[0]) + more


def _daily(found: Figures) -> dict[str, Any]:
    labels = [f"{day.month}/{day.day}" for day in found.days]
    series = [[_count(found, status, [day]) for day in found.days] for status, _ in SHOWN]
    lines = [(day, [_cell(found, status, [day]) for status, _ in SHOWN]) for day in reversed(found.days)]
    return {"chart": charts.columns(labels, series), "names": [words for _, words in SHOWN], "lines": lines}


def _weekly(found: Figures) -> Iterator[tuple[date, date, list[tuple[int, str]]]]:
    for end in range(len(found.days), 0, -7):
        days = found.days[max(end - 7, 0) : end]
        yield days[0], days[-1], [_cell(found, status, days) for status, _ in SHOWN]


def span_text(seconds: float) -> str:
    """A time as people say it: minutes under an hour, hours under two days, else days."""
    if seconds < HOUR:
        return f"{round(seconds / 60)}分"
    return f"{seconds / HOUR:.1f}時間" if seconds < 2 * DAY else f"{seconds / DAY:.1f}日"


def _stays(found: Figures) -> dict[str, Any]:
    lines = [
        (
            stay.status,
            SIDES[stay.side],
            (stay.count, _events(found.since, None, from_status=stay.status.value)),
            [span_text(value) for value in (stay.middle, stay.mean, stay.longest)],
        )
        for stay in found.stays
    ]
    bars = [
        (
            f"{stay.status.desk_label}（{SIDES[stay.side]}）",
            stay.middle,
            span_text(stay.middle),
            int(stay.side is Side.CUSTOMER),
        )
        for stay in found.stays
    ]
    sides = []
    for side in (Side.PROVIDER, Side.CUSTOMER):
        stays = [stay for stay in found.stays if stay.side is side]
        count = sum(stay.count for stay in stays)
        if count:
            sides.append((SIDES[side], span_text(sum(stay.mean * stay.count for stay in stays) / count)))
    return {"lines": lines, "chart": charts.rows(bars), "sides": sides}


def _reasons(found: Figures) -> Iterator[dict[str, Any]]:
    for one in found.reasons:
        # A filter looks into one line; the first one of a comment tells it from the others.
        line = one.text.splitlines()[0][:FILTERED] if one.text else ""
        filters = {"to_status": Status.RETURNED.value, **({"comment": line} if line else {})}
        yield {"reason": one, "url": _events(found.since, None, **filters)}


def _remarks(session: Session, found: Figures) -> Iterator[dict[str, Any]]:
    specs = [_spec_of(code, name) for code, name, _ in found.remarks]
    helps, may_word = helps_of(session), rights.may_edit(current_actor(), HelpText)
    urls = help_urls(session, [spec.key for spec in specs if spec]) if may_word else {}
    for (code, name, count), spec in zip(found.remarks, specs, strict=True):
        mapped = types_by_code().get(code)
        yield {
            "type": mapped.__label__ if mapped else code,
            "label": spec.full_label if spec else name,
            "help": helps.get(spec.key, spec.help) if spec else "",
            "help_url": urls.get(spec.key) if spec else None,
            "count": count,
            "url": list_url("field_remark", field_name=name, created_at_from=found.since.isoformat()),
        }


def _spec_of(code: str, name: str) -> Spec | None:
    mapped = types_by_code().get(code)
    return specs_of(mapped).get(name) if mapped else None


def _flow(found: Figures, flow: Workflow) -> dict[str, Any]:
    """A workflow's drawing with how many stand at each of its statuses, and the same as a table."""
    counts: dict[Status, int] = {}
    types: dict[Status, list[tuple[str, int, str]]] = {}
    for (code, flow_code, status), number in found.standing.items():
        if flow_code == flow.code:
            counts[status] = counts.get(status, 0) + number
            url = list_url(types_by_code()[code].__tablename__, workflow_code=flow.code, status_code=status.value)
            types.setdefault(status, []).append((types_by_code()[code].__label__, number, url))
    statuses = [status for status in (*flow.statuses, Status.CANCELLED) if status in flow.statuses or status in counts]
    return {
        "flow": flow,
        "diagram": draw(flow),
        "notes": {status: f"{number:,}" for status, number in counts.items()},
        "lines": [(status, SIDES[flow.side(status)], types.get(status, [])) for status in statuses],
        "open": sum(number for status, number in counts.items() if flow.side(status) is not Side.NOBODY),
    }
