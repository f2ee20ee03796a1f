"""The mails of demo mode, readable in the browser."""

from __future__ import annotations

import mailbox
from email import message_from_bytes, policy
from typing import Any

from flask import abort, render_template

from models.base.settings import ROOT, settings
from portal.access import open_to_visitors
from portal.blueprint import portal


@portal.get("/mailbox/")
@open_to_visitors
def show_mailbox() -> str:
    """All mails, newest first."""
    return render_template(
        "portal/mailbox.html", mails=sorted(_mails(), key=lambda mail: mail["at"], reverse=True)[:100]
    )


@portal.get("/mailbox/<mail_key>")
@open_to_visitors
def show_mail(mail_key: str) -> str:
    """One mail."""
    found = [mail for mail in _mails() if mail["key"] == mail_key]
    if not found:
        abort(404)
    return render_template("portal/mail.html", mail=found[0])


def _mails() -> list[dict[str, Any]]:
    if not settings().demo or not settings().mail_url.startswith("maildir:"):
        abort(404)
    box = mailbox.Maildir(ROOT / settings().mail_url.removeprefix("maildir:"), create=True)
    return [_read(key, box.get_bytes(key), box.get_message(key).get_date()) for key in box.iterkeys()]


def _read(key: str, content: bytes, at: float) -> dict[str, Any]:
    message = message_from_bytes(content, policy=policy.default)
    return {"key": key, "at": at, "to": message["To"], "subject": message["Subject"], "body": message.get_content()}
