"""What the desk's screens cost beside the peers', over HTTP under gunicorn, in one run: median of waiting, mean of processor.

    BENCH_DATA=… BENCH_DB=pg|sqlite BENCH_N=100000 .venv/bin/python bench/desk.py <rig> <python of the rig> [rounds]

Screens are measured one after the other with all servers in turns, so that a busy machine is busy for all of them. Processor
seconds are those of the server and of PostgreSQL together; ratios are of waiting, so let the machine do
nothing else. Prints the table that stands in README.md.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import acts
import sqlalchemy as sa
from acts import COUNT, LIST, RECORDS, Row
from servers import URL, Client, Server, django, hand_written, ours

KIND = os.environ["BENCH_DB"]
DEEP = min(1_000, COUNT // 100)
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


def measure_pages(servers: dict[str, Server], found: Screens, rounds: int) -> dict[str, Row]:
    """The medians of waiting; the means of processor, since a tick of it is 10 ms."""
    table: dict[str, Row] = {}
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


def show(screen: str, row: Row) -> None:
    """One line of the table; ratios are of waiting."""
    mine = row["ours"][0]
    found = [row.get(name) for name in ("ours", "django", "hand")]
    cells = [f"{one[0]:,.0f} ({one[1]:,.1f})" if one else "–" for one in found]
    cells.append(f"{row['django'][0] / mine:.1f}×" if "django" in row else "–")
    cells.append(f"{mine / row['hand'][0]:.1f}×" if "hand" in row else "–")
    print(f"| {screen} | {' | '.join(cells)} |", flush=True)


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
        show("edit saved", acts.save(servers))
        show(f"bulk move of {acts.MOVED:,}", acts.move(servers))
        row, notes = acts.export(servers)
        show("CSV, 10,000 lines", row)
        crowd = acts.crowd(servers)
        print(
            f"\n{notes}\n\nlists a second, {acts.AT_ONCE} clients: "
            + ", ".join(f"{name} {one:,.1f}" for name, one in crowd.items())
        )
    finally:
        for server in servers.values():
            server.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 5)
