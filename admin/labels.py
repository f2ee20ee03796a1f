"""What the rows that others refer to are called: one query for each table, however many rows are listed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import inspect as inspect_mapping
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from admin.codes import mapped_by_table
from models.base.choices import MasterChoice
from models.base.fields import Spec
from models.base.technical import Reference
from models.services.queries import site_labels
from models.tables.site import Site

CHUNK = 500


class Labels:
    """The names of the rows that some rows refer to."""

    def __init__(self, session: Session, rows: Sequence[Any], specs: Mapping[str, Spec]) -> None:
        self._references: dict[tuple[str, Any], str] = {}
        for table, ids in _wanted(rows, specs, Reference).items():
            found = row_labels(session, mapped_by_table()[table], ids)
            self._references |= {(table, row_id): label for row_id, label in found.items()}
        for table, codes in _wanted(rows, specs, MasterChoice).items():
            mapped: Any = mapped_by_table()[table]
            for row in session.scalars(select(mapped).where(mapped.code.in_(codes)).options(*ways_to_names(mapped))):
                self._references[table, row.code] = str(row)

    def show(self, spec: Spec, value: Any) -> str:
        """A value for reading: references and codes by name, everything else as its kind shows it."""
        if isinstance(spec.kind, Reference | MasterChoice):
            return "" if value is None else self._references.get((spec.kind.table, value), str(value))
        try:
            return spec.kind.show(value)
        except ValueError:  # a code that this version no longer knows
            return str(value)


def _wanted(
    rows: Sequence[Any], specs: Mapping[str, Spec], kind: type[Reference] | type[MasterChoice]
) -> dict[str, set[Any]]:
    found: dict[str, set[Any]] = defaultdict(set)
    for name, spec in specs.items():
        if isinstance(spec.kind, kind):
            found[spec.kind.table] |= {getattr(row, name) for row in rows} - {None}
    return {table: values for table, values in found.items() if values}


def row_labels(session: Session, mapped: Any, ids: Iterable[int]) -> dict[int, str]:
    """How rows name themselves, by number."""
    wanted = sorted(set(ids))
    found: dict[int, str] = {}
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        rows = session.scalars(select(mapped).where(mapped.id.in_(part)).options(*ways_to_names(mapped))).all()
        found |= name_rows(session, mapped, rows)
    return found


def ways_to_names(mapped: Any) -> list[Any]:
    """What rows need to name themselves, to be read with them."""
    relations = inspect_mapping(mapped).relationships
    return [joinedload(one.class_attribute) for one in relations if one.direction.name == "MANYTOONE"]


def name_rows(session: Session, mapped: Any, rows: Iterable[Any]) -> dict[int, str]:
    """Loaded rows by number with their names."""
    found = {row.id: str(row) for row in rows}
    return {**found, **site_labels(session, found)} if mapped is Site and found else found
