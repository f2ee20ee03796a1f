"""Who may see what: everything is closed until it says that it is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from models.base.paths import own_path

View = TypeVar("View", bound=Callable[..., Any])


def open_to_visitors(view: View) -> View:
    """Marks a view that needs no login."""
    view.is_open = True  # type: ignore[attr-defined]
    return view


def safe_next(target: str | None) -> str | None:
    """The address to go on to after a login, if it is a page of this app; None for anything else."""
    path = own_path(target)
    if path is None:
        return None
    try:
        current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
    except RequestRedirect:
        return None
    except HTTPException:
        return None
    return target
