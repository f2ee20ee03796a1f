"""What the children of test_guarded.py are asked to do."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any


def turn_round(data: bytes, *, times: int) -> tuple[Any, bytes]:
    return {"times": times, "name": "髙﨑"}, data[::-1] * times


def run_for_ever(data: bytes) -> tuple[Any, bytes]:
    while True:
        pass


def wait_for_ever(data: bytes) -> tuple[Any, bytes]:
    reader, _writer = os.pipe()
    os.read(reader, 1)
    return None, b""


def take_much_memory(data: bytes, *, megabytes: int) -> tuple[Any, bytes]:
    return len(bytearray(megabytes * 1024 * 1024)), b""


def answer_much(data: bytes, *, megabytes: int) -> tuple[Any, bytes]:
    return None, bytes(megabytes * 1024 * 1024)


def raise_error(data: bytes) -> tuple[Any, bytes]:
    raise ValueError(data.decode())


def show_surroundings(data: bytes) -> tuple[Any, bytes]:
    return {"environment": sorted(os.environ), "folder": str(Path.cwd()), "arguments": sys.argv[1:]}, b""
