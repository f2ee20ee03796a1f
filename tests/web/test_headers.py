"""The header set of every kind of answer, and the hosts that are answered (RELIABILITY checks 39 and 40, §4)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from admin import create_admin
from app import mount
from models.base.db import database
from models.base.settings import Settings, settings
from models.tables.mail import Mail
from portal import create_portal
from tests.identity import post
from tests.routes import calls
from tests.web.conftest import Face
from tests.world import build_world

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
SANDBOXED = {POLICY, "sandbox; default-src 'none'"}


def assert_headers(answer: Response, lifetime: str = "no-store") -> None:
    found = {name: answer.headers.get(name) for name in ALWAYS}
    assert found == ALWAYS
    assert answer.headers["Content-Security-Policy"] in SANDBOXED
    assert answer.headers.getlist("Cache-Control") == [lifetime]
    assert "X-Powered-By" not in answer.headers


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)  # no database writes a header
def test_every_route_answers_with_the_header_set_to_visitors_and_members(face: Face) -> None:
    for client in (face.visitor(), face.signed_in()):
        for call in calls(face.app, face.customer_id):
            answer = call.made_by(client)
            assert_headers(answer)
            is_start = call.endpoint == "portal.show_start" and answer.status_code == 200
            assert (answer.headers.get("X-Robots-Tag") == "noindex") != is_start, call


def test_errors_of_every_kind_carry_the_header_set_and_a_number_to_quote(face: Face) -> None:
    member = face.signed_in()
    answers = [
        member.get("/no-such-page"),
        member.put("/"),
        member.post("/login"),
        member.get("/", headers={"Host": "evil.example"}),
        member.post("/login", data={"x": b"x" * (3 * settings().file_megabytes * 1024 * 1024 + 1)}),
        member.get("/?x=%00"),
    ]
    assert [answer.status_code for answer in answers] == [404, 405, 400, 400, 413, 400]
    for answer in answers:
        assert_headers(answer)
        assert "お" in answer.text
        assert "<code>" in answer.text


def test_a_static_file_is_kept_for_ever_only_under_its_fingerprint(face: Face) -> None:
    visitor = face.visitor()
    for path, lifetime in (
        ("/static/css/base.css?v=1", "public, max-age=31536000, immutable"),
        ("/static/css/base.css", "no-cache"),
        ("/static/no-such.css?v=1", "no-store"),
        ("/static/../app.py", "no-store"),
    ):
        with visitor.get(path) as answer:
            assert_headers(answer, lifetime)


def secured() -> Settings:
    return replace(settings(), public_base_url="https://portal.example.jp", trusted_hosts=("portal.example.jp",))


@pytest.mark.parametrize("create", [create_portal, create_admin])
@pytest.mark.sqlite
def test_over_https_cookies_are_bound_to_the_host_and_the_browser_stays_with_https(db: Engine, create: object) -> None:
    build_world()
    app: Flask = create(secured())  # type: ignore[operator]
    answer = app.test_client().get("/login", base_url="https://portal.example.jp")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    [cookie] = answer.headers.getlist("Set-Cookie")
    name, *attributes = cookie.split("; ")
    assert name.startswith(("__Host-portal_session=", "__Host-desk_session="))
    assert set(attributes) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "localhost@evil.example", "", "127.0.0.1:80:80", "[", "a b"]
)
def test_a_foreign_host_is_a_400_in_both_faces(face: Face, host: str) -> None:
    answer = face.visitor().get("/login", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_only_the_health_page_answers_under_any_host(db: Engine) -> None:
    answer = create_portal(settings()).test_client().get("/healthz", headers={"Host": "10.0.0.7"})
    assert answer.status_code == 503
    assert answer.json == {"database": True, "migrations": True, "worker": False}


FORGED = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "6.6.6.6",
    "X-Forwarded-Prefix": "/evil",
    "X-Original-URL": "/account",
    "Forwarded": "host=evil.example",
}


def test_forwarded_headers_are_ignored_without_a_proxy(face: Face) -> None:
    plain = face.visitor().get("/no-login-here", headers=FORGED)
    assert "evil" not in plain.text + str(plain.headers)
    assert face.visitor().get("/login", headers=FORGED).status_code == 200


def test_with_one_proxy_only_its_own_word_counts(db: Engine) -> None:
    build_world()
    behind = replace(settings(), proxy_hops=1)
    client = Client(mount(behind), TestResponse)
    # The proxy appends what it saw; what stands before it was typed by the visitor.
    answer = client.get("/login", headers={"X-Forwarded-Host": "evil.example, localhost"})
    assert answer.status_code == 200
    assert client.get("/login", headers={"X-Forwarded-Host": "evil.example"}).status_code == 400
    assert client.get("/admin/login", headers={"X-Forwarded-Host": "evil.example"}).status_code == 400


def test_a_mailed_link_starts_with_the_public_address_whatever_the_request_says(db: Engine) -> None:
    build_world()
    app = create_portal(replace(settings(), trusted_hosts=("localhost", "other.example")))
    client = app.test_client()
    page = client.get("/password/reset", headers={"Host": "other.example"})
    assert page.status_code == 200
    post(client, "/password/reset", user_name="company-1")
    mail = database().scalars(select(Mail)).one()
    assert "other.example" not in str(mail.context)
