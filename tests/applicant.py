"""A visitor without a browser, who fills in the application form page by page."""

from __future__ import annotations

import html
import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from models.base.db import database, transaction
from tests.application import answers
from tests.build import build_draft
from tests.pages import token_in


class Applicant:
    """One visitor with a browser of its own."""

    def __init__(self, app: Flask, menu: str = "basic") -> None:
        self.client = app.test_client()
        self.typed = answers(menu)

    def take_up(self, plan_code: str, **given: Any) -> None:
        """Comes back to a form whose pages were all filled in before."""
        with transaction() as session:
            token = build_draft(session, plan_code, **given)[1]
        database.remove()
        self.client.set_cookie("portal_application", token)

    def open(self, page: int) -> TestResponse:
        """Looks at a page, and follows where it leads."""
        return self.client.get(f"/apply/{page}", follow_redirects=True)

    def send(self, page: int, values: dict[str, Any] | None = None, go: str = "next", **extra: Any) -> TestResponse:
        """Sends a page as a browser would: with the token and the hidden fields of what is shown."""
        shown = self.client.get(f"/apply/{page}")
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown.text))
        if "csrf_token" not in hidden:
            hidden = {"csrf_token": self.token()}
        chosen = self.typed[page] if values is None else values
        address = f"/apply/{page}" + (f"?via={extra.pop('via')}" if "via" in extra else "")
        return self.client.post(address, data={**hidden, "go": go, **chosen, **extra})

    def token(self) -> str:
        """A CSRF token of this visitor."""
        return token_in(self.client.get("/login").text)

    def fill(self, last: int) -> None:
        """Fills the pages up to and with `last`."""
        for page in range(1, last + 1):
            answer = self.send(page)
            assert answer.status_code == 303, (page, errors(answer))
            assert answer.location == f"/apply/{page + 1}", (page, answer.location)


def errors(page: TestResponse) -> list[str]:
    """What the error summary says."""
    summary = re.search(r'class="error-summary__list">(.*?)</ul>', page.text, re.DOTALL)
    found = re.findall(r"<li>(?:<a[^>]*>)?(.*?)(?:</a>)?</li>", summary[1]) if summary else []
    return [html.unescape(text) for text in found]


def value_of(page: TestResponse, name: str) -> str:
    """What a text field shows."""
    field = re.search(rf'<input[^>]*\bname="{name}"[^>]*>', page.text)
    assert field, name
    value = re.search(r'\bvalue="([^"]*)"', field[0])
    return html.unescape(value[1]) if value else ""


def chosen_in(page: TestResponse, name: str) -> list[str]:
    """What is chosen in a list, or ticked among radios and boxes."""
    select = re.search(rf'<select[^>]*\bname="{name}"[^>]*>(.*?)</select>', page.text, re.DOTALL)
    if select:
        return [value for value in re.findall(r'<option selected value="([^"]*)"', select[1]) if value]
    inputs = re.findall(rf'<input[^>]*\bname="{name}"[^>]*>', page.text)
    return [re.findall(r'value="([^"]*)"', one)[0] for one in inputs if " checked" in one]
