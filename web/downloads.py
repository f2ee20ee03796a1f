"""Files on their way out: always downloads, never anything that a browser runs (RELIABILITY §2)."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

from models.services.files import safe_name


def download(data: bytes, content_type: str, name: str) -> Response:
    """The bytes under a safe name."""
    answer = Response(data, mimetype=content_type)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(safe_name(name))}"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def picture(data: bytes) -> Response:
    """A PNG that we made, to be shown inside our pages."""
    answer = Response(data, mimetype="image/png")
    answer.headers["Content-Disposition"] = "inline; filename=preview.png"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
