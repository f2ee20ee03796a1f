"""Secrets that are derived, never stored: a row keeps a random nonce, the key of the installation makes the rest (RELIABILITY check 7)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

import pyotp

from models.base.settings import settings
from models.tables.login import LoginChallenge, PasswordLink


def new_token() -> str:
    """256 random bits, fit for a cookie or an address."""
    return secrets.token_urlsafe(32)


def keyed(purpose: str, text: str) -> bytes:
    """The HMAC of a text under the installation's key, apart for each purpose."""
    return hmac.digest(settings().secret_key.encode(), f"{purpose}:{text}".encode(), hashlib.sha256)


def digest(purpose: str, token: str) -> str:
    """What is stored instead of a token."""
    return keyed(purpose, token).hex()


def code_of(challenge: LoginChallenge) -> str:
    """The six digits of the newest sending; an earlier sending's digits are others."""
    key = base64.b32encode(keyed("code", challenge.nonce)).decode().rstrip("=")
    return pyotp.HOTP(key).at(challenge.sends)


def link_token(link: PasswordLink) -> str:
    """The part of a password link that only its reader knows."""
    return f"{link.nonce}.{keyed('link', link.nonce).hex()}"


def nonce_of_link(token: str) -> str | None:
    """The nonce of a link's token, or None when the token was not made here."""
    nonce, _, proof = token.partition(".")
    made = keyed("link", nonce).hex()
    return nonce if hmac.compare_digest(made.encode(), proof.encode("utf-8", "replace")) else None


def authenticator_secret(session_hash: str) -> str:
    """The secret that an enrolment offers: the same each time its page is opened, stored only once it is confirmed."""
    return base64.b32encode(keyed("enrolment", session_hash)[:20]).decode()
