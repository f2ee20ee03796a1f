"""The worker: a process beside the web server that makes PDFs, delivers mails, carries on long bulk acts and does what is due."""

from __future__ import annotations

import gc
import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, Table, delete, exists, select, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from models.base.clock import JAPAN, now
from models.base.db import database, insert_into, transaction
from models.base.settings import settings
from models.services.bulk import KEEP_PLANS, carry_on_all, purge_plans
from models.services.delivery import deliver_due, is_code_due
from models.services.expiry import remind_expiring
from models.services.reminding import remind_due
from models.services.rendering import render_due
from models.services.sessions import purge_logins
from models.tables.draft import Draft
from models.tables.imports import ImportState, TableImport
from models.tables.mail import Mail
from models.tables.worker import Heartbeat

TABLE: Table = Heartbeat.__table__  # type: ignore[assignment]
SIGNS = select(TABLE.c.worker, TABLE.c.seen_at)
IDLE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
BEAT = timedelta(seconds=15)
FORGET = timedelta(days=1)
SILENCE = timedelta(minutes=5)  # a worker that says nothing for so long is not there
MORNING = 8
log = logging.getLogger(__name__)


def run_until_stopped() -> None:
    """The worker's process: until SIGTERM or SIGINT; the mail in hand is finished first."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    gc.collect()
    gc.freeze()  # what is loaded by now stays: long bulk acts need not look through it for garbage again and again
    run_worker(stop)


def run_worker(stop: threading.Event) -> None:
    """Works until `stop` is set. While the mail server or the database is away it tries again, more and more seldom."""
    name, pause = worker_name(), IDLE_SECONDS
    while not stop.is_set():
        handled, is_in_trouble = _work_once(name, stop)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS) if is_in_trouble else IDLE_SECONDS
        if is_in_trouble or not handled:
            stop.wait(pause)


def _work_once(name: str, stop: threading.Event) -> tuple[int, bool]:
    """A round: how much was handled, and whether something is in trouble. A part that fails keeps no other waiting."""
    handled, is_in_trouble = 0, False

    def deliver() -> int:
        nonlocal is_in_trouble
        mails = deliver_due(name, stop.is_set)
        is_in_trouble |= mails.is_in_trouble
        return mails.handled

    def is_wanted() -> bool:
        return stop.is_set() or is_code_due()

    def parts() -> Iterator[Callable[[], int | None]]:
        seen_at: dict[str, datetime] = {}
        yield lambda: seen_at.update(_seen_at(database()))
        yield lambda: beat(name, seen_at.get(name))
        yield deliver
        yield from (partial(do_chore, chore) for chore in CHORES if _is_due(chore, seen_at))
        yield lambda: carry_on_all(is_wanted)
        yield lambda: render_due(is_wanted)

    for part in parts():
        try:
            handled += part() or 0
        except Exception as error:
            is_in_trouble = True
            if _is_away(error):
                log.warning("the database is away: %s", type(error).__name__)
                break
            log.exception("a part of the work failed")
        finally:
            database.remove()
    return handled, is_in_trouble


def _is_away(error: Exception) -> bool:
    """Whether the database does not answer; what it refuses is a fault of the portal."""
    is_of_database = isinstance(error, (DBAPIError, PoolTimeout))
    return is_of_database and not isinstance(error, (DataError, IntegrityError, ProgrammingError))


def worker_name() -> str:
    """A name that no other worker has, nor this one after a restart."""
    host = "".join(c for c in socket.gethostname() if c.isalnum() or c in "-.")
    return f"{host[:30]}-{os.getpid()}-{secrets.token_hex(4)}"


def _seen_at(session: Session) -> dict[str, datetime]:
    """When each worker was last seen and each chore last done, by name; one question, since it is asked every second."""
    return {row.worker: row.seen_at for row in session.execute(SIGNS)}


def beat(name: str, seen_at: datetime | None) -> None:
    """A sign of life, for /healthz; written now and then, not at every round. A whole act of its own."""
    if seen_at and now() - seen_at < BEAT:
        return
    with transaction() as session:
        _introduce(session, name, now())
        session.execute(update(TABLE).where(TABLE.c.worker == name).values(seen_at=now()))


def _introduce(session: Session, name: str, seen_at: datetime) -> None:
    made = insert_into(session, TABLE).values(worker=name, seen_at=seen_at)
    session.execute(made.on_conflict_do_nothing(index_elements=["worker"]))


def living_workers(session: Session) -> Sequence[str]:
    """The names of the workers that were seen lately."""
    seen = select(TABLE.c.worker).where(TABLE.c.seen_at > now() - SILENCE, _is_worker())
    return session.scalars(seen.order_by(TABLE.c.worker)).all()


def is_missed(session: Session) -> bool:
    """Whether no worker was seen lately although one has been here, or mails wait for one: a new installation has neither."""
    lately = now() - SILENCE
    is_there = exists().where(TABLE.c.seen_at > lately, _is_worker())
    was_there = exists().where(_is_worker())
    is_waited_for = exists().where(Mail.sent_at.is_(None), Mail.dropped_at.is_(None), Mail.send_after < lately)
    return bool(session.scalar(select(~is_there & (was_there | is_waited_for))))


def _is_worker() -> ColumnElement[bool]:
    # What chores note in the same table is none.
    return TABLE.c.worker.not_in([chore.name for chore in CHORES])


@dataclass(frozen=True)
class Chore:
    """Something that one of the workers does when it is due; `due_at` is the moment at which it last became so."""

    name: str
    act: Callable[[Session], object]
    due_at: Callable[[], datetime]


def this_morning() -> datetime:
    """The last eight o'clock in Japan: reminders do not arrive at night."""
    local = now().astimezone(JAPAN)
    morning = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return morning if local >= morning else morning - timedelta(days=1)


def a_while_ago() -> datetime:
    """Five minutes ago."""
    return now() - timedelta(minutes=5)


def _is_due(chore: Chore, done_at: Mapping[str, datetime]) -> bool:
    return chore.name not in done_at or done_at[chore.name] < chore.due_at()


def do_chore(chore: Chore) -> bool:
    """Does it if it is due, on one worker only; says whether this one did it. A whole act of its own."""
    with transaction() as session:
        # Whoever moves the row does the work; the others wait for it here and then find it done.
        _introduce(session, chore.name, datetime.fromtimestamp(0, JAPAN))
        mine = update(TABLE).where(TABLE.c.worker == chore.name, TABLE.c.seen_at < chore.due_at())
        if session.execute(mine.values(seen_at=now()).returning(TABLE.c.id)).first() is None:
            return False
        chore.act(session)
    log.info("done: %s", chore.name)
    return True


def purge_drafts(session: Session) -> None:
    """Deletes what visitors typed and left (SPEC §7)."""
    old = now() - timedelta(seconds=settings().customer_idle_seconds)
    session.execute(delete(Draft).where(Draft.touched_at < old), execution_options={"synchronize_session": False})


def purge_imports(session: Session) -> None:
    """Deletes imports and lists that were typed and never confirmed, with all that stands in their cells."""
    planned = TableImport.state == ImportState.PLANNED
    old = delete(TableImport).where(planned, TableImport.created_at < now() - KEEP_PLANS)
    session.execute(old, execution_options={"synchronize_session": False})


def forget_workers(session: Session) -> None:
    """Deletes the signs of life of workers that are long gone."""
    session.execute(delete(TABLE).where(TABLE.c.seen_at < now() - FORGET, _is_worker()))


CHORES = (
    Chore("every-morning.remind-expiring", remind_expiring, this_morning),
    Chore("every-morning.remind-due", remind_due, this_morning),
    Chore("every-morning.purge-logins", purge_logins, this_morning),
    Chore("every-morning.forget-workers", forget_workers, this_morning),
    Chore("every-morning.purge-plans", purge_plans, this_morning),
    Chore("every-morning.purge-imports", purge_imports, this_morning),
    Chore("every-while.purge-drafts", purge_drafts, a_while_ago),
)
