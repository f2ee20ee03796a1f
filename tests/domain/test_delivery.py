"""Mails arrive although servers fail, once each, and without what must not be kept (RELIABILITY checks 7, 32, 33, 36)."""

from __future__ import annotations

import mailbox
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine, select

from models.base.clock import now
from models.base.db import database, transaction
from models.base.settings import settings
from models.seeds.texts import load_texts
from models.services.delivery import EXPIRED, GIVE_UP, LEASE, LONGEST_WAIT, deliver_due, is_code_due
from models.services.outbox import Letter, write_mail, write_mails
from models.services.rendering import render_due
from models.services.tokens import code_of
from models.services.worker import run_worker
from models.tables.login import LoginChallenge
from models.tables.mail import Mail, MailKey
from models.tables.texts import MailTemplate
from models.tables.worker import Heartbeat
from tests.build import build_account, build_customer
from tests.issued import build_contract, issue_for
from tests.mail_server import Postman, Server

MAILS = 60


@pytest.fixture
def postman(monkeypatch: pytest.MonkeyPatch) -> Iterator[Postman]:
    """A mail server that MAIL_URL names."""
    made = Postman()
    server = Server(made)
    server.start()
    use_mail_url(monkeypatch, server.url)
    yield made
    server.stop()
    settings.cache_clear()


def use_mail_url(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("MAIL_URL", url)
    settings.cache_clear()


def write(recipient: str = "hanako@example.co.jp", **context: str) -> int:
    with transaction() as session:
        load_texts(session)
        write_mail(session, MailKey.ACCOUNT_REQUEST_RECEIVED, recipient, {"company": "髙﨑商事", **context})
    return newest().id


def write_code(minutes: int = 10) -> tuple[int, str]:
    """A mail with a verification code, and the code."""
    with transaction() as session:
        load_texts(session)
        account = build_account(session, build_customer(session))
        challenge = LoginChallenge(account_id=account.id, browser_hash="b", nonce="nonce", sends=1, sent_at=now())
        session.add(challenge)
        session.flush()
        write_mail(
            session,
            MailKey.VERIFICATION_CODE,
            "hanako@example.co.jp",
            {"name": "豊洲 花子", "minutes": str(minutes)},
            challenge_id=challenge.id,
            expires_at=now() + timedelta(minutes=minutes),
        )
        code = code_of(challenge)
    return newest().id, code


def text_of(mail: EmailMessage) -> str:
    return str(mail.get_content()).replace("\r\n", "\n")


def newest() -> Mail:
    database.remove()
    mail = database().scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert mail is not None
    return mail


def test_a_mail_reads_as_the_desk_wrote_it(db: Engine, postman: Postman) -> None:
    write()
    assert deliver_due("w").sent == 1
    [mail] = postman.mails
    assert mail["To"] == "hanako@example.co.jp"
    assert settings().mail_from in mail["From"]
    assert "髙﨑商事" in mail.get_content()
    assert settings().service_name in mail.get_content()
    assert "{" not in mail["Subject"] + mail.get_content()
    assert newest().sent_at
    assert newest().body == text_of(mail)
    assert deliver_due("w").handled == 0


def test_markup_and_gaps_in_values_are_text(db: Engine, postman: Postman) -> None:
    write(company="<b>{link}</b>\r\nBcc: x@example.jp")
    with transaction() as session:
        template = session.scalars(select(MailTemplate).filter_by(key=MailKey.ACCOUNT_REQUEST_RECEIVED.value)).one()
        template.subject = "受付 {company}"
    deliver_due("w")
    [mail] = postman.mails
    assert mail["Subject"] == "受付 <b>{link}</b> Bcc: x@example.jp"
    assert mail["Bcc"] is None
    assert "<b>{link}</b>" in mail.get_content()


def test_what_is_kept_of_a_mail_holds_no_code(db: Engine, postman: Postman) -> None:
    _, code = write_code()
    deliver_due("w")
    [mail] = postman.mails
    assert code in mail.get_content()
    kept = newest()
    assert code not in f"{kept.subject}{kept.body}{kept.context}{kept.last_error}"


def test_an_expired_or_used_code_is_never_sent(db: Engine, postman: Postman) -> None:
    mail_id, _ = write_code()
    with time_machine.travel(now() + timedelta(minutes=10, seconds=1)):
        assert deliver_due("w").dropped == 1
    used_id, _ = write_code_used()
    assert deliver_due("w").dropped == 1
    assert postman.mails == []
    for number in (mail_id, used_id):
        mail = database().get_one(Mail, number)
        assert mail.dropped_at
        assert mail.last_error == EXPIRED


def write_code_used() -> tuple[int, str]:
    with transaction() as session:
        session.query(LoginChallenge).delete()
    made = write_code()
    with transaction() as session:
        session.query(LoginChallenge).update({"used_at": now()})
    return made


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


def test_a_mail_without_a_template_waits_for_the_desk(db: Engine, postman: Postman) -> None:
    write()
    with transaction() as session:
        session.query(MailTemplate).delete()
    assert deliver_due("w").put_off == 1
    with transaction() as session:
        load_texts(session)
    with time_machine.travel(newest().send_after):
        assert deliver_due("w").sent == 1


def test_mails_of_a_worker_that_died_are_taken_over(db: Engine, postman: Postman) -> None:
    write()
    with transaction() as session:
        mail = session.scalars(select(Mail)).one()
        mail.claimed_at, mail.claimed_by = now(), "dead"
    assert deliver_due("w").handled == 0
    with time_machine.travel(now() + LEASE + timedelta(seconds=1)):
        assert deliver_due("w").sent == 1


def write_and_fail() -> None:
    with transaction() as session:
        write_mail(session, MailKey.ACCOUNT_REQUEST_RECEIVED, "nobody@example.co.jp", {})
        session.flush()
        raise ZeroDivisionError


def test_no_mail_of_what_was_rolled_back(db: Engine, postman: Postman) -> None:
    write()
    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    deliver_due("w")
    assert [mail["To"] for mail in postman.mails] == ["hanako@example.co.jp"]


def test_workers_share_the_mails_and_none_arrives_twice(db: Engine, postman: Postman) -> None:
    with transaction() as session:
        load_texts(session)
        key, to = MailKey.ACCOUNT_REQUEST_RECEIVED, "hanako@example.co.jp"
        write_mails(session, [Letter(key, to, {"company": str(number)}) for number in range(MAILS)])
    database.remove()

    def work(name: str) -> None:
        while deliver_due(name).handled:
            pass

    workers = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    counted = Counter(postman.ids)
    assert len(counted) == MAILS
    assert set(counted.values()) == {1}
    assert database().scalar(select(Mail.id).where(Mail.sent_at.is_(None))) is None


def test_long_work_lets_a_code_pass_and_no_other_mail(db: Engine, postman: Postman) -> None:
    issue_for(build_contract())
    write()
    assert not is_code_due()
    write_code()
    assert render_due(is_code_due) == 0
    deliver_due("w")
    assert render_due(is_code_due) == 1


def test_the_worker_shows_that_it_lives_and_stops_when_told(db: Engine, postman: Postman) -> None:
    write()
    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(stop,))
    worker.start()
    waiting = threading.Event()
    for _ in range(200):
        if postman.mails:
            break
        waiting.wait(0.05)
    stop.set()
    worker.join(timeout=30)
    assert not worker.is_alive()
    assert len(postman.mails) == 1
    database.remove()
    assert database().scalars(select(Heartbeat.worker)).first()


def test_a_maildir_takes_the_mails_of_a_demo(db: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_mail_url(monkeypatch, f"maildir:{tmp_path / 'deep' / 'mail'}")
    write()
    assert deliver_due("w").sent == 1
    [message] = mailbox.Maildir(tmp_path / "deep" / "mail", create=False)
    assert message["Message-ID"] == newest().message_id
    settings.cache_clear()
