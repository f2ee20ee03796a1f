"""The view of any mapped class: everything in it follows from the declarations (SPEC §11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from flask import Flask, request
from flask_admin import Admin, AdminIndexView, expose
from sqlalchemy.orm import Session, joinedload

from admin.codes import mapped_by_table
from admin.events import EventView
from admin.forms import changed, read_row
from admin.help_texts import HelpTextView
from admin.inline import InlineView
from admin.mail_texts import MailTemplateView
from admin.menu import navigation
from admin.walk import remember_list
from models.base.db import Base, database
from models.base.errors import NotFound
from models.base.fields import Spec
from models.services.checking import facts_of
from models.services.editing import save_record
from models.tables.event import Event
from models.tables.help_text import HelpText
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site
from models.tables.texts import MailTemplate
from web.hooks import current_actor


class TableView(InlineView):
    """List, details, create, edit, delete, editing in the list, export, import and history of one table."""


class RecordView(TableView):
    """A record type: its status is no field, its rules are the domain's, and a row leads to the record's own page."""

    model: type[Record]

    def row_url(self, row_id: int) -> str:
        """The record's own page."""
        return f"{request.script_root}/records/{row_id}"

    def note_shown(self, ids: list[int], next_page_url: str | None) -> None:
        """Kept, so that one goes from record to record."""
        remember_list(ids, next_page_url)

    def form_specs(self, row: Any) -> Mapping[str, Spec]:
        """What the order's facts show, what the desk fills in included; and what the desk keeps with every record."""
        shown = row.specs_for(row.facts()) if row.id and self.model is not Record else {}
        return self.changeable(row, {**self._kept, **{name: self._opened[name] for name in shown}})

    @cached_property
    def _kept(self) -> Mapping[str, Spec]:
        sectioned = self.model.section_names()
        return {name: spec for name, spec in self.specs.items() if spec.is_editable and name not in sectioned}

    @cached_property
    def _opened(self) -> Mapping[str, Spec]:
        return {name: replace(spec, is_editable=True) for name, spec in self.specs.items()}

    def find(self, row_id: int, lock: bool = False) -> Any:
        """With its order, whose facts say which fields there are."""
        if lock:  # what is joined would be locked too
            return super().find(row_id, lock)
        site = joinedload(Record.request).joinedload(Request.site)
        row = database().get(self.model, row_id, options=[site.joinedload(Site.line_plan)])
        if row is None:
            raise NotFound
        return row

    def facts(self, row: Any) -> Mapping[str, Any]:
        """The order's facts too."""
        return facts_of(database(), row)

    def mark(self, row: Any) -> str:
        """Its version."""
        return str(row.version)

    def save(self, session: Session, row: Any, form: Any) -> None:
        """As everybody saves a record: version, rules and names are the domain's (SPEC §4, §5). What was submitted stays complete."""
        specs = self.form_specs(row)
        typed = read_row(session, self.model, specs, form, row.id, self.facts(row), is_complete=False)
        values = changed(row, specs, typed)
        save_record(session, row, values, row.version, current_actor(), is_complete=not row.is_editable)


OWN_VIEWS: dict[type[Base], type[InlineView]] = {
    MailTemplate: MailTemplateView,
    HelpText: HelpTextView,
    Event: EventView,
}


class TableIndex(AdminIndexView):
    """All tables on one page, by area: the menu for narrow screens and for those who look for a table by name."""

    @expose("/")
    def index(self) -> str:
        """The page."""
        return str(
            self.render("admin/tables.html", groups=navigation(current_actor(), request.script_root, request.path))
        )

    def is_visible(self) -> bool:
        """Not in Flask-Admin's own menu, which is not used."""
        return False


def init_tables(app: Flask) -> None:
    """Mounts a view for every mapped class."""
    admin = Admin(app, name="", index_view=TableIndex(name="", endpoint="tables", url="/tables"))
    for mapped in sorted(mapped_by_table().values(), key=lambda one: one.__tablename__):
        admin.add_view(_view_of(mapped)(mapped))


def _view_of(mapped: type[Base]) -> type[InlineView]:
    return OWN_VIEWS.get(mapped) or (RecordView if issubclass(mapped, Record) else TableView)
