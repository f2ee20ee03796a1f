"""Passwords: what is accepted, how they are kept, and the links that set them (RELIABILITY §1)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import update
from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.base.clock import now
from models.base.db import transaction
from models.base.errors import Invalid, Problem
from models.base.settings import settings
from models.services.attempts import count_attempt, forgive_attempt, login_subject, too_many
from models.services.audit import note
from models.services.links import drop_links, open_link, period_text, use_link
from models.services.outbox import write_mail
from models.services.owners import introduction, tell_login_changed
from models.services.sessions import end_sessions
from models.tables.account import Account
from models.tables.event import Action
from models.tables.login import LinkPurpose, LoginSession, PasswordLink
from models.tables.mail import MailKey
from models.tables.operator import Operator

LONGEST = 128
LINK_LATER = "（送信時に作られます）"  # in a mail that is shown before it is written
HASHER = PasswordHasher()
LINK_MAILS = {LinkPurpose.ISSUE: MailKey.ACCOUNT_ISSUED, LinkPurpose.RESET: MailKey.PASSWORD_RESET}
COMMON_WORDS = (
    "password", "passw", "pass", "qwerty", "qwertyuiop", "asdfghjkl", "zxcvbnm", "letmein", "welcome", "admin", "administrator",
    "iloveyou", "sunshine", "princess", "dragon", "monkey", "football", "baseball", "master", "login", "changeme", "secret",
    "himitsu", "sakura", "doraemon", "pikachu", "arigatou", "nippon", "tokyo", "japan", "abcdefghijklmnopqrstuvwxyz", "test", "user",
)  # fmt: skip
DISGUISES = str.maketrans({"@": "a", "4": "a", "0": "o", "1": "i", "!": "i", "3": "e", "$": "s", "5": "s"})
ROWS = (
    "abcdefghijklmnopqrstuvwxyz" * 2,
    "0123456789" * 14,
    "9876543210" * 14,
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn",
)


def unified(password: str) -> str:
    """A password as it is hashed: the same keys give the same characters on every keyboard."""
    return unicodedata.normalize("NFKC", password)


@cache
def dummy_hash() -> str:
    """Checked for users that do not exist, so that they take as long as others (RELIABILITY check 5)."""
    return HASHER.hash("nobody has this password")


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is right; takes the same time without a hash."""
    try:
        HASHER.verify(password_hash or dummy_hash(), unified(password[: LONGEST * 4]))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def hashed(password: str) -> str:
    """The Argon2id hash that is stored."""
    return HASHER.hash(unified(password))


def least_length_of(owners: type[Account] | type[Operator]) -> int:
    """How many characters their passwords need."""
    return settings().operator_password_length if owners is Operator else settings().customer_password_length


def password_problem(password: str, owner: Account | Operator) -> str | None:
    """Why a password is not accepted, in Japanese, or None. No rules about kinds of characters: length and rarity count."""
    plain = unified(password)
    least = least_length_of(type(owner))
    if len(plain) < least:
        return f"パスワードは{least}文字以上にしてください（現在{len(plain)}文字）"
    if len(plain) > LONGEST:
        return f"パスワードは{LONGEST}文字以内にしてください"
    if is_common(plain):
        return "よく使われる、推測されやすいパスワードです。別のものにしてください"
    names = (owner.user_name, owner.mail.partition("@")[0], settings().service_name, settings().provider_name)
    return "ユーザー名やサービス名だけで作られたパスワードは使えません" if _is_made_of(plain, names) else None


def is_common(plain: str) -> bool:
    """Whether it is a run of keys, one part repeated, or made of the words that everybody tries first."""
    low = plain.casefold()
    if any(low in row for row in ROWS) or re.fullmatch(r"(.{1,8}?)\1+.{0,3}", low):
        return True
    bare = re.sub(r"[\W\d_]+$", "", low)
    return _is_made_of(low, COMMON_WORDS) or _is_made_of(bare.translate(DISGUISES), COMMON_WORDS)


def _is_made_of(plain: str, words: tuple[str, ...]) -> bool:
    rest = plain.casefold()
    for word in sorted((unified(word).casefold() for word in words), key=len, reverse=True):
        rest = rest.replace(word, "") if len(word) > 2 else rest
    return rest != plain.casefold() and len(re.sub(r"[\W\d_]", "", rest)) < 4


def require_acceptable(password: str, repeated: str, owner: Account | Operator) -> None:
    """Raises Invalid with what is wrong with a new password."""
    if message := password_problem(password, owner):
        raise Invalid([Problem("password", message)])
    if password != repeated:
        raise Invalid([Problem("repeated", "確認用のパスワードが一致しません。同じものを入力してください")])


def send_link(session: Session, owner: Account | Operator, purpose: LinkPurpose) -> PasswordLink:
    """Mails a single-use link that sets the password; links sent before it die."""
    link = open_link(session, owner, purpose)
    context = {**introduction(owner), "period": period_text(purpose)}
    write_mail(session, LINK_MAILS[purpose], owner.mail, context, link_id=link.id, expires_at=link.expires_at)
    return link


def set_password_by_link(link: PasswordLink, password: str, repeated: str, actor: Actor) -> None:
    """Sets the password and uses the link up; raises Invalid, or Refused when somebody was faster. A whole act of its own."""
    require_acceptable(password, repeated, link.owner)
    password_hash, link_id = hashed(password), link.id
    with transaction() as session:
        owner = use_link(session, link_id).owner
        if isinstance(owner, Account):
            owner.activated_at = owner.activated_at or now()
        _store(session, owner, password_hash, actor)


def change_password(owner: Account | Operator, typed: tuple[str, str, str], keep_session: int, actor: Actor) -> None:
    """Changes a password after (current, new, new again); other sessions end. Raises Invalid or TooMany. A whole act of its own."""
    current, password, repeated = typed
    require_password(owner, current, actor)
    require_acceptable(password, repeated, owner)
    password_hash = hashed(password)
    with transaction() as session:
        _store(session, owner, password_hash, actor, keep_session)


def _store(
    session: Session, owner: Account | Operator, password_hash: str, actor: Actor, keep_session: int = 0
) -> None:
    if owner.password_hash:
        tell_login_changed(session, owner, "パスワードが変更されました。")
    owner.password_hash = password_hash
    drop_links(session, owner)
    end_sessions(session, owner, keep_session)
    note(session, Action.PASSWORD_CHANGED, actor, table_name=owner.__tablename__, row_id=owner.id)


def prove_again(owner: Account | Operator, typed: str, session_id: int, actor: Actor) -> None:
    """Notes that the owner of this session has just given the password; raises Invalid or TooMany. A whole act of its own."""
    require_password(owner, typed, actor)
    with transaction() as session:
        session.execute(update(LoginSession).where(LoginSession.id == session_id).values(proved_at=now()))


def require_password(owner: Account | Operator, typed: str, actor: Actor) -> None:
    """Asks who is signed in for the password again (RELIABILITY §1); raises Invalid at `current`, or TooMany. A whole act of its own.

    It counts as an attempt to sign in: a borrowed session is no place to guess passwords.
    """
    subject, seconds = login_subject(owner.__tablename__, owner.user_name), settings().login_limit_seconds
    with transaction() as session:
        count = count_attempt(session, subject, seconds)
    is_right = count <= settings().login_limit and matches(owner.password_hash, typed)
    with transaction() as session:
        if is_right:
            forgive_attempt(session, subject)
        else:
            detail = {"reason": "limit" if count > settings().login_limit else "asked_again"}
            note(session, Action.SIGN_IN_REFUSED, actor, detail=detail, table_name=owner.__tablename__, row_id=owner.id)
    if count > settings().login_limit:
        raise too_many(seconds)
    if not is_right:
        raise Invalid([Problem("current", "現在のパスワードが違います")])
