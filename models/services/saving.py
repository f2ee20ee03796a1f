"""What the domain does when the desk adds a row of a table by hand."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.base.db import Base
from models.services.credentials import invite
from models.tables.account import Account
from models.tables.operator import Operator


def welcome(session: Session, row: Base, actor: Actor) -> str:
    """Lets a new row begin its life and says what happened, in Japanese; a login gets its link by mail."""
    if isinstance(row, Account | Operator):
        invite(session, row, actor)
        return f"パスワード設定のリンクを{row.mail}へメールで送ります。"
    return ""
