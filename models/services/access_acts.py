"""Acts on requests, account requests, accounts and operators: cancelling, issuing, inviting, resetting (SPEC §4, §8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy.orm import Session

from models.base.actor import ADMINISTRATORS, WRITERS
from models.base.db import Base
from models.base.errors import Refused
from models.services.accounts import account_letter, issue_accounts, issue_obstacle
from models.services.acts import Act, Ask, Order, Reasons
from models.services.credentials import (
    invitation,
    invite,
    managing_refusal,
    reset_authenticator,
    reset_letter,
    sign_out_everywhere,
)
from models.services.expiry import is_disabled
from models.services.outbox import Letter
from models.services.record_acts import STAND_IN
from models.services.transition import cancel_request, cancellation_refusal
from models.tables.account import Account, AccountRequest
from models.tables.operator import Operator
from models.tables.request import Request

OWN_LOGIN = "自分のログインには行えません。ほかの管理者に依頼してください。"


def access_acts(mapped: type[Base]) -> Iterator[Act]:
    """The acts of these tables."""
    if mapped is Request:
        yield IssueAct(mapped, "issue-account", "アカウントを払い出す")
        yield CancelAct(mapped, "cancel", "変更申込を中止する")
    elif mapped is AccountRequest:
        yield IssueAct(mapped, "issue-account", "アカウントを払い出す")
    elif mapped in {Account, Operator}:
        roles = WRITERS if mapped is Account else ADMINISTRATORS
        yield InviteAct(mapped, "send-link", "パスワード設定のリンクを送る", roles)
        yield ResetAuthenticatorAct(mapped, "reset-authenticator", "認証アプリを解除する", roles)
        yield EndSessionsAct(mapped, "end-sessions", "ログイン中の画面をすべて終了する", roles)


class IssueAct(Act):
    """Issues an account for each application or account request."""

    def refusals(self, session: Session, rows: Sequence[Any], order: Order) -> Reasons:
        """Nothing to issue for, or issued already."""
        found = {row.id: issue_obstacle(session, row) for row in rows}
        return {row_id: reason for row_id, reason in found.items() if reason}

    def carry_out(self, session: Session, rows: Sequence[Any], order: Order) -> Reasons:
        """Each with its mail."""
        issues = issue_accounts(session, rows, order.actor)
        return {issue.subject.id: issue.reason for issue in issues if issue.account is None}

    def letters(self, session: Session, rows: Sequence[Any], order: Order) -> list[Letter]:
        """The link to set the password."""
        return [account_letter(session, row) for row in rows]

    def letter_count(self, session: Session, rows: Sequence[Any], order: Order) -> int:
        """One each."""
        return len(rows)


class CancelAct(Act):
    """Cancels changes, with the reason that the customer reads."""

    asks_comment = Ask.ALWAYS
    comment_label = "中止の理由（お客様にも表示されます）"

    def refusals(self, session: Session, rows: Sequence[Any], order: Order) -> Reasons:
        """As the rule for cancelling says."""
        comment = STAND_IN if order.comment is None else order.comment
        found = {row.id: cancellation_refusal(row, order.actor, comment) for row in rows}
        return {row_id: reason for row_id, reason in found.items() if reason}

    def carry_out(self, session: Session, rows: Sequence[Any], order: Order) -> Reasons:
        """One after the other: each ends a request of its own."""
        reasons = {}
        for row in rows:
            try:
                cancel_request(session, row, order.actor, order.comment or "")
            except Refused as refused:
                reasons[row.id] = str(refused)
        return reasons


class LoginAct(Act):
    """An act on logins, one after the other; one's own is left to others."""

    asks_proof = True

    def act_on(self, session: Session, owner: Any, order: Order) -> None:
        """Does it to one login; raises Refused."""
        raise NotImplementedError

    def refusals(self, session: Session, rows: Sequence[Any], order: Order) -> Reasons:
        """Without the right, or one's own."""
        found = {row.id: managing_refusal(row, order.actor) or self._obstacle(row, order) for row in rows}
        return {row_id: reason for row_id, reason in found.items() if reason}

    def _obstacle(self, owner: Any, order: Order) -> str | None:
        return OWN_LOGIN if isinstance(owner, Operator) and owner.id == order.actor.id else None

    def carry_out(self, session: Session, rows: Sequence[Any], order: Order) -> Reasons:
        """Each alone."""
        reasons = dict(self.refusals(session, rows, order))
        for row in rows:
            if row.id not in reasons:
                self.act_on(session, row, order)
        return reasons


class InviteAct(LoginAct):
    """Mails people a link that sets their password: one they missed, or a new one for a password they forgot."""

    consequences = (
        "登録されたメールアドレスに、パスワードを設定するリンクを送ります。",
        "前に送ったリンクは使えなくなります。今のパスワードは、新しく設定するまで使えます。",
    )

    def act_on(self, session: Session, owner: Any, order: Order) -> None:
        """A link of its own."""
        invite(session, owner, order.actor)

    def letters(self, session: Session, rows: Sequence[Any], order: Order) -> list[Letter]:
        """The link's mail."""
        return [invitation(row) for row in rows]

    def letter_count(self, session: Session, rows: Sequence[Any], order: Order) -> int:
        """One each."""
        return len(rows)

    def _obstacle(self, owner: Any, order: Order) -> str | None:
        if isinstance(owner, Operator):
            return None if owner.is_active else "無効になっている担当者です。"
        return "停止中のアカウントです。" if is_disabled(owner) else None


class EndSessionsAct(LoginAct):
    """Signs people out everywhere; their password stays good."""

    consequences = ("この人のログインは、すべての端末で終了します。保存していない入力は失われます。",)

    def act_on(self, session: Session, owner: Any, order: Order) -> None:
        """All sessions."""
        sign_out_everywhere(session, owner, order.actor)


class ResetAuthenticatorAct(LoginAct):
    """Lets people enrol a new authenticator app, after a lost telephone, say; they are signed out."""

    consequences = (
        "次のログインでは、メールの検証コードを使います。窓口の担当者は、続けて認証アプリを登録し直します。",
        "ログイン中の画面はすべて終了します。",
    )

    def act_on(self, session: Session, owner: Any, order: Order) -> None:
        """Forgets the app."""
        reset_authenticator(session, owner, order.actor)

    def letters(self, session: Session, rows: Sequence[Any], order: Order) -> list[Letter]:
        """What tells the owners that their app was taken from their logins."""
        return [reset_letter(row) for row in rows]

    def letter_count(self, session: Session, rows: Sequence[Any], order: Order) -> int:
        """One each."""
        return len(rows)

    def _obstacle(self, owner: Any, order: Order) -> str | None:
        return super()._obstacle(owner, order) or (None if owner.totp_secret else "認証アプリは登録されていません。")
