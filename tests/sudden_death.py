"""Acts that are killed (SIGKILL) in the middle, in a process of their own: at any word to the database, or before the commit."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event

from models.base.db import connect, database

# A point of an act besides its statements, which are numbered from 1 on.
BEFORE_COMMIT = -1


def is_killed(db: Engine, point: int, act: Callable[[], Any]) -> bool:
    """Does the act on that database in a process that dies at the point; False when it ended before it got there."""
    database.remove()
    db.dispose()  # no connection is known to two processes
    pid = os.fork()
    if pid == 0:
        _live(db.url.render_as_string(hide_password=False), point, act)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.waitstatus_to_exitcode(status) == 0, "the act failed: see the captured output"
    return False


def _live(url: str, point: int, act: Callable[[], Any]) -> None:
    code = 1
    try:
        engine, said = connect(url), iter(range(1, 1_000_000))
        event.listen(engine, "before_cursor_execute", lambda *_: _die_if(next(said) == point))
        event.listen(engine, "commit", lambda _: _die_if(point == BEFORE_COMMIT))
        act()
        code = 0
    except BaseException:  # noqa: BLE001 (the child of a test must never return into it)
        traceback.print_exc()
    finally:
        os._exit(code)


def _die_if(is_time: bool) -> None:
    if is_time:
        os.kill(os.getpid(), signal.SIGKILL)
