"""The portal as `script/server` runs it: gunicorn and the worker, on a port and a database of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from sqlalchemy.orm import Session

from models.base.db import connect, database, transaction
from models.base.settings import ROOT
from models.base.workflow import Status
from models.services.transition import transition
from models.tables.record import Record
from tests.build import OPERATOR

START_SECONDS = 60
SERVE = "-m gunicorn app:application -k gthread --workers 2 --threads 4 --log-level warning --no-control-socket --bind"
COMMAND = "-m flask --app app"
Process = subprocess.Popen[bytes]


@dataclass(frozen=True)
class Server:
    """A running portal. `url` has no slash at its end; `folder` holds its mails and logs."""

    url: str
    database_url: str
    folder: Path
    web: Process
    worker: Process

    def web_workers(self) -> list[int]:
        """The processes that answer people."""
        return [int(pid) for pid in Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children").read_text().split()]

    def wait_until_well(self) -> None:
        """Until the portal calls itself well; raises RuntimeError with its log."""
        until = monotonic() + START_SECONDS
        while monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                continue
        raise RuntimeError(f"the portal is not well:\n{(self.folder / 'server.log').read_text()}")

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """An act on the running portal's database, beside its pages: what a story needs but does not tell."""
        engine = connect(self.database_url)
        try:
            with transaction() as session:
                yield session
        finally:
            database.remove()
            engine.dispose()

    def move(self, record_id: int, *targets: Status, comment: str | None = None) -> None:
        """What the desk does meanwhile: the moves in their order, the comment with the last one."""
        for target in targets:
            with self.writing() as session:
                said = comment if target is targets[-1] else None
                transition(session, [session.get_one(Record, record_id)], target, OPERATOR, said).raise_if_refused()


def free_port() -> int:
    """A port of this machine where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _environment(database_url: str, folder: Path, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "DEMO": "1",
        "DATABASE_URL": database_url,
        "MAIL_URL": f"maildir:{folder / 'mail'}",
        "PORT": str(port),
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        "LOGIN_LIMIT": "1000",  # every browser of the tests comes from the same address
        "FORM_LIMIT": "1000",
    }


@contextmanager
def run_server(database_url: str, folder: Path) -> Iterator[Server]:
    """The portal with demo data in an empty database, until the block is left."""
    environment = _environment(database_url, folder, free_port())
    for command in ("migrate", "load-demo"):
        subprocess.run([sys.executable, *COMMAND.split(), command], cwd=ROOT, env=environment, check=True)
    with serve(database_url, folder) as server:
        yield server


@contextmanager
def serve(database_url: str, folder: Path) -> Iterator[Server]:
    """The portal on a database that is there already."""
    port = free_port()
    environment = _environment(database_url, folder, port)
    with ExitStack() as processes:
        log = processes.enter_context((folder / "server.log").open("w"))
        started = [
            processes.enter_context(_process(command, environment, log.fileno()))
            for command in (f"{SERVE} 127.0.0.1:{port}", f"{COMMAND} work")
        ]
        server = Server(f"http://127.0.0.1:{port}", database_url, folder, *started)
        server.wait_until_well()
        yield server


@contextmanager
def _process(command: str, environment: dict[str, str], log: int) -> Iterator[Process]:
    started = subprocess.Popen([sys.executable, *command.split()], cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        yield started
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait()
