"""What waits for the desk, as the inbox shows it: the filters of its address, counts, and the page in its order (SPEC §11)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session, joinedload, raiseload

from admin.searching import Searched
from admin.selection import WrongSelection
from models.base import text
from models.base.actor import Actor
from models.base.clock import today
from models.base.numbers import number_in
from models.base.workflow import Side, Status
from models.services.bulk import LIMIT
from models.tables.record import Record, waiting_for
from models.tables.request import Request
from models.tables.site import Site

SIZE = 50
BROAD = 1_000  # rows that have the words: with more, it is quicker to look at those that wait
LAST_PAGE = 10_000
WHOSE = {"mine": "自分の担当", "none": "未割当", "": "すべて"}
LATE = "late"
NAMES = {
    "type": "情報の種類",
    "status": "ステータス",
    "whose": "担当",
    "due": "提出締切日",
    "q": "文字か番号",
    "page": "ページ",
}


@dataclass(frozen=True)
class Filters:
    """The inbox's filters; all of them stand in its address."""

    type: str = ""
    status: str = ""
    whose: str = ""
    due: str = ""  # LATE: only what is overdue
    q: str = ""
    page: int = 1

    def query(self, **changes: Any) -> str:
        """The address's query with some filters changed; a changed filter starts at the first page."""
        changed = replace(self, **{"page": 1, **changes})
        given = [(one.name, getattr(changed, one.name)) for one in fields(changed)]
        return urlencode([(name, value) for name, value in given if value and (name, value) != ("page", 1)])

    def words(self) -> list[str]:
        """What it asks for, part by part, as people read it."""
        given = {
            "type": types_by_code()[self.type].__label__ if self.type else "",
            "status": Status(self.status).desk_label if self.status else "",
            "whose": WHOSE[self.whose] if self.whose else "",
            "due": "期限を過ぎたもの" if self.due else "",
            "q": self.q,
        }
        return [f"{NAMES[name]}：{words}" for name, words in given.items() if words]

    @cached_property
    def searched(self) -> Searched:
        """What the search means; of numbers, only the request's."""
        return Searched(Record, self.q, Record.id, ("request_id",))

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the page was chosen."""
        return bool(self.query())


def types_by_code() -> dict[str, type[Record]]:
    """Every record type by its code."""
    return {kind.type_code(): kind for kind in Record.__subclasses__()}


def read_filters(query: str) -> Filters:
    """The filters of an address; raises WrongSelection that names everything that cannot be meant."""
    given = dict(parse_qsl(query, keep_blank_values=True))
    given.pop("view", None)  # which saved view one did not want (admin.saved_views)
    if wrong := list(_wrong(given)):
        raise WrongSelection("".join(wrong))
    page = int(given.get("page") or 1)
    words = text.clean(given.get("q", ""))
    chosen = {name: given.get(name, "") for name in ("type", "status", "whose", "due")}
    return Filters(**chosen, q=words, page=page)


def _wrong(given: Mapping[str, str]) -> Iterator[str]:
    for name, value in given.items():
        if name not in NAMES:
            yield f"絞り込みの条件「{name[:40]}」はありません。"
        elif value and not _is_known(name, value):
            yield f"絞り込み「{NAMES[name]}」の値「{value[:40]}」は使えません。"


def _is_known(name: str, value: str) -> bool:
    if name == "page":
        return bool(number_in(value, LAST_PAGE))
    if name == "q":
        return len(value) <= 100
    known: dict[str, set[Any]] = {
        "type": set(types_by_code()),
        "status": set(Status),
        "whose": set(WHOSE),
        "due": {LATE},
    }
    return value in known[name]


def _narrowed(session: Session, found: Select[Any], filters: Filters, actor: Actor) -> Select[Any]:
    """The question about records that wait, narrowed by the filters."""
    found = found.where(*_waiting(session, filters))
    if filters.type:
        found = found.where(Record.type == filters.type)
    if filters.status:
        found = found.where(Record.status_code == filters.status)
    if filters.whose:
        found = found.where(_is_of(actor) if filters.whose == "mine" else Record.assignee_id.is_(None))
    return found.where(_is_overdue()) if filters.due else found


def _waiting(session: Session, filters: Filters) -> list[ColumnElement[bool]]:
    """What waits and is found by the search; few rows wait, so that a word of very many rows is looked for in these."""
    return [waiting_for(Side.PROVIDER), *(filters.searched.walk(session, BROAD) if filters.q else ())]


def _is_of(actor: Actor) -> ColumnElement[bool]:
    return and_(Record.assignee_id.is_not(None), Record.assignee_id == actor.id)


def _is_overdue() -> ColumnElement[bool]:
    return and_(Record.due_on.is_not(None), Record.due_on < today())


@dataclass
class Counts:
    """How many wait, by type and status, by whose work they are, and how many of the chosen ones are overdue; `all` whatever their due date."""

    cells: Counter[tuple[str, str]]
    whose: Counter[str]
    total: int = 0
    overdue: int = 0
    all: int = 0

    def at(self, kind: str, status: str) -> int:
        """How many are of that type at that status; an empty code means any."""
        return sum(number for (one, at), number in self.cells.items() if kind in {"", one} and status in {"", at})


def counts_of(session: Session, filters: Filters, actor: Actor) -> Counts:
    """The numbers beside the filters: each says what choosing it would give."""
    overdue, mine, nobodys = (_counted(one) for one in (_is_overdue(), _is_of(actor), Record.assignee_id.is_(None)))
    keys = (Record.type, Record.status_code, mine, nobodys)
    grouped = select(*keys, func.count(), func.sum(overdue)).where(*_waiting(session, filters)).group_by(*keys)
    counts = Counts(Counter(), Counter(dict.fromkeys(WHOSE, 0)))
    for code, status, is_mine, is_nobodys, every, late in session.execute(grouped):
        count = late if filters.due else every
        whose = {"": True, "mine": bool(is_mine), "none": bool(is_nobodys)}
        is_of_type, is_at_status = filters.type in {"", code}, filters.status in {"", status}
        if whose[filters.whose]:
            counts.cells[code, status] += count
        if is_of_type and is_at_status:
            counts.whose.update({one: count for one, is_so in whose.items() if is_so})
        if whose[filters.whose] and is_of_type and is_at_status:
            counts.total += count
            counts.overdue += late
            counts.all += every
    return counts


def _counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def page_of(session: Session, filters: Filters, actor: Actor, overdue: int) -> Sequence[Record]:
    """The records of the page: overdue ones first, then those that wait longest. Their types' own tables are not read."""
    first = (filters.page - 1) * SIZE
    site = joinedload(Record.request).joinedload(Request.site)
    ways = (site.joinedload(Site.customer), joinedload(Record.assignee), raiseload("*"))
    found = _narrowed(session, select(Record), filters, actor).options(*ways)
    # Two questions in the order of two indexes: one over both would sort all that wait.
    late = found.where(_is_overdue()).order_by(Record.due_on, Record.status_changed_at, Record.id)
    rest = found.where(~_is_overdue()).order_by(Record.status_changed_at, Record.id)
    rows = list(session.scalars(late.offset(first).limit(SIZE))) if first < overdue else []
    if len(rows) < SIZE and not filters.due:
        rows += session.scalars(rest.offset(max(first - overdue, 0)).limit(SIZE - len(rows)))
    return rows


def ids_of_inbox(session: Session, query: str, actor: Actor) -> list[int]:
    """The numbers of all records that an inbox's address finds, one more than a bulk act takes at most. Raises WrongSelection."""
    found = _narrowed(session, select(Record.id), read_filters(query), actor)
    return list(session.scalars(found.order_by(Record.id).limit(LIMIT + 1)))
