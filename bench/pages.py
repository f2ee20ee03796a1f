"""What a customer's pages cost the web server: processor milliseconds, and pages a second and core.

    .venv/bin/python bench/pages.py [times]

Fills in the form of the plan with the most fields, in a database of its own, then opens and sends every page `times` (60)
times; then opens the pages of the demo's customer. Rows are medians. The portal is called without a network, so that what is
measured is the server's share alone.
"""

from __future__ import annotations

import gc
import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DEMO", "1")
os.environ.setdefault("SECRET_KEY", "bench-only-" + "0" * 40)

from flask import Flask
from sqlalchemy import select
from werkzeug.test import EnvironBuilder, run_wsgi_app

import models.mapping  # noqa: F401 (maps every table)
from models.base.db import connect, database, transaction
from models.base.settings import settings
from models.base.workflow import Status
from models.kinds.application import PAGES
from models.records.contract import ContractRecord
from models.seeds.demo import load_demo
from models.seeds.masters import load_masters
from models.seeds.texts import load_texts
from models.services.migrating import migrate
from models.services.sessions import start_session
from models.tables.account import Account
from models.tables.request import Request
from models.tables.site import Site
from portal import create_portal
from tests.applicant import Applicant

PLAN = "basic_ether_100m"  # with all four works
WARM = 5


def measure(app: Flask, request: dict[str, Any], times: int) -> tuple[float, int, str]:
    """Median milliseconds of processor for an answer, its status and its text."""
    spent = []
    for _ in range(WARM + times):
        environ = EnvironBuilder(base_url="http://127.0.0.1", **request).get_environ()
        started = time.process_time()
        body, status, _headers = run_wsgi_app(app, environ)
        text = b"".join(body)
        spent.append((time.process_time() - started) * 1000)
    return statistics.median(spent[WARM:]), int(status[:3]), text.decode()


def cookies_of(visitor: Applicant) -> str:
    """What the visitor's browser sends along."""
    found = [visitor.client.get_cookie(name, domain="localhost") for name in ("portal_application", "portal_session")]
    return "; ".join(f"{cookie.key}={cookie.value}" for cookie in found if cookie)


def cookie_of(app: Flask, token: str) -> str:
    """What the browser of somebody who has signed in sends along."""
    client, name = app.test_client(), app.config["SESSION_COOKIE_NAME"]
    with client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = token, True
    cookie = client.get_cookie(name)
    return f"{name}={cookie.value}" if cookie else ""


def member_pages() -> tuple[str, dict[str, str]]:
    """The token of the demo's customer with the most records, and the addresses of its pages by what they are."""
    with transaction() as session:
        load_masters(session)
        load_texts(session)
        load_demo(session)
        account = session.scalars(select(Account).where(Account.user_name == "demo-all")).one()
        token = start_session(session, account, "127.0.0.1")
        own = select(ContractRecord.status_code, ContractRecord.id).join(ContractRecord.request).join(Request.site)
        by_status = dict(session.execute(own.where(Site.customer_id == account.customer_id)).tuples().all())
    database.remove()
    record = "/records/{}".format
    return token, {
        "ホーム": "/home",
        "契約情報、返却": record(by_status[Status.RETURNED]),
        "契約情報、完了": record(by_status[Status.ACCEPTED]),
        "お知らせ": "/updates",
        "検索": "/search",
    }


def main() -> None:
    """Prints the table."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    app = create_portal(settings())
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{folder}/bench.sqlite")
        migrate(engine)
        with transaction() as session:
            load_masters(session)
        visitor = Applicant(app)
        visitor.take_up(PLAN)
        visitor.open(8)  # brings the cookie of the session
        headers = {"Cookie": cookies_of(visitor)}
        gc.collect()
        gc.freeze()  # as the server does it
        print("| page | KB | open, CPU ms | send, CPU ms | pages a second and core |\n|---|---|---|---|---|")
        for page in PAGES:
            opened, status, text = measure(app, {"path": f"/apply/{page.number}", "headers": headers}, times)
            assert status == 200, (page.number, status)
            hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))
            # 次へ, but on the last page, where it would end the form
            data = {**hidden, **visitor.typed[page.number], "go": "save" if page is PAGES[-1] else "next"}
            request = {"path": f"/apply/{page.number}", "method": "POST", "data": data, "headers": headers}
            sent, status, _text = measure(app, request, times)
            assert status == 303, (page.number, status)
            row = f"| {page.number} {page.title} | {len(text.encode()) // 1024} | {opened:.1f} | {sent:.1f} "
            print(f"{row}| {2000 / (opened + sent):.0f} |", flush=True)
        database.remove()
        engine.dispose()
        engine = connect(f"sqlite:///{folder}/member.sqlite")
        migrate(engine)
        token, addresses = member_pages()
        headers = {"Cookie": cookie_of(app, token)}
        print("\n| page | KB | open, CPU ms |\n|---|---|---|")
        for name, address in addresses.items():
            opened, status, text = measure(app, {"path": address, "headers": headers}, times)
            assert status == 200, (address, status)
            print(f"| {name} | {len(text.encode()) // 1024} | {opened:.1f} |", flush=True)
        database.remove()
        engine.dispose()


if __name__ == "__main__":
    main()
