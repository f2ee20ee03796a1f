"""CHECKs of tables that are in use: SQLite cannot add one without copying the table, which rows of other tables refer to.

Its documentation describes the other way, which is taken here: the text of the table's declaration is changed in place. What
would be false already is looked for first, as PostgreSQL does by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

import sqlalchemy as sa
from alembic import op

Rules = Sequence[tuple[str, str]]  # (name without the table's, SQL)


def add_checks(table: str, rules: Rules) -> None:
    """Adds the rules as `ck_<table>_<name>`; raises where a row breaks one."""
    if op.get_bind().dialect.name == "sqlite":
        for _name, rule in rules:
            _refuse_rows_that_break(table, rule)
        more = "".join(_said(table, name, rule) for name, rule in rules)
        _rewrite(table, lambda declared: f"{declared.rstrip().removesuffix(')')}{more})")
        return
    added = ", ".join(f'ADD CONSTRAINT "ck_{table}_{name}" CHECK ({rule})' for name, rule in rules)
    op.execute("SET LOCAL statement_timeout = 0")  # a big table takes longer than a request may
    op.execute(f'ALTER TABLE "{table}" {added}')


def drop_checks(table: str, rules: Rules) -> None:
    """Takes them away again."""
    if op.get_bind().dialect.name == "sqlite":
        gone = [_said(table, name, rule) for name, rule in rules]
        _rewrite(table, lambda declared: reduce(lambda left, said: left.replace(said, ""), gone, declared))
        return
    dropped = ", ".join(f'DROP CONSTRAINT "ck_{table}_{name}"' for name, _rule in rules)
    op.execute(f'ALTER TABLE "{table}" {dropped}')


def _said(table: str, name: str, rule: str) -> str:
    return f", CONSTRAINT ck_{table}_{name} CHECK ({rule})"


def _refuse_rows_that_break(table: str, rule: str) -> None:
    broken = op.get_bind().scalar(sa.text(f'SELECT count(*) FROM "{table}" WHERE NOT ({rule})'))  # nosec B608
    if broken:
        raise ValueError(f"{broken} rows of {table} are not as they must be: {rule}")


def _rewrite(table: str, change: Callable[[str], str]) -> None:
    connection = op.get_bind()
    place = sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table")
    declared = connection.scalar(place, {"table": table})
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.execute(
        sa.text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :table"),
        {"sql": change(declared), "table": table},
    )
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar()
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")
