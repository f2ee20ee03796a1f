"""Documents: issued once for what a record says, kept for ever, never read from anywhere (SPEC §4, §9)."""

from __future__ import annotations

from typing import Any, cast

import pypdfium2
import pytest
from sqlalchemy import Engine, Table

from models.base.actor import Actor
from models.base.conditions import is_given
from models.base.db import database, transaction
from models.base.kind import KINDS
from models.base.workflow import Status
from models.kinds.application import RECORDS
from models.records.contract import ContractRecord
from models.seeds.masters import load_masters
from models.services.documents import issue, pdf_of
from models.services.masters import masters_on, shown
from models.services.rendering import render_due
from models.tables.document import Document, DocumentKind
from models.tables.record import Record
from tests.build import OPERATOR, build_request
from tests.filling import fill

FORMS = ["new_installation", "contractor_change", "configuration_change"]
FORM = {"new_installation": DocumentKind.APPLICATION_FORM}


def build_contract(kind: str = "contractor_change", status: Status = Status.AWAITING_STAMP, **options: Any) -> int:
    """A contract record with every field filled, its companions too; gives its number."""
    with transaction() as session:
        load_masters(session)
        if kind == "configuration_change":
            options = {"changes_asp": True, "one_time_payee": "current", **options}
        request = build_request(session, KINDS[kind], **options)
        for record in request.records:
            fill(session, record)
        session.flush()
        contract = next(record for record in request.records if isinstance(record, ContractRecord))
        _put_at(contract, status)
        return contract.id


def _put_at(record: Record, status: Status) -> None:
    database().flush()
    table = cast(Table, Record.__table__)
    database().execute(table.update().where(table.c.id == record.id).values(status=status.value))
    database().refresh(record)


def issue_one(record_id: int, actor: Actor = OPERATOR) -> int:
    """Issues the document that fits; gives its number."""
    with transaction() as session:
        record = session.get_one(Record, record_id)
        kind = DocumentKind.ACCEPTANCE_LETTER if record.status is Status.RECEIVED else form_kind(record)
        return issue(session, record, kind, actor).id


def form_kind(record: Record) -> DocumentKind:
    return FORM.get(record.request.kind_code, DocumentKind.CHANGE_FORM)


def text_of(document_id: int) -> str:
    """What a reader can select and copy out of the PDF, without line breaks and spaces."""
    while render_due():
        pass
    database.remove()
    content = pdf_of(database(), database().get_one(Document, document_id))
    pages = pypdfium2.PdfDocument(content)
    return squeezed("".join(page.get_textpage().get_text_bounded() for page in pages))


def squeezed(text: str) -> str:
    return "".join(text.replace("\ufffe", "").split())


@pytest.mark.parametrize("kind", FORMS)
def test_every_field_of_a_filled_record_stands_in_its_form(db: Engine, kind: str) -> None:
    record_id = build_contract(kind)
    text = text_of(issue_one(record_id))
    record = database().get_one(ContractRecord, record_id)
    masters = masters_on(database())
    types: tuple[Any, ...] = RECORDS if kind == "new_installation" else (ContractRecord,)
    checked = 0
    for one in (one for one in record.request.records if isinstance(one, types)):
        for name, spec in type(one).specs_for({**one.facts(), **masters.facts}).items():
            if is_given(getattr(one, name)):
                checked += 1
                assert squeezed(spec.label) in text, name
                assert squeezed(shown(spec, getattr(one, name), masters)) in text, name
    assert checked > 15
    assert record.request.number in text
    assert "社印" in text
