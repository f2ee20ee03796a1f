"""One page for everything that went wrong at the desk: what became of the input, what to do, and a number to quote."""

from __future__ import annotations

from flask import Flask, g, render_template, request

from admin.codes import INBOX_LABEL
from admin.selection import WrongSelection
from web import faults

WORDS = {
    400: "リクエストを処理できませんでした。もう一度お試しください。",
    403: "この操作を行う権限がありません。必要なときは管理者に依頼してください。",
    404: "お探しのページは見つかりません。",
    405: "この操作はできません。一覧からもう一度お進みください。",
    409: "今はこの操作を受け付けられません。最新の状態をご確認ください。",
    413: "送信された内容が大きすぎます。ファイルを小さくして、もう一度お試しください。",
    429: "操作の回数が多すぎます。しばらく待ってから、もう一度お試しください。",
    500: "処理中に問題が起きました。変更は保存されていません。時間をおいてもう一度お試しください。",
    503: "データベースに接続できません。変更は保存されていません。数分たってからもう一度お試しください。",
}


def show_error(status: int, reason: str, _link_request_id: int | None = None) -> tuple[str, int]:
    """The page of an error; `reason` is said in its place where the domain gave one."""
    text = reason or WORDS.get(status, "処理できませんでした。変更は保存されていません。")
    return _page(status, text), status


def _page(status: int, reason: str, plain_url: str | None = None) -> str:
    """What happened, and the way on: the inbox is the page from which everything else is reached."""
    ways = {"plain_url": plain_url, "inbox": INBOX_LABEL, "inbox_url": f"{request.script_root}/"}
    return render_template("admin/error.html", status=status, reason=reason, request_id=g.get("trace_id", ""), **ways)


def install(app: Flask) -> None:
    """The desk's page for every kind of error."""
    faults.install(app, show_error)
    app.register_error_handler(WrongSelection, lambda error: (_show_wrong_address(str(error)), 400))


def _show_wrong_address(reason: str) -> str:
    """The same for an address that asks for what there is not: with the way to the page that asks for nothing."""
    plain_url = f"{request.script_root}{request.path}" if request.method == "GET" else None
    return _page(400, reason, plain_url)
