"""What a page says to whoever reads it."""

from __future__ import annotations

import re

import pypdfium2
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def token_in(page: str) -> str:
    """The CSRF token of a page's form; empty where it has none."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    return found[1] if found else ""


def press(client: FlaskClient, page: str, path: str) -> TestResponse:
    """Presses a button of a page that has nothing to fill in."""
    return client.post(path, data={"csrf_token": token_in(client.get(page).text)})


def text_of_pdf(data: bytes) -> str:
    """What a reader can select and copy out of a PDF."""
    document = pypdfium2.PdfDocument(data)
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()
