"""What an installation that is not fit for production is told, one line for each reason (RELIABILITY §5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version

import pytest
from sqlalchemy import Engine, insert, text, update

from models.base.clock import now
from models.base.db import database, transaction
from models.base.settings import Settings
from models.services import readiness
from models.services.readiness import obstacles
from models.services.worker import CHORES
from models.tables.operator import Operator
from models.tables.worker import Heartbeat
from tests.build import build_account, build_customer

FIT = Settings(
    secret_key="b1946ac92492d2347c6235b4d2611184f8c1e2a07d35",
    database_url="postgresql+psycopg://db.example.jp/portal",
    mail_url="smtp://mail.example.jp",
    mail_from="portal@example.jp",
    desk_mail="desk@example.jp",
    public_base_url="https://portal.example.jp",
    trusted_hosts=("portal.example.jp",),
    proxy_hops=1,
)


@pytest.fixture
def fit(db: Engine) -> None:
    """A database that is fit: an administrator with an authenticator app, and a worker."""
    with transaction() as session:
        who = {"user_name": "boss", "name": "管理 太郎", "mail": "boss@example.jp", "role": "administrator"}
        session.add(Operator(totp_secret="x", **who))
        session.execute(insert(Heartbeat).values(worker="one-1-aa", seen_at=now()))


def asked(settings: Settings = FIT, is_debug: bool = False) -> list[str]:
    return obstacles(database(), settings, is_debug, ["demo-admin", "demo-customer"])


def test_a_fit_installation_is_told_nothing(fit: None) -> None:
    assert asked() == []


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"demo": True}, "DEMO=1"),
        ({"secret_key": ""}, "SECRET_KEY is missing"),
        ({"secret_key": "short"}, "SECRET_KEY is missing"),
        ({"secret_key": "0" * 64}, "SECRET_KEY is not random"),
        ({"secret_key": "changeme-b1946ac92492d2347c6235b4d2611184"}, "SECRET_KEY is not random"),
        ({"trusted_hosts": ()}, "TRUSTED_HOSTS is missing"),
        ({"trusted_hosts": ("other.example.jp",)}, "TRUSTED_HOSTS must name the host"),
        ({"public_base_url": "http://portal.example.jp"}, "no https://"),
        ({"proxy_hops": 0}, "PROXY_HOPS is 0"),
        ({"mail_url": "maildir:instance/mail"}, "MAIL_URL"),
        ({"mail_from": "no-reply@localhost"}, "MAIL_FROM"),
        ({"desk_mail": "desk@localhost"}, "DESK_MAIL"),
    ],
)
def test_a_setting_that_is_not_fit_is_named_in_one_line(fit: None, changed: dict[str, object], word: str) -> None:
    [line] = asked(replace(FIT, **changed))  # type: ignore[arg-type]
    assert word in line
    assert "\n" not in line


def test_debug_mode_is_named(fit: None) -> None:
    assert asked(is_debug=True) == ["Debug mode is on: unset FLASK_DEBUG."]


def test_an_operator_without_an_authenticator_is_named(fit: None) -> None:
    with transaction() as session:
        session.add(Operator(user_name="novice", name="新人", mail="novice@example.jp", role="viewer"))
    assert asked() == ["Operators without an authenticator app: novice."]


def test_a_missing_administrator_is_named(fit: None) -> None:
    with transaction() as session:
        session.execute(update(Operator).values(role="operator"))
    [line] = asked()
    assert "no administrator" in line


def test_demo_accounts_are_named(fit: None) -> None:
    with transaction() as session:
        build_account(session, build_customer(session), user_name="demo-customer")
    [line] = asked()
    assert "demo-customer" in line


def test_migrations_that_are_behind_are_named_and_nothing_else_is_asked(fit: None) -> None:
    with transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    [line] = asked()
    assert "flask --app app migrate" in line


def test_a_silent_worker_is_named_though_its_chores_left_rows(fit: None) -> None:
    with transaction() as session:
        session.execute(update(Heartbeat).values(seen_at=now() - timedelta(minutes=6)))
        session.execute(insert(Heartbeat).values(worker=CHORES[0].name, seen_at=now()))
    [line] = asked()
    assert "No worker was seen for 5 minutes" in line


def test_workers_of_two_machines_need_more_than_sqlite(fit: None) -> None:
    with transaction() as session:
        session.execute(insert(Heartbeat).values(worker="two-machine-1-bb", seen_at=now()))
    assert asked() == []
    [line] = asked(replace(FIT, database_url="sqlite:///instance/portal.sqlite"))
    assert "one, two-machine" in line


@pytest.mark.parametrize(("package", "word"), [("weasyprint", "WeasyPrint"), ("defusedxml", "defusedxml")])
def test_a_package_that_is_missing_is_named(
    fit: None, monkeypatch: pytest.MonkeyPatch, package: str, word: str
) -> None:
    def without(name: str) -> str:
        if name == package:
            raise PackageNotFoundError
        return version(name)

    monkeypatch.setattr(readiness, "version", without)
    [line] = asked()
    assert word in line
