"""A customer without a browser who is signed in: reads pages as they are, and presses the buttons that stand on them."""

from __future__ import annotations

import html
import io
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from models.base.db import database
from models.base.workflow import Status
from tests.world import sign_in_as


@dataclass
class PageForm:
    """A form of a page: where it goes, its buttons (words → address), and what it would send as it stands."""

    action: str = ""
    id: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)
    said: dict[str, dict[str, str]] = field(default_factory=dict)  # what a button itself sends


class _Reader(HTMLParser):
    """Reads the forms of a page, and the buttons outside that belong to one by its id."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.locked: list[str] = []
        self._form: PageForm | None = None
        self._select = self._text = ""
        self._button: dict[str, str] | None = None
        self._presses: list[tuple[dict[str, str], str, PageForm | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = PageForm(given.get("action", ""), given.get("id", ""))
            self.forms.append(self._form)
        elif tag == "button":
            self._button, self._text = given, ""
        elif tag == "textarea":
            self._select, self._text = given.get("name", ""), ""
        elif tag == "select":
            self._select = given.get("name", "")
            self._keep(self._select, "")
        elif tag == "option" and "selected" in given:
            self._keep(self._select, given.get("value", ""))
        elif tag == "input":
            self._input(given)

    def _input(self, given: dict[str, str]) -> None:
        kind, name = given.get("type", "text"), given.get("name", "")
        if kind == "file" or (kind in {"checkbox", "radio"} and "checked" not in given):
            return
        value = given.get("value", "y" if kind == "checkbox" else "")
        known = self._form.values.get(name) if self._form else None
        self._keep(name, [*known, value] if isinstance(known, list) else [known, value] if known else value)

    def _keep(self, name: str, value: Any) -> None:
        if self._form is not None and name:
            self._form.values[name] = value

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._keep(self._select, self._text.removeprefix("\n"))
        elif tag == "button" and self._button is not None:
            self._press_later(self._button, " ".join(self._text.split()))
            self._button = None

    def _press_later(self, given: dict[str, str], words: str) -> None:
        if given.get("aria-disabled") == "true":
            self.locked.append(words)
        else:
            self._presses.append((given, words, self._form))

    def close(self) -> None:
        """Gives each button to its form, which may stand further down."""
        super().close()
        for given, words, around in self._presses:
            if form := next((one for one in self.forms if one.id and one.id == given.get("form")), around):
                form.buttons[words] = given.get("formaction") or form.action
                form.said[words] = {given["name"]: given.get("value", "")} if given.get("name") else {}


def read_page(text: str) -> _Reader:
    """The forms and buttons of a page."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader


class Member:
    """Somebody with an account at the portal."""

    def __init__(self, app: Flask, user_name: str) -> None:
        self.client = sign_in_as(app, user_name)
        self.page: TestResponse = self.open("/home")

    def open(self, address: str) -> TestResponse:
        """Goes to a page and stays there."""
        self.page = self.client.get(address, follow_redirects=True)
        return self.page

    def press(self, words: str, **typed: Any) -> TestResponse:
        """Types into the form that has this button, presses it, and goes where it leads; the button must be there."""
        form = self.form_with(words)
        sent = {**form.values, **form.said[words], **typed}
        values = {name: value for name, value in sent.items() if value is not None}
        address = form.buttons[words] or self.page.request.path
        self.page = self.client.post(address, data=values, follow_redirects=True)
        database.remove()
        return self.page

    def form_with(self, words: str) -> PageForm:
        """The form of the page that a button belongs to."""
        reader = read_page(self.page.text)
        found = [form for form in reader.forms if words in form.buttons]
        assert found, f"no button {words!r} in {[*(form.buttons for form in reader.forms)]}, locked {reader.locked}"
        return found[-1]

    def add_file(self, data: bytes, name: str, **typed: Any) -> TestResponse:
        """Adds a file with the page's own button, and types into the fields that are sent along."""
        words = "ファイルを追加する"
        form = self.form_with(words)
        sent = {**form.values, **form.said[words], **typed, "file": (io.BytesIO(data), name)}
        address = form.buttons[words]
        answer = self.client.post(address, data=sent, content_type="multipart/form-data", follow_redirects=True)
        answer.request.environ["wsgi.input"].close()
        self.page = answer
        return answer

    def record(self, record_id: int) -> TestResponse:
        """Opens a record."""
        return self.open(f"/records/{record_id}")

    def post_move(self, record_id: int, target: Status) -> TestResponse:
        """Posts a move with the page's token, without asking whether its button is there."""
        token = next(form.values for form in read_page(self.page.text).forms if "csrf_token" in form.values)
        sent = {"csrf_token": token["csrf_token"]}
        answer = self.client.post(f"/records/{record_id}/move/{target.value}", data=sent)
        database.remove()
        return answer

    @property
    def verbs(self) -> set[str]:
        """The moves whose buttons can be pressed."""
        addresses = {
            (words, where) for form in read_page(self.page.text).forms for words, where in form.buttons.items()
        }
        return {words for words, where in addresses if "/move/" in where}

    @property
    def locked(self) -> set[str]:
        """The buttons that cannot be pressed now."""
        return set(read_page(self.page.text).locked)

    def sees(self, *words: str) -> Member:
        """Each of these stands on the page."""
        text = self.text
        for one in words:
            assert one in text, f"{one!r} is not on this page:\n{text}"
        return self

    def misses(self, *words: str) -> Member:
        """None of these stands on the page."""
        for one in words:
            assert one not in self.text, one
        return self

    @property
    def text(self) -> str:
        """What can be read in the page's main part."""
        main = re.search(r"<main.*?</main>", self.page.text, re.DOTALL)
        plain = re.sub(r"<(script|style).*?</\1>", "", main[0] if main else self.page.text, flags=re.DOTALL)
        return html.unescape(re.sub(r"[ \t]*\n\s*", "\n", re.sub(r"<[^>]+>", "", plain)))
