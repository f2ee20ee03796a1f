"""The only reader and writer of file bytes (DESIGN §5), so that an object store can take its place."""

from __future__ import annotations

import hashlib

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.base import text
from models.base.actor import Actor
from models.base.clock import now
from models.base.db import insert_into
from models.base.errors import Refused
from models.services import rename_guard, sheets
from models.services.audit import note
from models.services.incoming import ENDINGS, Incoming, examine
from models.services.sent_once import add_once, mark_of
from models.tables.event import Action
from models.tables.record import Purpose, Record
from models.tables.upload import Blob, Upload


def upload_refusal(record: Record, purpose: Purpose, actor: Actor) -> str | None:
    """Why this file may not be added now, in Japanese, or None. Reads only."""
    if purpose not in type(record).__purposes__:
        return "この情報には、このファイルを追加できません。"
    if actor.is_customer:
        if rename_guard.blocking_rename_id(record.request):
            return rename_guard.REASON
        if not purpose.is_from_customer or not record.is_editable:
            return f"「{record.status_label}」の間は、このファイルを追加できません。"
        return None
    return None if actor.may_write else "あなたの権限ではファイルを追加できません。"


def refuse_upload(record: Record, purpose: Purpose, actor: Actor) -> None:
    """Raises Refused where this file may not be added now: asked before a file is looked at, and again when it is stored."""
    refused = upload_refusal(record, purpose, actor)
    if refused:
        raise Refused(refused, rename_guard.blocking_rename_id(record.request))


def store_upload(
    session: Session,
    record: Record,
    purpose: Purpose,
    name: str,
    sent: bytes | Incoming,
    actor: Actor,
    page_key: str | None = None,
) -> Upload:
    """Keeps a new version of a file; raises Refused or Invalid (field `file`). Nothing is overwritten (SPEC §9).

    Who serves people at the same time gives an Incoming: bytes are looked at here and hold up the transaction meanwhile. The same
    file that the same page sends again, or at the same time, is the version that is kept already, unless another came after it.
    """
    refuse_upload(record, purpose, actor)
    file = sent if isinstance(sent, Incoming) else examine(purpose, sent)
    if purpose is Purpose.SHEET:
        sheets.require_filled(session, record, file)
    if actor.is_customer:
        rename_guard.pass_gate(session, record.request.site_id, record.request_id)
    blob = keep(session, file.data)
    made = Upload(
        record_id=record.id,
        blob_id=blob.id,
        purpose=purpose.value,
        name=typed_name(sheets.stored_name(session, record, purpose, name), file.content_type),
        content_type=file.content_type,
        size=len(file.data),
        page_count=file.page_count,
        number_found=file.number,
        cells=dict(file.cells) or None,
        added_by=actor.name,
        added_by_role=actor.role.value,
        sent_key=mark_of(page_key, purpose.value, blob.sha256, name, _other_than(session, record, purpose, blob)),
    )
    made, is_new = add_once(session, made)
    if not is_new:
        return made
    note(
        session,
        Action.UPLOADED,
        actor,
        detail={"file": [None, made.name]},
        table_name="upload",
        row_id=made.id,
        record=record,
    )
    return made


def _other_than(session: Session, record: Record, purpose: Purpose, blob: Blob) -> str:
    """The newest version that says something else: who goes back to the file before it means that one to count again."""
    versions = select(func.max(Upload.id)).where(Upload.record_id == record.id, Upload.purpose == purpose.value)
    return str(session.scalar(versions.where(Upload.blob_id != blob.id)))


def read(session: Session, upload: Upload) -> bytes:
    """The bytes of a version."""
    return stored_bytes(session, upload.blob_id)


def stored_bytes(session: Session, blob_id: int) -> bytes:
    """The bytes of a blob."""
    return session.scalars(select(Blob.content).where(Blob.id == blob_id)).one()


def typed_name(name: str, content_type: str) -> str:
    """A safe name that ends as its content does: a picture that calls itself a program is stored as a picture."""
    safe, endings = safe_name(name), ENDINGS.get(content_type, ("",))
    return safe if safe.lower().endswith(endings) else f"{safe}{endings[0]}"


def safe_name(name: str) -> str:
    """A name that no file system or header misunderstands: no folders, controls or turned text (RELIABILITY §2)."""
    plain = text.clean(name.replace("\\", "/").rsplit("/", 1)[-1].replace("\u3000", " "))
    kept = "".join(c for c in plain if c.isprintable() and c not in '<>:"|?*').lstrip(".")
    return kept[-150:] or "file"


def keep(session: Session, data: bytes) -> Blob:
    """Stores checked bytes, once however often they come, and however many at the same time.

    Reads them back from the database before anybody is told that they are there; raises RuntimeError where they differ.
    """
    digest = hashlib.sha256(data).hexdigest()
    values = {"sha256": digest, "size": len(data), "content": data, "created_at": now()}
    session.execute(insert_into(session, Blob).values(values).on_conflict_do_nothing(index_elements=["sha256"]))
    kept = session.scalars(select(Blob).where(Blob.sha256 == digest)).one()
    if stored_bytes(session, kept.id) != data:
        raise RuntimeError("the stored bytes differ from those that came in")
    return kept
