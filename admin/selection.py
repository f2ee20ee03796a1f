"""What a list's address selects: filters, search, order, columns and page, read once and safe whatever stands there.

The same question is asked by the list, the export, the bulk acts and the suggestions. A filter given twice means either value,
different filters mean all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from admin.codes import desk_specs, mapped_by_table
from admin.columns import listed_names, readable_names
from admin.filters import ColumnFilter, filters_of
from admin.searching import search_conditions
from models.base import text
from models.base.db import Base, database
from models.base.errors import DomainError, NotFound

FILTER = "flt_"
OWN = frozenset({"q", "sort", "page", "size", "columns", "count", "add", "view"})
SIZES = (20, 50, 100)
LAST_PAGE = 100_000
COUNTED = 1_000


class WrongSelection(DomainError):
    """An address asks for something that the list does not have; the text says what."""


@dataclass(frozen=True)
class Chosen:
    """A filter with its value, as typed and as compared."""

    filter: ColumnFilter
    typed: str
    value: Any


@dataclass(frozen=True)
class Selection:
    """Rows of a table, in an order, a page of them, and the columns to show."""

    mapped: type[Base]
    chosen: tuple[Chosen, ...] = ()
    search: str = ""
    sort: str = ""
    is_descending: bool = False
    page: int = 0
    size: int = SIZES[1]
    columns: tuple[str, ...] = ()
    added: tuple[str, ...] = field(default=(), compare=False)

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns to show: the chosen ones, else the table's own."""
        return self.columns or listed_names(self.mapped)

    @property
    def is_narrowed(self) -> bool:
        """Whether it is less than the whole table."""
        return bool(self.chosen or self.search)

    def conditions(self) -> list[Any]:
        """The SQL of filters and search."""
        found = []
        for key in dict.fromkeys(one.filter.key for one in self.chosen):
            same = [one for one in self.chosen if one.filter.key == key]
            column = getattr(self.mapped, same[0].filter.name)
            found.append(sa.or_(*(one.filter.condition(column, one.value) for one in same)))
        return [*found, *search_conditions(self.mapped, self.search)]

    def order(self) -> list[Any]:
        """The SQL of the order; the number decides between equals."""
        mapped: Any = self.mapped
        if self.sort and self.sort != "id":
            column = getattr(mapped, self.sort)
            return [column.desc() if self.is_descending else column, mapped.id.desc()]
        if not self.sort and "place" in desk_specs(mapped):
            return [mapped.place, mapped.id]
        return [mapped.id if self.sort and not self.is_descending else mapped.id.desc()]

    def ids(self) -> sa.Select[Any]:
        """The numbers of all rows that match, in order."""
        mapped: Any = self.mapped
        return sa.select(mapped.id).where(*self.conditions()).order_by(*self.order())

    def count(self, session: Session, limit: int | None = COUNTED + 1) -> int:
        """How many rows match; no further than `limit`, so that a list costs the same however long it is."""
        mapped: Any = self.mapped
        rows = sa.select(mapped.id).where(*self.conditions()).limit(limit).subquery()
        return session.scalar(sa.select(sa.func.count()).select_from(rows)) or 0

    def query(self, **changes: Any) -> str:
        """The address's query that says the same, with changes (`page=2`); what is as usual is left out."""
        one = replace(self, **changes)
        pairs = [(FILTER + chosen.filter.key, chosen.typed) for chosen in one.chosen]
        pairs += [("q", one.search)] if one.search else []
        pairs += [("sort", f"-{one.sort}" if one.is_descending else one.sort)] if one.sort else []
        pairs += [("size", str(one.size))] if one.size != SIZES[1] else []
        pairs += [("columns", name) for name in one.columns]
        pairs += [("page", str(one.page + 1))] if one.page else []
        return urlencode(pairs)


def read_selection(mapped: type[Base], args: MultiDict[str, str]) -> Selection:
    """The selection that an address asks for; raises WrongSelection naming every part that cannot be meant."""
    wrong: list[str] = []
    filters = filters_of(mapped)
    chosen = tuple(_chosen(filters, args, wrong))
    sort, is_descending = _order(mapped, args, wrong)
    columns = tuple(dict.fromkeys(name for name in args.getlist("columns") if name))
    if unknown := [name for name in columns if name not in readable_names(mapped)]:
        wrong.append(f"「{_short(unknown[0])}」という列はありません。")
    if wrong:
        raise WrongSelection("".join(wrong))
    size = _whole(args.get("size"))
    return Selection(
        mapped,
        chosen,
        text.clean(args.get("q", ""))[:100],
        sort,
        is_descending,
        min(max(_whole(args.get("page")) - 1, 0), LAST_PAGE),
        size if size in SIZES else SIZES[1],
        columns,
        tuple(key for key in args.getlist("add") if key in filters),
    )


def _chosen(filters: dict[str, ColumnFilter], args: MultiDict[str, str], wrong: list[str]) -> Iterator[Chosen]:
    for name, typed in args.items(multi=True):
        value = text.clean(typed)
        if name in OWN or not value:
            continue
        one = filters.get(name.removeprefix(FILTER)) if name.startswith(FILTER) else None
        if one is None:
            wrong.append(f"「{_short(name)}」という絞り込みはありません。")
            continue
        try:
            yield Chosen(one, value, one.clean(value))
        except ValueError as problem:
            wrong.append(f"絞り込み「{one.label}」の値「{_short(value)}」は使えません：{problem}。")


def _order(mapped: type[Base], args: MultiDict[str, str], wrong: list[str]) -> tuple[str, bool]:
    asked = args.get("sort", "")
    name = asked.removeprefix("-")
    if not name or name == "id" or name in readable_names(mapped):
        return name, asked.startswith("-")
    wrong.append(f"「{_short(name)}」では並べ替えられません。")
    return "", False


def _short(typed: str) -> str:
    return text.clean(typed)[:40]


def _whole(typed: str | None) -> int:
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) <= 9 else 0


def matching_ids(table_name: str, query: str) -> list[int]:
    """The numbers of all rows that a list's query string (filters, search) selects, in the list's order.

    Raises NotFound for an unknown table and WrongSelection for a query that its list would refuse.
    """
    mapped = mapped_by_table().get(table_name)
    if mapped is None:
        raise NotFound
    pairs = parse_qsl(query, errors="replace")
    return list(database().scalars(read_selection(mapped, MultiDict(pairs)).ids()))
