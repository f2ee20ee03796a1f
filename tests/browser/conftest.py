"""A running portal, real Chromium, and people who use both. Pictures are kept in `test-artefacts/`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import create_engine, make_url, select, text

from models.base.settings import ROOT
from models.seeds.demo import add_customer, add_site_in_service
from models.tables.master import LinePlan
from tests.browser.server import Server, run_server, serve
from tests.browser.visitor import Visit, Visitor
from tests.conftest import url_of

ARTEFACTS = ROOT / "test-artefacts"
DESK, PHONE = 1280, 390
NUMBERS = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever stands in this folder needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium with the vendored Japanese font, so that every machine paints the same pages."""
    program = shutil.which("chromium") or "/usr/bin/chromium"
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    fonts: dict[str, str | float | bool] = {**os.environ, "FONTCONFIG_FILE": str(ROOT / "tests" / "fonts.conf")}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments, env=fonts)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(sqlite_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The portal on SQLite with demo data, shared by the tests of a process: a test that changes things uses `company`."""
    folder = tmp_path_factory.mktemp("portal")
    shutil.copy(sqlite_demo, folder / "portal.sqlite")
    with serve(f"sqlite:///{folder / 'portal.sqlite'}", folder) as running:
        yield running


@pytest.fixture(scope="session")
def postgresql_server(
    tmp_path_factory: pytest.TempPathFactory, postgresql_url: str, postgresql_demo: str
) -> Iterator[Server]:
    """The same on PostgreSQL."""
    name = f"browser_{uuid4().hex[:12]}"
    address = make_url(postgresql_url).set(drivername="postgresql+psycopg")
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {postgresql_demo} STRATEGY FILE_COPY"))
    with run_server(url_of(postgresql_url, name), tmp_path_factory.mktemp("portal")) as running:
        yield running
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def visit(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Makes a visitor: `visit(server)` at a desk, `visit(server, width=PHONE)`, `visit(server, scripts=False)`."""
    ARTEFACTS.mkdir(exist_ok=True)
    name = request.function.__name__.removeprefix("test_")

    def start(server: Server, width: int = DESK, scripts: bool = True) -> Visitor:
        context = browsers.enter_context(
            chromium.new_context(
                viewport={"width": width, "height": 800},
                locale="ja-JP",
                timezone_id="Asia/Tokyo",
                java_script_enabled=scripts,
            )
        )
        context.set_default_timeout(10_000)
        return Visitor(context.new_page(), server, ARTEFACTS, name, width, scripts)

    with ExitStack() as browsers:
        yield start


@dataclass(frozen=True)
class Company:
    """A company that only one test knows."""

    user_name: str
    mail: str
    customer: str
    site_name: str
    site_id: int


@pytest.fixture
def company(server: Server) -> Company:
    """A company with a login and a site in service, on the shared portal."""
    return add_company(server)


def add_company(server: Server) -> Company:
    """The same on any portal."""
    number = next(NUMBERS)
    with server.writing() as session:
        plan = session.scalars(select(LinePlan).where(LinePlan.code == "basic_ether_100m")).one()
        customer = add_customer(session, f"汐見商会{number}", f"shiomi-{number}")
        site = add_site_in_service(session, customer, f"汐見{number}", "本社", plan)
        return Company(f"shiomi-{number}", f"shiomi-{number}@example.jp", customer.name, f"汐見{number}(本社)", site.id)
