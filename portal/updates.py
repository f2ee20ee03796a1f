"""What changed of late."""

from __future__ import annotations

from flask import render_template

from models.base.db import database
from models.services.queries import own_requests, own_sites, site_labels
from portal.blueprint import portal
from portal.hooks import current_actor
from portal.tasks import task_of


@portal.get("/updates")
def show_updates() -> str:
    """The company's records, newest change first."""
    session, actor = database(), current_actor()
    labels = site_labels(session, [site.id for site in own_sites(session, actor)])
    requests = own_requests(session, actor)
    records = [record for found in requests for record in found.records]
    records.sort(key=lambda record: record.status_changed_at, reverse=True)
    return render_template(
        "portal/updates.html", items=[task_of(record, labels[record.request.site_id]) for record in records[:50]]
    )
