"""The help beside the fields as the desk words it; the declaration is the default (UX "Operators")."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables.help_text import HelpText

TEXTS = HelpText.__table__
WORDED = select(TEXTS.c.field_key, TEXTS.c.text).where(TEXTS.c.text != "")


def helps_of(session: Session) -> Mapping[str, str]:
    """The desk's texts by the fields' keys, for models.forms.form_class; one question, however many fields. Reads only."""
    return {row.field_key: row.text for row in session.execute(WORDED)}
