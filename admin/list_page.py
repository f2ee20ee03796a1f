"""What the page of a list shows: one flat pass over the rows, a fixed number of queries however long the list is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import request
from sqlalchemy import select

from admin import rights
from admin.acts import acts_for
from admin.codes import desk_specs
from admin.columns import sortable_names, visible_names
from admin.filters import filters_of
from admin.labels import Labels
from admin.paging import LAST, Page
from admin.selection import COUNTED, SIZES, Selection
from admin.whereabouts import Cell, whereabouts, whereabouts_labels
from models.base.clock import now
from models.base.db import among, database
from models.base.fields import Spec
from models.base.technical import Reference
from models.base.values import LongText, Whole
from models.base.workflow import Status
from models.tables.request import Request
from web.hooks import current_actor

LONGEST_TEXT = 30
STATUSES = {status.value: status.tone for status in Status}


def list_page(view: Any, chosen: Selection) -> dict[str, Any]:
    """The template's values."""
    page = chosen.page_rows(database())
    if not page.rows and (chosen.page or chosen.spot):  # such a page is no more: the last one is the nearest
        chosen = replace(chosen, page=0, spot=LAST)
        page = chosen.page_rows(database())
    rows = _rows(chosen, page)
    address, actor = view.address(), current_actor()
    specs = {name: desk_specs(chosen.mapped)[name] for name in chosen.shown}
    return {
        "mapped": chosen.mapped,
        "address": address,
        "columns": [
            _column(chosen, "id", "番号", address),
            *({"label": label} for label in whereabouts_labels(chosen.mapped)),
            *(_column(chosen, n, s.full_label, address) for n, s in specs.items()),
        ],
        "lines": _lines(view, chosen, rows, specs),
        **_counted(chosen, page),
        "exact_url": f"{address}?{chosen.query(spot=chosen.spot)}&count=exact",
        "pages": _pages(chosen, page, address),
        "chosen": chosen,
        "query": chosen.query(page=0),
        "filters": filter_fields(chosen),
        "active": [_active(chosen, index, address) for index in range(len(chosen.chosen))],
        "sizes": SIZES,
        "all_columns": [(name, desk_specs(chosen.mapped)[name].full_label) for name in visible_names(chosen.mapped)],
        "acts": acts_for(chosen.mapped, actor),
        "seen_at": now().isoformat(),
        "may_create": rights.may_create(actor, chosen.mapped),
        "inline_url": view.inline_url(chosen) if rows else None,
        "may_import": rights.may_edit(actor, chosen.mapped),
    }


def _rows(chosen: Selection, page: Page) -> list[Any]:
    """The page's rows in order. Numbers were first: only these rows are read in full."""
    mapped: Any = chosen.mapped
    ids = [row[0] for row in page.rows]
    keys = [getattr(mapped, name) for name in ("id", *chosen.shown)]
    found = database().execute(select(*keys).where(among(database(), mapped.id, ids))) if ids else ()
    by_id = {row[0]: row for row in found}
    return [by_id[row_id] for row_id in ids if row_id in by_id]


def _pages(chosen: Selection, page: Page, address: str) -> dict[str, str | None]:
    """The addresses of the pages around: each says beside which row it begins, so that it stays true while rows come and go."""
    order, is_known = (
        chosen.ordered(),
        not chosen.spot or chosen.page,
    )  # which page it is, is known from the first one on
    back = order.spot(page.rows[0], is_before=True) if page.has_before and page.rows else None
    onward = order.spot(page.rows[-1], is_before=False) if page.has_after and page.rows else None
    next_page = chosen.page + 1 if is_known else 0
    return {
        "first_url": f"{address}?{chosen.query(page=0)}" if back else None,
        "previous_url": f"{address}?{chosen.query(spot=back, page=max(chosen.page - 1, 0))}" if back else None,
        "next_url": f"{address}?{chosen.query(spot=onward, page=next_page)}" if onward else None,
        "last_url": f"{address}?{chosen.query(spot=LAST, page=0)}" if onward else None,
    }


def _lines(
    view: Any, chosen: Selection, rows: list[Any], specs: dict[str, Spec]
) -> list[tuple[int, str, str, list[Cell]]]:
    """Each row's number, how that is written, address and cells."""
    labels = Labels(database(), rows, specs)
    cells = [_writer(index, name, spec, labels) for index, (name, spec) in enumerate(specs.items(), 1)]
    places = whereabouts(database(), chosen.mapped, [row[0] for row in rows])
    written = Request.number_of if chosen.mapped is Request else str
    return [
        (row[0], written(row[0]), view.row_url(row[0]), [*places.get(row[0], ()), *[write(row) for write in cells]])
        for row in rows
    ]


def _writer(index: int, name: str, spec: Spec, labels: Labels) -> Callable[[Any], Cell]:
    """What writes one column's cells."""
    show = labels.writer(spec)
    prefix = f"{request.script_root}/{spec.kind.table}/" if isinstance(spec.kind, Reference) else ""
    is_long, is_number, is_status = isinstance(spec.kind, LongText), isinstance(spec.kind, Whole), name == "status_code"

    def write(row: Any) -> Cell:
        value = row[index]
        text = show(value)
        if is_long and len(text) > LONGEST_TEXT:
            text = f"{text[:LONGEST_TEXT]}…"
        url = f"{prefix}{value}/" if prefix and value is not None else None
        return text, url, STATUSES.get(value) if is_status else None, is_number

    return write


def _column(chosen: Selection, name: str, label: str, address: str) -> dict[str, Any]:
    is_sorted, is_sortable = chosen.sort == name, name == "id" or name in sortable_names(chosen.mapped)
    url = f"{address}?{chosen.query(page=0, sort=name, is_descending=is_sorted and not chosen.is_descending)}"
    direction = ("descending" if chosen.is_descending else "ascending") if is_sorted else None
    is_number = name != "id" and isinstance(desk_specs(chosen.mapped)[name].kind, Whole)
    return {
        "name": name,
        "label": label,
        "sort_url": url if is_sortable else None,
        "sort": direction,
        "numeric": is_number,
    }


def _counted(chosen: Selection, page: Page) -> dict[str, Any]:
    """How many there are, as far as that is known: beyond 10,000 only on request, since counting a million takes long."""
    count, is_capped = len(page.rows), False
    if page.has_before or page.has_after:
        is_asked = request.args.get("count") == "exact"
        count = chosen.count(database(), None if is_asked else COUNTED + 1)
        is_capped = not is_asked and count > COUNTED
        count = COUNTED if is_capped else count
    return {"count": count, "is_capped": is_capped, "range": _range(chosen, page, None if is_capped else count)}


def _range(chosen: Selection, page: Page, count: int | None) -> str:
    """Which rows these are, where the beginning, the end or the way here tells."""
    if not page.has_before:
        before = 0
    elif not page.has_after and count is not None:
        before = count - len(page.rows)
    elif chosen.page:
        before = chosen.page * chosen.size
    else:
        return ""
    return f"{before + 1:,}～{before + len(page.rows):,}件目" if page.rows else ""


def _active(chosen: Selection, index: int, address: str) -> dict[str, str]:
    """A filter in use, in words, with the address of the list without it."""
    one = chosen.chosen[index]
    rest = chosen.chosen[:index] + chosen.chosen[index + 1 :]
    return {"text": one.words, "url": f"{address}?{chosen.query(chosen=rest, page=0)}"}


def filter_fields(chosen: Selection) -> list[dict[str, Any]]:
    """Every filter as a field; the page offers those of the shown columns, those in use and those asked for."""
    used = {one.filter.key for one in chosen.chosen} | set(chosen.added)
    found = []
    visible = visible_names(chosen.mapped)
    for key, one in filters_of(chosen.mapped).items():
        if one.name not in visible:
            continue
        is_offered = key in used or one.name in chosen.shown
        found.append(
            {
                "name": f"flt_{key}",
                "key": key,
                "label": one.label,
                "control": one.control,
                "choices": one.choices() if one.control == "choice" and is_offered else [],
                "values": [other.typed for other in chosen.chosen if other.filter.key == key],
                "is_offered": is_offered,
                "lookup": f"{request.script_root}/{one.kind.table}/lookup/" if one.control == "reference" else "",  # type: ignore[attr-defined]
            }
        )
    return found
