"""Runs the migrations on the connection that models.migrate hands over."""

from typing import Literal

from alembic import context
from alembic.operations import MigrationScript
from sqlalchemy import TypeDecorator

import models.mapping  # noqa: F401 (maps every table)
from models.base.db import Base
from models.services.migrating import is_compared


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """A column is written as what the database keeps: a migration outlives the types of the models."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def only_with_content(_context: object, _revision: object, directives: list[MigrationScript]) -> None:
    """Where models and migrations agree, no file is written."""
    if directives and directives[0].upgrade_ops is not None and directives[0].upgrade_ops.is_empty():
        directives.clear()


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes a table by making it anew
    compare_type=True,
    include_object=is_compared,
    render_item=render_item,
    process_revision_directives=only_with_content,
)
with context.begin_transaction():
    context.run_migrations()
