"""The operator comment: how long it may be, and what it says where nobody typed one, the desk's text for (workflow, status) (SPEC §4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.errors import Problem
from models.base.settings import settings
from models.base.values import too_long
from models.base.workflow import Status
from models.rules.placeholders import fill
from models.tables.texts import CommentTemplate

LONGEST = 1000  # characters of what an operator writes to a customer


def problems_in_comment(typed: str, label: str, field: str = "comment") -> Iterator[Problem]:
    """What is wrong with a comment or a reason that was typed, besides that it is missing."""
    if problem := too_long(typed, LONGEST):
        yield Problem(field, f"{label}は{problem}")


def problems_in_reason(typed: str, label: str) -> Iterator[Problem]:
    """The same of a reason (field `reason`), which must not be missing."""
    if not typed:
        yield Problem("reason", f"{label}を入力してください")
    yield from problems_in_comment(typed, label, "reason")


def template_comments(session: Session, codes: Iterable[str], target: Status) -> dict[str, str]:
    """What the desk's templates say at this status, by workflow, with the provider's name filled in; empty without a template."""
    texts = _texts(session, codes, [target])
    return {code: texts.get((code, target), "") for code in codes}


def templates_of(session: Session, workflow_code: str, targets: Collection[Status]) -> dict[Status, str]:
    """The same of one workflow for many statuses."""
    texts = _texts(session, [workflow_code], targets)
    return {target: texts.get((workflow_code, target), "") for target in targets}


def _texts(session: Session, codes: Iterable[str], targets: Iterable[Status]) -> dict[tuple[str, Status], str]:
    found = select(CommentTemplate.workflow, CommentTemplate.status, CommentTemplate.text).where(
        CommentTemplate.workflow.in_(list(codes)), CommentTemplate.status.in_([target.value for target in targets])
    )
    return {(code, Status(status)): fill(text, settings().names) for code, status, text in session.execute(found)}


def template_comment(session: Session, workflow_code: str, target: Status) -> str:
    """The same for one workflow."""
    return template_comments(session, [workflow_code], target)[workflow_code]
