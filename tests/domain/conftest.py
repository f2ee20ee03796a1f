"""A mail server of the test's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models.base.settings import settings
from tests.mail_server import Postman, Server
from tests.outbox import use_mail_url


@pytest.fixture
def postman(monkeypatch: pytest.MonkeyPatch) -> Iterator[Postman]:
    """A mail server that MAIL_URL names."""
    made = Postman()
    server = Server(made)
    server.start()
    use_mail_url(monkeypatch, server.url)
    yield made
    server.stop()
    settings.cache_clear()
