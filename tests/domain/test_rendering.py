"""The PDFs' making: markup is text, nothing is fetched, and a child that fails holds up nobody (RELIABILITY checks 14, 23)."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import time_machine
from sqlalchemy import Engine, select, update

from models.base.clock import now
from models.base.db import database, transaction
from models.base.workflow import Status
from models.services.documents import NotReady, late_words, pdf_of
from models.services.guarded import ChildFailed, Limits
from models.services.rendering import LIMITS, render, render_due
from models.services.typesetting import markup_of, typeset
from models.tables.document import Document, DocumentKind
from models.tables.upload import Blob
from tests.issued import build_contract, issue_for, pdf, squeezed, text_of

SECRET = "kore-wa-himitsu-desu"
IMPATIENT = Limits(cpu_seconds=1, wall_seconds=1, memory_megabytes=1024)


class Listener(ThreadingHTTPServer):
    """A server of this machine that notices every visit."""

    def __init__(self) -> None:
        self.visits: list[str] = []
        visits = self.visits

        class Note(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                visits.append(self.path)
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *_arguments: object) -> None:  # noqa: A002
                """Says nothing."""

        super().__init__(("127.0.0.1", 0), Note)


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_markup_in_every_field_is_text(db: Engine) -> None:
    record_id = build_contract("new_installation")
    document_id = issue_for(record_id)
    words = "<b>x</b>&amp;\"'{{7*7}}"
    snapshot = _attacked(document_id, words)
    assert "<b>x</b>" not in markup_of(snapshot)
    pages = pypdfium2.PdfDocument(render(snapshot))
    text = squeezed("".join(page.get_textpage().get_text_bounded() for page in pages))
    fields = sum(len(part["rows"]) for part in snapshot["sections"])
    assert text.count(squeezed(words)) >= fields
    assert "49" not in text.replace(squeezed(words), "")


def _attacked(document_id: int, words: str) -> dict[str, Any]:
    """The document's snapshot with the words in every place that a field can fill."""
    database.remove()
    snapshot = json.loads(json.dumps(database().get_one(Document, document_id).snapshot))
    for part in snapshot["sections"]:
        for row in part["rows"]:
            row["value"] = words
    snapshot["contractor"] = dict.fromkeys(snapshot["contractor"], words)
    snapshot["site"] = words
    return snapshot


def _letters(text: str) -> str:
    """Without the signs at which a line may break: there, a hyphen is read as the mark of a broken word."""
    return re.sub(r"[^\w<>]", "", text)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)  # typeset in a child without a database
def test_no_field_can_make_a_pdf_fetch_or_read_anything(db: Engine, listener: Listener, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    address = f"http://127.0.0.1:{listener.server_port}"
    document_id = issue_for(build_contract("new_installation"))
    for words in (
        f"<img src='{address}/img'><link rel=stylesheet href='{address}/css'><iframe src='{address}'></iframe>",
        f"<a rel=attachment href='file://{secret}'>x</a><object data='file://{secret}'></object>",
        f"</style><style>@import url({address}/import);body{{background:url({address}/background)}}</style>",
        f"<svg><image href='{address}/svg'/><use href='file://{secret}'/></svg>",
        f"<link rel=attachment href='file://{secret}'><embed src='file://{secret}'>",
    ):
        made = render(_attacked(document_id, words))
        document = pypdfium2.PdfDocument(made)
        assert SECRET.encode() not in made
        assert document.count_attachments() == 0
        text = squeezed("".join(page.get_textpage().get_text_bounded() for page in document))
        assert SECRET not in text
        assert _letters(words) in _letters(text)
    assert listener.visits == []


def test_even_our_own_templates_could_fetch_nothing(
    listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    address = f"http://127.0.0.1:{listener.server_port}"
    page = f"""<link rel=stylesheet href="{address}/css"><img src="{address}/img"><img src="file://{secret}">
        <link rel=attachment href="file://{secret}"><p>text</p>"""
    monkeypatch.setattr("models.services.typesetting.markup_of", lambda _snapshot: page)
    _nothing, made = typeset(b"[{}]")
    assert pypdfium2.PdfDocument(made).count_attachments() == 0
    assert SECRET.encode() not in made
    assert listener.visits == []


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)  # typeset in a child without a database
def test_a_child_that_runs_out_of_time_or_memory_gives_no_pdf(db: Engine) -> None:
    database_snapshot = _snapshot()
    for limits in (IMPATIENT, Limits(cpu_seconds=20, wall_seconds=40, memory_megabytes=150)):
        endless = {**database_snapshot, "sections": database_snapshot["sections"] * 200}
        with pytest.raises(ChildFailed):
            render(endless, limits)


def _snapshot() -> dict[str, Any]:
    document_id = issue_for(build_contract("new_installation"))
    database.remove()
    return dict(database().get_one(Document, document_id).snapshot)


def test_a_document_whose_child_was_stopped_stays_pending_and_is_made_later(db: Engine) -> None:
    document_id = issue_for(build_contract())
    assert render_due(limits=Limits(cpu_seconds=20, wall_seconds=40, memory_megabytes=60)) == 1
    database.remove()
    document = database().get_one(Document, document_id)
    assert (document.is_ready, document.attempts) == (False, 1)
    with pytest.raises(NotReady, match="PDFを作成しています"):
        pdf_of(database(), document)
    assert render_due() == 0, "it waits before the next try"
    with time_machine.travel(now() + timedelta(minutes=2), tick=False):
        assert "時間がかかっています" in late_words(document)
        assert render_due() == 1
    assert pdf(document_id).startswith(b"%PDF-")


def test_each_document_is_one_workers_alone(db: Engine) -> None:
    ids = {issue_for(build_contract()) for _ in range(2)}
    tried: list[int] = []

    def work() -> None:
        while done := render_due():
            tried.append(done)
        database.remove()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    database.remove()
    found = database().execute(select(Document.id, Document.attempts).where(Document.blob_id.is_not(None))).all()
    assert {document_id for document_id, _ in found} == ids
    assert [attempts for _, attempts in found] == [1, 1]


def test_a_form_that_somebody_waits_for_comes_before_older_ones_and_all_letters(db: Engine) -> None:
    _old, *forms = [issue_for(build_contract()) for _ in range(3)]
    issue_for(build_contract(status=Status.RECEIVED), DocumentKind.ACCEPTANCE_LETTER)
    assert render_due() == len(forms)
    assert set(database().scalars(select(Document.id).where(Document.blob_id.is_not(None)))) == set(forms)


def test_bytes_are_never_made_again(db: Engine) -> None:
    document_id = issue_for(build_contract())
    first = pdf(document_id)
    with time_machine.travel(now() + timedelta(days=400), tick=False):
        assert render_due() == 0
        assert pdf(document_id) == first
    assert len(database().scalars(select(Blob.id)).all()) == 1


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)  # typeset in a child without a database
def test_the_limits_are_far_above_what_the_longest_document_needs(db: Engine) -> None:
    document_id = issue_for(build_contract("new_installation"))
    with transaction() as session:
        snapshot = session.get_one(Document, document_id).snapshot
        longest = {**snapshot, "sections": snapshot["sections"] * 10}
        session.execute(update(Document).where(Document.id == document_id).values(snapshot=longest))
    assert len(pypdfium2.PdfDocument(pdf(document_id))) > 15
    assert LIMITS.wall_seconds < 60
    assert "利用申込書" in text_of(document_id)
