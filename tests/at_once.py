"""Acts of several people at the same moment."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

from models.base.db import database
from models.base.errors import DomainError


def at_once(acts: list[Any]) -> list[Any]:
    """What came of acts that all start at the same moment, in threads of their own."""
    barrier, found = Barrier(len(acts)), []

    def run(act: Any) -> None:
        barrier.wait()
        try:
            found.append(act())
        except DomainError as error:
            found.append(error)
        finally:
            database.remove()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
