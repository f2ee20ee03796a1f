"""Whether database, migrations and worker are well, for machines."""

from __future__ import annotations

from flask import jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from models.base.db import database
from models.services.migrating import is_current
from models.services.worker import living_workers
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
        parts["worker"] = bool(living_workers(session))
    except SQLAlchemyError:
        database.rollback()
    return jsonify(parts), 200 if all(parts.values()) else 503
