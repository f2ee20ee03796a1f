"""One page for everything that went wrong at the desk."""

from __future__ import annotations

from flask import Flask, current_app, g, render_template
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from models.base.db import database
from models.base.errors import Conflict, NotFound, Refused

WORDS = {
    400: "リクエストを処理できませんでした。もう一度お試しください。",
    404: "お探しのページは見つかりません。",
    409: "今はこの操作を受け付けられません。",
    503: "データベースに接続できません。数分たってからもう一度お試しください。",
}


def _page(status: int, reason: str = "") -> tuple[str, int]:
    text = reason or WORDS.get(status, "処理できませんでした。変更は保存されていません。")
    return render_template("admin/error.html", status=status, reason=text, request_id=g.get("trace_id", "")), status


def install(app: Flask) -> None:
    """One handler for each kind of error."""
    app.register_error_handler(HTTPException, lambda error: _page(error.code or 500))
    app.register_error_handler(CSRFError, lambda _error: _page(400, "画面を開き直してから、もう一度送信してください。"))
    app.register_error_handler(Refused, lambda error: _page(409, str(error)))
    app.register_error_handler(Conflict, lambda error: _page(409, str(error)))
    app.register_error_handler(NotFound, lambda _error: _page(404))
    app.register_error_handler(DBAPIError, _database_trouble)


def _database_trouble(error: Exception) -> tuple[str, int]:
    current_app.logger.error("database trouble %s: %s", g.get("trace_id"), type(error).__name__)
    database.remove()
    return _page(503)
