"""How gunicorn runs the portal: it reads this file by itself where it is started from this folder. The command line counts more."""

from __future__ import annotations

import gc
from typing import Any

from app import require_current_database

# In the server before it has workers: what forbids the start is then said once, and ends it, instead of by every worker for ever.
preload_app = True
worker_class = "gthread"


def when_ready(_server: Any) -> None:
    """What was loaded before the workers is theirs for ever: nobody looks through it for garbage again, and all of them share it."""
    gc.collect()
    gc.freeze()


def on_starting(_server: Any) -> None:
    """Refuses a database that is not this version's."""
    require_current_database()
