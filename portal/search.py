"""The customer's own search: the company's requests, and those only."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from flask import render_template, request

from models.base.db import database
from models.base.numbers import number_in
from models.base.text import fold
from models.services.queries import own_requests, own_sites, site_labels
from models.services.searching import words_of
from models.tables.request import Request, RequestState
from portal.access import shown_to_desk
from portal.blueprint import portal
from portal.hooks import current_actor

PAGE = 30
LONGEST = 100


@portal.get("/search")
@shown_to_desk
def search() -> str:
    """Requests by number, kind, site name or title; all of them where nothing is typed. Widths and capitals do not matter."""
    session, actor = database(), current_actor()
    words, state = request.args.get("q", "")[:LONGEST].strip(), request.args.get("state", "")
    labels = site_labels(session, [site.id for site in own_sites(session, actor)])
    found = [
        one
        for one in own_requests(session, actor)
        if state in {"", one.state} and all(word in _text(one, labels) for word in words_of(words))
    ]
    pages = ceil(len(found) / PAGE) or 1
    page = min(number_in(request.args.get("page", "")) or 1, pages)
    return render_template(
        "portal/search.html",
        found=found[(page - 1) * PAGE : page * PAGE],
        count=len(found),
        page=page,
        pages=pages,
        labels=labels,
        states=[(one.value, one.label) for one in RequestState],
        state=state,
        search_query=words,
    )


def _text(one: Request, labels: Mapping[int, str]) -> str:
    parts = (one.number, one.kind.label, one.title, labels[one.site_id], *(record.title for record in one.records))
    return fold(" ".join(parts))
