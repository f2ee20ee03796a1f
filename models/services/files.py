"""The only reader and writer of file bytes (DESIGN §5), so that an object store can take its place."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import text
from models.base.actor import Actor
from models.base.errors import Invalid, Problem, Refused
from models.base.settings import settings
from models.services import rename_guard
from models.services.audit import note
from models.tables.event import Action
from models.tables.record import Purpose, Record
from models.tables.upload import Blob, Upload

# What the first bytes of each kind of file are: a name proves nothing.
SHEET = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04", ".xlsx")
SCANS = (
    ("application/pdf", b"%PDF-", ".pdf"),
    ("image/jpeg", b"\xff\xd8\xff", ".jpg"),
    ("image/png", b"\x89PNG\r\n\x1a\n", ".png"),
)
ALLOWED = {
    Purpose.STAMPED_FORM: (SCANS, "PDF・JPEG・PNG"),
    Purpose.LETTER: (SCANS[:1], "PDF"),
    Purpose.SHEET: ((SHEET,), "Excel（xlsx）"),
    Purpose.BLANK_SHEET: ((SHEET,), "Excel（xlsx）"),
}


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


def store_upload(session: Session, record: Record, purpose: Purpose, name: str, data: bytes, actor: Actor) -> Upload:
    """Keeps a new version of a file; raises Refused or Invalid (field `file`). Nothing is overwritten (SPEC §9)."""
    refused = upload_refusal(record, purpose, actor)
    if refused:
        raise Refused(refused, rename_guard.blocking_rename_id(record.request))
    content_type = _checked_type(purpose, data)
    if actor.is_customer:
        rename_guard.pass_gate(session, record.request.site_id, record.request_id)
    blob = keep(session, data)
    made = Upload(
        record_id=record.id,
        blob_id=blob.id,
        purpose=purpose.value,
        name=safe_name(name),
        content_type=content_type,
        size=len(data),
        added_by=actor.name,
        added_by_role=actor.role.value,
    )
    session.add(made)
    session.flush()
    note(
        session,
        Action.UPLOADED,
        actor,
        detail={"file": [None, made.name]},
        table_name="upload",
        row_id=made.id,
        record=record,
    )
    if read(session, made) != data:
        raise RuntimeError("the stored bytes differ from those that came in")
    return made


def read(session: Session, upload: Upload) -> bytes:
    """The bytes of a version."""
    return stored_bytes(session, upload.blob_id)


def stored_bytes(session: Session, blob_id: int) -> bytes:
    """The bytes of a blob."""
    return session.scalars(select(Blob.content).where(Blob.id == blob_id)).one()


def safe_name(name: str) -> str:
    """A name that no file system or header misunderstands: no folders, controls or turned text (RELIABILITY §2)."""
    plain = text.clean(name.replace("\\", "/").rsplit("/", 1)[-1])
    kept = "".join(c for c in plain if c.isprintable() and c not in '<>:"|?*').lstrip(".")
    return kept[-150:] or "file"


def _checked_type(purpose: Purpose, data: bytes) -> str:
    kinds, words = ALLOWED[purpose]
    limit = settings().sheet_megabytes if SHEET in kinds else settings().file_megabytes
    if not data:
        raise Invalid([Problem("file", "ファイルを選んでください（空のファイルは追加できません）。")])
    if len(data) > limit * 1024 * 1024:
        raise Invalid([Problem("file", f"ファイルは{limit}MB以内にしてください。")])
    for content_type, start, _ending in kinds:
        if data.startswith(start):
            return content_type
    raise Invalid([Problem("file", f"{words}のファイルを選んでください。")])


def keep(session: Session, data: bytes) -> Blob:
    """Stores checked bytes, once however often they come."""
    digest = hashlib.sha256(data).hexdigest()
    found = session.scalar(select(Blob).where(Blob.sha256 == digest))
    if found is None:
        found = Blob(sha256=digest, size=len(data), content=data)
        session.add(found)
        session.flush()
    return found
