"""A record as an entry of a task list, and the three lists of the home page (UX)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import url_for

from models.base.settings import settings
from models.base.workflow import Side
from models.services.rename_guard import blocking_rename_id
from models.tables.record import Record
from models.tables.request import Request

BLOCKED = "拠点名変更の手続き中です。拠点名変更の完了後に操作できます。"
RENAME_LINK = "拠点名変更を確認する"


def rename_url(request_id: int) -> str:
    """The page of a rename that has to be finished first."""
    return url_for("portal.show_request", number=Request.number_of(request_id))


def task_of(record: Record, label: str) -> dict[str, Any]:
    """What components/task_list.html wants to know; `label` is the site's name."""
    found = record.request
    blocking = None if record.status.is_closed else blocking_rename_id(found)
    return {
        "title": record.title,
        "url": url_for("portal.show_record", record_id=record.id),
        "reference": f"{found.kind.label} {found.number}",
        "caption": label,
        "is_now": _column(record) == "now" and not blocking,
        "status": record.status_label,
        "tone": record.status.tone,
        "due_on": None if record.status.is_closed else record.due_on,
        "is_overdue": record.is_overdue,
        "comment": record.comment,
        "comment_by": settings().provider_name,
        "changed_at": record.status_changed_at,
        "blocked_reason": BLOCKED if blocking else None,
        "blocked_url": rename_url(blocking) if blocking else None,
        "blocked_link": RENAME_LINK,
    }


def columns_of(requests: Iterable[Request]) -> dict[str, list[Record]]:
    """今やること (what can be done first, by due date; what a rename blocks last), 対応待ち and 完了 (newest first)."""
    columns: dict[str, list[Record]] = {"now": [], "waiting": [], "done": []}
    for found in requests:
        for record in found.records:
            columns[_column(record)].append(record)
    columns["now"].sort(key=_urgency)
    for name in ("waiting", "done"):
        columns[name].sort(key=lambda record: record.status_changed_at, reverse=True)
    return columns


def _column(record: Record) -> str:
    if record.status.is_closed and record.waits_for is Side.NOBODY:
        return "done"
    return "now" if record.waits_for is Side.CUSTOMER else "waiting"


def _urgency(record: Record) -> tuple[bool, date]:
    return bool(blocking_rename_id(record.request)), record.due_on or date.max
