"""One page for everything that went wrong: what became of the input, what to do, and a number to quote."""

from __future__ import annotations

from flask import Flask, current_app, g, render_template, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError

from models.base.db import database
from models.base.errors import Conflict, NotFound, Refused
from models.tables.request import Request

KEPT = "入力した内容は保存されていません。前のページへ戻ると、入力した内容が残っている場合があります。"
UNCHANGED = "登録されている情報は変更されていません。"
PAGES: dict[int, tuple[str, str, list[str]]] = {
    400: (
        "リクエストを処理できませんでした",
        UNCHANGED,
        ["アドレスや入力内容をお確かめのうえ、もう一度お試しください。"],
    ),
    403: ("このページを表示する権限がありません", UNCHANGED, ["ホームからもう一度お進みください。"]),
    404: (
        "お探しのページは見つかりません",
        UNCHANGED,
        ["アドレスをお確かめください。ホームから目的の申込を探せます。"],
    ),
    405: ("この操作はできません", UNCHANGED, ["ホームからもう一度お進みください。"]),
    409: ("今はこの操作を受け付けられません", UNCHANGED, ["最新の状態をご確認のうえ、もう一度お試しください。"]),
    413: ("送信された内容が大きすぎます", UNCHANGED, ["ファイルを小さくして、もう一度お試しください。"]),
    429: ("操作の回数が多すぎます", UNCHANGED, ["しばらく待ってから、もう一度お試しください。"]),
    500: (
        "申し訳ありません。処理中に問題が起きました",
        KEPT,
        ["時間をおいてもう一度お試しください。続く場合は窓口へご連絡ください。"],
    ),
    503: ("ただいま混み合っているか、点検中です", KEPT, ["数分たってから、もう一度お試しください。"]),
}


def error_page(status: int, reason: str = "", links: list[tuple[str, str]] | None = None) -> tuple[str, int]:
    """The page of a status; `reason` is said in its place where the domain gave one."""
    title, happened, todo = PAGES.get(status, PAGES[500 if status >= 500 else 400])
    ways = links or [("ホームへ戻る", url_for("portal.show_home"))]
    context = {
        "status": status,
        "title": title,
        "what_happened": [reason, happened] if reason else happened,
        "what_to_do": todo,
    }
    return render_template("portal/error.html", **context, links=ways, request_id=g.get("trace_id", "")), status


def show_http_error(error: HTTPException) -> tuple[str, int]:
    """Unknown address, wrong method, too big, and so on."""
    return error_page(error.code or 500)


def show_csrf_error(_error: CSRFError) -> tuple[str, int]:
    """A form without, or with another session's, token."""
    return error_page(
        400, "ページを開いてから時間がたったか、別の画面でログインし直したため、送信を受け付けられませんでした。"
    )


def show_refusal(error: Refused) -> tuple[str, int]:
    """A rule said no; the link leads to what has to be finished first."""
    links = [("ホームへ戻る", url_for("portal.show_home"))]
    if error.link_request_id:
        links.insert(
            0,
            (
                "手続き中の拠点名変更を確認する",
                url_for("portal.show_request", number=Request.number_of(error.link_request_id)),
            ),
        )
    return error_page(409, str(error), links)


def show_conflict(error: Conflict) -> tuple[str, int]:
    """Somebody saved the same thing first."""
    return error_page(409, str(error))


def show_missing(_error: NotFound) -> tuple[str, int]:
    """Missing, or not the asker's."""
    return error_page(404)


def show_database_trouble(error: Exception) -> tuple[str, int]:
    """The database is away, too slow or locked."""
    current_app.logger.error("database trouble %s: %s", g.get("trace_id"), type(error).__name__)
    database.remove()
    return error_page(503)


def show_fault(_error: InternalServerError) -> tuple[str, int]:
    """A fault of ours; Flask has logged it with its trace."""
    return error_page(500)


def install(app: Flask) -> None:
    """One handler for each kind of error."""
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(InternalServerError, show_fault)
    app.register_error_handler(CSRFError, show_csrf_error)
    app.register_error_handler(Refused, show_refusal)
    app.register_error_handler(Conflict, show_conflict)
    app.register_error_handler(NotFound, show_missing)
    app.register_error_handler(DBAPIError, show_database_trouble)
    app.register_error_handler(PoolTimeout, show_database_trouble)
