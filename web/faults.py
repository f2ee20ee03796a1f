"""Every error of a face ends here, in one place: which status, what is said, what is noted and what is logged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, g, make_response, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError

from models.base.db import database, transaction
from models.base.errors import Conflict, Invalid, NotFound, Refused
from models.services.audit import note_refusal
from web.hooks import SAFE, current_actor

OLD_PAGE = "ページを開いてから時間がたったか、別の画面でログインし直したため、送信を受け付けられませんでした。"
AT_ONCE = "同じ内容が、ほかの操作と同時に登録されました。画面を開き直して、最新の状態をご確認ください。"
RETRY_SECONDS = "60"
# The face's page of a status: what the domain said, and the request that has to be finished first.
Show = Callable[[int, str, int | None], Any]


def install(app: Flask, show: Show) -> None:
    """One handler for each kind of error; `show` makes the face's page of a status."""
    for kind, answer in (
        (HTTPException, _http_error),
        (InternalServerError, lambda _error, show: show(500, "", None)),
        (CSRFError, lambda _error, show: show(400, OLD_PAGE, None)),
        (Refused, refusal_answer),
        (Conflict, conflict_answer),
        (Invalid, lambda error, show: show(422, str(error), None)),
        (NotFound, lambda _error, show: show(404, "", None)),
        (DBAPIError, _database_away),
        (PoolTimeout, _database_away),
        (IntegrityError, _at_once),
        (DataError, lambda _error, show: show(400, "", None)),
    ):
        app.register_error_handler(kind, _bound(answer, show))


def _bound(answer: Callable[[Any, Show], Any], show: Show) -> Callable[[Any], Any]:
    return lambda error: answer(error, show)


def _http_error(error: HTTPException, show: Show) -> Response:
    # An error knows headers of its own: which methods an address takes, when to try again.
    answer = make_response(show(error.code or 500, "", None))
    answer.headers.extend([(name, value) for name, value in error.get_headers() if name != "Content-Type"])
    return answer


def refusal_answer(error: Refused, show: Show) -> Any:
    """A rule said no: the attempt is noted, which reading never does."""
    note_refused(error)
    return show(409, str(error), error.link_request_id)


def note_refused(error: Refused) -> None:
    """Notes what a rule forbade, with the address that asked for it; for views, too, that answer with a page of their own."""
    if request.method not in SAFE:
        with transaction() as session:
            note_refusal(session, current_actor(), str(error), request.endpoint or "")


def conflict_answer(error: Conflict, show: Show) -> Any:
    """Somebody else was faster."""
    return show(409, str(error), None)


def _at_once(error: IntegrityError, show: Show) -> Any:
    """The database kept two acts from contradicting each other; the second one may be tried again."""
    _log(error)
    return show(409, AT_ONCE, None)


def _database_away(error: Exception, show: Show) -> Response:
    """The database is away, too slow, locked or full."""
    _log(error)
    g.is_database_away = True
    database.remove()
    answer = make_response(show(503, "", None))
    answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def _log(error: Exception) -> None:
    # The kind alone: the text of a database error may carry what somebody typed.
    current_app.logger.error("database trouble %s: %s", g.get("trace_id"), type(error).__name__)
