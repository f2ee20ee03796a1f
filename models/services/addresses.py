"""The addresses that mails name. The domain knows no routes, so these few stand here; a test follows each of them (SPEC §10, §13)."""

from __future__ import annotations

from models.base.settings import settings


def _at(path: str) -> str:
    return f"{settings().public_base_url}{path}"


def home_address() -> str:
    """Where a customer begins."""
    return _at("/home")


def login_address() -> str:
    """Where a customer signs in."""
    return _at("/login")


def receipt_address() -> str:
    """What a visitor's browser has applied for."""
    return _at("/apply/receipt")


def record_address(record_id: int) -> str:
    """A record as its customer sees it."""
    return _at(f"/records/{record_id}")


def desk_record_address(record_id: int) -> str:
    """A record at the desk, where no customer comes and every operator does."""
    return _at(f"/admin/records/{record_id}")


def desk_account_request_address(account_request_id: int) -> str:
    """An account request at the desk."""
    return _at(f"/admin/account_request/{account_request_id}/")


def password_address(token: str, is_desk: bool) -> str:
    """Where a link that sets a password leads, of an operator or of a customer."""
    return _at(f"{'/admin' if is_desk else ''}/password/{token}")


def mail_proof_address(token: str) -> str:
    """Where a link leads that proves a customer's new mail address."""
    return _at(f"/account/mail/{token}")
