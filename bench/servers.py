"""The desk and its peers as servers of their own, each signed in to, with the processor that they used."""

from __future__ import annotations

import html
import http.client
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import sqlalchemy as sa

import models.mapping  # noqa: F401 (maps every table)
from admin import create_admin
from models.base.clock import now
from models.base.db import connect, database, transaction
from models.base.settings import settings
from models.services.sessions import start_session
from models.tables.operator import Operator

ROOT = Path(__file__).resolve().parents[1]
COUNT, KIND = int(os.environ["BENCH_N"]), os.environ["BENCH_DB"]
FOLDER, PORT = Path(os.environ["BENCH_DATA"]), os.environ.get("BENCH_PGPORT", "54329")
TICK = os.sysconf("SC_CLK_TCK")
FIRST_PORT = int(os.environ.get("BENCH_PORT", "18431"))
URL = (
    f"postgresql+psycopg://bench@127.0.0.1:{PORT}/portal_{COUNT}"
    if KIND == "pg"
    else f"sqlite:///{FOLDER}/portal_{COUNT}.sqlite"
)

PEERS_URL = (
    f"postgresql+psycopg://bench@127.0.0.1:{PORT}/apps_{COUNT}{{variant}}"
    if KIND == "pg"
    else f"sqlite:///{FOLDER}/apps_{COUNT}{{variant}}.sqlite3"
)


@dataclass
class Answer:
    """What came back."""

    status: int
    text: str
    location: str
    refresh: str
    size: int


@dataclass
class Client:
    """A browser of one server, as far as a bench needs one."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, address: str, body: str | None = None) -> Answer:
        """One request; a connection each, as the peers' rig does."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        connection.request(method, address, body, headers)
        response = connection.getresponse()
        content = response.read()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        connection.close()
        return Answer(
            response.status,
            content.decode("utf-8", "replace"),
            response.getheader("Location", ""),
            response.getheader("Refresh", ""),
            len(content),
        )

    def get(self, address: str) -> Answer:
        """A page; raises RuntimeError if it is none."""
        answer = self.ask("GET", address)
        if answer.status != 200:
            raise RuntimeError(f"{address} answered {answer.status}: {answer.text[:300]}")
        return answer

    def post(self, address: str, pairs: list[tuple[str, str]]) -> Answer:
        """A form."""
        return self.ask("POST", address, urlencode(pairs))

    def follow(self, address: str, words: str) -> str:
        """Where a link of a page leads."""
        found = re.search(
            rf'<a class="pager__link" href="([^"]+)"[^>]*>(?:<span[^>]*>.</span> )?{words}', self.get(address).text
        )
        if found is None:
            raise RuntimeError(f"{address} has no link {words}")
        return html.unescape(found.group(1))


def token(page: str, name: str = "csrf_token") -> str:
    """The CSRF token of a page."""
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    return found.group(1) if found else ""


def children(pid: int) -> Iterator[int]:
    """A process and all under it."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield from children(int(child))


def seconds(pid: int) -> float:
    """The processor that a process used, with what its ended children did."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICK


class Server:
    """One of the servers; `sign_in` says how its client gets a session."""

    def __init__(self, command: list[str], port: int, folder: Path, environment: dict[str, str]) -> None:
        self.client = Client(port)
        self.log = (FOLDER / f"server-{port}.log").open("w")
        self.folder, self.environment = folder, {**os.environ, **environment}
        self.processes: list[subprocess.Popen[bytes]] = []
        self.begin(command)

    def begin(self, command: list[str]) -> None:
        """Starts one process of it."""
        options = {"cwd": self.folder, "env": self.environment, "stdout": self.log, "stderr": self.log}
        self.processes.append(subprocess.Popen(command, **options))  # type: ignore[call-overload]

    def pids(self) -> list[int]:
        """All its processes."""
        return [pid for process in self.processes for pid in children(process.pid)]

    def processor(self) -> float:
        """Seconds of processor of the server and of the database until now."""
        others = (
            [pid for pid in children(database_pid()) if re.search(rf"_{COUNT}(_fast)? ", _title(pid))]
            if KIND == "pg"
            else []
        )
        return sum(map(seconds, [*self.pids(), *others]))

    def memory(self) -> float:
        """The most memory that one of its processes had since the last `forget`, in MB."""
        return max(_peak(pid) for pid in self.pids()) / 1024

    def forget(self) -> None:
        """Lets `memory` begin anew."""
        for pid in self.pids():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def wait(self, address: str) -> None:
        """Until it answers."""
        for _ in range(240):
            try:
                self.client.ask("GET", address)
            except OSError:
                time.sleep(0.5)
            else:
                return
        raise RuntimeError(f"no answer: see {self.log.name}")

    def stop(self) -> None:
        """Ends it."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def _title(pid: int) -> str:
    """What a process calls itself; one of PostgreSQL names its database."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ") + " "
    except OSError:
        return ""


def _peak(pid: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found.group(1)) if found else 0


def database_pid() -> int:
    """The PostgreSQL of BENCH_DATA/pg."""
    return int((FOLDER / "pg" / "postmaster.pid").read_text().split()[0])


def gunicorn(python: Path, port: int, *arguments: str) -> list[str]:
    """Two processes, as each peer has."""
    return [
        str(python),
        "-m",
        "gunicorn",
        "--no-control-socket",
        "-w",
        "2",
        "-b",
        f"127.0.0.1:{port}",
        "--timeout",
        "300",
        *arguments,
    ]


def ours() -> Server:
    """The portal as in production: two processes of four threads. Its operator is signed in past the codes."""
    mail = f"maildir:{FOLDER}/mail"
    os.environ.update(DATABASE_URL=URL, DEMO="1", SECRET_KEY="bench-only-" + "0" * 40, MAIL_URL=mail)
    os.environ["TAKE_BACK_SECONDS"] = (
        "86400"  # mails wait, so that nobody sends thousands while something else is measured
    )
    server = Server(
        gunicorn(ROOT / ".venv/bin/python", FIRST_PORT, "-k", "gthread", "--threads", "4", "app:application"),
        FIRST_PORT,
        ROOT,
        {},
    )
    server.begin([str(ROOT / ".venv/bin/python"), "-m", "flask", "--app", "app", "work"])
    server.wait("/healthz")
    server.client.cookies |= session_cookie()
    return server


def session_cookie() -> dict[str, str]:
    """A session of the operator whom bench/load.py made."""
    connect(URL)
    app = create_admin(settings())
    with transaction() as session:
        operator = session.scalars(sa.select(Operator).where(Operator.user_name == "bench")).one()
        operator.totp_secret, operator.last_login_at = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", now()
        signed = start_session(session, operator, "127.0.0.1")
    database.remove()
    client, name = app.test_client(), app.config["SESSION_COOKIE_NAME"]
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = signed, True
    found = client.get_cookie(name)
    return {name: found.value} if found else {}


def peer(rig: Path, python: Path, number: int, application: str, variant: str = "") -> Server:
    """A server of the peers' rig."""
    environment = {"PYTHONPATH": str(rig), "BENCH_VARIANT": variant}
    return Server(gunicorn(python, FIRST_PORT + number, application), FIRST_PORT + number, rig, environment)


def django(rig: Path, python: Path) -> Server:
    """Django's admin over the same applications."""
    environment = {**os.environ, "PYTHONPATH": str(rig)}
    subprocess.run([str(python), "servers/djapp/prepare.py"], cwd=rig, env=environment, check=True)
    server = peer(rig, python, 1, "servers.djapp.wsgi:application")
    address = "/admin/login/?next=/admin/"
    server.wait(address)
    name = "csrfmiddlewaretoken"
    form = [("username", "admin"), ("password", "bench-pass-123"), (name, token(server.client.get(address).text, name))]
    server.client.post(address, form)
    return server


def hand_written(rig: Path, python: Path) -> Server:
    """The page near the limit: hand-written SQL and templates over indexes of its own."""
    server = peer(rig, python, 2, "servers.raw_app:app", "_fast")
    server.wait("/login")
    server.client.post("/login", [("username", "admin"), ("password", "bench-pass-123")])
    return server
