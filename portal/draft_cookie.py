"""The cookie that names a visitor's application form: its own, so that signing in or out does not touch the form."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, current_app, request
from sqlalchemy.orm import Session

from models.base.clock import now
from models.base.db import database, transaction
from models.services.drafting import find_draft, touch_draft
from models.tables.draft import Draft

TOUCH = timedelta(minutes=1)


def _name() -> str:
    return f"{'__Host-' if current_app.config['SESSION_COOKIE_SECURE'] else ''}portal_application"


def draft_token() -> str | None:
    """The token that the browser sent."""
    return request.cookies.get(_name())


def remember_draft(response: Response, token: str) -> None:
    """Gives the browser the token of its new form, until the browser closes."""
    is_https = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(_name(), token, path="/", secure=is_https, httponly=True, samesite="Lax")


def forget_draft(response: Response) -> None:
    """Takes the token away."""
    response.delete_cookie(_name(), path="/", secure=current_app.config["SESSION_COOKIE_SECURE"], samesite="Lax")


def locked_draft(session: Session) -> Draft:
    """The visitor's form, locked for writing; raises DraftExpired."""
    return find_draft(session, draft_token(), lock=True)


def peeked_draft() -> Draft:
    """The visitor's form, without counting as a request; raises DraftExpired."""
    return find_draft(database(), draft_token())


def visited_draft() -> Draft | None:
    """The visitor's form as a page shows it, or None where none was begun; raises DraftExpired.

    That somebody looked counts as a request (SPEC §7); it is noted at most once a minute, like every other session.
    """
    token = draft_token()
    if token is None:
        return None
    draft = find_draft(database(), token)
    if now() - draft.touched_at >= TOUCH:
        with transaction() as session:
            touch_draft(session, find_draft(session, token, lock=True))
        draft = find_draft(database(), token)
    return draft
