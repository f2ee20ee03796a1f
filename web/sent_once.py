"""A form that may be sent only once says which page it stood on: sent twice, by a double click or a page that is loaded again, it is one act."""

from __future__ import annotations

import secrets

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

FIELD, LONGEST = "sent_key", 64


def key_sent() -> str | None:
    """The number of the page that sent this form, or None where it has none."""
    try:
        sent = request.form.get(FIELD, "")
    except RequestEntityTooLarge:
        return None  # nothing of such a form is read, on the page that says so either
    return sent[:LONGEST].replace("\0", "") or None


def sent_key() -> str:
    """The number that a page gives to its form: the one it was sent with when it is shown again, else a new one."""
    return key_sent() or secrets.token_urlsafe(24)
