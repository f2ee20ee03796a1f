"""From a document's snapshot to its PDF: the one place that knows WeasyPrint, and work for a guarded child.

It reads our templates and fonts (by FONTCONFIG_FILE), and nothing that a snapshot could name: no address is ever fetched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NoReturn

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from models.base.settings import ROOT

TEMPLATES = {
    "application_form": "documents/form.html",
    "change_form": "documents/form.html",
    "acceptance_letter": "documents/letter.html",
    "sheet": "documents/sheet.html",
}
# Up to here a value shares its line with another one.
HALF_LINE = 17
Row = Mapping[str, Any]


def typeset(data: bytes) -> tuple[list[int], bytes]:
    """The PDFs of snapshots that come as JSON, one behind the other, and how long each is."""
    made = [_typeset(snapshot) for snapshot in json.loads(data)]
    return [len(one) for one in made], b"".join(made)


def _typeset(snapshot: Mapping[str, Any]) -> bytes:
    # Only the child needs these: they would cost every web server and worker 40 MB.
    from weasyprint import HTML  # noqa: PLC0415
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    class NothingFetched(URLFetcher):  # type: ignore[misc]
        """Whatever is asked for: no. The templates have no address in them, and no field can bring one (RELIABILITY check 23)."""

        def fetch(self, _url: str, _headers: Mapping[str, str] | None = None) -> NoReturn:
            raise ValueError("a document fetches nothing")

    made: bytes = HTML(string=markup_of(snapshot), url_fetcher=NothingFetched()).write_pdf(pdf_tags=True)
    return made


def markup_of(snapshot: Mapping[str, Any]) -> str:
    """The page as HTML; every word of the snapshot is text in it."""
    places = FileSystemLoader(ROOT / "templates")
    environment = Environment(loader=places, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters.update(day=day_text, lines=paired)
    number = snapshot.get("request_number")
    code = segno.make_qr(number, error="m").svg_inline(border=0, omitsize=True) if number else ""
    return environment.get_template(TEMPLATES[snapshot["kind"]]).render(doc=snapshot, qr=Markup(code))  # nosec B704


def day_text(day: str) -> str:
    """A stored day as a document writes it: 2026年11月25日."""
    found = date.fromisoformat(day)
    return f"{found.year}年{found.month}月{found.day}日"


def paired(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows as lines of the table: two short values beside each other, a long one alone."""
    lines: list[list[Row]] = []
    for row in rows:
        is_short = len(row["value"]) <= HALF_LINE and "\n" not in row["value"]
        if is_short and lines and len(lines[-1]) == 1 and lines[-1][0].get("is_half"):
            lines[-1].append(row)
        else:
            lines.append([{**row, "is_half": is_short}])
    return lines
