"""The table of help texts, with the declared text in sight of whoever words another one (UX "Operators")."""

from __future__ import annotations

from collections.abc import Collection
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


def help_urls(session: Session, field_keys: Collection[str]) -> dict[str, str]:
    """Where the help of each field is worded: its row, or a new one."""
    worded = select(HelpText.field_key, HelpText.id).where(HelpText.field_key.in_(field_keys))
    places = {field_key: f"new/?{urlencode({'field_key': field_key})}" for field_key in field_keys}
    places |= {field_key: f"{row_id}/edit/" for field_key, row_id in session.execute(worded)}
    return {key: f"{request.script_root}/{HelpText.__tablename__}/{place}" for key, place in places.items()}
