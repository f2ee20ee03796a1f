"""Both faces, one after the other, with somebody signed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from admin import create_admin
from models.base.db import database
from models.base.settings import settings
from portal import create_portal
from tests.faces import whole_desk, whole_portal
from tests.world import build_world, sign_in_as

CUSTOMER = 1


@dataclass
class Face:
    """One face in a small world; `member` is who is signed in there, `customer_id` whose rows the portal's addresses name."""

    app: Flask
    member: str
    customer_id: int | None

    def visitor(self) -> FlaskClient:
        """A browser of nobody."""
        return self.app.test_client()

    def built_anew(self) -> Flask:
        """An application of its own for a test that adds to it."""
        return (create_admin if self.customer_id is None else create_portal)(settings())

    def signed_in(self, user_name: str = "") -> FlaskClient:
        """A browser of the face's member, or of somebody else."""
        return sign_in_as(self.app, user_name or self.member)


@pytest.fixture(params=["portal", "desk"])
def face(request: pytest.FixtureRequest, db: Engine) -> Iterator[Face]:
    """The face as it is, over two companies and operators of every role."""
    build_world()
    if request.param == "portal":
        yield Face(whole_portal(), "company-1", CUSTOMER)
    else:
        yield Face(whole_desk(), "desk-administrator", None)
    database.remove()
