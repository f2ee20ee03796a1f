"""Every address of a face, from its own route map: a route that somebody adds is tested with the others, by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from models.base.workflow import Status
from models.tables.request import Request
from tests.pages import token_in
from tests.world import is_owned, row_of

SAFE = {"GET", "HEAD", "OPTIONS"}
NO_ROW = 2_000_000_000


@dataclass(frozen=True)
class Call:
    """One request to one route."""

    endpoint: str
    method: str
    path: str
    is_open: bool
    is_for_machines: bool
    names_owned_row: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.endpoint})"

    def made_by(self, client: FlaskClient, **options: Any) -> TestResponse:
        """The answer."""
        return client.open(self.path, method=self.method, **options)


def calls(app: Flask, customer_id: int | None = None) -> Iterator[Call]:
    """Every route with each of its methods, and with rows of that company (None: any) where its address names rows."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if rule.endpoint.rpartition(".")[2] == "static":
                continue
            view = app.view_functions[rule.endpoint]
            is_open, is_for_machines = (bool(getattr(view, mark, False)) for mark in ("is_open", "is_for_machines"))
            values = {name: _value(rule, name, customer_id) for name in rule.arguments}
            names_owned = not is_open and any(is_owned(_table_of(name)) for name in rule.arguments)
            built = rule.build(values, append_unknown=False)
            assert built is not None, f"{rule}: tests/routes.py does not know what {values} should be"
            for method in sorted((rule.methods or set()) - {"OPTIONS"}):
                yield Call(rule.endpoint, method, built[1], is_open, is_for_machines, names_owned)


def _table_of(name: str) -> str:
    """`record_id` is a row of `record`; a `number` is a request's."""
    return "request" if name == "number" else name.removesuffix("_id")


def _value(rule: Rule, name: str, customer_id: int | None) -> Any:
    kind = type(rule._converters[name]).__name__
    if name == "number":
        return Request.number_of(row_of("request", customer_id) or NO_ROW)
    if name.endswith("_id"):
        return row_of(_table_of(name), customer_id) or NO_ROW
    if kind in {"KeyConverter", "IntegerConverter"}:
        return 1
    return Status.SUBMITTED if kind == "StatusConverter" else "x"


def token_of(client: FlaskClient, app: Flask) -> str:
    """The CSRF token of this browser, from the first page that has a form."""
    for call in calls(app):
        if call.method == "GET":
            token = token_in(call.made_by(client, follow_redirects=True).text)
            if token:
                return token
    raise AssertionError("no page has a form")
