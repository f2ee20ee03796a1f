"""Commands and scripts as the machine's operator runs them: processes with exactly the settings of an installation."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SECRET = "b1946ac92492d2347c6235b4d2611184f8c1e2a07d35"
PRODUCTION = {
    "SECRET_KEY": SECRET,
    "TRUSTED_HOSTS": "portal.example.jp",
    "PUBLIC_BASE_URL": "https://portal.example.jp",
    "MAIL_URL": "smtp://mail.example.jp",
    "MAIL_FROM": "portal@example.jp",
    "DESK_MAIL": "desk@example.jp",
}
KEPT = {"PATH", "HOME", "LANG"}
Ended = subprocess.CompletedProcess[str]


def environment(**changed: str) -> dict[str, str]:
    """The environment of an installation; an empty value unsets a variable."""
    known = {name: value for name, value in os.environ.items() if name in KEPT}
    return {**known, **{name: value for name, value in {**PRODUCTION, **changed}.items() if value}}


def run(folder: Path, *command: str, cwd: str = str(ROOT), **changed: str) -> Ended:
    """A command of ours, on a database of its own in the folder unless another is named."""
    known = environment(**{"DATABASE_URL": f"sqlite:///{folder}/portal.sqlite", **changed})
    return subprocess.run(command, cwd=cwd, env=known, capture_output=True, text=True, timeout=120, check=False)


def flask(folder: Path, *command: str, **changed: str) -> Ended:
    """`flask --app app …` in the same way."""
    return run(folder, sys.executable, "-m", "flask", "--app", "app", *command, **changed)
