"""Runs the migrations on the connection that models.migrate hands over."""

from alembic import context

import models.mapping  # noqa: F401 (maps every table)
from models.base.db import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=False,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
