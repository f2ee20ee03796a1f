"""Texts that the desk edits: comments and mails (SPEC §10, §12). A text that could not be used is not stored."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import UniqueConstraint, event
from sqlalchemy.orm import Mapped

from models.base.choices import Choice
from models.base.db import Area, Base
from models.base.errors import Invalid, Problem
from models.base.fields import field, key
from models.base.settings import Settings
from models.base.subjects import Subject
from models.base.technical import Code
from models.base.values import LongText, Text
from models.base.workflow import WORKFLOWS, Status
from models.rules.placeholders import unknown_in
from models.tables.mail import EVERYWHERE, MailKey, placeholders_of

IN_COMMENTS = tuple(Settings().names)


def status_name(workflow: str, status: str) -> str:
    """A status of a workflow in words."""
    made = WORKFLOWS.get(workflow)
    return f"{made.label}／{made.label_of(Status(status))}" if made else workflow


def _unknown_status(workflow: str, status: str) -> Iterator[Problem]:
    made = WORKFLOWS.get(workflow)
    if made is None:
        yield Problem("workflow", f"ワークフローは次のいずれかにしてください：{'、'.join(WORKFLOWS)}")
    elif status not in {*made.statuses, Status.CANCELLED}:
        yield Problem("status", f"ステータスは次のいずれかにしてください：{'、'.join(made.statuses)}")


class OfStatus:
    """A text for one status of one workflow."""

    workflow: Mapped[str] = field(Code(40), "ワークフロー", required=True)
    status: Mapped[str] = field(Code(40), "ステータス", required=True)
    text: Mapped[str] = field(
        LongText(), "文面", required=True, help="{provider} は事業者名、{service} はサービス名に置き換わります。"
    )

    def problems(self) -> Iterator[Problem]:
        """An unknown workflow or status, or a placeholder that nobody fills."""
        yield from _unknown_status(self.workflow, self.status)
        yield from _unknown("text", self.text, IN_COMMENTS)

    def __str__(self) -> str:
        return status_name(self.workflow, self.status)


class CommentTemplate(OfStatus, Base):
    """What the operator comment becomes at a status of a workflow, unless the operator typed one (SPEC §4)."""

    __tablename__ = "comment_template"
    __label__ = "コメントのひな形"
    __area__ = Area.MASTER
    __subject__ = Subject.TEXTS
    __table_args__ = (UniqueConstraint("workflow", "status"),)

    id: Mapped[int] = key("ひな形ID")


class StatusText(OfStatus, Base):
    """What a status of a workflow means, as the status guide tells the customer."""

    __tablename__ = "status_text"
    __label__ = "ステータスの説明"
    __area__ = Area.MASTER
    __subject__ = Subject.TEXTS
    __table_args__ = (UniqueConstraint("workflow", "status"),)

    id: Mapped[int] = key("説明ID")


class MailTemplate(Base):
    """Subject and body of a mail; `{name}` is filled in when it is sent."""

    __tablename__ = "mail_template"
    __label__ = "メールのひな形"
    __area__ = Area.MASTER
    __subject__ = Subject.TEXTS
    __is_needed__ = True

    id: Mapped[int] = key("メールひな形ID")
    key: Mapped[str] = field(Choice(MailKey, grows=True), "メールの種類", required=True, unique=True)
    subject: Mapped[str] = field(Text(100), "件名", required=True)
    body: Mapped[str] = field(
        LongText(4000),
        "本文",
        required=True,
        help=f"{'、'.join(f'{{{name}}}' for name in EVERYWHERE)} のほか、メールの種類ごとに決まった項目を差し込めます。",
    )

    def problems(self) -> Iterator[Problem]:
        """A placeholder that this mail does not have."""
        known = placeholders_of(MailKey(self.key))
        yield from _unknown("subject", self.subject, known)
        yield from _unknown("body", self.body, known)

    def __str__(self) -> str:
        return MailKey(self.key).label


def _unknown(name: str, text: str, known: tuple[str, ...]) -> Iterator[Problem]:
    if unknown := unknown_in(text or "", known):
        wrong, right = ("、".join(f"{{{one}}}" for one in names) for names in (unknown, known))
        yield Problem(name, f"{wrong} は使えません。使えるのは次の項目です：{right}")


@event.listens_for(CommentTemplate, "before_insert")
@event.listens_for(CommentTemplate, "before_update")
@event.listens_for(StatusText, "before_insert")
@event.listens_for(StatusText, "before_update")
@event.listens_for(MailTemplate, "before_insert")
@event.listens_for(MailTemplate, "before_update")
def _check(_mapper: object, _connection: object, row: CommentTemplate | StatusText | MailTemplate) -> None:
    # Whoever writes it, and through whatever screen: a mail with a gap would only be noticed by its reader.
    if problems := list(row.problems()):
        raise Invalid(problems)
