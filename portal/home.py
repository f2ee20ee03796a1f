"""The home page and the customer's own search."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from models.base.clock import today
from models.base.db import database
from models.base.settings import settings
from models.base.workflow import Side
from models.kinds import CHANGES
from models.services.opening import opening_refusal
from models.services.queries import own_requests, own_sites, site_label
from models.services.rename_guard import REASON, blocking_rename_id
from models.tables.record import Record
from models.tables.request import Request
from portal.blueprint import portal
from portal.hooks import current_actor


@portal.get("/home")
def show_home() -> str:
    """What to do now, what waits for the provider, what is done; and what can be asked for at each site."""
    session, actor = database(), current_actor()
    requests = own_requests(session, actor)
    labels = {site.id: site_label(session, site) for site in own_sites(session, actor)}
    tasks: dict[str, list[dict[str, Any]]] = {"now": [], "waiting": [], "done": []}
    for found in requests:
        for record in found.records:
            tasks[_column(record)].append(_task(record, labels[found.site_id]))
    tasks["now"].sort(key=lambda task: (task["due_on"] is None, task["due_on"] or today()))
    sites = [(site, labels[site.id], _blocked(site, actor)) for site in own_sites(session, actor)]
    return render_template("portal/home.html", tasks=tasks, sites=sites, requests=requests, labels=labels)


def _column(record: Record) -> str:
    if record.status.is_closed and record.waits_for is Side.NOBODY:
        return "done"
    return "now" if record.waits_for is Side.CUSTOMER else "waiting"


def _task(record: Record, label: str) -> dict[str, Any]:
    found = record.request
    blocking = blocking_rename_id(found)
    return {
        "title": record.title,
        "url": url_for("portal.show_record", record_id=record.id),
        "reference": f"{found.kind.label} {found.number}",
        "caption": label,
        "status": record.status_label,
        "tone": record.status.tone,
        "due_on": record.due_on if not record.status.is_closed else None,
        "is_overdue": record.is_overdue,
        "comment": record.comment,
        "comment_by": settings().provider_name,
        "changed_at": record.status_changed_at,
        "blocked_reason": REASON if blocking and not record.status.is_closed else None,
        "blocked_url": url_for("portal.show_request", number=Request.number_of(blocking)) if blocking else None,
        "blocked_link": "拠点名変更を確認する",
    }


def _blocked(site: Any, actor: Any) -> str | None:
    reasons = [opening_refusal(site, kind, actor) for kind in CHANGES]
    return reasons[0] if all(reasons) else None


@portal.get("/search")
def search() -> str:
    """The company's own requests by number, kind or site name."""
    session, actor = database(), current_actor()
    words = request.args.get("q", "").strip()
    labels = {site.id: site_label(session, site) for site in own_sites(session, actor)}
    found = [
        one
        for one in own_requests(session, actor)
        if words and words in f"{one.number} {one.kind.label} {labels[one.site_id]}"
    ]
    return render_template("portal/search.html", found=found, labels=labels, search_query=words)


@portal.get("/updates")
def show_updates() -> str:
    """The company's records, newest change first."""
    session, actor = database(), current_actor()
    labels = {site.id: site_label(session, site) for site in own_sites(session, actor)}
    records = [record for found in own_requests(session, actor) for record in found.records]
    records.sort(key=lambda record: record.status_changed_at, reverse=True)
    return render_template(
        "portal/updates.html", items=[_task(record, labels[record.request.site_id]) for record in records[:50]]
    )
