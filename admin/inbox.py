"""The start page: what waits for the desk, overdue first, then longest waiting (SPEC §11)."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from admin import saved_views
from admin.acts import acts_for
from admin.blueprint import desk
from admin.codes import INBOX
from admin.waiting import LATE, SIZE, WHOSE, Counts, Filters, counts_of, page_of, read_filters, types_by_code
from admin.walk import remember_list
from models.base.actor import Actor
from models.base.clock import now, today
from models.base.db import database
from models.base.workflow import Side, Status
from models.services.acts import Act
from models.services.queries import site_labels
from models.services.record_acts import MoveAct, workflows_of
from models.services.worker import is_missed
from models.tables.record import Record


@desk.get("/")
def show_inbox() -> ResponseReturnValue:
    """All record types together."""
    actor, session = current_user.actor(), database()
    offered = saved_views.offered_at(INBOX)
    if leading := saved_views.opened(INBOX, offered):
        return leading
    filters = read_filters(request.query_string.decode("utf-8", "replace"))
    counts = counts_of(session, filters, actor)
    records = page_of(session, filters, actor, counts.overdue)
    first = (filters.page - 1) * SIZE
    has_more = first + len(records) < counts.total
    next_url = f"?{filters.query(page=filters.page + 1)}" if has_more else None
    remember_list([record.id for record in records], next_url)
    return render_template(
        "admin/inbox.html",
        records=records,
        sites=site_labels(session, {record.request.site_id for record in records}),
        counts=counts,
        filters=filters,
        views=saved_views.bar(INBOX, offered, filters.query(), not filters.is_narrowed),
        grid=_grid(filters, counts),
        quick=_quick(filters, counts),
        late_query=filters.query(due=LATE),
        any_query=filters.query(due=""),
        statuses=_statuses(),
        whose=[(code, label, counts.whose[code]) for code, label in WHOSE.items()],
        acts=_offered(filters, actor),
        today=today(),
        seen_at=now().isoformat(),
        first=first,
        previous_url=f"?{filters.query(page=filters.page - 1)}" if filters.page > 1 else None,
        next_url=next_url,
        is_worker_missed=is_missed(session),
    )


@cache
def _statuses() -> tuple[Status, ...]:
    """The statuses at which something can wait for the desk."""
    flows = workflows_of(Record)
    waiting = {status for flow in flows for status in flow.statuses if flow.side(status) is Side.PROVIDER}
    return tuple(status for status in Status if status in waiting)


def _quick(filters: Filters, counts: Counts) -> list[tuple[str, list[dict[str, Any]]]]:
    """The filters of one click: every type, every status, each with how many it would show."""
    types = {"": "すべて", **{code: kind.__label__ for code, kind in types_by_code().items()}}
    statuses = {"": "すべて", **{status.value: status.desk_label for status in _statuses()}}
    of_types = [_choice(filters, counts, label, code, filters.status) for code, label in types.items()]
    of_statuses = [_choice(filters, counts, label, filters.type, code) for code, label in statuses.items()]
    return [("情報の種類", of_types), ("ステータス", of_statuses)]


def _grid(filters: Filters, counts: Counts) -> list[dict[str, Any]]:
    """A line for each type: its counts by status, each with the address that shows them."""
    return [
        {
            **_choice(filters, counts, kind.__label__, code, ""),
            "cells": [_choice(filters, counts, one.desk_label, code, one.value) for one in _statuses()],
        }
        for code, kind in types_by_code().items()
    ]


def _choice(filters: Filters, counts: Counts, label: str, kind: str, status: str) -> dict[str, Any]:
    """What is of that type at that status (empty: of any): how many, and where they are shown."""
    return {
        "label": label,
        "count": counts.at(kind, status),
        "url": f"?{filters.query(type=kind, status=status)}",
        "is_chosen": (filters.type, filters.status) == (kind, status),
    }


def _offered(filters: Filters, actor: Actor) -> list[Act]:
    """The acts that can move something of what is shown."""
    kind: type[Record] = types_by_code().get(filters.type, Record)
    starts = {filters.status} if filters.status else {status.value for status in _statuses()}
    acts = acts_for(kind, actor)
    return [act for act in acts if not isinstance(act, MoveAct) or act.source in starts]
