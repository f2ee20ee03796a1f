"""What a list's address selects: filters, search, order, columns and page, read once and safe whatever stands there.

The same question is asked by the list, the export, the bulk acts and the suggestions. A filter given twice means either value,
different filters mean all of them, or with `match=any` any of them.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from admin.codes import desk_specs, mapped_by_table
from admin.columns import listed_names, sortable_names, visible_names
from admin.filters import ColumnFilter, Limit, filters_of
from admin.ground import Ground, ground_of
from admin.paging import AFTER, BEFORE, Order, Page, Spot, page_at, read_spot
from admin.searching import Searched
from models.base import text
from models.base.db import Base, database
from models.base.errors import DomainError, NotFound
from models.base.numbers import number_in
from models.services.bulk import LIMIT

FILTER = "flt_"
OWN = frozenset({"q", "sort", "page", "size", "columns", "count", "add", "view", "match", AFTER, BEFORE})
SIZES = (20, 50, 100)
LAST_PAGE = 100_000
NUMBERS = {"page": "ページ", "size": "1ページの件数"}
COUNTED = 10_000
MOST_PARTS = 200  # conditions and columns of an address; each condition is a question of its own to the database
TOO_MANY = f"絞り込みと表示する列は、合わせて{MOST_PARTS}個までです。減らしてから、もう一度お試しください。"


class WrongSelection(DomainError):
    """An address asks for something that the list does not have; the text says what."""


@dataclass(frozen=True)
class Chosen:
    """A filter with its value, as typed and as compared."""

    filter: ColumnFilter
    typed: str
    value: Any

    @property
    def joined_by(self) -> str:
        """What is the same of those that are one condition, even where any may hold: from and until of a column, values of a filter."""
        return self.filter.name if isinstance(self.filter, Limit) else self.filter.key

    @property
    def words(self) -> str:
        """As people read it."""
        return f"{self.filter.label}：{dict(self.filter.choices()).get(self.typed, self.typed)}"


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
    is_any: bool = False  # of several conditions any holds, instead of all
    spot: Spot | None = None  # where the page begins; without it, after so many pages

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """The columns to show: the chosen ones, else the table's own."""
        if self.columns:
            return self.columns
        visible = visible_names(self.mapped)
        return tuple(name for name in listed_names(self.mapped) if name in visible)

    @property
    def is_narrowed(self) -> bool:
        """Whether it is less than the whole table."""
        return bool(self.chosen or self.search)

    @cached_property
    def _ground(self) -> Ground:
        names = {one.filter.name for one in self.chosen} | ({self._sorted_by} - {""})
        return ground_of(self.mapped, names, self._sorted_by)

    @property
    def _sorted_by(self) -> str:
        if not self.sort:
            return "place" if "place" in desk_specs(self.mapped) else ""
        return self.sort if self.sort != "id" else ""

    @cached_property
    def _filtered(self) -> list[Any]:
        found = [sa.and_(*self._together(joined_by)) for joined_by in self._joined]
        return [*self._ground.conditions, *([sa.or_(*found)] if self.is_any and found else found)]

    @property
    def _joined(self) -> Collection[str]:
        """The conditions that hold, or of which any holds."""
        return dict.fromkeys(one.joined_by for one in self.chosen)

    def _together(self, joined_by: str) -> Iterator[Any]:
        """What one condition is made of: from and until hold together, a filter that is given twice means either value."""
        for key in dict.fromkeys(one.filter.key for one in self.chosen if one.joined_by == joined_by):
            same = [one for one in self.chosen if one.filter.key == key]
            yield sa.or_(*(one.filter.condition(self._ground.columns[one.filter.name], one.value) for one in same))

    @cached_property
    def _searched(self) -> Searched:
        return Searched(self.mapped, self.search, self._ground.number)

    def conditions(self) -> list[Any]:
        """The SQL of filters and search."""
        return [*self._filtered, *self._searched.conditions()]

    def ordered(self) -> Order:
        """The order; the number decides between equals."""
        column = self._ground.columns.get(self._sorted_by)
        is_down = self.is_descending if self.sort else column is None  # where nobody chose, the newest come first
        return Order(self._ground.number, column, is_down, column is not None and bool(column.nullable))

    def order(self) -> list[Any]:
        """The SQL of the order."""
        return self.ordered().clauses()

    def found(self, *, is_walk: bool = False) -> sa.Select[Any]:
        """The numbers of all rows that match, in no order; `is_walk`: for whoever takes a few of them in order."""
        search = self._searched.walk(database()) if is_walk else self._searched.conditions()
        return sa.select(self._ground.number).select_from(self._ground.source).where(*self._filtered, *search)

    def ids(self) -> sa.Select[Any]:
        """The numbers of all rows that match, in order."""
        return self.found().order_by(*self.order())

    def page_rows(self, session: Session) -> Page:
        """The numbers of the page's rows, in order."""
        return page_at(session, self.found(is_walk=True), self.ordered(), self.spot, self.page * self.size, self.size)

    def count(self, session: Session, limit: int | None = COUNTED + 1) -> int:
        """How many rows match; no further than `limit`, so that a list costs the same however long it is."""
        if limit and self.search and not self._filtered and self._searched.is_counted():
            return self._searched.count_hits(session)
        found = self.found(is_walk=not self._searched.is_broad(session))
        return session.scalar(sa.select(sa.func.count()).select_from(found.limit(limit).subquery())) or 0

    def words(self) -> list[str]:
        """What it asks for, part by part, as people read it."""
        label = "番号" if self.sort == "id" else desk_specs(self.mapped)[self.sort].full_label if self.sort else ""
        return [
            *([f"検索：{self.search}"] if self.search else []),
            *(one.words for one in self.chosen),
            *(["条件のいずれかに合うもの"] if self.is_any else []),
            *([f"並び順：{label}（{'大きい順' if self.is_descending else '小さい順'}）"] if self.sort else []),
            *([f"表示する列：{len(self.columns)}列"] if self.columns else []),
        ]

    def query(self, **changes: Any) -> str:
        """The address's query that says the same, with changes (`page=2`); what is as usual is left out, and so is the spot."""
        one = replace(self, **{"spot": None, **changes})
        pairs = [(FILTER + chosen.filter.key, chosen.typed) for chosen in one.chosen]
        pairs += [("match", "any")] if one.is_any and len(one._joined) > 1 else []
        pairs += [("q", one.search)] if one.search else []
        pairs += [("sort", f"-{one.sort}" if one.is_descending else one.sort)] if one.sort else []
        pairs += [("size", str(one.size))] if one.size != SIZES[1] else []
        pairs += [("columns", name) for name in one.columns]
        pairs += [one.spot.pair] if one.spot else []
        pairs += [("page", str(one.page + 1))] if one.page else []
        return urlencode(pairs)


def read_selection(mapped: type[Base], args: MultiDict[str, str]) -> Selection:
    """The selection that an address asks for; raises WrongSelection naming every part that cannot be meant."""
    if sum(1 for _ in args.items(multi=True)) > MOST_PARTS:
        raise WrongSelection(TOO_MANY)
    wrong: list[str] = []
    visible = visible_names(mapped)
    filters = {key: one for key, one in filters_of(mapped).items() if one.name in visible}
    chosen = tuple(_chosen(filters, args, wrong))
    sort, is_descending = _order(mapped, args, wrong)
    columns = tuple(dict.fromkeys(name for name in args.getlist("columns") if name))
    if unknown := [name for name in columns if name not in visible]:
        wrong.append(f"「{_short(unknown[0])}」という列はありません。")
    page = _number(args, "page", range(1, LAST_PAGE + 1), 1, wrong)
    size = _number(args, "size", SIZES, SIZES[1], wrong)
    if (match := args.get("match", "")) not in {"", "all", "any"}:
        wrong.append(f"条件の組み合わせ「{_short(match)}」は使えません。")
    if wrong:
        raise WrongSelection("".join(wrong))
    read = Selection(
        mapped,
        chosen,
        text.clean(args.get("q", ""))[:100],
        sort,
        is_descending,
        page - 1,
        size,
        columns,
        tuple(key for key in args.getlist("add") if key in filters),
        match == "any",
    )
    return replace(read, spot=_spot(read, args))


def _spot(read: Selection, args: MultiDict[str, str]) -> Spot | None:
    name = AFTER if args.get(AFTER) else BEFORE
    if not (typed := args.get(name, "")):
        return None
    try:
        return read_spot(name == BEFORE, typed, read.ordered())
    except ValueError:
        raise WrongSelection(f"ページの位置「{_short(typed)}」は読み取れません。一覧を開き直してください。") from None


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
    if not name or name == "id" or (name in sortable_names(mapped) and name in visible_names(mapped)):
        return name, asked.startswith("-")
    wrong.append(f"「{_short(name)}」では並べ替えられません。")
    return "", False


def _short(typed: str) -> str:
    return text.clean(typed)[:40]


def _number(args: MultiDict[str, str], name: str, known: Container[int], usual: int, wrong: list[str]) -> int:
    typed = args.get(name, "")
    number = number_in(typed) or 0
    if typed and number not in known:
        wrong.append(f"{NUMBERS[name]}「{_short(typed)}」は使えません。")
    return number or usual


def matching_ids(table_name: str, query: str) -> list[int]:
    """The numbers of all rows that a list's query string (filters, search) selects, in the list's order; one more than a
    bulk act takes at most.

    Raises NotFound for an unknown table and WrongSelection for a query that its list would refuse.
    """
    mapped = mapped_by_table().get(table_name)
    if mapped is None:
        raise NotFound
    pairs = parse_qsl(query, errors="replace")
    return list(database().scalars(read_selection(mapped, MultiDict(pairs)).ids().limit(LIMIT + 1)))
