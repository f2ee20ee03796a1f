"""Whether an installation is fit for production (RELIABILITY §5): one function for each refusal, one clear line for each reason."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base.settings import Settings, WrongSetting, require_serving
from models.services.migrating import head, is_current
from models.services.worker import living_workers
from models.tables.account import Account
from models.tables.operator import Operator, OperatorRole

LEAST_CHARACTERS = 12
OLDEST_WEASYPRINT = 70
PLACEHOLDERS = ("changeme", "change-me", "secret", "default", "example", "tests-only", "password")


def obstacles(session: Session, settings: Settings, is_debug: bool, demo_names: Collection[str]) -> list[str]:
    """Every reason why this installation is not fit for production, worst first; empty when it is. Reads only.

    `demo_names` are the user names that the demo data brings along.
    """
    found = [*_settings(settings, is_debug), *_mail(settings), *_packages()]
    if not is_current(session.connection()):
        return [
            *found,
            f"The database is not at migration {head()}; run first: flask --app app migrate",
        ]
    return [*found, *_people(session, demo_names), *_workers(session, settings)]


def _settings(settings: Settings, is_debug: bool) -> Iterator[str]:
    if settings.demo:
        yield "DEMO=1 is for trying only: unset it."
    try:
        require_serving(replace(settings, demo=False))
    except WrongSetting as wrong:
        yield str(wrong)
    else:
        if _is_guessable(settings.secret_key):
            yield "SECRET_KEY is not random; make one with: python3 -c 'import secrets; print(secrets.token_hex(32))'"
    if settings.is_https and not settings.proxy_hops:
        yield (
            "PROXY_HOPS is 0, but the portal itself speaks no HTTPS: behind a proxy everybody would have the proxy's "
            "address and share one limit of logins. Say how many proxies there are."
        )
    if is_debug:
        yield "Debug mode is on: unset FLASK_DEBUG."


def _mail(settings: Settings) -> Iterator[str]:
    if settings.mail_url.startswith("maildir:"):
        yield "MAIL_URL names a folder, so no mail leaves this machine; name a mail server: smtp://…"
    for name, address in (("MAIL_FROM", settings.mail_from), ("DESK_MAIL", settings.desk_mail)):
        if address.endswith("@localhost"):
            yield f"{name} is {address}, which nobody can answer to."


def _is_guessable(secret: str) -> bool:
    plain = secret.casefold()
    return len(set(secret)) < LEAST_CHARACTERS or any(word in plain for word in PLACEHOLDERS)


def _packages() -> Iterator[str]:
    if _major("weasyprint") < OLDEST_WEASYPRINT:
        yield f"WeasyPrint is missing or older than {OLDEST_WEASYPRINT}: install requirements.txt anew."
    if not _major("defusedxml", missing=-1) >= 0:
        yield "defusedxml is missing, so uploaded sheets are not safe to read: install requirements.txt anew."


def _major(package: str, missing: int = 0) -> int:
    try:
        return int(version(package).partition(".")[0])
    except PackageNotFoundError:
        return missing


def _people(session: Session, demo_names: Collection[str]) -> Iterator[str]:
    demo = {
        *session.scalars(select(Account.user_name).where(Account.user_name.in_(demo_names))),
        *session.scalars(select(Operator.user_name).where(Operator.user_name.in_(demo_names))),
    }
    if demo:
        yield f"The database holds demo accounts ({', '.join(sorted(demo))}): start with an empty one."
    active = select(Operator.user_name).where(Operator.is_active).order_by(Operator.user_name)
    if bare := session.scalars(active.where(Operator.totp_secret.is_(None))).all():
        yield f"Operators without an authenticator app: {', '.join(bare)}."
    if not session.scalar(active.where(Operator.role == OperatorRole.ADMINISTRATOR)):
        yield "There is no administrator; make one with: flask --app app create-operator"


def _workers(session: Session, settings: Settings) -> Iterator[str]:
    workers = living_workers(session)
    if not workers:
        yield "No worker was seen for 5 minutes, so no mail is sent; start one: flask --app app work"
    hosts = {worker.rsplit("-", 2)[0] for worker in workers}
    if len(hosts) > 1 and settings.database_url.startswith("sqlite"):
        yield f"SQLite serves one machine, but workers run on {', '.join(sorted(hosts))}: use PostgreSQL."
