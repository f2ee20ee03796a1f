"""The header set of every answer (RELIABILITY §4). A view may set a stricter one of its own, such as a download's sandbox."""

from __future__ import annotations

from flask import Response, current_app, request

from web.access import is_static, says

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
FOR_EVER = "public, max-age=31536000, immutable"
HSTS = "max-age=31536000; includeSubDomains"


def add_headers(response: Response) -> Response:
    """Puts the set on an answer, whatever made it."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Cache-Control"] = _lifetime(response)
    if not (says("is_listed") and response.status_code == 200):
        response.headers["X-Robots-Tag"] = "noindex"
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = HSTS
    return response


def _lifetime(response: Response) -> str:
    if not is_static() or response.status_code >= 400:
        return "no-store"
    # The address of a static file carries its fingerprint where a page of ours named it.
    return FOR_EVER if "v" in request.args else "no-cache"
