"""What the statuses of a workflow mean, in the desk's words (SPEC §4, §12)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.settings import settings
from models.base.workflow import Status, Workflow
from models.rules.placeholders import fill
from models.tables.texts import StatusText


def meanings_of(session: Session, workflow: Workflow) -> dict[Status, str]:
    """The text of each status that has one, with the provider's name filled in. Reads only."""
    found = session.execute(select(StatusText.status, StatusText.text).where(StatusText.workflow == workflow.code))
    return {Status(status): fill(text, settings().names) for status, text in found}
