"""The two faces as they are, built once for all tests of a process: an application keeps nothing between requests."""

from __future__ import annotations

from functools import cache

from flask import Flask

from admin import create_admin
from models.base.settings import Settings, settings
from portal import create_portal


def whole_portal() -> Flask:
    """The customers' face under the settings of the moment."""
    return _portal(settings())


def whole_desk(*, is_testing: bool = False) -> Flask:
    """The desk as it is mounted under /admin; a fault reaches the test itself where `is_testing`."""
    return _desk(settings(), is_testing)


@cache
def _portal(chosen: Settings) -> Flask:
    return create_portal(chosen)


@cache
def _desk(chosen: Settings, is_testing: bool) -> Flask:
    app = create_admin(chosen)
    app.config["TESTING"] = is_testing
    return app
