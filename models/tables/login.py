"""What a login leaves behind: attempts, half-done logins, sessions and links. No secret stands here in clear (RELIABILITY check 7)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, declared_attr, relationship

from models.base.actor import WRITERS
from models.base.choices import Choice, Choices
from models.base.clock import now
from models.base.db import Area, Base
from models.base.fields import field, key
from models.base.technical import Moment, Reference, Secret
from models.base.values import Mail, Text, Whole
from models.tables.account import Account
from models.tables.operator import Operator


class Owned:
    """Belongs to one account or to one operator, and to nobody else."""

    account_id: Mapped[int | None] = field(Reference("account", "CASCADE"), "アカウント", editable=False, index=True)
    operator_id: Mapped[int | None] = field(Reference("operator", "CASCADE"), "担当者", editable=False, index=True)

    @declared_attr
    def account(cls) -> Mapped[Account | None]:  # noqa: N805 (SQLAlchemy calls it with the class)
        """The customer's login, if it is one."""
        return relationship(Account)

    @declared_attr
    def operator(cls) -> Mapped[Operator | None]:  # noqa: N805 (SQLAlchemy calls it with the class)
        """The operator, if it is one."""
        return relationship(Operator)

    @property
    def owner(self) -> Account | Operator:
        """Whose it is."""
        owner = self.account or self.operator
        if owner is None:
            raise LookupError("a row without an owner")
        return owner


def owned_by(owner: Account | Operator) -> dict[str, int]:
    """The column that names the owner."""
    return {"operator_id": owner.id} if isinstance(owner, Operator) else {"account_id": owner.id}


def _one_owner() -> CheckConstraint:
    return CheckConstraint("(account_id IS NULL) <> (operator_id IS NULL)", name="one_owner")


class LoginSession(Owned, Base):
    """Somebody who is signed in; the cookie carries a token, the row its hash, and the row decides (DESIGN §5)."""

    __tablename__ = "login_session"
    __label__ = "ログイン中のセッション"
    __area__ = Area.LOG
    __table_args__ = (_one_owner(),)

    id: Mapped[int] = key("セッションID")
    token_hash: Mapped[str] = field(Secret(), "トークン", editable=False, unique=True)
    created_at: Mapped[datetime] = field(Moment(), "ログイン日時", editable=False, default=now)
    last_seen_at: Mapped[datetime] = field(Moment(), "最終操作日時", editable=False, default=now, index=True)
    ended_at: Mapped[datetime | None] = field(Moment(), "終了日時", editable=False)
    address: Mapped[str] = field(Text(60), "接続元", editable=False, default="", readers=WRITERS)
    device: Mapped[str] = field(Text(60), "端末", editable=False, default="", server_default="")
    proved_at: Mapped[datetime | None] = field(Moment(), "最後に本人確認した日時", editable=False, default=now)


class LoginChallenge(Owned, Base):
    """A login whose password was right and whose code is awaited, bound to one browser. The code follows from `nonce` and the secret key."""

    __tablename__ = "login_challenge"
    __label__ = "検証コード"
    __area__ = Area.LOG
    __table_args__ = (_one_owner(),)

    id: Mapped[int] = key("検証ID")
    browser_hash: Mapped[str] = field(Secret(), "ブラウザー", editable=False, unique=True)
    nonce: Mapped[str] = field(Secret(), "乱数", editable=False)
    sends: Mapped[int] = field(Whole(0), "送信回数", editable=False, default=0)
    sent_at: Mapped[datetime | None] = field(Moment(), "送信日時", editable=False)
    tries: Mapped[int] = field(Whole(0), "入力回数", editable=False, default=0)
    used_at: Mapped[datetime | None] = field(Moment(), "使用日時", editable=False)
    created_at: Mapped[datetime] = field(Moment(), "作成日時", editable=False, default=now, index=True)


class LinkPurpose(Choices):
    """What a mailed link is for: setting a password without knowing one, or proving that a mail address is one's own."""

    ISSUE = "issue", "払い出し"
    RESET = "reset", "再設定"
    MAIL = "mail", "メールアドレスの変更"


class PasswordLink(Owned, Base):
    """A link that works once. The mailed token follows from `nonce` and the secret key. `new_mail`: the address it was sent to prove."""

    __tablename__ = "password_link"
    __label__ = "確認用リンク"
    __area__ = Area.LOG
    __table_args__ = (_one_owner(),)

    id: Mapped[int] = key("リンクID")
    nonce: Mapped[str] = field(Secret(), "乱数", editable=False, unique=True)
    purpose: Mapped[str] = field(Choice(LinkPurpose), "目的", editable=False)
    new_mail: Mapped[str | None] = field(Mail(), "新しいメールアドレス", editable=False)
    expires_at: Mapped[datetime] = field(Moment(), "有効期限", editable=False)
    used_at: Mapped[datetime | None] = field(Moment(), "使用日時", editable=False)
    created_at: Mapped[datetime] = field(Moment(), "作成日時", editable=False, default=now, index=True)


class AttemptCount(Base):
    """How often something was tried in the current window; every worker counts in the same row (RELIABILITY §1)."""

    __tablename__ = "attempt_count"
    __label__ = "試行回数"
    __area__ = Area.LOG

    id: Mapped[int] = key("試行ID")
    key: Mapped[str] = field(Secret(), "対象", editable=False, unique=True)
    window_started_at: Mapped[datetime] = field(Moment(), "計測開始日時", editable=False, default=now, index=True)
    count: Mapped[int] = field(Whole(0), "回数", editable=False, default=0)
