"""What several tests of the domain begin with: master data in a transaction, a mail server of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from models.base.db import transaction
from models.base.settings import settings
from models.seeds.masters import load_masters
from tests.mail_server import Postman, Server
from tests.outbox import use_mail_url


@pytest.fixture
def session(db: Engine) -> Iterator[Session]:
    """A transaction in which master data are loaded."""
    with transaction() as opened:
        load_masters(opened)
        yield opened


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
