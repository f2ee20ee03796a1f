"""Making the PDFs of issued documents, each in a child of its own: a slow or broken one holds up nobody (RELIABILITY check 23).

The bytes are kept by their hash and never made again. What fails is tried again later, and the pages say so meanwhile.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import Select, select, update

from models.base.clock import now
from models.base.db import database, transaction
from models.base.settings import ROOT
from models.services import files
from models.services.guarded import Cause, ChildFailed, Limits, run_guarded
from models.services.typesetting import typeset
from models.tables.document import Document, DocumentKind

FONTS = {"FONTCONFIG_FILE": str(ROOT / "templates" / "documents" / "fonts" / "fonts.conf")}
# Some twenty times what the longest document needs.
LIMITS = Limits(cpu_seconds=20, wall_seconds=40, memory_megabytes=1024)
BATCH = 2  # mails wait no longer than these take
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
log = logging.getLogger(__name__)


def render(snapshot: Mapping[str, Any], limits: Limits = LIMITS) -> bytes:
    """The PDF of a snapshot; raises ChildFailed."""
    [made] = render_all([snapshot], limits)
    return made


def render_all(snapshots: Sequence[Mapping[str, Any]], limits: Limits = LIMITS) -> list[bytes]:
    """The PDFs of snapshots, all in one child; raises ChildFailed."""
    sizes, joined = run_guarded(typeset, json.dumps(list(snapshots)).encode(), limits=limits, environment=FONTS)
    ends = list(accumulate(sizes))
    made = [joined[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    if len(made) != len(snapshots) or not all(one.startswith(b"%PDF-") for one in made):
        raise ChildFailed(Cause.FAULT)
    return made


def render_due(should_stop: Callable[[], bool] = lambda: False, limits: Limits = LIMITS) -> int:
    """Makes the PDFs that are due, at most a batch, and gives how many were tried. Whole acts of its own."""
    tried = 0
    # Whether to stop is a question too: where nothing is due, which is so every second, it is not asked.
    while tried < BATCH and _is_any_due() and not should_stop() and (document_id := _claim()) is not None:
        tried += 1
        _make(document_id, limits)
    return tried


def _due() -> Select[int]:
    return select(Document.id).where(Document.blob_id.is_(None), Document.render_after <= now())


def _is_any_due() -> bool:
    return database().scalar(_due().limit(1)) is not None


def _claim() -> int | None:
    """What is made next, put off for all other workers; a worker that dies in the middle loses nothing.

    Whoever has just asked for a form looks at its page until it is there: the newest form comes first, and letters after
    all forms, however many of them the desk has issued at once.
    """
    is_letter = Document.kind == DocumentKind.ACCEPTANCE_LETTER.value
    due = _due().order_by(is_letter, Document.id.desc()).limit(1)
    with transaction() as session:
        document_id = session.scalar(due.with_for_update(skip_locked=True))
        if document_id is None:
            return None
        document = session.get_one(Document, document_id)
        document.attempts += 1
        document.render_after = now() + min(FIRST_WAIT * 2 ** min(document.attempts - 1, 10), LONGEST_WAIT)
    return document_id


def _make(document_id: int, limits: Limits) -> None:
    snapshot = database().scalars(select(Document.snapshot).where(Document.id == document_id)).one()
    database().rollback()  # nothing is held while the child works
    try:
        made = render(snapshot, limits)
    except ChildFailed as error:
        log.warning("document %s put off: %s", document_id, error.cause)
        return
    with transaction() as session:
        blob = files.keep(session, made)
        mine = update(Document).where(Document.id == document_id, Document.blob_id.is_(None))
        session.execute(mine.values(blob_id=blob.id), execution_options={"synchronize_session": False})
