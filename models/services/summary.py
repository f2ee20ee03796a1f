"""The desk's figures, kept for a minute: however many look, they are asked once (SPEC §11)."""

from __future__ import annotations

from datetime import timedelta
from threading import Lock

from sqlalchemy.orm import Session

from models.base.clock import now
from models.services.figures import Figures, read_figures

AGE = timedelta(seconds=60)
_KEPT: dict[str, Figures] = {}
_READING = Lock()


def figures(session: Session) -> Figures:
    """The figures of this process's database, never older than a minute; `made_at` says from when they are."""
    name = str(session.get_bind().engine.url)
    with _READING:
        kept = _KEPT.get(name)
        if kept is None or not timedelta() <= now() - kept.made_at < AGE:
            _KEPT.clear()
            kept = _KEPT[name] = read_figures(session)
    return kept
