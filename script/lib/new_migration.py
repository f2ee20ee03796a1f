"""Drafts the next migration: `new_migration.py <what it does>`; prints where it lies."""

import sys
import tempfile
import warnings
from pathlib import Path

import models.mapping  # noqa: F401 (maps every table)
from models.base.db import make_engine
from models.services.migrating import NothingToMigrate, draft

if __name__ == "__main__":
    warnings.filterwarnings(
        "ignore", message="Cannot correctly sort tables"
    )  # a site and its open rename name each other
    [what] = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/empty.sqlite")
        try:
            print(draft(engine, what).relative_to(Path.cwd()))
        except NothingToMigrate as agreed:
            sys.exit(f"✗ {agreed}")
        finally:
            engine.dispose()
