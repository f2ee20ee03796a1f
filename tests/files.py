"""Files that a move may ask for, whatever they hold."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.base.errors import Refused
from models.services.files import keep, upload_refusal
from models.services.needs import FILES
from models.tables.record import Purpose, Record
from models.tables.upload import Blob, Upload


def fulfil(session: Session, record: Record) -> None:
    """Gives the record a file of every purpose that some move needs."""
    blob = session.scalar(select(Blob)) or Blob(sha256="0" * 64, size=1, content=b"x")
    session.add(blob)
    session.flush()
    common = {"record_id": record.id, "blob_id": blob.id, "name": "f", "content_type": "application/pdf", "size": 1}
    for purpose in FILES.values():
        session.add(Upload(purpose=purpose.value, added_by="誰か", added_by_role="operator", **common))
    session.flush()


def add_upload(session: Session, record: Record, purpose: Purpose, content: bytes, actor: Actor) -> Upload:
    """Adds a file under the rules for it, but whatever it holds; raises Refused."""
    if reason := upload_refusal(record, purpose, actor):
        raise Refused(reason)
    names = {"name": "file.pdf", "content_type": "application/pdf", "added_by_role": actor.role.value}
    blob = keep(session, content)
    made = Upload(
        record_id=record.id, blob_id=blob.id, purpose=purpose.value, size=len(content), added_by=actor.name, **names
    )
    session.add(made)
    session.flush()
    return made
