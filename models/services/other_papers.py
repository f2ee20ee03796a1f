"""Papers that bear the number of another request: never accepted unseen (SPEC §9)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from models.base.workflow import Need, Status
from models.services.needs import FILES
from models.tables.record import Record
from models.tables.upload import Upload

WITH_NUMBER = (Need.STAMPED_FORM, Need.LETTER)
ONE_BY_ONE = "別の申込番号の書類が付いています。情報の画面で確かめて、1件ずつ操作してください。"


def other_papers(session: Session, records: Sequence[Record], target: Status) -> dict[int, list[Upload]]:
    """The newest papers of records that bear another request's number, where a move to `target` rests on them: an acceptance, or a
    move that asks for such a paper. By the record's number."""
    asked = {record.id: _purposes(record, target) for record in records}
    wanted = {purpose for purposes in asked.values() for purpose in purposes}
    if not wanted:
        return {}
    newest = (
        select(func.max(Upload.id))
        .where(Upload.record_id.in_(asked), Upload.purpose.in_(wanted))
        .group_by(Upload.record_id, Upload.purpose)
    )
    ways = joinedload(Upload.record).joinedload(Record.request)
    found: dict[int, list[Upload]] = {}
    for upload in session.scalars(select(Upload).where(Upload.id.in_(newest)).order_by(Upload.id).options(ways)):
        if upload.has_other_number and upload.purpose in asked[upload.record_id]:
            found.setdefault(upload.record_id, []).append(upload)
    return found


def _purposes(record: Record, target: Status) -> set[str]:
    needed = WITH_NUMBER if target is Status.ACCEPTED else record.workflow.needs.get(target, ())
    return {FILES[need].value for need in WITH_NUMBER if need in needed}
