"""Documents: issued once for what a record says, and kept for ever (SPEC §4, §9)."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import Engine, func, select

from models.base.actor import SYSTEM
from models.base.conditions import is_given
from models.base.db import database, transaction
from models.base.errors import Refused
from models.base.settings import settings
from models.base.workflow import Status
from models.kinds.application import RECORDS
from models.records.contract import ContractRecord
from models.rules.fees import FeeKind, FeeReason
from models.services.documents import documents_of, issue, issuing_refusal
from models.services.editing import save_record
from models.services.incoming import examine
from models.services.masters import masters_on, shown
from models.services.rename_guard import REASON
from models.services.transition import transition
from models.tables.document import Document, DocumentKind
from models.tables.event import Action, Event
from models.tables.fee import FeeItem
from models.tables.record import Purpose, Record
from models.tables.request import Request
from models.tables.upload import Blob
from tests.build import OPERATOR, VIEWER, customer_of
from tests.issued import build_contract, issue_for, pdf, put_at, squeezed, text_of

FORMS = ("new_installation", "contractor_change", "configuration_change")
LETTER = DocumentKind.ACCEPTANCE_LETTER


def _document(document_id: int) -> Document:
    database.remove()
    return database().get_one(Document, document_id)


def _set(record_id: int, **values: Any) -> None:
    with transaction() as session:
        record = session.get_one(Record, record_id)
        for name, value in values.items():
            setattr(record, name, value)


def _expected(record: ContractRecord) -> list[tuple[str, str]]:
    """Label and value of every field that was given, of every record that came with the form."""
    masters = masters_on(database())
    types: tuple[Any, ...] = (ContractRecord,) if record.request.kind.is_change else RECORDS
    return [
        (squeezed(spec.label), squeezed(shown(spec, getattr(one, name), masters)))
        for one in record.request.records
        if isinstance(one, types)
        for name, spec in type(one).specs_for({**one.facts(), **masters.facts}).items()
        if is_given(getattr(one, name))
    ]


@pytest.mark.parametrize("kind", FORMS)
def test_every_field_of_a_filled_record_stands_in_its_form(db: Engine, kind: str) -> None:
    record_id = build_contract(kind)
    text = text_of(issue_for(record_id))
    record = database().get_one(ContractRecord, record_id)
    expected = _expected(record)
    assert len(expected) > 15
    assert [pair for pair in expected if pair[0] not in text or pair[1] not in text] == []
    assert {record.request.number, "社印", "記入者署名", settings().provider_name} <= {
        words for words in (record.request.number, "社印", "記入者署名", settings().provider_name) if words in text
    }


def test_the_letter_says_what_was_accepted_to_whom(db: Engine) -> None:
    record_id = build_contract("new_installation", Status.RECEIVED)
    text = text_of(issue_for(record_id, LETTER))
    record = database().get_one(ContractRecord, record_id)
    assert [pair for pair in _expected(record) if pair[0] not in text or pair[1] not in text] == []
    assert "利用承諾書" in text
    assert f"{squeezed(record.representative or '')}様" in text


@pytest.mark.parametrize("kind", FORMS)
def test_an_empty_record_can_be_typeset_too(db: Engine, kind: str) -> None:
    record_id = build_contract(kind, Status.RECEIVED, is_filled=False)
    assert "利用承諾書" in text_of(issue_for(record_id, LETTER))


def test_fees_are_printed_as_they_were_stored(db: Engine) -> None:
    record_id = build_contract("new_installation")
    with transaction() as session:
        request_id = session.get_one(Record, record_id).request_id
        for place, (kind, label, amount) in enumerate(
            [
                (FeeKind.ONCE, "初期費用（イーサ）", 238_300),
                (FeeKind.ONCE, "時間外作業費（夜間）", 30_000),
                (FeeKind.MONTHLY, "基本月額費用", 370_000),
            ],
            1,
        ):
            session.add(
                FeeItem(
                    request_id=request_id,
                    place=place,
                    kind=kind.value,
                    reason=FeeReason.PLAN.value,
                    label=label,
                    amount=amount,
                )
            )
    text = text_of(issue_for(record_id))
    for words in (
        "初期費用（イーサ）¥238,300",
        "時間外作業費（夜間）¥30,000",
        "初期費用の合計¥268,300",
        "月額費用の合計¥370,000",
    ):
        assert words in text


def test_rare_characters_stand_in_the_pdf_as_typed(db: Engine) -> None:
    record_id = build_contract()
    _set(record_id, company_name="髙﨑𠮷㈱①葛󠄀飾", representative="﨑山　髙志")
    text = text_of(issue_for(record_id))
    for characters in ("髙", "﨑", "𠮷", "㈱", "①", "葛", "﨑山髙志"):
        assert characters in text
    assert "\ufffd" not in text


def test_pages_are_numbered_a4_and_carry_the_documents_number(db: Engine) -> None:
    record_id = build_contract("new_installation")
    document_id = issue_for(record_id)
    pages = pypdfium2.PdfDocument(pdf(document_id))
    number = _document(document_id).number
    assert len(pages) > 1
    for index, page in enumerate(pages, 1):
        text = squeezed(page.get_textpage().get_text_bounded())
        assert f"{index}/{len(pages)}ページ" in text
        assert squeezed(number) in text
        assert [round(size) for size in page.get_size()] == [595, 842]
    scanned = examine(Purpose.STAMPED_FORM, pdf(document_id))
    assert scanned.number == _document(document_id).record.request.number, "the code by which a scan is known"


def test_a_document_says_for_ever_what_it_said_when_it_was_issued(db: Engine) -> None:
    record_id = build_contract()
    _set(record_id, company_name="旧社名")
    document_id = issue_for(record_id)
    _set(record_id, company_name="新社名")
    assert "旧社名" in text_of(document_id)
    before = pdf(document_id)
    _set(record_id, company_name="別社名")
    assert pdf(document_id) == before
    document = _document(document_id)
    assert "旧社名" in str(document.snapshot)
    blob = database().get_one(Blob, document.blob_id)
    assert sha256(blob.content).hexdigest() == blob.sha256


def test_a_change_form_shows_what_holds_now_beside_what_shall_hold(db: Engine) -> None:
    old_id = build_contract("new_installation", Status.RECEIVED)
    _set(old_id, company_name="旧社名", representative="前任太郎")
    with transaction() as session:
        issue(session, session.get_one(Record, old_id), LETTER, OPERATOR)
        transition(session, [session.get_one(Record, old_id)], Status.ACCEPTED, OPERATOR).raise_if_refused()
        site_id = session.get_one(Record, old_id).request.site_id
    record_id = build_contract()
    with transaction() as session:
        session.get_one(Record, record_id).request.site_id = site_id
    _set(record_id, company_name="新社名")
    text = text_of(issue_for(record_id))
    assert "会社名旧社名新社名" in text
    assert "契約者（変更後）" in text


def test_an_edit_makes_a_new_edition_and_keeps_the_old_one(db: Engine) -> None:
    record_id = build_contract("new_installation")
    first_id = issue_for(record_id)
    with transaction() as session:
        record = session.get_one(ContractRecord, record_id)
        save_record(session, record, {"company_name": "別会社"}, record.version, customer_of(record))
    editions = database().execute(select(Document.edition, Document.id).order_by(Document.edition)).all()
    assert [edition for edition, _id in editions] == [1, 2]
    assert "別会社" not in text_of(first_id)
    assert "別会社" in text_of(editions[1][1])


def test_an_edit_of_another_page_of_the_application_form_renews_it_too(db: Engine) -> None:
    record_id = build_contract("new_installation")
    issue_for(record_id)
    with transaction() as session:
        billing = next(one for one in session.get_one(Record, record_id).request.records if one.type == "billing")
        put_at(billing, Status.WITHDRAWN)
        save_record(session, billing, {"remarks": "請求書は総務部へ"}, billing.version, customer_of(billing))
    newest = database().scalars(select(Document).order_by(Document.edition.desc())).first()
    assert newest is not None
    assert newest.edition == 2
    assert "請求書は総務部へ" in text_of(newest.id)


def test_an_application_that_was_left_incomplete_gets_no_form_until_it_is_complete(db: Engine) -> None:
    record_id = build_contract("new_installation")
    issue_for(record_id)
    with transaction() as session:
        record = session.get_one(ContractRecord, record_id)
        save_record(session, record, {"representative": None}, record.version, customer_of(record))
    assert database().scalar(select(func.count()).select_from(Document)) == 1
    reason = issuing_refusal(database().get_one(Record, record_id), DocumentKind.APPLICATION_FORM, OPERATOR)
    assert reason is not None
    assert "入力していない項目" in reason


def test_a_button_pressed_twice_issues_one_document(db: Engine) -> None:
    record_id = build_contract()
    assert issue_for(record_id) == issue_for(record_id)
    assert database().scalar(select(func.count()).select_from(Document)) == 1
    events = database().scalars(select(Event).where(Event.action == Action.ISSUED)).all()
    assert [(event.record_id, event.actor_name) for event in events] == [(record_id, OPERATOR.name)]


@pytest.mark.parametrize("status", list(Status))
def test_forms_are_issued_only_while_the_customer_may_still_stamp_them(db: Engine, status: Status) -> None:
    record_id = build_contract(status=status)
    record = database().get_one(Record, record_id)
    refused = issuing_refusal(record, DocumentKind.CHANGE_FORM, customer_of(record))
    assert (refused is None) == (status in {Status.AWAITING_STAMP, Status.RETURNED, Status.WITHDRAWN})
    letter = issuing_refusal(record, LETTER, OPERATOR)
    assert (letter is None) == (status in {Status.RECEIVED, Status.ACCEPTED})


def test_who_may_issue_what(db: Engine) -> None:
    record_id = build_contract()
    record = database().get_one(Record, record_id)
    customer = customer_of(record)
    assert issuing_refusal(record, DocumentKind.CHANGE_FORM, SYSTEM) is None
    assert issuing_refusal(record, DocumentKind.CHANGE_FORM, VIEWER) is not None
    assert issuing_refusal(record, DocumentKind.APPLICATION_FORM, customer) is not None
    put_at(record, Status.RECEIVED)
    assert issuing_refusal(record, LETTER, OPERATOR) is None
    assert issuing_refusal(record, LETTER, customer) is not None
    assert issuing_refusal(record, LETTER, VIEWER) is not None


def test_records_without_a_form_have_none(db: Engine) -> None:
    record_id = build_contract("new_installation")
    for record in database().get_one(Record, record_id).request.records:
        if not isinstance(record, ContractRecord):
            for kind in DocumentKind:
                assert issuing_refusal(record, kind, OPERATOR) is not None


def test_nothing_is_issued_to_the_customer_while_the_site_is_being_renamed(db: Engine) -> None:
    record_id = build_contract()
    with transaction() as session:
        site = session.get_one(Record, record_id).request.site
        rename = Request(site=site, kind_code="site_rename", title="拠点名変更")
        session.add(rename)
        session.flush()
        site.open_rename_id = rename.id
    record = database().get_one(Record, record_id)
    customer = customer_of(record)
    assert issuing_refusal(record, DocumentKind.CHANGE_FORM, customer) == REASON
    with pytest.raises(Refused):
        issue_for(record_id, actor=customer)
    assert database().scalar(select(func.count()).select_from(Document)) == 0


def test_the_customer_has_the_letter_only_after_acceptance(db: Engine) -> None:
    record_id = build_contract(status=Status.RECEIVED)
    issue_for(record_id, LETTER)
    record = database().get_one(Record, record_id)
    assert documents_of(database(), record, customer_of(record)) == []
    assert len(documents_of(database(), record, OPERATOR)) == 1
    put_at(record, Status.ACCEPTED)
    assert len(documents_of(database(), record, customer_of(record))) == 1
