"""What the record's page at the desk says of documents and of the parameter sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.base.workflow import Need
from models.records.parameter_sheet import ParameterSheetRecord
from models.services.documents import documents_of, form_of, issuing_refusal, late_words
from models.services.outlook import Move
from models.services.sheet_comparing import sheet_reading
from models.services.sheets import TITLE, making_refusal
from models.services.stamping import stamping_of
from models.tables.document import Document, DocumentKind
from models.tables.record import Record


def documents_shown(session: Session, record: Record, actor: Actor) -> dict[str, Any]:
    """What the record's page says of its documents: those issued, and those that can be issued now or why not."""
    issued = documents_of(session, record, actor)
    form, stamping = form_of(record), stamping_of(session, record, issued)
    kinds = [form, DocumentKind.ACCEPTANCE_LETTER] if form else []
    return {
        "issued": [
            {
                "name": f"{document.label}　{document.number}",
                "url": url_for("desk.fetch_document", document_id=document.id),
                "size": None,
                "stored_at": document.issued_at,
                "who": document.issued_by,
                "note": _note(document, stamping.form, stamping.is_current),
            }
            for document in issued
        ],
        "kinds": [{"kind": kind, "refusal": issuing_refusal(record, kind, actor)} for kind in kinds],
    }


def _note(document: Document, newest_form: Document | None, is_current: bool) -> str | None:
    if not document.is_ready:
        return late_words(document)
    return "発行したあとに申込内容が変わっています。" if document is newest_form and not is_current else None


def sheet_shown(session: Session, record: Record, actor: Actor) -> dict[str, Any]:
    """Whether the record has a parameter sheet, why its blank one cannot be made now, and what the newest filled one says."""
    return {
        "exists": isinstance(record, ParameterSheetRecord),
        "refusal": making_refusal(session, record, actor),
        "reading": sheet_reading(session, record),
    }


def needed_first(
    record: Record, moves: Iterable[Move], documents: dict[str, Any], sheet: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """What the desk itself makes before a move can be made: the button of each, with the reason that the move gives."""
    reasons = {move.reason for move in moves}
    letter = DocumentKind.ACCEPTANCE_LETTER
    if Need.LETTER.value in reasons and any(one["kind"] is letter and not one["refusal"] for one in documents["kinds"]):
        url = url_for("desk.issue_document", record_id=record.id)
        yield {
            "reason": Need.LETTER.value,
            "label": f"{letter.label}を発行する",
            "url": url,
            "hidden": {"kind": letter.value},
        }
    if Need.BLANK_SHEET.value in reasons and sheet["exists"] and not sheet["refusal"]:
        url = url_for("desk.make_sheet", record_id=record.id)
        yield {"reason": Need.BLANK_SHEET.value, "label": f"{TITLE}を作成する", "url": url, "hidden": {}}
