"""What acts at the desk cost beside the peers': many records moved, an export, edits saved, a list asked by eight at once."""

from __future__ import annotations

import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from itertools import count
from urllib.parse import urlencode

import sqlalchemy as sa
from servers import PEERS_URL, URL, Client, Server, session_cookie, token

COUNT = int(os.environ["BENCH_N"])
MOVED = 10_000 if COUNT >= 100_000 else 1_000
SOME = "?flt_updated_at_from=2026-03-01" if COUNT > 100_000 else ""  # about as many rows as the peers give at most
SAVED, AT_ONCE, SECONDS = 25, 8, 10.0
RECORDS, LIST = "/admin/contract_record/", "/admin/djapp/application/"
DJANGOS = "csrfmiddlewaretoken"
ADDRESSES = "/admin/shipping_record/{}/edit/"
Cost = tuple[float, float]  # milliseconds of waiting and of processor
Row = dict[str, Cost]


def measured(server: Server, act: object, *given: object) -> Cost:
    """Milliseconds of waiting and of processor."""
    before, started = server.processor(), time.perf_counter()
    act(*given)  # type: ignore[operator]
    return (time.perf_counter() - started) * 1e3, (server.processor() - before) * 1e3


def move(servers: dict[str, Server]) -> Row:
    """So many records moved: the desk plans, shows the plan and carries it out with mails, events and a report; the peers at once."""
    portal, ids = servers["ours"].client, reviewed(MOVED)
    restore_peers()
    page = portal.get(RECORDS).text
    chosen = [("csrf_token", token(page)), ("table", "record"), ("act", "move-reviewing-returned")]
    chosen += [("ids", str(one)) for one in ids]
    row = {"ours": measured(servers["ours"], plan_and_apply, portal, chosen)}
    hold = [("action", "hold_bulk"), ("select_across", "1"), ("index", "0"), ("_selected_action", "1")]
    form = [*hold, (DJANGOS, token(servers["django"].client.get(LIST).text, DJANGOS))]
    row["django"] = measured(servers["django"], servers["django"].client.post, f"{LIST}?id__lte={MOVED}", form)
    row["hand"] = measured(servers["hand"], servers["hand"].client.post, "/bulk", [("lte", str(MOVED))])
    return row


def plan_and_apply(portal: Client, chosen: list[tuple[str, str]]) -> None:
    """From the list to the report."""
    planned = portal.post("/admin/bulk", chosen)
    plan = portal.get(planned.location)
    typed = [("csrf_token", token(plan.text)), ("comment", "計測のための差戻しです。")]
    done = portal.post(f"{planned.location}/apply", typed)
    if done.status != 303:
        raise RuntimeError(f"the act answered {done.status}: {done.text[:300]}")
    while portal.get(planned.location).refresh:
        time.sleep(0.25)  # the page itself comes again after three seconds


def export(servers: dict[str, Server]) -> tuple[Row, str]:
    """All applications as CSV, for 10,000 lines of it: the desk with seventeen columns, the peers with nine; and the memory of it."""
    portal, peer = servers["ours"], servers["django"]
    portal.client.cookies |= session_cookie()  # exports ask for the password again some time after the login
    asked = [("action", "export_csv"), ("select_across", "1"), ("index", "0"), ("_selected_action", "1")]
    ours = [("csrf_token", token(portal.client.get(RECORDS).text))]
    ways = {
        "ours": ("POST", f"/admin/site_name_record/export/{SOME}", ours),
        "django": ("POST", LIST, [*asked, (DJANGOS, token(peer.client.get(LIST).text, DJANGOS))]),
        "hand": ("GET", "/csv", []),
    }
    row, notes = {}, []
    for who, (method, address, form) in ways.items():
        server, sizes = servers[who], []
        server.forget()

        def whole() -> None:
            answer = server.client.ask(method, address, urlencode(form) if form else None)  # noqa: B023 (called at once)
            sizes.append((answer.text.count("\n"), answer.size))  # noqa: B023

        waited, spent = measured(server, whole)
        lines, size = sizes[0]
        row[who] = (waited / lines * 10_000, spent / lines * 10_000)
        notes.append(
            f"{who}: {lines:,} lines, {size / 1e6:.1f} MB, {1e7 / row[who][0]:,.0f} lines/s, {server.memory():.0f} MB of memory"
        )
    return row, "; ".join(notes)


class Form(HTMLParser):
    """What a browser would send of a page's fields as they stand."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.pairs: list[tuple[str, str]] = []
        self._list, self._area = "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Inputs as they are, boxes that are ticked, options that are chosen."""
        given = {name: value or "" for name, value in attrs}
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "select":
            self._list = name
        elif tag == "textarea":
            self._area = name
            self.pairs.append((name, ""))
        elif tag == "option" and "selected" in given:
            self.pairs.append((self._list, given.get("value", "")))
        elif tag == "input" and name and (kind not in {"checkbox", "radio", "submit"} or "checked" in given):
            self.pairs.append((name, given.get("value", "")))

    def handle_data(self, data: str) -> None:
        """The text of an area."""
        if self._area:
            self.pairs[-1] = (self._area, self.pairs[-1][1] + data)

    def handle_endtag(self, tag: str) -> None:
        """An area ends."""
        if tag == "textarea":
            self._area = ""


def save(servers: dict[str, Server]) -> Row:
    """An edit saved: the desk's with version check, event and search index, Django's with its log entry; a dozen fields each."""
    ours, django, hand = (servers[name] for name in ("ours", "django", "hand"))
    spent: dict[str, list[Cost]] = {name: [] for name in servers}
    for one, record_id in enumerate(records("shipping", SAVED, COUNT * 4)):
        address = ADDRESSES.format(record_id)
        form = _changed(Form(ours.client.get(address).text).pairs, "building")
        spent["ours"].append(measured(ours, _sent, ours.client, address, form))
        address = f"{LIST}{COUNT // 2 + one}/change/"
        form = _changed(Form(django.client.get(address).text).pairs, "operator_comment")
        spent["django"].append(measured(django, _sent, django.client, address, form))
        spent["hand"].append(
            measured(hand, _sent, hand.client, f"/edit/{COUNT // 2 + one}", [("operator_comment", "ok")])
        )
    return {
        name: (statistics.median(waits for waits, _ in costs), statistics.mean(cpu for _, cpu in costs))
        for name, costs in spent.items()
    }


def _changed(pairs: list[tuple[str, str]], field: str) -> list[tuple[str, str]]:
    number = f"{time.time_ns() // 1000 % 10_000_000}"
    return [(name, f"計測{number}" if name == field else value) for name, value in pairs if not name.startswith("_")]


def _sent(client: Client, address: str, form: list[tuple[str, str]]) -> None:
    answer = client.post(address, form)
    if answer.status not in {302, 303}:
        raise RuntimeError(f"{address} answered {answer.status}: {answer.text[-2000:]}")


def crowd(servers: dict[str, Server]) -> dict[str, float]:
    """How many lists a second each server gives to eight who ask at once."""
    addresses = {"ours": RECORDS, "django": LIST, "hand": "/fast"}
    found = {}
    for name, server in servers.items():
        numbers, end = count(1), time.perf_counter() + SECONDS

        def ask(client: Client, until: float = end, address: str = addresses[name], made: count[int] = numbers) -> None:
            while time.perf_counter() < until:
                client.get(address)
                next(made)

        started = time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(ask, [Client(server.client.port, dict(server.client.cookies)) for _ in range(AT_ONCE)]))
        found[name] = (next(numbers) - 1) / (time.perf_counter() - started)
    return found


def restore_peers() -> None:
    """Puts back what their last run moved."""
    for variant in ("", "_fast"):
        engine = sa.create_engine(PEERS_URL.format(variant=variant))
        with engine.begin() as connection:
            back = "UPDATE applications SET status = 'completed' WHERE id <= :last"
            connection.execute(sa.text(back), {"last": MOVED})
        engine.dispose()


def records(kind: str, wanted: int, after: int = 1_000) -> list[int]:
    """The numbers of so many records of a type, from some place on."""
    engine = sa.create_engine(URL)
    with engine.begin() as connection:
        some = "SELECT id FROM record WHERE type = :kind AND id > :after ORDER BY id LIMIT :count"
        ids = list(connection.execute(sa.text(some), {"kind": kind, "after": after, "count": wanted}).scalars())
    engine.dispose()
    return ids


def reviewed(wanted: int) -> list[int]:
    """So many site names, put back to where the desk looks at them: what was moved by the last run is moved again."""
    ids = records("site_name", wanted)
    engine = sa.create_engine(URL)
    with engine.begin() as connection:
        back = "UPDATE record SET status = 'reviewing', side = 'provider' WHERE type = 'site_name' AND id <= :last AND id > 1000"
        connection.execute(sa.text(back), {"last": ids[-1]})
    engine.dispose()
    return ids
