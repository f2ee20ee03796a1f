"""What the desk's screens cost beside the peers', over HTTP under gunicorn, in one run: median of waiting, mean of processor.

    BENCH_DATA=… BENCH_DB=pg|sqlite BENCH_N=100000 .venv/bin/python bench/desk.py <rig> <python of the rig> [rounds]

Screens are measured one after the other with all servers in turns, so that a busy machine is busy for all of them. Processor
seconds are those of the server and of PostgreSQL together, and ratios are of these. Prints the table that stands in README.md.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path
from urllib.parse import quote, urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import sqlalchemy as sa
from servers import PEERS_URL, URL, Client, Server, django, hand_written, ours, session_cookie, token

COUNT, KIND = int(os.environ["BENCH_N"]), os.environ["BENCH_DB"]
DEEP = min(1_000, COUNT // 100)
MOVED = 10_000 if COUNT >= 100_000 else 1_000
SOME = "?flt_updated_at_from=2026-03-01" if COUNT > 100_000 else ""  # about as many rows as the peers give at most
RECORDS, LIST = "/admin/contract_record/", "/admin/djapp/application/"
Screens = dict[str, dict[str, str]]


def screens(portal: Client, name: str) -> Screens:
    """The address of each screen at each server; what only the desk has stands there alone."""
    term, short = quote(name[:4]), quote(name[:2])
    deep = portal.follow(f"{RECORDS}?page={DEEP}", "次へ")
    last = portal.follow(RECORDS, "最後へ")
    record = COUNT * 4 + 1_001
    return {
        "list": {"ours": RECORDS, "django": LIST, "hand": "/fast"},
        "filtered by status": {
            "ours": f"{RECORDS}?flt_status_code=reviewing",
            "django": f"{LIST}?status__exact=reviewing",
            "hand": "/fast?status=reviewing",
        },
        "sorted by update": {
            "ours": f"{RECORDS}?sort=-updated_at",
            "django": f"{LIST}?o=-8",
            "hand": "/fast?sort=updated",
        },
        f"page {DEEP:,}": {"ours": deep, "django": f"{LIST}?p={DEEP}", "hand": f"/fast?after={COUNT - DEEP * 50}"},
        "last page": {"ours": last, "django": f"{LIST}?p={COUNT // 50}", "hand": "/fast?last=1"},
        "search, 4 characters": {
            "ours": f"{RECORDS}?q={term}",
            "django": f"{LIST}?q={term}",
            "hand": f"/fast?q={term}",
        },
        "search, 2 characters": {
            "ours": f"{RECORDS}?q={short}",
            "django": f"{LIST}?q={short}",
            "hand": f"/fast?q={short}",
        },
        "edit form, 7 fields (Django 12)": {
            "ours": f"/admin/site_name_record/{record + 4}/edit/",
            "django": f"{LIST}{COUNT // 2}/change/",
            "hand": f"/edit/{COUNT // 2}",
        },
        "edit form, 64 fields": {"ours": f"{RECORDS}{record}/edit/"},
        "record page": {"ours": f"/admin/records/{record}"},
        "inbox": {"ours": "/admin/"},
        "inbox, searched": {"ours": f"/admin/?q={short}"},
    }


def measured(server: Server, act: object, *given: object) -> tuple[float, float]:
    """Milliseconds of waiting and of processor."""
    before, started = server.processor(), time.perf_counter()
    act(*given)  # type: ignore[operator]
    return (time.perf_counter() - started) * 1e3, (server.processor() - before) * 1e3


def measure_pages(servers: dict[str, Server], found: Screens, rounds: int) -> dict[str, dict[str, tuple[float, float]]]:
    """The medians of waiting; the means of processor, since a tick of it is 10 ms."""
    table: dict[str, dict[str, tuple[float, float]]] = {}
    for screen, addresses in found.items():
        waits: dict[str, list[float]] = {name: [] for name in addresses}
        loads: dict[str, list[float]] = {name: [] for name in addresses}
        for name, address in addresses.items():
            for _ in range(3):
                servers[name].client.get(address)
        for _ in range(rounds):
            for name, address in addresses.items():
                times = 1 if waits[name] and waits[name][0] > 500 else 5
                before = servers[name].processor()
                for _ in range(times):
                    started = time.perf_counter()
                    servers[name].client.get(address)
                    waits[name].append((time.perf_counter() - started) * 1e3)
                loads[name].append((servers[name].processor() - before) * 1e3 / times)
        table[screen] = {name: (statistics.median(waits[name]), statistics.mean(loads[name])) for name in addresses}
        show(screen, table[screen])
    return table


def show(screen: str, row: dict[str, tuple[float, float]]) -> None:
    """One line of the table; ratios are of processor, which another's work on the machine changes least."""
    mine = row["ours"][1]
    found = [row.get(name) for name in ("ours", "django", "hand")]
    cells = [f"{one[0]:,.0f} ({one[1]:,.1f})" if one else "–" for one in found]
    cells.append(f"{row['django'][1] / mine:.1f}×" if "django" in row else "–")
    cells.append(f"{mine / max(row['hand'][1], 0.1):.1f}×" if "hand" in row else "–")
    print(f"| {screen} | {' | '.join(cells)} |", flush=True)


def measure_move(servers: dict[str, Server]) -> None:
    """So many records moved: the desk plans, shows the plan and carries it out with mails, events and a report; the peers at once."""
    portal, ids = servers["ours"].client, reviewed(MOVED)
    restore_peers()
    page = portal.get(RECORDS).text
    chosen = [("csrf_token", token(page)), ("table", "record"), ("act", "move-reviewing-returned")]
    chosen += [("ids", str(one)) for one in ids]
    row = {"ours": measured(servers["ours"], plan_and_apply, portal, chosen)}
    name = "csrfmiddlewaretoken"
    hold = [("action", "hold_bulk"), ("select_across", "1"), ("index", "0"), ("_selected_action", "1")]
    form = [*hold, (name, token(servers["django"].client.get(LIST).text, name))]
    row["django"] = measured(servers["django"], servers["django"].client.post, f"{LIST}?id__lte={MOVED}", form)
    row["hand"] = measured(servers["hand"], servers["hand"].client.post, "/bulk", [("lte", str(MOVED))])
    show(f"bulk move of {len(ids):,}", row)


def plan_and_apply(portal: Client, chosen: list[tuple[str, str]]) -> None:
    """From the list to the report."""
    planned = portal.post("/admin/bulk", chosen)
    plan = portal.get(planned.location)
    typed = [("csrf_token", token(plan.text)), ("comment", "計測のための差戻しです。")]
    done = portal.post(f"{planned.location}/apply", typed)
    if done.status != 303:
        raise RuntimeError(f"the act answered {done.status}: {done.text[:300]}")
    while portal.get(planned.location).refresh:
        time.sleep(2)  # the page itself comes again after three seconds


def measure_export(servers: dict[str, Server]) -> None:
    """All applications as CSV, for 10,000 lines of it: the desk with fifteen columns, the peers with nine; and the memory of it."""
    portal, peer = servers["ours"], servers["django"]
    portal.client.cookies |= session_cookie()  # exports ask for the password again some time after the login
    name = "csrfmiddlewaretoken"
    asked = [("action", "export_csv"), ("select_across", "1"), ("index", "0"), ("_selected_action", "1")]
    ways = {
        "ours": (
            "POST",
            f"/admin/site_name_record/export/{SOME}",
            [("csrf_token", token(portal.client.get(RECORDS).text))],
        ),
        "django": ("POST", LIST, [*asked, (name, token(peer.client.get(LIST).text, name))]),
        "hand": ("GET", "/csv", []),
    }
    row, notes = {}, []
    for who, (method, address, form) in ways.items():
        server, sizes = servers[who], []
        server.forget()

        def export() -> None:
            answer = server.client.ask(method, address, urlencode(form) if form else None)  # noqa: B023 (called at once)
            sizes.append((answer.text.count("\n"), answer.size))  # noqa: B023

        row[who] = measured(server, export)
        lines, size = sizes[0]
        row[who] = (row[who][0] / lines * 10_000, row[who][1] / lines * 10_000)
        notes.append(
            f"{who}: {lines:,} lines, {size / 1e6:.1f} MB, {1e7 / row[who][0]:,.0f} lines/s, {server.memory():.0f} MB of memory"
        )
    show("CSV, 10,000 lines", row)
    print("\n" + "; ".join(notes), flush=True)


def restore_peers() -> None:
    """Puts back what their last run moved."""
    for variant in ("", "_fast"):
        url = PEERS_URL.format(variant=variant)
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            connection.execute(
                sa.text("UPDATE applications SET status = 'completed' WHERE id <= :last"), {"last": MOVED}
            )
        engine.dispose()


def reviewed(count: int) -> list[int]:
    """So many site names, put back to where the desk looks at them: what was moved by the last run is moved again."""
    engine = sa.create_engine(URL)
    with engine.begin() as connection:
        some = "SELECT id FROM record WHERE type = 'site_name' AND id > 1000 ORDER BY id LIMIT :count"
        ids = list(connection.execute(sa.text(some), {"count": count}).scalars())
        back = "UPDATE record SET status = 'reviewing', side = 'provider' WHERE type = 'site_name' AND id <= :last AND id > 1000"
        connection.execute(sa.text(back), {"last": ids[-1]})
    engine.dispose()
    return ids


def name_of_a_company() -> str:
    """The words of one company's name, four characters at least."""
    engine = sa.create_engine(URL)
    with engine.connect() as connection:
        first = "SELECT name FROM customer WHERE id > 1000 ORDER BY id LIMIT 1"
        name = connection.execute(sa.text(first)).scalar_one()
    engine.dispose()
    return str(name).removeprefix("株式会社")


def main(rig: Path, python: Path, rounds: int) -> None:
    """Starts the servers, measures, stops them."""
    servers: dict[str, Server] = {}
    try:
        servers |= {"ours": ours(), "django": django(rig, python), "hand": hand_written(rig, python)}
        print(f"{COUNT:,} applications, {KIND}; milliseconds waited (of processor)\n")
        print("| screen | ours | Django admin | by hand | Django ÷ ours | ours ÷ by hand |\n|---|---|---|---|---|---|")
        measure_pages(servers, screens(servers["ours"].client, name_of_a_company()), rounds)
        measure_move(servers)
        measure_export(servers)
    finally:
        for server in servers.values():
            server.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 5)
