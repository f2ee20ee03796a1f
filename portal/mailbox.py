"""The mails of demo mode, readable in the browser: there is no mail server then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

from flask import abort, render_template

from models.base.settings import settings
from models.services.sending import maildir_of
from portal.access import open_to_visitors
from portal.blueprint import portal

SHOWN = 100


@dataclass(frozen=True)
class Letter:
    """A mail as it arrived. `written_at`: as its head says."""

    name: str
    written_at: datetime
    recipient: str
    subject: str
    body: str


@portal.get("/mailbox/")
@open_to_visitors
def show_mailbox() -> str:
    """The newest mails, newest first; 404 but in demo mode."""
    return render_template("portal/mailbox.html", mails=[_read(path) for path in _paths()[:SHOWN]])


@portal.get("/mailbox/<name>")
@open_to_visitors
def show_mail(name: str) -> str:
    """One mail; 404 but in demo mode."""
    # Looked up among the files that are there: what stands in the address never becomes a path.
    found = [path for path in _paths() if path.name == name]
    if not found:
        abort(404)
    return render_template("portal/mail.html", mail=_read(found[0]))


def _paths() -> list[Path]:
    folder = maildir_of(settings().mail_url)
    if not settings().demo or folder is None:
        abort(404)
    found = [(path.stat(), path) for path in folder.glob("new/*")]
    # By the day on which they were written, then as they arrived.
    return [path for _, path in sorted(found, key=lambda one: (one[0].st_mtime, one[0].st_ctime_ns), reverse=True)]


def _read(path: Path) -> Letter:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    text = message.get_body(("plain",))
    return Letter(
        name=path.name,
        written_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
        recipient=str(message["To"]),
        subject=str(message["Subject"]),
        body=text.get_content() if text else "",
    )
