"""Saved views over HTTP: offered above every list and the inbox, kept, renamed, deleted, and opened with (UX "Operators")."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, RadioField, StringField

from admin.blueprint import desk
from admin.codes import INBOX, INBOX_LABEL, mapped_by_table
from admin.selection import read_selection
from admin.waiting import read_filters
from models.base.db import database, transaction
from models.base.errors import Invalid, NotFound
from models.forms import show_problems
from models.services.saved_views import (
    Offered,
    audiences_for,
    delete_view,
    managed_at,
    may_change,
    open_with,
    rename_view,
    replace_query,
    save_view,
    view_by_id,
    views_at,
)
from models.tables.operator import OperatorRole
from models.tables.view import LONGEST_NAME, Audience, SavedView
from web.hooks import current_actor

PLAIN = "none"  # the address's `view` that says: as the place is, not as one opens it


class ViewForm(FlaskForm):
    """A new view."""

    name = StringField("名前", render_kw={"maxlength": str(LONGEST_NAME), "autocomplete": "off"})
    audience = RadioField("使う人", validate_choice=False)
    query = HiddenField()


def address_of(place: str, query: str = "") -> str:
    """Where a place's list stands, with the desk's prefix."""
    path = f"{request.script_root}/" if place == INBOX else f"{request.script_root}/{place}/"
    return f"{path}?{query}" if query else path


def opened(place: str, offered: list[Offered]) -> ResponseReturnValue | None:
    """Leads whoever comes to a place without saying what to see to the view that theirs opens with; None where that is nothing."""
    came_from = urlsplit(request.referrer or "").path
    if request.query_string or came_from == address_of(place):
        return None
    wanted = next((one.view.query for one in offered if one.is_default), "")
    return redirect(address_of(place, wanted)) if wanted else None


def bar(place: str, offered: list[Offered], query: str, is_plain: bool) -> dict[str, Any]:
    """What the page of a place shows of its views; `query` says what it shows now."""
    return {
        "place": place,
        "links": [
            {
                "name": one.view.name,
                "audience": Audience(one.view.audience),
                "url": address_of(place, one.view.query or f"view={PLAIN}"),
                "is_current": one.view.query == query,
                "is_default": one.is_default,
            }
            for one in offered
        ],
        "plain_url": address_of(place, f"view={PLAIN}")
        if any(one.is_default for one in offered)
        else address_of(place),
        "is_plain": is_plain,
        "query": query,
    }


def offered_at(place: str) -> list[Offered]:
    """The views of a place that the operator sees."""
    return views_at(database(), current_actor(), place)


@desk.get("/views/<place>")
def show_views(place: str) -> str:
    """The views of a place with what can be done with each, and the form that saves what the address `query` says."""
    _require_place(place)
    return _page(place, _form(_understood(place, request.args.get("query", ""))))


@desk.post("/views/<place>")
def add_view(place: str) -> ResponseReturnValue:
    """Saves what a place shows under a name."""
    _require_place(place)
    form = _form("")
    query = _understood(place, form.query.data or "")
    try:
        with transaction() as session:
            view = save_view(session, current_actor(), place, form.name.data or "", query, form.audience.data or "")
            name = view.name
    except Invalid as wrong:
        show_problems(form, wrong.problems)
        return _page(place, form), 422
    flash(f"表示「{name}」を保存しました。", "success")
    return redirect(address_of(place, query or f"view={PLAIN}"), 303)


@desk.post("/views/<int:saved_view_id>/rename")
def rename_saved_view(saved_view_id: int) -> ResponseReturnValue:
    """Gives a view another name."""
    actor = current_actor()
    place = view_by_id(database(), actor, saved_view_id).place
    typed = request.form.get("name", "")
    try:
        with transaction() as session:
            rename_view(session, actor, view_by_id(session, actor, saved_view_id), typed)
    except Invalid as wrong:
        return _page(place, _form("", is_fresh=True), wrong_id=saved_view_id, typed=typed, error=str(wrong)), 422
    flash("表示の名前を変更しました。", "success")
    return redirect(url_for("desk.show_views", place=place), 303)


@desk.post("/views/<int:saved_view_id>/query")
def replace_saved_view(saved_view_id: int) -> ResponseReturnValue:
    """Lets a view show what the address `query` says in place of what it showed."""
    actor = current_actor()
    place = view_by_id(database(), actor, saved_view_id).place
    query = _understood(place, request.form.get("query", ""))
    try:
        with transaction() as session:
            view = view_by_id(session, actor, saved_view_id)
            replace_query(actor, view, query)
            name = view.name
    except Invalid as wrong:
        form = _form(query, is_fresh=True)
        show_problems(form, wrong.problems)
        return _page(place, form), 422
    flash(f"表示「{name}」の条件を置き換えました。", "success")
    return redirect(address_of(place, query or f"view={PLAIN}"), 303)


@desk.post("/views/<int:saved_view_id>/default")
def open_with_view(saved_view_id: int) -> ResponseReturnValue:
    """Opens the place with this view from now on, or no longer."""
    with transaction() as session:
        view = view_by_id(session, current_actor(), saved_view_id)
        open_with(session, current_actor(), view, request.form.get("is_wanted") == "1")
        place = view.place
    return redirect(url_for("desk.show_views", place=place), 303)


@desk.route("/views/<int:saved_view_id>/delete", methods=["GET", "POST"])
def delete_saved_view(saved_view_id: int) -> ResponseReturnValue:
    """Asks whether to delete a view, and does it."""
    actor = current_actor()
    view = view_by_id(database(), actor, saved_view_id)
    place, name, audience = view.place, view.name, Audience(view.audience)
    if request.method == "GET":
        return render_template(
            "admin/view_delete.html", view=view, audience=audience, may_change=may_change(actor, view)
        )
    with transaction() as session:
        delete_view(session, actor, view_by_id(session, actor, saved_view_id))
    flash(f"表示「{name}」を削除しました。", "success")
    return redirect(url_for("desk.show_views", place=place), 303)


def _require_place(place: str) -> None:
    if place != INBOX and place not in mapped_by_table():
        raise NotFound


def _understood(place: str, query: str) -> str:
    """A query as its place writes it itself, without the page; raises WrongSelection."""
    pairs = [(name, value) for name, value in parse_qsl(query, errors="replace") if name != "view"]
    if place == INBOX:
        return read_filters(urlencode(pairs)).query()
    return read_selection(mapped_by_table()[place], MultiDict(pairs)).query(page=0)


def _words(place: str, query: str) -> list[str]:
    """What a query asks for, as people read it."""
    if place == INBOX:
        return read_filters(query).words()
    return read_selection(mapped_by_table()[place], MultiDict(parse_qsl(query, errors="replace"))).words()


def _form(query: str, is_fresh: bool = False) -> ViewForm:
    form = ViewForm(formdata=None) if is_fresh else ViewForm()
    form.audience.choices = [(one.value, one.label) for one in audiences_for(current_actor())]
    form.name.flags.required = form.audience.flags.required = True
    if not form.is_submitted() or is_fresh:
        form.query.data, form.audience.data = query, Audience.MINE.value
    return form


def _page(place: str, form: ViewForm, **more: Any) -> str:
    session: Session = database()
    title = INBOX_LABEL if place == INBOX else mapped_by_table()[place].__label__
    return render_template(
        "admin/views.html",
        place=place,
        title=title,
        form=form,
        offered=managed_at(session, current_actor(), place),
        audience_of=_audience_of,
        address=address_of,
        words=_words(place, form.query.data or ""),
        **more,
    )


def _audience_of(view: SavedView) -> str:
    """For whom a view is, in words; a role's by its name where one is not of that role."""
    if view.audience == Audience.ROLE and view.role != current_actor().role.value:
        return f"「{OperatorRole(view.role).label}」で共有"
    return Audience(view.audience).label
