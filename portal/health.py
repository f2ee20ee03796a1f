"""Whether database, migrations and worker are well, for machines."""

from __future__ import annotations

from flask import jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from models.base.clock import now
from models.base.db import database
from models.services.migrating import is_current
from models.services.worker import CHORES, SILENCE
from models.tables.worker import Heartbeat
from portal.access import for_machines
from portal.blueprint import portal


@portal.get("/healthz")
@for_machines
def show_health() -> ResponseReturnValue:
    """200 when all is well, else 503; says which part is not."""
    parts = {"database": False, "migrations": False, "worker": False}
    try:
        session = database()
        parts["migrations"] = is_current(session.connection())
        parts["database"] = True
        seen = session.scalar(
            select(func.max(Heartbeat.seen_at)).where(Heartbeat.worker.not_in([chore.name for chore in CHORES]))
        )
        parts["worker"] = seen is not None and now() - seen < SILENCE
    except SQLAlchemyError:
        database.rollback()
    return jsonify(parts), 200 if all(parts.values()) else 503
