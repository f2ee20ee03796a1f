"""The table of help texts, with the declared text in sight of whoever words another one (UX "Operators")."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.inline import InlineView
from models.tables.help_text import HelpText, default_of


class HelpTextView(InlineView):
    """The table as every other; a new text begins with the declared one, which stays in sight."""

    def starting_values(self) -> dict[str, Any]:
        """The declared text of the field that the address asks for."""
        values = super().starting_values()
        return {**values, "text": values.get("text") or default_of(values.get("field_key", ""))}

    def _form_page(self, row: Any, form: Any, **more: Any) -> str:
        if field_key := (form.field_key.data or ""):
            declared = default_of(field_key)
            said = f"標準の説明文：「{declared}」" if declared else "標準の説明文はありません。"
            form.text.description = f"{form.text.description}{said}"
        return super()._form_page(row, form, **more)


def help_url(session: Session, field_key: str) -> str:
    """Where the help of a field is worded: its row, or a new one."""
    row_id = session.scalar(select(HelpText.id).where(HelpText.field_key == field_key))
    place = f"{row_id}/edit/" if row_id else f"new/?{urlencode({'field_key': field_key})}"
    return f"{request.script_root}/{HelpText.__tablename__}/{place}"
