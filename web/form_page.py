"""A page with one form that does one act of the domain: shown, refused at its fields, or done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from models.base.errors import Invalid
from models.forms import show_problems
from models.services.attempts import TooMany


def form_page(
    form: Any, act: Callable[[], object], template: str, done: str, back_url: str, **context: Any
) -> ResponseReturnValue:
    """The page (with what was wrong: 422, or 429 when it was tried too often), or once the act is done, the way back with a word."""
    status = 200
    if form.validate_on_submit():
        try:
            act()
            flash(done, "success")
            return redirect(back_url, 303)
        except Invalid as invalid:
            show_problems(form, invalid.problems)
        except TooMany as refusal:
            form.form_errors, status = [str(refusal)], 429
    return render_template(template, form=form, **context), 422 if form.errors and status == 200 else status
