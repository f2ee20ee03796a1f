"""The home page: what to do now, and what can be asked for at each site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template, request, url_for

from models.base.actor import Actor
from models.base.db import database
from models.services.opening import change_refusal
from models.services.queries import own_requests, own_sites, site_labels
from models.tables.site import Site
from portal.access import shown_to_desk
from portal.blueprint import portal
from portal.hooks import current_actor
from portal.tasks import columns_of, rename_url, task_of

# So much of each list stands on the page; the rest is a click away.
SHOWN = {"now": 10, "waiting": 10, "done": 5, "requests": 10, "sites": 10}


@portal.get("/home")
@shown_to_desk
def show_home() -> str:
    """What to do now, what waits for the provider, what is done; the requests; and what can be asked for at each site."""
    session, actor = database(), current_actor()
    sites, requests = own_sites(session, actor), own_requests(session, actor)
    labels = site_labels(session, [site.id for site in sites])
    columns = columns_of(requests)
    found: dict[str, Sequence[Any]] = {**columns, "requests": requests, "sites": sites}
    whole = request.args.get("all", "")
    lists: dict[str, Any] = {name: rows if name == whole else rows[: SHOWN[name]] for name, rows in found.items()}
    for name in columns:  # only what is shown is put into words
        lists[name] = [task_of(record, labels[record.request.site_id]) for record in lists[name]]
    lists["sites"] = [_site(site, labels[site.id], actor) for site in lists["sites"]]
    return render_template(
        "portal/home.html",
        lists=lists,
        counts={name: len(rows) for name, rows in found.items()},
        renames=[_site(site, labels[site.id], actor) for site in sites if site.open_rename_id],
        labels=labels,
    )


def _site(site: Site, label: str, actor: Actor) -> dict[str, Any]:
    """A site with what can be asked for there; the reason where nothing can."""
    plan = site.line_plan
    return {
        "label": label,
        "plan": plan.full_label if plan else "",
        "in_service_on": site.in_service_on,
        "url": url_for("portal.choose_change", site_id=site.id),
        "reason": change_refusal(site, actor),
        "rename_url": rename_url(site.open_rename_id) if site.open_rename_id else None,
    }
