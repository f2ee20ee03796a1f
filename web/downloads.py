"""Files on their way out: always downloads, never anything that a browser runs (RELIABILITY §2)."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

from models.services.files import safe_name


def download(data: bytes, content_type: str, name: str) -> Response:
    """The bytes under a safe name."""
    return _sandboxed(data, content_type, attachment(name))


def attachment(name: str) -> str:
    """The header (Content-Disposition) of a download, with a safe name."""
    return f"attachment; filename*=UTF-8''{quote(safe_name(name))}"


def picture(data: bytes) -> Response:
    """A PNG that we made, to be shown inside our pages."""
    return _sandboxed(data, "image/png", "inline; filename=preview.png")


def _sandboxed(data: bytes, content_type: str, disposition: str) -> Response:
    answer = Response(data, mimetype=content_type)
    answer.headers["Content-Disposition"] = disposition
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
