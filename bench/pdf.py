"""What a PDF costs: processor, waiting and memory of its child, for the shortest and the longest of each kind.

    .venv/bin/python bench/pdf.py [times]

Builds its records in a database of its own and prints a row a document: median of `times` (5) runs.
"""

from __future__ import annotations

import os
import resource
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

import pypdfium2

import models.mapping  # noqa: F401 (maps every table)
from models.base.db import connect, database
from models.records.contract import ContractRecord
from models.services.documents import form_of
from models.services.migrating import migrate
from models.services.printing import printed
from models.services.rendering import render
from models.tables.document import DocumentKind
from tests.issued import build_contract

KINDS = ("new_installation", "contractor_change", "configuration_change")


def snapshots() -> list[tuple[str, dict[str, Any]]]:
    """A document of each kind of record, empty and full, and the letter of the longest."""
    found = []
    for kind in KINDS:
        for is_filled in (False, True):
            record = database().get_one(ContractRecord, build_contract(kind, is_filled=is_filled))
            wanted = [form_of(record), *([DocumentKind.ACCEPTANCE_LETTER] if kind == KINDS[0] else [])]
            for document in filter(None, wanted):
                name = f"{document.label}, {kind}, {'full' if is_filled else 'empty'}"
                found.append((name, printed(database(), record, document, 1).snapshot))
            database.remove()
    return found


def measure(snapshot: dict[str, Any]) -> tuple[float, float, bytes]:
    """Seconds of processor and of waiting, and the PDF."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    made = render(snapshot)
    waited, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, waited, made


def main() -> None:
    """Prints the table."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{folder}/bench.sqlite")
        migrate(engine)
        print("| document | pages | KB | CPU s | wall s |\n|---|---|---|---|---|")
        for name, snapshot in snapshots():
            runs = [measure(snapshot) for _ in range(times)]
            processor, waited = (statistics.median(run[place] for run in runs) for place in (0, 1))
            made = runs[0][2]
            pages = len(pypdfium2.PdfDocument(made))
            print(f"| {name} | {pages} | {len(made) // 1024} | {processor:.2f} | {waited:.2f} |")
        engine.dispose()
    print(f"\nMemory of the largest child: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
