"""Deleting a row: a page that says what goes along and what forbids it, then one transaction."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from markupsafe import Markup
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from admin import rights
from admin.forms import mark_of
from admin.history import again_url
from admin.labels import name_rows
from admin.proof import require_proof
from admin.reading import ROW
from admin.references import referring, rows_going_along
from admin.writing import WritingView
from models.base.db import Area, database, transaction
from models.base.errors import Refused
from models.base.values import Tick
from models.tables.event import Action, Event
from web.faults import note_refused

USED = "この間にほかのデータから使われるようになったため、削除できませんでした。"
CHANGED = "この間に内容が変わりました。確認してから、もう一度削除してください。"


def _deletion(table: str, row_id: int) -> Select[Any]:
    """The newest event that tells of the row's deletion."""
    of_row = (Event.table_name == table, Event.row_id == row_id, Event.action == Action.DELETED)
    return select(Event).where(*of_row).order_by(Event.id.desc()).limit(1)


class DeletingView(WritingView):
    """Delete, by role."""

    @expose(f"{ROW}delete/", methods=("GET", "POST"))
    def delete_row(self, row_id: int) -> ResponseReturnValue:
        """The question, and the act."""
        self.require(rights.may_delete)
        require_proof()
        row = self.find(row_id)
        if request.method == "GET":
            return self._question(row)
        name = name_rows(database(), self.model, [row])[row_id]
        try:
            with transaction() as session:
                self._delete(session, self.find(row_id, lock=True))
                session.flush()
                event = session.scalars(_deletion(self.table, row_id)).one()
                way_back = again_url(event)
        except IntegrityError:
            return self._question(self.find(row_id), USED), 409
        except Refused as refused:
            note_refused(refused)
            return self._question(self.find(row_id), str(refused)), 409
        said = Markup("「{}」を削除しました。内容は「履歴」に残っています。").format(name)
        link = Markup('<a href="{}">同じ内容で登録し直す</a>').format(way_back) if way_back else ""
        flash(said + link, "success")
        return redirect(self.address(), 303)

    def _delete(self, session: Session, row: Any) -> None:
        if request.form.get("seen") != mark_of(self.specs, row):
            raise Refused(CHANGED)
        for other in rows_going_along(session, row):
            if other.__area__ is not Area.LOG:
                session.delete(other)
        session.delete(row)

    def _question(self, row: Any, problem: str = "") -> str:
        found = referring(database(), row)
        return self.page(
            "admin/delete.html",
            row=row,
            mapped=self.model,
            name=name_rows(database(), self.model, [row])[row.id],
            seen=mark_of(self.specs, row),
            referring=[(one, self._list_url(one)) for one in found],
            is_forbidden=any(one.forbids for one in found),
            problem=problem,
            ended_by=self._ended_by(),
            back_url=f"{self.address()}{row.id}/",
        )

    def _ended_by(self) -> str:
        """How a row of the table is taken out of use and kept, in words; empty where there is no such way."""
        spec = self.specs.get(self.model.__ended_by__)
        if spec is None:
            return ""
        return f"「{spec.full_label}」{'を外す' if isinstance(spec.kind, Tick) else 'に日付を入れる'}"
