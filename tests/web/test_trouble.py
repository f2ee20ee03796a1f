"""A full disk, a database that takes nothing, and a fault of our own: a Japanese page with a number to quote, nothing half done, and well again
without a restart (RELIABILITY checks 34, 36, 38)."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, event, func, select, text, update
from werkzeug.test import TestResponse

from models.base.clock import now
from models.base.db import database, transaction
from models.base.settings import ROOT
from models.services.doctor import examine
from models.tables.login import LoginSession
from models.tables.upload import Upload
from tests.papers import scan_pdf
from tests.routes import token_of
from tests.web.conftest import Face
from tests.world import dump
from web.access import open_to_visitors

HOME = {"portal": "/home", "desk": "/"}
INNARDS = re.compile(r"Traceback|SELECT|INSERT|sqlalchemy|sqlite|psycopg|werkzeug|Flask/|Python/", re.IGNORECASE)


def assert_told(answer: TestResponse, status: int) -> None:
    """A page in Japanese with a number to quote, and nothing of how we are made."""
    assert answer.status_code == status
    assert 'lang="ja"' in answer.text
    assert "お試しください" in answer.text
    assert re.search(r"<code>[0-9a-f]{16}</code>", answer.text)
    assert INNARDS.search(answer.text + str(answer.headers)) is None
    assert str(ROOT) not in answer.text


@contextmanager
def every_connection(db: Engine, *statements: str) -> Iterator[None]:
    """Statements that each new connection begins with; there are no older ones, and afterwards none of these."""

    def prepare(connection: Connection, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        for statement in statements:
            cursor.execute(statement)
        cursor.close()
        if db.dialect.name == "postgresql":
            connection.commit()

    database.remove()
    db.dispose()
    event.listen(db, "connect", prepare)
    yield
    event.remove(db, "connect", prepare)
    database.remove()
    db.dispose()


@contextmanager
def full_disk(db: Engine) -> Iterator[None]:
    """Files find no room any more: SQLite's own limit of pages; PostgreSQL is made to raise what it raises on a full disk."""
    if db.dialect.name == "sqlite":
        with db.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        with every_connection(db, f"PRAGMA max_page_count={pages}"):
            yield
        return
    body = "BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END"
    _write(
        db,
        f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        "CREATE TRIGGER refuse BEFORE INSERT ON blob FOR EACH ROW EXECUTE FUNCTION refuse()",
    )
    yield
    _write(db, "DROP TRIGGER refuse ON blob", "DROP FUNCTION refuse")


def _write(db: Engine, *statements: str) -> None:
    with db.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


@contextmanager
def read_only(db: Engine) -> Iterator[None]:
    """The database can be read and takes nothing, as on a disk that was mounted so after a fault."""
    is_sqlite = db.dialect.name == "sqlite"
    with every_connection(db, "PRAGMA query_only=ON" if is_sqlite else "SET default_transaction_read_only = on"):
        yield


def upload(member: FlaskClient, path: str, token: str) -> TestResponse:
    return member.post(
        path,
        data={"csrf_token": token, "purpose": "stamped_form", "file": (io.BytesIO(scan_pdf("00000001")), "form.pdf")},
    )


@pytest.mark.parametrize("face", ["portal"], indirect=True)
def test_a_file_that_finds_no_room_is_refused_whole_and_taken_once_there_is_room(face: Face, db: Engine) -> None:
    member = face.signed_in()
    token, path = token_of(member, face.app), path_for_a_form(face)
    before = dump()
    with full_disk(db):
        assert_told(upload(member, path, token), 503)
        assert dump() == before
        assert member.get("/home").status_code == 200
    assert upload(member, path, token).status_code == 303
    assert database().scalar(select(func.count(Upload.id))) == len(before["upload"]) + 1
    assert [str(finding) for finding in examine(database()) if finding.wrong] == []


def path_for_a_form(face: Face) -> str:
    """Where the customer adds a stamped form: the contract record of its change."""
    found = text("SELECT record.id FROM record JOIN request ON request.id = record.request_id JOIN site ON site.id = request.site_id "
                 "WHERE site.customer_id = :owner AND record.status = 'awaiting_stamp' AND site.open_rename_id IS NULL")  # fmt: skip
    record_id = database().scalar(found, {"owner": face.customer_id})
    database.remove()
    return f"/records/{record_id}/files"


def test_while_nothing_can_be_written_pages_can_be_read_and_acts_are_refused(face: Face, db: Engine) -> None:
    member, home = face.signed_in(), HOME["portal" if face.customer_id else "desk"]
    token = token_of(member, face.app)
    with transaction() as session:  # its use would have to be noted now
        session.execute(update(LoginSession).values(last_seen_at=now() - timedelta(minutes=5)))
    before = dump()
    with read_only(db):
        assert member.get(home).status_code == 200
        assert_told(member.post("/logout", data={"csrf_token": token}), 503)
        assert dump() == before
    assert member.post("/logout", data={"csrf_token": token}).status_code in {302, 303}
    assert member.get(home).status_code in {302, 303}


@open_to_visitors
def fault(token: str) -> str:
    raise RuntimeError(f"SELECT password_hash FROM account -- {len(token)}")


@open_to_visitors
def database_fault(token: str) -> str:
    return str(database().execute(text("SELECT secret FROM no_such_table WHERE name = :name"), {"name": token}))


@pytest.mark.parametrize(("view", "status"), [(fault, 500), (database_fault, 503)])
def test_a_fault_tells_people_a_number_and_the_log_which_view_it_was(
    face: Face, caplog: pytest.LogCaptureFixture, view: Callable[[str], str], status: int
) -> None:
    app = face.built_anew()
    app.add_url_rule("/broken/<token>", "broken", view)
    with caplog.at_level(logging.INFO):
        answer = app.test_client().get("/broken/a-secret-link?code=123456")
    assert_told(answer, status)
    number = re.search(r"<code>([0-9a-f]{16})</code>", answer.text)
    assert number
    assert number[1] in caplog.text
    for secret in ("a-secret-link", "123456"):
        assert secret not in caplog.text
