"""Acts on one row beside editing it, offered on its page: each asks first, is one call of the domain, and is done once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.services.credentials import invite, managing_refusal, reset_authenticator, sign_out_everywhere
from models.tables.account import Account
from models.tables.operator import Operator


@dataclass(frozen=True)
class RowAct:
    """An act: its button, what it brings about, who may not do it now and why, what does it, and what is said afterwards."""

    code: str
    label: str
    consequences: tuple[str, ...]
    refusal: Callable[[Any, Actor], str | None]
    run: Callable[[Session, Any, Actor], Any]
    done: str


def _reset_refusal(owner: Account | Operator, actor: Actor) -> str | None:
    return managing_refusal(owner, actor) or (None if owner.totp_secret else "認証アプリは登録されていません。")


LOGIN_ACTS = (
    RowAct(
        "invite",
        "パスワード設定のリンクを送る",
        ("登録されたメールアドレスに、パスワードを設定するリンクを送ります。", "前に送ったリンクは使えなくなります。"),
        managing_refusal,
        invite,
        "パスワード設定のリンクをメールで送ります。",
    ),
    RowAct(
        "reset_authenticator",
        "認証アプリを解除する",
        (
            "次のログインでは、メールの認証コードを使って認証アプリを登録し直します。",
            "ログイン中の画面はすべて終了します。",
        ),
        _reset_refusal,
        reset_authenticator,
        "認証アプリを解除しました。",
    ),
    RowAct(
        "sign_out",
        "ログイン中の画面をすべて終了する",
        ("この人のログインは、すべての端末で終了します。保存していない入力は失われます。",),
        managing_refusal,
        sign_out_everywhere,
        "ログイン中の画面をすべて終了しました。",
    ),
)
ACTS: dict[type[Any], tuple[RowAct, ...]] = {Account: LOGIN_ACTS, Operator: LOGIN_ACTS}


def acts_on(row: Any, actor: Actor) -> list[RowAct]:
    """The acts that the actor may do on the row now."""
    return [act for act in ACTS.get(type(row), ()) if act.refusal(row, actor) is None]


def find_act(row: Any, code: str) -> RowAct | None:
    """The act of that code for the row's table."""
    return next((act for act in ACTS.get(type(row), ()) if act.code == code), None)
