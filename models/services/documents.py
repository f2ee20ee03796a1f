"""Issuing documents: who may, when, and what is kept (SPEC §4, §9). The PDFs themselves are made by models.services.rendering."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from models.base.actor import Actor, Role
from models.base.errors import Refused
from models.base.workflow import Need, Status
from models.records.contract import ContractRecord
from models.services import files, rename_guard
from models.services.audit import note
from models.services.checking import problems_in
from models.services.printing import fingerprint_of, printed, printed_records
from models.services.queries import holds_letter_back
from models.tables.document import Document, DocumentKind
from models.tables.event import Action
from models.tables.record import Record

# While the desk has the record in hand, nobody stamps it anew; before that a change is still being filled in.
FORM_STATUSES = frozenset({Status.AWAITING_STAMP, Status.RETURNED, Status.WITHDRAWN})
LETTER_STATUSES = frozenset({Status.RECEIVED, Status.ACCEPTED})


class NotReady(Refused):
    """The document is issued, but its PDF does not exist yet."""


def form_of(record: Record) -> DocumentKind | None:
    """The form that the customer puts a seal on for this record, if any."""
    if not isinstance(record, ContractRecord):
        return None
    if not record.request.kind.is_change:
        return DocumentKind.APPLICATION_FORM
    is_stamped = any(Need.STAMPED_FORM in needs for needs in record.workflow.needs.values())
    return DocumentKind.CHANGE_FORM if is_stamped else None


def issuing_refusal(record: Record, kind: DocumentKind, actor: Actor) -> str | None:
    """Why this document cannot be issued now, in Japanese, or None. Reads only: buttons, bulk plans and issue() ask here."""
    if not isinstance(record, ContractRecord) or (kind.is_form and form_of(record) is not kind):
        return f"この情報には{kind.label}がありません。"
    if kind.is_form:
        return _form_refusal(record, kind, actor)
    if not (actor.may_write or actor.role is Role.SYSTEM):
        return f"あなたの権限では{kind.label}を発行できません。"
    if record.status not in LETTER_STATUSES:
        return f"{kind.label}は、申込情報が「{record.workflow.label_of(Status.RECEIVED)}」になってから発行できます。"
    return None


def _form_refusal(record: ContractRecord, kind: DocumentKind, actor: Actor) -> str | None:
    if actor.is_customer and rename_guard.blocking_rename_id(record.request):
        return rename_guard.REASON
    if actor.role is Role.VIEWER:
        return f"あなたの権限では{kind.label}を発行できません。"
    if record.status is Status.DRAFT:
        return f"{kind.label}は、必須項目をすべて入力し、入力を完了してから発行できます。"
    if record.status not in FORM_STATUSES:
        return f"「{record.status_label}」の間は、{kind.label}を発行できません。"
    session = _session_of(record)
    if any(problems_in(session, one, one.values(), is_complete=True) for one in printed_records(record)):
        return f"入力していない項目や正しくない項目があるため、{kind.label}を発行できません。入力内容をご確認ください。"
    return None


def _session_of(record: Record) -> Session:
    session = object_session(record)
    if session is None:
        raise RuntimeError("a record without its session says nothing")
    return session


def issue(session: Session, record: Record, kind: DocumentKind, actor: Actor) -> Document:
    """Issues a document of a locked record in the caller's act; raises Refused. Its PDF follows within seconds.

    Where nothing was changed since the newest edition, that edition is the answer: a button pressed twice issues one document.
    """
    refused = issuing_refusal(record, kind, actor)
    if refused or not isinstance(record, ContractRecord):
        raise Refused(refused or "", rename_guard.blocking_rename_id(record.request))
    newest = newest_of(session, record, kind)
    if newest is not None and newest.fingerprint == fingerprint_of(session, record, kind):
        return newest
    edition = newest.edition + 1 if newest else 1
    content = printed(session, record, kind, edition)
    made = Document(
        record_id=record.id,
        kind=kind.value,
        edition=edition,
        snapshot=content.snapshot,
        fingerprint=content.fingerprint,
        issued_by=actor.name,
    )
    session.add(made)
    session.flush()
    detail = {"document": [None, made.number]}
    note(session, Action.ISSUED, actor, detail=detail, table_name="document", row_id=made.id, record=record)
    return made


def renew_form(session: Session, record: Record, actor: Actor) -> Document | None:
    """Issues the application form anew after an edit of what it shows, where that can be done (SPEC §4); gives it, or None."""
    contract = next((one for one in record.request.records if isinstance(one, ContractRecord)), None)
    if contract is None or record.request.kind.is_change:
        return None
    kind = DocumentKind.APPLICATION_FORM
    return None if issuing_refusal(contract, kind, actor) else issue(session, contract, kind, actor)


def newest_of(session: Session, record: Record, kind: DocumentKind) -> Document | None:
    """The newest edition."""
    found = select(Document).where(Document.record_id == record.id, Document.kind == kind.value)
    return session.scalar(found.order_by(Document.edition.desc()).limit(1))


def newest_among(issued: Sequence[Document], kind: DocumentKind) -> Document | None:
    """The same among documents that were read already."""
    return max((one for one in issued if one.kind == kind), key=lambda one: one.edition, default=None)


def documents_of(session: Session, record: Record, actor: Actor) -> Sequence[Document]:
    """The record's documents that the actor may have, newest first."""
    found = select(Document).where(Document.record_id == record.id)
    if holds_letter_back(record, actor):
        found = found.where(Document.kind != DocumentKind.ACCEPTANCE_LETTER.value)
    return session.scalars(found.order_by(Document.id.desc())).all()


def pdf_of(session: Session, document: Document) -> bytes:
    """The stored PDF; raises NotReady in the seconds before it exists."""
    if document.blob_id is None:
        raise NotReady(late_words(document))
    return files.stored_bytes(session, document.blob_id)


def late_words(document: Document) -> str:
    """What to tell somebody who waits for the PDF."""
    name = DocumentKind(document.kind).label
    if document.is_late:
        return f"{name}のPDFの作成に時間がかかっています。しばらくしてから、もう一度お試しください。続く場合は窓口へご連絡ください。"
    return f"{name}のPDFを作成しています。数秒後に、もう一度お試しください。"
