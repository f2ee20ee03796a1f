"""The settings: one frozen object, and the only reader of the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]


class WrongSetting(Exception):
    """A setting that the portal cannot start with; its text is one line for the operator of the machine."""


@dataclass(frozen=True)
class Settings:
    """Everything that may differ between two installations. Each field is the lower-case name of its environment variable."""

    secret_key: str = ""
    demo: bool = False
    port: int = 8000
    database_url: str = "sqlite:///instance/portal.sqlite"
    mail_url: str = "maildir:instance/mail"
    mail_from: str = "no-reply@localhost"
    desk_mail: str = "desk@localhost"
    public_base_url: str = ""
    trusted_hosts: tuple[str, ...] = ()
    proxy_hops: int = 0
    service_name: str = "Connecure"
    provider_name: str = "NTTデータ"

    # RELIABILITY §1: seconds, counts and characters.
    customer_password_length: int = 12
    operator_password_length: int = 15
    code_seconds: int = 600
    code_tries: int = 5
    code_limit: int = 20  # wrong codes of one login, however often it is begun anew
    code_limit_seconds: int = 3600
    code_resend_seconds: int = 60
    code_resends: int = 3
    login_limit: int = 10
    login_limit_seconds: int = 300
    form_limit: int = 30
    form_limit_seconds: int = 3600
    customer_idle_seconds: int = 3600
    customer_session_seconds: int = 12 * 3600
    operator_idle_seconds: int = 1800
    operator_session_seconds: int = 8 * 3600
    proof_seconds: int = 900
    password_link_seconds: int = 7 * 24 * 3600
    password_reset_seconds: int = 3600
    mail_link_seconds: int = 24 * 3600
    file_megabytes: int = 10
    sheet_megabytes: int = 5

    # SPEC §11: how long a move of the desk can be taken back, and its mails wait; 0 for not at all.
    take_back_seconds: int = 120

    # SPEC §10: business days before a due date.
    due_near_business_days: int = 3

    # SPEC §8: days.
    account_grace_days: int = 30
    account_idle_days: int = 31
    account_reminder_days: int = 7

    @property
    def is_https(self) -> bool:
        """Whether customers reach the portal over HTTPS; then cookies are `Secure` and carry the `__Host-` prefix."""
        return self.public_base_url.startswith("https://")

    @property
    def names(self) -> dict[str, str]:
        """What the desk's texts may say as `{provider}` and `{service}`."""
        return {"provider": self.provider_name, "service": self.service_name}

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Reads every field from its variable (`DATABASE_URL` for `database_url`); raises WrongSetting with one clear line."""
        given = {}
        for field in fields(cls):
            text = environment.get(field.name.upper(), "").strip()
            if text:
                given[field.name] = _read(field.name, text, type(field.default))
        return _completed(cls(**given))  # type: ignore[arg-type]


def _read(name: str, text: str, kind: type) -> object:
    if kind is bool:
        if text.lower() not in {"0", "1", "true", "false", "yes", "no"}:
            raise WrongSetting(f"{name.upper()} must be 1 or 0, not {text!r}.")
        return text.lower() in {"1", "true", "yes"}
    if kind is int:
        if not text.isascii() or not text.isdigit():
            raise WrongSetting(f"{name.upper()} must be a whole number, not {text!r}.")
        return int(text)
    if kind is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text


def _completed(given: Settings) -> Settings:
    """Checks what belongs together and fills what follows from it."""
    values = {field.name: getattr(given, field.name) for field in fields(Settings)}
    values["public_base_url"] = given.public_base_url.rstrip("/") or f"http://127.0.0.1:{given.port}"
    host = urlsplit(values["public_base_url"]).hostname
    if not host:
        raise WrongSetting(
            f"PUBLIC_BASE_URL must be an address such as https://portal.example.jp, not {given.public_base_url!r}."
        )
    if given.demo:
        values["trusted_hosts"] = given.trusted_hosts or ("127.0.0.1", "localhost", host)
    if given.database_url.startswith(("postgresql://", "postgres://")):
        values["database_url"] = "postgresql+psycopg://" + given.database_url.split("://", 1)[1]
    if not values["database_url"].startswith(("sqlite:///", "postgresql+psycopg://")):
        raise WrongSetting("DATABASE_URL must start with sqlite:/// or postgresql://.")
    if not given.mail_url.startswith(("maildir:", "smtp://", "smtps://")):
        raise WrongSetting("MAIL_URL must start with maildir:, smtp:// or smtps://.")
    return Settings(**values)


def require_serving(settings: Settings) -> None:
    """What a web server needs before it answers anyone; raises WrongSetting. Demo mode may listen on this machine alone."""
    if len(settings.secret_key) < 32:
        raise WrongSetting(
            "SECRET_KEY is missing or shorter than 32 characters; make one with: python3 -c 'import secrets; print(secrets.token_hex(32))'"
        )
    if not settings.trusted_hosts:
        raise WrongSetting("TRUSTED_HOSTS is missing: name the hosts that the portal answers to, separated by commas.")
    host = urlsplit(settings.public_base_url).hostname
    if not settings.demo and not settings.is_https:
        raise WrongSetting(
            "PUBLIC_BASE_URL is missing or no https:// address: mail links start with it, and cookies are safe only with it."
        )
    if host not in {name.lower() for name in settings.trusted_hosts}:
        raise WrongSetting(f"TRUSTED_HOSTS must name the host of PUBLIC_BASE_URL too: {host}.")
    if settings.demo and host not in {"127.0.0.1", "localhost", "::1"}:
        raise WrongSetting("DEMO=1 publishes logins and mails; it works only with a PUBLIC_BASE_URL on this machine.")


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings.from_environment(os.environ)
