"""A page of an uploaded file as a picture, made on demand in a guarded child: what somebody sent is never opened in a browser."""

from __future__ import annotations

import logging

from sqlalchemy.orm import Session

from models.base.errors import NotFound
from models.services.files import read
from models.services.guarded import ChildFailed, run_guarded
from models.services.incoming import SCAN_LIMITS
from models.services.scans import page_picture
from models.tables.upload import Upload

WIDTH = 1200
log = logging.getLogger(__name__)


def preview_page(session: Session, upload: Upload, page: int, width: int = WIDTH) -> bytes:
    """A page (from 1 to `upload.page_count`) as a PNG; raises NotFound where there is none, or none can be made."""
    if not 1 <= page <= upload.page_count:
        raise NotFound
    data, content_type = read(session, upload), upload.content_type
    # Nothing is held while the child works.
    session.rollback()
    try:
        _, picture = run_guarded(
            page_picture, data, limits=SCAN_LIMITS, content_type=content_type, page=page, width=width
        )
    except ChildFailed as failed:
        log.warning("no preview: %s", failed.cause)
        raise NotFound from None
    if not picture:
        raise NotFound
    return picture
