"""The public start page, and the documents to read before applying."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, url_for

from models.base.db import database
from models.kinds import CHANGES
from models.kinds.application import PAGES
from models.services.front_page import delivery_times, desk_lines, notices_shown
from models.services.reference_files import read_reference_file, reference_documents
from models.services.scans import PDF
from portal.access import listed_by_search_engines, open_to_visitors, shown_to_desk
from portal.blueprint import portal
from web.downloads import download

NOT_OFFERED = ("メニュー変更", "設置場所変更", "廃止申込")  # SPEC §3
FORMATS = {PDF: "PDF"}


@portal.get("/")
@open_to_visitors
@listed_by_search_engines
@shown_to_desk
def show_start() -> str:
    """The doors, what can and cannot be applied for, delivery times, documents to read first, the desk."""
    session = database()
    return render_template(
        "portal/start.html",
        notices=notices_shown(session),
        changes=CHANGES,
        page_count=len(PAGES),
        not_offered=NOT_OFFERED,
        delivery_times=delivery_times(session),
        documents=document_items(),
        desk=desk_lines(session),
    )


def document_items() -> list[dict[str, Any]]:
    """The reference documents as the component lists them; one without a file says where to ask for it."""
    return [
        {
            "title": one.label,
            "url": url_for("portal.fetch_reference", document_id=one.id) if one.blob_id else None,
            "format": FORMATS.get(one.content_type, "Excel") if one.blob_id else None,
            "size": one.size,
            "note": one.note if one.blob_id else "営業担当へお問い合わせください。",
        }
        for one in reference_documents(database())
    ]


@portal.get("/reference-documents/<int:document_id>")
@open_to_visitors
@shown_to_desk
def fetch_reference(document_id: int) -> Response:
    """A document's file."""
    document, data = read_reference_file(database(), document_id)
    return download(data, document.content_type, document.file_name)
