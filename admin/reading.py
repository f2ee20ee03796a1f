"""A table as it is read: its list, a row with all its fields and history, and suggestions while a reference is typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.contrib.sqla import ModelView
from markupsafe import Markup

from admin import rights, saved_views
from admin.acts import acts_on
from admin.codes import RowNumber, desk_specs, mapped_by_table
from admin.history import history
from admin.labels import Labels, name_rows
from admin.list_page import list_page
from admin.references import referring
from admin.selection import Selection, read_selection
from admin.whereabouts import whereabouts, whereabouts_labels
from models.base.db import Base, database
from models.base.errors import NotFound
from models.base.fields import Spec
from web.hooks import current_actor

ROW = "/<int:row_id>/"
SUGGESTIONS = 20


class ReadingView(ModelView):
    """What everybody at the desk may do with a table. Flask-Admin mounts it and asks who may enter; the rest follows from the specs."""

    # Flask-Admin's own ways to write, and its suggestions, are not safe enough (RELIABILITY §2): they are not mounted.
    ajax_update = action_view = delete_view = ajax_lookup = None
    model: type[Base]

    def __init__(self, mapped: type[Base]) -> None:
        self.specs: Mapping[str, Spec] = desk_specs(mapped)
        self.table: str = mapped.__tablename__
        super().__init__(mapped, database, name=mapped.__label__, endpoint=self.table, url=f"/{self.table}")

    def scaffold_form(self) -> Any:
        """None: a form is made for each request, since its choices stand in tables (admin.forms)."""
        return self.form_base_class

    def scaffold_list_columns(self) -> list[str]:
        """None: the columns follow from the specs (admin.columns)."""
        return []

    def is_accessible(self) -> bool:
        """Who may read the table."""
        return rights.may_read(current_actor(), self.model)

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        # The original answers any TypeError inside a view by calling it again with other arguments.
        return fn(self, *args, **kwargs)

    def require(self, right: Any) -> None:
        """Stops with 403 who may not do this with the table."""
        if not right(current_actor(), self.model):
            abort(403)

    def find(self, row_id: int, lock: bool = False) -> Any:
        """A row by its number, locked for writing if asked; raises NotFound."""
        options: dict[str, Any] = {"with_for_update": True, "populate_existing": True} if lock else {}
        row = database().get(self.model, row_id, **options)
        if row is None:
            raise NotFound
        return row

    def selection(self) -> Selection:
        """What this request's address selects; raises WrongSelection."""
        return read_selection(self.model, request.args)

    def row_url(self, row_id: int) -> str:
        """Where a row of the list leads."""
        return f"{self.address()}{row_id}/"

    def address(self) -> str:
        """The list's own address, with the desk's prefix."""
        return f"{request.script_root}{self.url}/"

    def page(self, template: str, **values: Any) -> str:
        """A page of the desk."""
        return str(self.render(template, **values))

    @expose("/")
    def index_view(self) -> ResponseReturnValue:
        """The list."""
        offered = saved_views.offered_at(self.table)
        if leading := saved_views.opened(self.table, offered):
            return leading
        chosen = self.selection()
        query = chosen.query(page=0)
        views = saved_views.bar(self.table, offered, query, not query)
        shown = list_page(self, chosen)
        self.note_shown([row_id for row_id, *_ in shown["lines"]], shown["pages"]["next_url"])
        return self.page("admin/list.html", views=views, **shown)

    def note_shown(self, ids: list[int], next_page_url: str | None) -> None:
        """Told which rows a page of the list shows; most tables keep nothing of it."""

    @expose(ROW)
    def details_view(self, row_id: int) -> ResponseReturnValue:
        """One row with all its fields, what refers to it, and its history."""
        return self.details_page(self.find(row_id))

    def detail_specs(self) -> Mapping[str, Spec]:
        """The fields that a row's page lists."""
        return self.specs

    def details_page(self, row: Any, **more: Any) -> str:
        """The page of a row."""
        labels, actor = Labels(database(), [row], self.specs), current_actor()
        record_url = self.row_url(row.id) if self.row_url(row.id) != f"{self.address()}{row.id}/" else None
        return self.page(
            "admin/details.html",
            row=row,
            name=name_rows(database(), self.model, [row])[row.id],
            rows=[
                *self._beside(row),
                *(
                    self._shown(row, name, spec, labels)
                    for name, spec in self.detail_specs().items()
                    if rights.may_read_field(actor, spec)
                ),
            ],
            entries=history(database(), row),
            referring=[(one, self._list_url(one)) for one in referring(database(), row)],
            acts=() if record_url else acts_on(database(), row, actor),
            may_edit=rights.may_edit(actor, self.model),
            may_delete=rights.may_delete(actor, self.model),
            address=self.address(),
            record_url=record_url,
            **more,
        )

    def _beside(self, row: Any) -> Iterator[dict[str, Any]]:
        """What lists show beside the row's own columns."""
        cells = whereabouts(database(), self.model, [row.id]).get(row.id, ())
        for label, (text, url, *_) in zip(whereabouts_labels(self.model), cells, strict=False):
            yield {"label": label, "value": _linked(text, url)}

    def _shown(self, row: Any, name: str, spec: Spec, labels: Labels) -> dict[str, Any]:
        shown, url = labels.show(spec, getattr(row, name)), target_url(spec, getattr(row, name))
        return {"label": spec.full_label, "value": _linked(shown, url)}

    def _list_url(self, one: Any) -> str:
        return f"{request.script_root}/{one.mapped.__tablename__}/?{one.query}" if one.query else ""

    @expose("/lookup/")
    def lookup_view(self) -> Response:
        """Rows that match what is typed in a reference, line by line, for the browser's suggestions."""
        chosen = Selection(self.model, search=self.selection().search)
        ids: list[int] = list(database().scalars(chosen.ids().limit(SUGGESTIONS))) if chosen.search else []
        rows = [row for row in (database().get(self.model, row_id) for row_id in ids) if row is not None]
        names = name_rows(database(), self.model, rows)
        return Response(
            "\n".join(f"{row_id}：{names[row_id]}" for row_id in ids if row_id in names), mimetype="text/plain"
        )


def _linked(shown: str, url: str | None) -> str:
    return Markup('<a href="{}">{}</a>').format(url, shown) if url else shown


def target_url(spec: Spec, value: Any) -> str | None:
    """Where the row that a value refers to is shown."""
    if not isinstance(spec.kind, RowNumber) or value is None or spec.kind.table not in mapped_by_table():
        return None
    return f"{request.script_root}/{spec.kind.table}/{value}/"
