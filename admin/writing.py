"""Adding and changing rows: a form from the specs, one transaction, and a page with both values when another was faster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from admin import rights
from admin.consequences import Pending, is_confirmed, pending
from admin.forms import as_typed, changed, default_values, make_form, mark_of, read_row, reference_names
from admin.history import history
from admin.labels import Labels, name_rows
from admin.proof import require_proof
from admin.reading import ROW, ReadingView
from models.base.db import Area, database, transaction
from models.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from models.base.fields import Spec, read_typed
from models.base.numbers import number_in
from models.base.values import LongText
from models.forms import show_problems
from models.services.masters import master_facts
from models.services.saving import welcome
from models.tables.account import Account
from models.tables.event import Event
from models.tables.operator import Operator
from web.faults import note_refused
from web.hooks import current_actor

TAKEN = "保存できませんでした。同じ内容のデータが登録されたか、参照先のデータがなくなっています。"


class WritingView(ReadingView):
    """Create and edit, by role."""

    def require_editing(self) -> None:
        """Stops who may not change rows of the table, whatever the way: form, file or list."""
        self.require(rights.may_edit)
        self._require_proof_for_logins()

    def _require_proof_for_logins(self) -> None:
        if self.model in {Account, Operator}:
            require_proof()

    def form_specs(self, row: Any) -> Mapping[str, Spec]:
        """The fields of the row's form."""
        return self.changeable(row, {name: spec for name, spec in self.specs.items() if spec.is_editable})

    def changeable(self, row: Any, specs: Mapping[str, Spec]) -> Mapping[str, Spec]:
        """Those fields that the operator may change; in a new row, all."""
        actor = current_actor()
        return {name: spec for name, spec in specs.items() if row.id is None or rights.may_change_field(actor, spec)}

    def sections(self, specs: Mapping[str, Spec]) -> list[tuple[str, list[str], str]]:
        """The form's fields under headings: title, names, note."""
        placed = [(part.title, part.names, part.note) for part in getattr(self.model, "__sections__", ())]
        rest = [name for name in specs if not any(name in names for _, names, _ in placed)]
        parts = [("", rest, ""), *placed]
        shown = [(title, [name for name in names if name in specs], note) for title, names, note in parts]
        return [part for part in shown if part[1]]

    def facts(self, row: Any) -> Mapping[str, Any]:
        """What conditions ask besides the row's own values."""
        return master_facts(database())

    def mark(self, row: Any) -> str:
        """The state of a row that its form was opened with."""
        return mark_of(self.form_specs(row), row)

    def save(self, session: Session, row: Any, form: Any) -> None:
        """Checks and writes what was typed; raises Invalid or Conflict."""
        specs = self.form_specs(row)
        values = read_row(session, self.model, specs, form, row.id, self.facts(row))
        for name, value in changed(row, specs, values).items():
            setattr(row, name, value)

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> ResponseReturnValue:
        """A new row."""
        self.require(rights.may_create)
        self._require_proof_for_logins()  # a login of one's own making would outlast a borrowed session
        row = self.model()
        form = self._form(row, self.form_specs(row), self.starting_values())
        return self._form_page(row, form) if request.method == "GET" else self._store(row, form)

    def starting_values(self) -> dict[str, Any]:
        """What the form of a new row begins with: the columns' defaults, and what the address gives (`?plan_code=…`)."""
        asked = {name: spec for name, spec in self.specs.items() if name in request.args and spec.is_editable}
        given = {name: read_typed(spec.kind, request.args[name])[0] for name, spec in asked.items()}
        return {**default_values(self.model), **{name: value for name, value in given.items() if value is not None}}

    @expose(f"{ROW}edit/", methods=("GET", "POST"))
    def edit_view(self, row_id: int) -> ResponseReturnValue:
        """A row's editable fields."""
        self.require_editing()
        row = self.find(row_id)
        specs = self.form_specs(row)
        form = self._form(row, specs, {name: getattr(row, name) for name in specs})
        return self._form_page(row, form) if request.method == "GET" else self._store(row, form)

    def _form(self, row: Any, specs: Mapping[str, Spec], values: dict[str, Any]) -> Any:
        mark = self.mark(row) if row.id else ""
        form = make_form(specs, {**values, **self._restored(specs)}, mark, self.facts(row))
        if "restore" in request.args and request.method == "GET":
            flash("以前の内容を入力欄に戻しました。確認してから保存してください。まだ保存されていません。", "info")
        return form

    def _restored(self, specs: Mapping[str, Spec]) -> dict[str, Any]:
        """The values before an event of this table, to be looked at in the form before they are saved again."""
        number = number_in(request.args.get("restore", ""))
        event = database().scalar(select(Event).where(Event.id == number)) if number else None
        if event is None or event.table_name not in {self.table, "record"}:
            return {}
        return as_typed(specs, event)

    def _store(self, row: Any, form: Any) -> ResponseReturnValue:
        row_id: int | None = row.id
        try:
            if shown := self._shown_first(row_id, form):
                return self._form_page(self.model() if row_id is None else self.find(row_id), form, pending=shown)
            with transaction() as session:
                row = row if row_id is None else self._unchanged(row_id, form.seen.data)
                said = self._write(session, row, form)
                row_id = row.id
                name = name_rows(session, self.model, [row])[row.id]
        except NotFound:
            return self._gone_page(form), 409
        except Conflict:
            return self._conflict_page(self.find(row_id or 0), form), 409
        except Invalid as wrong:
            show_problems(form, wrong.problems)
        except Refused as refused:
            note_refused(refused)
            show_problems(form, [Problem("", str(refused))])
        except IntegrityError:
            show_problems(form, [Problem("", TAKEN)])
        else:
            flash(f"「{name}」を保存しました。{said}", "success")
            return redirect(self.row_url(row_id or 0), 303)
        return self._form_page(self.model() if row_id is None else self.find(row_id), form), 422

    def _shown_first(self, row_id: int | None, form: Any) -> Pending | None:
        """A change of master data whose effects have not been seen yet: it is tried out, and nothing of it stays."""
        if self.model.__area__ is not Area.MASTER or is_confirmed(form):
            return None
        with transaction(is_rehearsal=True) as session:
            row = self.model() if row_id is None else self._unchanged(row_id, form.seen.data)
            specs = self.form_specs(row)
            before = {name: getattr(row, name) for name in specs} if row_id else {}
            self._write(session, row, form)
            return pending(session, row, specs, before, form)

    def _unchanged(self, row_id: int, seen: str) -> Any:
        row = self.find(row_id, lock=True)
        if seen != self.mark(row):
            raise Conflict
        return row

    def _write(self, session: Session, row: Any, form: Any) -> str:
        if row.id is not None:
            self.save(session, row, form)
            session.flush()
            return ""
        with session.no_autoflush:
            self.save(session, row, form)
        session.add(row)
        session.flush()
        return welcome(session, row, current_actor())

    def _form_page(self, row: Any, form: Any, **more: Any) -> str:
        specs = self.form_specs(row)
        return self.page(
            "admin/form.html",
            row=row,
            name=name_rows(database(), self.model, [row])[row.id] if row.id else "",
            mapped=self.model,
            is_new=row.id is None,
            form=form,
            sections=self.sections(specs),
            wide={name for name, spec in specs.items() if isinstance(spec.kind, LongText)},
            units=reference_names(database(), specs, form),
            address=self.address(),
            back_url=self.row_url(row.id) if row.id else self.address(),
            **more,
        )

    def _conflict_page(self, row: Any, form: Any) -> str:
        """Both values, the own input kept; saving again replaces the other one knowingly."""
        specs = self.form_specs(row)
        labels = Labels(database(), [row], specs)
        form.seen.data = self.mark(row)
        rows = []
        for name, spec in specs.items():
            stored, typed = (
                _comparable(spec, spec.kind.write(getattr(row, name))),
                _comparable(spec, str(form[name].data or "")),
            )
            if stored != typed:
                shown = labels.show(spec, getattr(row, name))
                rows.append({"label": spec.full_label, "old": shown, "new": _readable(spec, typed), "is_changed": True})
        return self._form_page(row, form, conflict=rows, entries=history(database(), row)[:1])

    def _gone_page(self, form: Any) -> str:
        show_problems(
            form,
            [Problem("", "この間にほかの人が削除したため、保存できませんでした。入力した内容は下に残っています。")],
        )
        return self._form_page(self.model(), form)


def _comparable(spec: Spec, written: str) -> str:
    if spec.kind.control == "tick":
        return "1" if written in {"True", "1", "y"} else ""
    return spec.kind.normalise(written)


def _readable(spec: Spec, typed: str) -> str:
    try:
        return spec.kind.show(spec.kind.parse(typed)) if typed and not spec.kind.problem(typed) else typed
    except ValueError:
        return typed
