"""Whatever people typed is text on every page of both faces (RELIABILITY check 14)."""

from __future__ import annotations

from sqlalchemy import Column, Engine, update

from models.base.db import Base, database
from models.base.values import LongText, Text
from tests.routes import calls
from tests.web.conftest import Face

# No page of ours underlines anything.
MARKUP = "<u>\"'&"
ESCAPED = "&lt;u&gt;"


def is_typed(column: Column[object]) -> bool:
    """Whether people type free text into it, long enough for the markup and not bound to differ from row to row."""
    spec, length = column.info.get("spec"), getattr(column.type, "length", None)
    is_long = length is None or length >= len(MARKUP)
    return spec is not None and isinstance(spec.kind, Text | LongText) and is_long and not column.unique


def test_markup_in_every_text_of_every_row_is_text_on_every_page(face: Face, db: Engine) -> None:
    columns = {table: [c.name for c in table.columns if is_typed(c)] for table in Base.metadata.tables.values()}
    asked = [c for c in calls(face.app, face.customer_id) if c.method == "GET" and not c.is_for_machines]
    member = face.signed_in()
    with db.begin() as connection:
        connection.execution_options(writes=True)
        for table, names in columns.items():
            if names:
                connection.execute(update(table).values(dict.fromkeys(names, MARKUP)))
    database.remove()
    shown = 0
    for call in asked:
        answer = call.made_by(member)
        assert answer.status_code < 500, call
        page = answer.get_data(as_text=False).decode("utf-8", "replace")
        assert MARKUP[:3] not in page or answer.mimetype != "text/html", call
        shown += ESCAPED in page
        answer.close()
    assert shown > len(asked) // 10
