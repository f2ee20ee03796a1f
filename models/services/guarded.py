"""Work on bytes that nobody has vouched for: in a child process that can neither hang, nor eat the machine, nor read our secrets.

The child is a fresh interpreter with an empty environment: no database, no keys, and limits that the kernel holds (RELIABILITY §2).
Both directions are one line of JSON and then bytes; nothing that the child says is ever executed here.
"""

from __future__ import annotations

import json
import logging
import resource
import signal
import subprocess  # nosec B404 (our own interpreter, with a fixed command)
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib import import_module
from threading import BoundedSemaphore
from types import MappingProxyType
from typing import Any

from models.base.settings import ROOT

MEGABYTE = 1024 * 1024
OUT_OF_MEMORY = 66
NOTHING: Mapping[str, str] = MappingProxyType({})
CHILDREN = BoundedSemaphore(4)
log = logging.getLogger(__name__)

Work = Callable[..., tuple[Any, bytes]]


@dataclass(frozen=True)
class Limits:
    """What a child may use: seconds of processor and of waiting, megabytes of address space and of output."""

    cpu_seconds: int = 8
    wall_seconds: int = 10
    memory_megabytes: int = 512
    output_megabytes: int = 64


class Cause(StrEnum):
    """Why a child gave no answer."""

    TIME = "time"
    MEMORY = "memory"
    BUSY = "busy"
    FAULT = "fault"


class ChildFailed(Exception):
    """The child gave no answer; `cause` says why. What it was given is then not to be trusted."""

    def __init__(self, cause: Cause, said: str = "") -> None:
        super().__init__(f"{cause.value} {said}".strip())
        self.cause = cause


def run_guarded(
    work: Work, data: bytes, *, limits: Limits = Limits(), environment: Mapping[str, str] = NOTHING, **options: Any
) -> tuple[Any, bytes]:
    """Calls `work(data, **options)` in a child and gives its answer: a JSON value and bytes. Raises ChildFailed.

    `work` is a function of a module, which the child imports by its name; options and the value are what JSON can say.
    `environment` is all that the child knows besides; its temporary files lie in a folder that goes with it.
    """
    if not CHILDREN.acquire(timeout=limits.wall_seconds):
        raise ChildFailed(Cause.BUSY)
    try:
        return _run(f"{work.__module__}:{work.__name__}", data, limits, environment, options)
    finally:
        CHILDREN.release()


def _run(
    name: str, data: bytes, limits: Limits, environment: Mapping[str, str], options: dict[str, Any]
) -> tuple[Any, bytes]:
    head = json.dumps({"work": name, "limits": asdict(limits), "options": options}).encode()
    # Into a file, so that the kernel limits the answer too (RLIMIT_FSIZE).
    with tempfile.TemporaryFile() as answer, tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(  # nosec B603
                [sys.executable, "-m", __name__],
                input=head + b"\n" + data,
                stdout=answer,
                stderr=subprocess.PIPE,
                cwd=ROOT,
                env={
                    "LANG": "C.UTF-8",
                    "PYTHONDONTWRITEBYTECODE": "1",
                    "HOME": folder,
                    "TMPDIR": folder,
                    **environment,
                },
                timeout=limits.wall_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ChildFailed(Cause.TIME) from None
        if done.returncode:
            raise _failure(name, done.returncode, done.stderr)
        answer.seek(0)
        return json.loads(answer.readline()), answer.read()


def _failure(name: str, code: int, stderr: bytes) -> ChildFailed:
    said = (stderr.decode("utf-8", "replace").strip().splitlines() or [""])[-1][:200]
    causes = {-signal.SIGXCPU: Cause.TIME, -signal.SIGKILL: Cause.TIME, OUT_OF_MEMORY: Cause.MEMORY}
    cause = causes.get(code, Cause.FAULT)
    # The type of an error tells enough: its text could carry what stands in the file.
    log.warning("guarded %s: %s (%s, %s)", name, cause.value, code, said.split(":", 1)[0])
    return ChildFailed(cause, said)


def limit_this_process(limits: Limits) -> None:
    """Binds this process for good."""
    for what, soft, hard in (
        (resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1),
        (resource.RLIMIT_AS, limits.memory_megabytes * MEGABYTE, limits.memory_megabytes * MEGABYTE),
        (resource.RLIMIT_FSIZE, limits.output_megabytes * MEGABYTE, limits.output_megabytes * MEGABYTE),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_NOFILE, 256, 256),
    ):
        resource.setrlimit(what, (soft, hard))


def answer_once() -> None:
    """The child's side: reads one task, binds itself, does it, writes the answer."""
    task = json.loads(sys.stdin.buffer.readline())
    limit_this_process(Limits(**task["limits"]))
    module, function = task["work"].split(":")
    work: Work = getattr(import_module(module), function)
    try:
        value, data = work(sys.stdin.buffer.read(), **task["options"])
        answer = json.dumps(value).encode() + b"\n" + data
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    answer_once()
