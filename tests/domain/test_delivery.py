"""Mails arrive although servers fail, once each, and without what must not be kept (RELIABILITY checks 7, 32, 33, 36)."""

from __future__ import annotations

import mailbox
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine, select

from models.base.clock import now
from models.base.db import database, transaction
from models.base.settings import settings
from models.seeds.texts import load_texts
from models.services import worker
from models.services.delivery import EXPIRED, deliver_due, is_code_due
from models.services.operators import create_operator
from models.services.outbox import Letter, write_mail, write_mails
from models.services.rendering import render_due
from models.services.worker import Chore, run_worker
from models.tables.login import LoginChallenge
from models.tables.mail import Mail, MailKey
from models.tables.operator import Operator
from models.tables.texts import MailTemplate
from models.tables.worker import Heartbeat
from tests.issued import build_contract, issue_for
from tests.mail_server import Postman
from tests.outbox import newest, text_of, use_mail_url, write, write_code

MAILS = 60


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
        assert not mail.attempts, "what nobody tried to deliver is no mail that could not be delivered"


def write_code_used() -> tuple[int, str]:
    with transaction() as session:
        session.query(LoginChallenge).delete()
    made = write_code()
    with transaction() as session:
        session.query(LoginChallenge).update({"used_at": now()})
    return made


@pytest.mark.parametrize("leaves", ["the operator", "the half-done login"])
def test_a_link_or_code_of_somebody_who_is_gone_is_never_sent(db: Engine, postman: Postman, leaves: str) -> None:
    if leaves == "the operator":
        with transaction() as session:
            load_texts(session)
            link = create_operator(session, "new-desk", "新人 さくら", "sakura@example.jp", "operator")
        with transaction() as session:
            session.delete(session.get_one(Operator, link.operator_id))
    else:
        write_code()
        with transaction() as session:
            session.query(LoginChallenge).delete()
    assert deliver_due("w").dropped == 1
    assert postman.mails == []
    assert newest().last_error == EXPIRED


def test_a_mail_without_a_template_waits_for_the_desk(db: Engine, postman: Postman) -> None:
    write()
    with transaction() as session:
        session.query(MailTemplate).delete()
    assert deliver_due("w").put_off == 1
    with transaction() as session:
        load_texts(session)
    with time_machine.travel(newest().send_after):
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
    for one in workers:
        one.start()
    for one in workers:
        one.join()
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


def test_what_fails_in_the_worker_keeps_nothing_else_from_being_done(
    db: Engine, postman: Postman, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write()
    stop = threading.Event()

    def fail(*_given: object) -> int:
        raise LookupError("of no use")

    def finish(*_given: object) -> int:
        stop.set()
        return 0

    morning = worker.CHORES[0].due_at
    monkeypatch.setattr(worker, "CHORES", (Chore("fails", fail, morning), Chore("goes on", lambda _: None, morning)))
    monkeypatch.setattr(worker, "carry_on_all", fail)
    monkeypatch.setattr(worker, "render_due", finish)
    run_worker(stop)
    assert len(postman.mails) == 1
    assert [record.exc_info is not None for record in caplog.records if record.levelname == "ERROR"] == [True, True]
    done = database().scalars(select(Heartbeat.worker).where(Heartbeat.worker.in_(["fails", "goes on"]))).all()
    assert done == ["goes on"], "what failed is tried again"


def test_a_maildir_takes_the_mails_of_a_demo(db: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_mail_url(monkeypatch, f"maildir:{tmp_path / 'deep' / 'mail'}")
    write()
    assert deliver_due("w").sent == 1
    [message] = mailbox.Maildir(tmp_path / "deep" / "mail", create=False)
    assert message["Message-ID"] == newest().message_id
    settings.cache_clear()
