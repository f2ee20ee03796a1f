"""The files of the documents to read before applying (SPEC §12): the desk puts them in, everybody may fetch them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.base.clock import now
from models.base.errors import NotFound, Refused
from models.base.settings import settings
from models.services.audit import note
from models.services.files import keep, safe_name, stored_bytes
from models.services.incoming import SCANS, SHEET, Incoming, Wanted, examine_as
from models.services.masters import in_order
from models.tables.event import Action
from models.tables.master import ReferenceDocument


def wanted_reference() -> Wanted:
    """What can be put there."""
    return Wanted((SCANS[0], SHEET), "PDF・Excel（xlsx）", settings().file_megabytes)


def examine_reference(data: bytes, actor: Actor) -> Incoming:
    """Looks at a file before it is stored; raises Refused or Invalid (field `file`). Takes up to ten seconds and no database."""
    _require_administrator(actor)
    return examine_as(wanted_reference(), data)


def reference_documents(session: Session) -> Sequence[ReferenceDocument]:
    """All of them, in the order of the table."""
    return in_order(session, ReferenceDocument)


def reference_document(session: Session, document_id: int) -> ReferenceDocument:
    """One of them; raises NotFound."""
    found = session.get(ReferenceDocument, document_id)
    if found is None:
        raise NotFound
    return found


def store_reference_file(
    session: Session, document: ReferenceDocument, name: str, incoming: Incoming, actor: Actor
) -> None:
    """Puts a file that was looked at in place of the present one, which stays in the store; raises Refused."""
    _require_administrator(actor)
    put_reference_file(session, document, safe_name(name), incoming.content_type, incoming.data)
    note(
        session,
        Action.UPLOADED,
        actor,
        detail={"file": [None, document.file_name]},
        table_name=ReferenceDocument.__tablename__,
        row_id=document.id,
    )


def put_reference_file(
    session: Session, document: ReferenceDocument, name: str, content_type: str, data: bytes
) -> None:
    """Writes a file that was checked before, or that we made ourselves."""
    document.blob_id = keep(session, data).id
    document.file_name, document.content_type = name, content_type
    document.size, document.stored_at = len(data), now()
    session.flush()


def read_reference_file(session: Session, document_id: int) -> tuple[ReferenceDocument, bytes]:
    """A document and its bytes; raises NotFound where it has no file."""
    document = reference_document(session, document_id)
    if document.blob_id is None:
        raise NotFound
    return document, stored_bytes(session, document.blob_id)


def _require_administrator(actor: Actor) -> None:
    if not actor.is_administrator:
        raise Refused("資料のファイルは管理者だけが登録できます。")
