"""Mail servers that are away, slow, busy or rude: every mail arrives later, and none twice under another name (RELIABILITY checks 32, 33)."""

from __future__ import annotations

import socket
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import Engine, select

from models.base.clock import now
from models.base.db import database, transaction
from models.base.settings import settings
from models.seeds.texts import load_texts
from models.services import sending
from models.services.delivery import GIVE_UP, LEASE, LONGEST_WAIT, deliver_due
from models.tables.mail import Mail
from tests.identity import PASSWORD, add_account, portal_app, post
from tests.mail_server import Postman, Server
from tests.outbox import newest, use_mail_url, write


def test_a_mail_waits_while_the_server_is_away_and_arrives_later(
    db: Engine, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_id, url = write(), settings().mail_url
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound, but nobody listens: refused
        use_mail_url(monkeypatch, f"smtp://127.0.0.1:{closed.getsockname()[1]}")
        done = deliver_due("w")
    assert (done.put_off, done.is_in_trouble) == (1, True)
    put_off = database().get_one(Mail, mail_id)
    assert put_off.send_after > now()
    assert put_off.last_error
    use_mail_url(monkeypatch, url)
    assert deliver_due("w").handled == 0
    with time_machine.travel(put_off.send_after):
        assert deliver_due("w").sent == 1
    assert len(postman.mails) == 1


def test_a_server_that_says_nothing_holds_up_neither_worker_nor_page(
    db: Engine, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "TIMEOUT_SECONDS", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        silent.setblocking(False)
        use_mail_url(monkeypatch, f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        add_account()
        load_all_texts()
        browser = portal_app().test_client()
        assert post(browser, "/login", user_name="hanako", password=PASSWORD).location == "/login/code"
        assert post(browser, "/login/code", send="1").status_code == 302
        with pytest.raises(BlockingIOError):  # no page has spoken to the mail server
            silent.accept()
        done = deliver_due("w")
    assert (done.put_off, done.is_in_trouble) == (1, True)
    assert newest().dropped_at is None


def test_a_server_elsewhere_that_offers_no_encryption_is_not_told_the_password(
    db: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    write()
    elsewhere = Postman()
    server = Server(elsewhere, "127.0.0.2")  # none of the names by which this machine knows itself
    server.start()
    try:
        use_mail_url(monkeypatch, server.url.replace("smtp://", "smtp://portal:himitsu@"))
        assert (deliver_due("w").put_off, elsewhere.mails) == (1, [])
    finally:
        server.stop()
    assert "STARTTLS" in (newest().last_error or "")


def load_all_texts() -> None:
    with transaction() as session:
        load_texts(session)


def test_a_server_that_is_busy_is_asked_more_and_more_seldom(db: Engine, postman: Postman) -> None:
    write()
    postman.answer = "451 try later"
    waits = []
    moment: datetime = now()
    for _ in range(9):
        with time_machine.travel(moment, tick=False):
            assert deliver_due("w").put_off == 1
            moment = newest().send_after
            waits.append(moment - now())
    assert waits == sorted(waits)
    assert waits[0] < timedelta(minutes=1)
    assert waits[-1] == LONGEST_WAIT
    postman.answer = "250 OK"
    with time_machine.travel(moment):
        assert deliver_due("w").sent == 1
    assert len(postman.mails) == 1


def test_a_mail_that_nobody_takes_for_days_is_given_up(db: Engine, postman: Postman) -> None:
    write()
    postman.answer = "451 try later"
    with time_machine.travel(now() + GIVE_UP + timedelta(minutes=1)):
        deliver_due("w")
    assert newest().dropped_at
    assert "451" in (newest().last_error or "")


def test_an_address_that_is_refused_for_good_holds_up_nobody(db: Engine, postman: Postman) -> None:
    bad, late = write("gone@example.co.jp"), write("full@example.co.jp")
    write()
    postman.refuses = {"gone@example.co.jp": "550 no such user", "full@example.co.jp": "452 mailbox full"}
    done = deliver_due("w")
    assert (done.sent, done.dropped, done.put_off, done.is_in_trouble) == (1, 1, 1, False)
    assert [mail["To"] for mail in postman.mails] == ["hanako@example.co.jp"]
    assert "550" in (database().get_one(Mail, bad).last_error or "")
    assert database().get_one(Mail, late).dropped_at is None


def test_a_mail_taken_without_a_word_comes_again_under_its_own_message_id(db: Engine, postman: Postman) -> None:
    write()
    postman.hangs_up = True
    assert deliver_due("w").put_off == 1
    postman.hangs_up = False
    with time_machine.travel(newest().send_after):
        assert deliver_due("w").sent == 1
    assert postman.ids == [newest().message_id] * 2


def test_mails_of_a_worker_that_died_are_taken_over(db: Engine, postman: Postman) -> None:
    write()
    with transaction() as session:
        mail = session.scalars(select(Mail)).one()
        mail.claimed_at, mail.claimed_by = now(), "dead"
    assert deliver_due("w").handled == 0
    with time_machine.travel(now() + LEASE + timedelta(seconds=1)):
        assert deliver_due("w").sent == 1
