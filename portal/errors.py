"""One page for everything that went wrong: what became of the input, what to do, and a number to quote."""

from __future__ import annotations

from flask import Flask, g, render_template, url_for

from models.tables.request import Request
from web import faults

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


def show_error(status: int, reason: str, link_request_id: int | None) -> tuple[str, int]:
    """The page of an error; a request that has to be finished first is led to."""
    links = [("ホームへ戻る", url_for("portal.show_home"))]
    if link_request_id:
        number = Request.number_of(link_request_id)
        links.insert(0, ("手続き中の拠点名変更を確認する", url_for("portal.show_request", number=number)))
    return error_page(status, reason, links)


def install(app: Flask) -> None:
    """The portal's page for every kind of error."""
    faults.install(app, show_error)
