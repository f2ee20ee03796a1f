"""Hundreds of requests that no browser sends, to every route: never a fault, never a half-done change (RELIABILITY check 18)."""

from __future__ import annotations

import io
import random
from typing import Any
from urllib.parse import quote

import hypothesis
import pytest

from models.base.db import database
from models.base.settings import settings
from models.services.doctor import examine
from tests.routes import SAFE, calls, token_of
from tests.web.conftest import Face

# Each time a few to every route; 10,000 to each face where more time is given (CONTRIBUTING.md).
REQUESTS = 10_000 if hypothesis.settings.get_current_profile_name() == "thorough" else 150
WORDS: tuple[str, ...] = (
    "", " ", "0", "-1", "1", "２", "٣", "1e309", "9" * 400, str(2**31), str(2**63), str(10**20), "NaN", "true", "\0", "a\0b", "\r\nSet-Cookie: a=b",
    "\ud800", "\udfff", "\U0001f9e8", "葛\U000e0100", "\u202e", "\ufeff", "%00", "%", "%zz", "../../etc/passwd", "//evil.example", "http://[::1",
    "javascript:alert(1)", "<script>alert(1)</script>", "{{7*7}}", "${7*7}", "' OR 1=1 --", "\"", "\\", "x" * 5000, "２０２６－０１－０１", "2026-02-30",
    "0000-00-00", "9999-12-31", "accepted", "submitted", "[]", "{}", "null", "ｱｲｳ", "㈱", "あ" * 1000,
)  # fmt: skip
FIELDS = (
    "version", "status", "target", "comment", "kind", "site_id", "user_name", "password", "code", "send", "purpose", "next", "url", "q", "page",
    "page_size", "sort", "search", "id", "rowid", "action", "ids", "short_name", "location_name", "arrival_on", "flt0_0", "list_form_pk", "x",
)  # fmt: skip


def _pairs(chance: random.Random, most: int) -> list[tuple[str, str]]:
    return [
        (chance.choice((*FIELDS, chance.choice(WORDS))), chance.choice(WORDS)) for _ in range(chance.randrange(most))
    ]


def _encoded(pairs: list[tuple[str, str]]) -> bytes:
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs).encode()


def _plain(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"))


def _hostile(chance: random.Random, path: str, token: str) -> dict[str, Any]:
    """One request's options: a query, and a body of one of the kinds that exist."""
    if chance.random() < 0.4:
        parts = path.split("/")
        place = chance.randrange(len(parts))
        parts[place] = _quoted(chance.choice(WORDS))
        path = "/" + "/".join(parts).lstrip("/")
    options: dict[str, Any] = {"path": path, "query_string": _encoded(_pairs(chance, 4)).decode()}
    method = chance.choice(("GET", "POST", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"))
    if method not in SAFE:
        given = [("csrf_token", token)] if chance.random() < 0.9 else []
        options |= _body(chance, [*given, *_pairs(chance, 8)])
    return {"method": method, **options, "headers": [("X-Odd", "\u00ff")]}


def _body(chance: random.Random, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    kind = chance.randrange(6)
    if kind == 0:
        content = chance.randbytes(chance.randrange(300))
        files = {"file": (io.BytesIO(content), chance.choice(("a.pdf", "", "..\\..\\x", "\u202efdp.exe", "n" * 300)))}
        return {"data": {**{_plain(name): _plain(value) for name, value in pairs if name != "file"}, **files}}
    if kind == 1:
        return {
            "data": chance.randbytes(200),
            "content_type": chance.choice(("application/json", "multipart/form-data", "text/xml", "a/b; charset=x")),
        }
    if kind == 2:
        return {
            "data": b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 1001 + b"--x--",
            "content_type": "multipart/form-data; boundary=x",
        }
    return {"data": _encoded(pairs), "content_type": "application/x-www-form-urlencoded"}


def test_no_request_however_odd_is_a_fault(face: Face) -> None:
    chance = random.Random(2026)
    member = face.signed_in()
    token = token_of(member, face.app)
    paths = [
        call.path
        for call in calls(face.app, face.customer_id)
        if "logout" not in call.path and not call.is_for_machines
    ]
    for number in range(max(REQUESTS, len(paths))):
        asked = _hostile(chance, paths[number % len(paths)], token)
        answer = member.open(**asked)
        assert answer.status_code < 500, f"request {number}: {asked}"
        if answer.status_code >= 400 and asked["method"] != "HEAD":
            assert 'lang="ja"' in answer.text, f"request {number}: {asked}"
        answer.close()
    assert [str(finding) for finding in examine(database()) if finding.wrong] == []


def test_a_field_without_a_name_is_refused(face: Face) -> None:
    part = b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n"
    answer = face.signed_in().post("/login", data=part, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 400


def test_a_thousand_and_one_parts_are_too_many(face: Face) -> None:
    member = face.signed_in()
    parts = (
        b"".join(b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' for _ in range(1001)) + b"--x--\r\n"
    )
    answer = member.post("/login", data=parts, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert "大きすぎます" in answer.text


@pytest.mark.parametrize("face", ["portal"], indirect=True)
def test_a_file_far_too_large_is_no_fault_whoever_sends_it_wherever(face: Face) -> None:
    big = b"x" * (3 * settings().file_megabytes * 1024 * 1024 + 1)
    for customer_id, client, status in (
        (1, face.signed_in(), 422),
        (2, face.signed_in(), 404),
        (1, face.visitor(), 413),
    ):
        [path] = {call.path for call in calls(face.app, customer_id) if call.path.endswith("/files")}
        answer = client.post(path, data=big, content_type="multipart/form-data; boundary=x")
        assert answer.status_code == status
