"""The fees that a visitor has seen: a price that changed since is pointed out before it counts (SPEC §7)."""

from __future__ import annotations

from flask import request, session

SEEN = "application_quote"


def keep_quote() -> None:
    """Remembers the fees of the page that the visitor leaves, where it showed some."""
    if seen := request.form.get("quote"):
        session[SEEN] = seen[:64]


def is_changed(fingerprint: str) -> bool:
    """Whether the fees differ from those that the visitor has agreed to last."""
    return bool(session.get(SEEN, fingerprint) != fingerprint)
