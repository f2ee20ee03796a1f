"""The mails of a demo can be read in the browser, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import Engine

from models.base.clock import now
from models.base.db import database, transaction
from models.base.settings import settings
from models.seeds.texts import load_texts
from models.services.delivery import deliver_due
from models.services.outbox import write_mail
from models.tables.mail import MailKey
from portal import create_portal


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("MAIL_URL", f"maildir:{tmp_path / 'mail'}")
    settings.cache_clear()
    yield tmp_path / "mail"
    settings.cache_clear()


@pytest.fixture
def client(db: Engine, folder: Path) -> FlaskClient:
    return create_portal(settings()).test_client()


def deliver(company: str) -> None:
    with transaction() as session:
        load_texts(session)
        context = {
            "company": company,
            "record": "拠点名",
            "url": "http://localhost/records/7",
            "comment": "<b>太字</b>",
        }
        write_mail(session, MailKey.STATUS_CHANGED, "hanako@example.co.jp", context)
    assert deliver_due("w").sent == 1
    database.remove()


def listed(client: FlaskClient) -> list[str]:
    """The names of the mails in the list, from the top."""
    page = client.get("/mailbox/").text
    return [part.split('"')[0] for part in page.split('href="/mailbox/')[1:] if not part.startswith('"')]


def test_an_empty_mailbox_says_so(client: FlaskClient) -> None:
    assert "メールはまだありません" in client.get("/mailbox/").text


def test_mails_stand_newest_first_and_open_as_text_with_links(client: FlaskClient) -> None:
    deliver("先の商事")
    deliver("後の商事")
    links = listed(client)
    assert len(links) == 2
    mail = client.get(f"/mailbox/{links[0]}")
    assert mail.status_code == 200
    assert "後の商事" in mail.text
    assert "&lt;b&gt;太字" in mail.text
    assert "<b>" not in mail.text
    assert 'href="http://localhost/records/7"' in mail.text
    assert "先の商事" in client.get(f"/mailbox/{links[1]}").text


def test_a_mail_of_an_earlier_day_that_goes_out_late_lies_below(client: FlaskClient) -> None:
    deliver("今日の商事")
    with time_machine.travel(now() - timedelta(days=40), tick=False):
        deliver("先月の商事")
    assert "今日の商事" in client.get(f"/mailbox/{listed(client)[0]}").text


@pytest.mark.parametrize("name", ["none", "..", "%2e%2e%2fsecret", "..%5csecret", "%00"])
def test_no_address_leads_out_of_the_mailbox(client: FlaskClient, folder: Path, name: str) -> None:
    deliver("商事")
    (folder.parent / "secret").write_text("Subject: secret\n\nsecret")
    assert client.get(f"/mailbox/{name}").status_code in {308, 404}


@pytest.mark.parametrize(("name", "value"), [("DEMO", "0"), ("MAIL_URL", "smtp://127.0.0.1:25")])
def test_there_is_no_mailbox_but_in_a_demo(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    deliver("商事")
    monkeypatch.setenv(name, value)
    settings.cache_clear()
    assert client.get("/mailbox/").status_code == 404
