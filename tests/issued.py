"""Contract records that documents can be issued for, and what stands in a PDF."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any, cast

import pypdfium2
from sqlalchemy import Table

from models.base.actor import Actor
from models.base.clock import now
from models.base.db import database, transaction
from models.base.kind import KINDS
from models.base.workflow import Status
from models.records.contract import ContractRecord
from models.seeds.masters import load_masters
from models.services.documents import form_of, issue, pdf_of
from models.services.rendering import render_due
from models.tables.document import Document, DocumentKind
from models.tables.record import Record
from tests.build import OPERATOR, build_request
from tests.filling import fill
from tests.pages import text_of_pdf

OPTIONS: dict[str, dict[str, Any]] = {"configuration_change": {"changes_asp": True, "one_time_payee": "current"}}


def build_contract(
    kind: str = "contractor_change", status: Status = Status.AWAITING_STAMP, is_filled: bool = True
) -> int:
    """A contract record with its request's other records, every field of them filled; gives its number."""
    with transaction() as session:
        load_masters(session)
        request = build_request(session, KINDS[kind], **OPTIONS.get(kind, {}))
        for record in request.records if is_filled else []:
            fill(session, record)
        session.flush()
        contract = next(record for record in request.records if isinstance(record, ContractRecord))
        put_at(contract, status)
        return contract.id


def put_at(record: Record, status: Status) -> None:
    """Moves a record as no one may, so that a test can begin there."""
    database().flush()
    table = cast(Table, Record.__table__)
    database().execute(table.update().where(table.c.id == record.id).values(status=status.value))
    database().refresh(record)


def put_back(document: Document, age: timedelta) -> None:
    """Makes a document one that was issued so long ago and has no PDF yet; no worker tries again for an hour."""
    document.blob_id, document.issued_at, document.render_after = None, now() - age, now() + timedelta(hours=1)
    database().flush()


def scan() -> bytes:
    """A stamped form as it comes from a scanner: a real PDF of one page."""
    paper, made = pypdfium2.PdfDocument.new(), BytesIO()
    paper.new_page(595, 842)
    paper.save(made)
    return made.getvalue()


def issue_for(record_id: int, kind: DocumentKind | None = None, actor: Actor = OPERATOR) -> int:
    """Issues a document of the record, its form where nothing else is asked; gives its number."""
    with transaction() as session:
        record = session.get_one(Record, record_id)
        wanted = kind or form_of(record)
        assert wanted is not None
        return issue(session, record, wanted, actor).id


def pdf(document_id: int) -> bytes:
    """The PDF, once the worker made it."""
    while render_due():
        pass
    database.remove()
    return pdf_of(database(), database().get_one(Document, document_id))


def text_of(document_id: int) -> str:
    """What a reader can select and copy out of the PDF, without line breaks and spaces."""
    return squeezed(text_of_pdf(pdf(document_id)))


def squeezed(text: str) -> str:
    """Without spaces, line breaks and hyphens: a hyphen at the end of a line is read as the mark of a broken word."""
    return "".join(text.replace("\ufffe", "").replace("\x02", "").replace("-", "").split())
