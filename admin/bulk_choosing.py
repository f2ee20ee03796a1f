"""Rows were chosen, but not what to do with them: asked again, with nothing that was chosen lost."""

from __future__ import annotations

from flask import render_template, request
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import SelectField

from admin.acts import acts_for
from admin.codes import mapped_by_table
from models.base.errors import Problem, Refused
from models.forms import show_problems

KEPT = ("table", "seen_at", "ids", "inbox", "query")


class ActChoice(FlaskForm):
    """Which act."""

    act = SelectField("選んだ行への操作", validate_choice=False)


def ask_for_act(table: str) -> str:
    """The page that asks for the act; raises Refused for an unknown table."""
    mapped = mapped_by_table().get(table)
    if mapped is None:
        raise Refused("行う操作を選んでください。")
    form = ActChoice()
    acts = acts_for(mapped, current_user.actor())
    form.act.choices = [("", "選択してください"), *((act.code, act.label) for act in acts)]
    form.act.flags.required = True
    show_problems(form, [Problem("act", "行う操作を選んでください")])
    kept = [(name, value) for name in KEPT for value in request.form.getlist(name)]
    is_inbox = table == "record" and "query" not in request.form
    back_url = f"{request.script_root}/" if is_inbox else f"{request.script_root}/{table}/"
    ids = None if {"inbox", "query"} & set(request.form) else len(request.form.getlist("ids"))
    return render_template("admin/bulk_choose.html", form=form, kept=kept, count=ids, back_url=back_url)
