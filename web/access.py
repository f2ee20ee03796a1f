"""What a view may say of itself. Whatever says nothing is closed, and never listed by search engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from models.base.paths import own_path

View = TypeVar("View", bound=Callable[..., Any])


def open_to_visitors(view: View) -> View:
    """Marks a view that needs no login."""
    view.is_open = True  # type: ignore[attr-defined]
    return view


def for_machines(view: View) -> View:
    """Marks a view that monitors ask, under any host name and without a login."""
    view.is_for_machines = True  # type: ignore[attr-defined]
    return open_to_visitors(view)


def listed_by_search_engines(view: View) -> View:
    """Marks the page that strangers may find by a search."""
    view.is_listed = True  # type: ignore[attr-defined]
    return view


def is_static() -> bool:
    """Whether this request is for a file of a static folder: the face's own, or that of a library's pages."""
    return (request.endpoint or "").rpartition(".")[2] == "static"


def says(mark: str) -> bool:
    """Whether the view of this request carries that mark."""
    return bool(getattr(current_app.view_functions.get(request.endpoint or ""), mark, False))


def safe_next(target: str | None) -> str | None:
    """The address to go on to after a login, with the face's own prefix, if it is a page of this face; None for anything else."""
    path = own_path(target)
    if path is None:
        return None
    try:
        current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
    except HTTPException:  # nothing, or (as a redirect) nothing at exactly this address
        return None
    return f"{request.script_root}{target}"


def page_behind() -> str | None:
    """The page that what is being sent belongs to: at its own address or above it; None where only the start page is left."""
    path = request.path
    while path.strip("/"):
        path = path.rstrip("/")
        if found := next((one for one in (path, f"{path}/") if safe_next(one)), None):
            return found
        path = path.rpartition("/")[0]
    return None
