"""Who is signed in now: customers, and for administrators operators too; each session can be ended."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from admin.blueprint import desk
from admin.selection import WrongSelection
from models.base.actor import Actor
from models.base.db import database, transaction
from models.base.errors import NotFound, Refused
from models.base.numbers import number_in
from models.services.credentials import end_login_session
from models.services.owners import OWNERS
from models.services.sessions import sessions_of_all
from models.tables.login import LoginSession

TABS = {"account": "お客様", "operator": "窓口"}
OWN = "この端末のログインを終了するには、ログアウトしてください。"


def tabs_for(actor: Actor) -> dict[str, str]:
    """Whose sessions the actor may see and end: as SPEC §1 parts accounts and operators."""
    return {
        code: label for code, label in TABS.items() if actor.may_write and (code == "account" or actor.is_administrator)
    }


@desk.get("/sessions")
def show_sessions() -> str:
    """A page of those who are signed in, newest login first."""
    tabs, whose = tabs_for(current_user.actor()), request.args.get("whose", "account")
    before, words = request.args.get("before", ""), request.args.get("q", "").strip()[:100]
    if whose not in TABS or (before and number_in(before) is None):
        raise WrongSelection("この条件は使えません。はじめから選び直してください。")
    if whose not in tabs:
        abort(403)
    rows, older = sessions_of_all(database(), OWNERS[whose], words, number_in(before))
    older_url = url_for("desk.show_sessions", whose=whose, q=words or None, before=older) if older else None
    return render_template(
        "admin/sessions.html", rows=rows, tabs=tabs, whose=whose, words=words, older_url=older_url, is_first=not before
    )


@desk.post("/sessions/<int:login_session_id>/end")
def end_session(login_session_id: int) -> ResponseReturnValue:
    """Ends one; whoever may not see it finds nothing."""
    actor = current_user.actor()
    with transaction() as session:
        row = session.get(LoginSession, login_session_id)
        if row is None:
            raise NotFound
        is_own, whose = row.operator_id == actor.id, "operator" if row.operator_id else "account"
        if row.id == current_user.session_id:
            raise Refused(OWN)
        end_login_session(session, row, actor)
    flash("選んだ端末のログインを終了しました。", "success")
    own, all_ = url_for("desk.show_own_login"), url_for("desk.show_sessions", whose=whose)
    return redirect(own if is_own else all_, 303)
