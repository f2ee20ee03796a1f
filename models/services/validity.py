"""Whether a row counts on a day: by its own days, and by a newer row about the same thing (models.base.validity)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base.db import among
from models.base.validity import Standing, Validity


def standing(mapped: Any, day: Any) -> sa.ColumnElement[str]:
    """How a row of a table with `__validity__` stands on a day, a date or a parameter."""
    rule, columns = mapped.__validity__, mapped.__table__.c
    since = columns[rule.since]
    ended = [columns[rule.until] < day] if rule.until else []
    ended += [_is_replaced(mapped.__table__, rule, day)] if rule.of else []
    return sa.case(
        (since > day, Standing.AHEAD.value),
        *((one, Standing.ENDED.value) for one in ended),
        else_=Standing.NOW.value,
    )


def in_force(mapped: Any, day: Any) -> sa.ColumnElement[bool]:
    """Whether a row counts on a day."""
    return standing(mapped, day) == Standing.NOW.value


def _is_replaced(table: sa.FromClause, rule: Validity, day: Any) -> sa.ColumnElement[bool]:
    newer = table.alias()
    same = (newer.c[name] == table.c[name] for name in rule.of)
    return sa.exists().where(*same, newer.c[rule.since] > table.c[rule.since], newer.c[rule.since] <= day)


def taken_over_from(session: Session, row: Any, day: Any) -> Any:
    """The other row about the same thing that has counted up to a day; None where there is none, or a newer one takes nothing over."""
    mapped, rule = type(row), row.__validity__
    if not rule or not rule.of:
        return None
    since = getattr(mapped, rule.since)
    same = (getattr(mapped, name) == getattr(row, name) for name in rule.of)
    others = sa.select(mapped).where(*same, since <= day, mapped.id != row.id)
    return session.scalar(others.order_by(since.desc()).limit(1))


def standings(session: Session, mapped: Any, ids: Collection[int], day: Any) -> dict[int, Standing]:
    """How these rows stand on a day, by number."""
    number = mapped.__table__.c.id
    found = session.execute(sa.select(number, standing(mapped, day)).where(among(session, number, ids)))
    return {row_id: Standing(code) for row_id, code in found}
