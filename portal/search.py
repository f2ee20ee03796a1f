"""The customer's own search: the company's requests, and those only."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template, request

from models.base import text
from models.base.db import database
from models.services.queries import own_requests, own_sites, site_labels
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
        if state in {"", one.state} and all(word in _text(one, labels) for word in _words(words))
    ]
    number = request.args.get("page", "1")
    page = min(max(int(number) if number.isascii() and number.isdigit() else 1, 1), -(-len(found) // PAGE) or 1)
    return render_template(
        "portal/search.html",
        found=found[(page - 1) * PAGE : page * PAGE],
        count=len(found),
        page=page,
        pages=-(-len(found) // PAGE) or 1,
        labels=labels,
        states=[(one.value, one.label) for one in RequestState],
        state=state,
        search_query=words,
    )


def _folded(shown: str) -> str:
    return text.site_name(shown).casefold()


def _words(typed: str) -> list[str]:
    return _folded(typed).split()


def _text(one: Request, labels: Mapping[int, str]) -> str:
    parts = (one.number, one.kind.label, one.title, labels[one.site_id], *(record.title for record in one.records))
    return _folded(" ".join(parts))
