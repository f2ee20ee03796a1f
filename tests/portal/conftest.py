"""The portal with master data and texts, for tests that need no more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine

from models.base.db import database, transaction
from models.seeds.masters import load_masters
from models.seeds.texts import load_texts
from tests.identity import portal_app


@pytest.fixture
def app(db: Engine) -> Iterator[Flask]:
    with transaction() as session:
        load_masters(session)
        load_texts(session)
    yield portal_app()
    database.remove()
