"""What the rows that others refer to are called: one query for each table, however many rows are listed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, cast

from sqlalchemy import inspect as inspect_mapping
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from admin.codes import mapped_by_table
from models.base.choices import Choice, MasterChoice, MasterChoices
from models.base.db import Base, among, kept
from models.base.fields import Spec
from models.base.technical import Reference
from models.services.queries import site_labels
from models.tables.site import Site

KNOWN = 10_000  # names that are kept while many rows are written


class Labels:
    """The names of the rows that some rows refer to."""

    def __init__(self, session: Session, rows: Sequence[Any], specs: Mapping[str, Spec]) -> None:
        self._session = session
        self._names: dict[str, dict[Any, str]] = defaultdict(dict)  # by table
        self._all: dict[str, Mapping[str, str]] = {}  # by table whose codes stand in lists
        referring = {name: spec for name, spec in specs.items() if isinstance(spec.kind, Reference | MasterChoice)}
        self.learn({name: {getattr(row, name) for row in rows} for name in referring}, referring)

    def learn(self, values: Mapping[str, Collection[Any]], specs: Mapping[str, Spec]) -> None:
        """Reads the names of what these values of references and codes refer to, unless they are known."""
        wanted: dict[tuple[str, bool], set[Any]] = defaultdict(set)
        for name, spec in specs.items():
            kind: Any = spec.kind
            if len(self._names[kind.table]) > KNOWN:
                self._names[kind.table].clear()
            wanted[kind.table, isinstance(kind, Reference)] |= set(values[name]) - {None}
        for (table, is_number), keys in wanted.items():
            names, find = self._names[table], row_labels if is_number else _coded_labels
            if unknown := keys - names.keys():
                names |= find(self._session, mapped_by_table()[table], unknown)

    def show(self, spec: Spec, value: Any) -> str:
        """A value for reading: references and codes by name, everything else as its kind shows it."""
        return self.writer(spec)(value)

    def writer(self, spec: Spec) -> Callable[[Any], str]:
        """What shows the values of a column, found once for all of its rows."""
        kind = spec.kind
        if isinstance(kind, Reference | MasterChoice):
            names = self._names[kind.table]
            return lambda value: "" if value is None else names.get(value) or str(value)
        if isinstance(kind, MasterChoices):
            listed = self._all_of(kind.table)
            return lambda value: "、".join(listed.get(code) or code for code in value or ())
        return partial(_choice, kind) if isinstance(kind, Choice) else kind.show

    def _all_of(self, table: str) -> Mapping[str, str]:
        """The names of a master table whose codes stand in lists: it has few rows, and a column of lists may name any of them."""
        if table not in self._all:
            self._all[table] = {row.code: str(row) for row in coded_rows(self._session, mapped_by_table()[table])}
        return self._all[table]


def named_by_columns(mapped: type[Base]) -> tuple[str, ...]:
    """The columns that a row of the table is named by, the number first; none where names take more than its own columns."""
    is_named_so = mapped.__str__ is Base.__str__ and mapped is not Site
    return tuple(dict.fromkeys(("id", *mapped.__named_by__))) if is_named_so else ()


def _choice(kind: Choice, value: Any) -> str:
    try:
        return kind.show(value)
    except ValueError:  # a code that this version no longer knows
        return str(value)


def _coded_labels(session: Session, mapped: Any, codes: Collection[str]) -> dict[str, str]:
    return {row.code: str(row) for row in coded_rows(session, mapped) if row.code in codes}


def coded_rows(session: Session, mapped: Any) -> Sequence[Any]:
    """All rows of a master table in their order; there are few, and a page's columns and filters ask for them together."""
    if (found := kept(session).get(mapped)) is None:
        asked = select(mapped).options(*ways_to_names(mapped)).order_by(mapped.place, mapped.id)
        found = kept(session)[mapped] = session.scalars(asked).all()
    return cast(Sequence[Any], found)


def row_labels(session: Session, mapped: Any, ids: Iterable[int]) -> dict[int, str]:
    """How rows name themselves, by number; only what their names are made from is read."""
    wanted = sorted(set(ids))
    if mapped is Site:
        there = session.scalars(select(Site.id).where(among(session, Site.id, wanted)))
        return site_labels(session, there)
    if names := named_by_columns(mapped):
        columns = [getattr(mapped, name) for name in names]
        found = session.execute(select(*columns).where(among(session, mapped.id, wanted)))
        return {row.id: mapped.name_from(row) for row in found}
    rows = session.scalars(select(mapped).where(among(session, mapped.id, wanted)).options(*ways_to_names(mapped)))
    return name_rows(session, mapped, rows)


def ways_to_names(mapped: Any) -> list[Any]:
    """What rows need to name themselves, to be read with them."""
    relations = inspect_mapping(mapped).relationships
    return [joinedload(one.class_attribute) for one in relations if one.direction.name == "MANYTOONE"]


def name_rows(session: Session, mapped: Any, rows: Iterable[Any]) -> dict[int, str]:
    """Loaded rows by number with their names."""
    found = {row.id: str(row) for row in rows}
    return {**found, **site_labels(session, found)} if mapped is Site and found else found
