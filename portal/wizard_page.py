"""A page of the application form as it is shown: fields filled with what was typed, notes, ways on and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask_wtf import FlaskForm

from models.base.clock import now, today
from models.base.db import database
from models.base.errors import Problem
from models.forms import fill_typed, form_class, mark_required, show_problems
from models.kinds.application import LAST, PAGES, page_of
from models.kinds.copies import copies_in, copy_on
from models.services.drafting import Application, expires_at, idle_time, read_draft
from models.services.help_texts import helps_of
from models.tables.draft import Draft
from portal.form_layout import in_form_order, layout_of
from portal.wizard_extras import CONFIRMATION, extras_of


@dataclass(frozen=True)
class Visit:
    """One page of one visitor's form."""

    application: Application
    number: int

    @property
    def draft(self) -> Draft:
        """The form's row; one that is not stored before the first page was sent."""
        return self.application.draft

    @property
    def is_begun(self) -> bool:
        """Whether something is kept on the server."""
        return self.draft.id is not None

    @property
    def is_correction(self) -> bool:
        """Whether the visitor came by 修正 and goes straight back to the confirmation."""
        return request.args.get("via") == CONFIRMATION and self.number != LAST.number


def visit_of(draft: Draft | None, number: int) -> Visit:
    """The page of a form, which may not have begun yet."""
    shown = draft or Draft(typed={}, page=0, started_at=now(), touched_at=now())
    return Visit(read_draft(database(), shown), number)


def sent_form(visit: Visit) -> Any:
    """The page's fields with what was sent."""
    return _form_class(visit)()


def kept_form(visit: Visit, problems: Iterable[Problem] = ()) -> Any:
    """The page's fields with what is kept, right or wrong."""
    form = _form_class(visit)(formdata=None)
    fill_typed(form, visit.application.specs_on(visit.number), visit.application.typed)
    show_problems(form, problems)
    return form


def _form_class(visit: Visit) -> Any:
    application, number = visit.application, visit.number
    options = application.options_on(number)
    if "menu" in options:
        options["menu_code"] = options["menu"]
    specs = in_form_order(application.specs_on(number))
    return form_class(specs, FlaskForm, options, with_fixed=True, helps=helps_of(database()))


def copy_into(form: Any, visit: Visit) -> bool:
    """Takes over what was typed before when such a button was pressed (「契約者と同じ」); False when none was."""
    code = request.form.get("copy")
    if code is None:
        return False
    copy = copy_on(page_of(visit.number), code)
    if copy:
        typed = visit.application.typed
        for target, source in copy.fields.items():
            form[target].data = form[source].data if source in form else typed.get(source, "")
        for name, value in copy.ticks.items():
            form[name].data = value
        form.copied = copy
    return True


def render_page(visit: Visit, form: Any) -> str:
    """The whole page."""
    application, number = visit.application, visit.number
    specs = application.specs_on(number)
    mark_required(form, specs, {**application.values, **application.facts})
    return render_template(
        f"portal/apply/{page_of(number).code}.html",
        visit=visit,
        page=page_of(number),
        application=application,
        form=form,
        parts=[layout_of(part.section, form, copies_in(part.title)) for part in application.parts_on(number)],
        copied=getattr(form, "copied", None),
        steps=_steps(visit),
        expires_at=expires_at(visit.draft) if visit.is_begun else None,
        today=today(),
        idle_time=idle_time(),
        **extras_of(application, number),
    )


def _steps(visit: Visit) -> list[dict[str, Any]]:
    reachable = visit.application.first_incomplete_page
    return [{"text": page.title, "value": f"to-{page.number}" if page.number <= reachable else None} for page in PAGES]


def address_of_page(number: int, is_correction: bool = False) -> str:
    """Where a page stands; a correction leads straight back to the confirmation."""
    via = CONFIRMATION if is_correction and number != LAST.number else None
    return url_for("portal.apply", page=number, via=via)
