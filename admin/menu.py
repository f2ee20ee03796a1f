"""The desk's navigation: every table by its area, the record types on their own (SPEC §11)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from admin import rights
from admin.codes import INBOX_LABEL, mapped_by_table
from models.base.actor import ADMINISTRATORS, WRITERS, Actor
from models.base.db import Area, Base
from models.base.subjects import Subject
from models.tables.record import Record

PAGES = (
    (INBOX_LABEL, "/"),
    ("集計", "/dashboard"),
    ("一括操作の履歴", "/bulk"),
    ("参考資料のファイル", "/reference-files"),
)
GUIDE = ("窓口の手引き", "/guide")
AREAS = (
    ("申込・取引先・拠点", (Area.APPLICATION,)),
    ("マスタ", (Area.MASTER,)),
    ("アカウント", (Area.ACCESS, Area.STAFF)),
    ("履歴・ログ", (Area.LOG,)),
)
# Pages that stand with the tables of an area, and who sees them.
BESIDE = {
    "アカウント": (
        ("ログイン中の端末", "/sessions", WRITERS),
        ("ログインの履歴", "/logins", ADMINISTRATORS),
    )
}


class Link(NamedTuple):
    """A place to go."""

    text: str
    url: str
    is_current: bool


class Part(NamedTuple):
    """Places under one heading of an area; without a heading where the area has only these."""

    text: str
    links: tuple[Link, ...]


class Group(NamedTuple):
    """Places of one area."""

    text: str
    parts: tuple[Part, ...]

    @property
    def links(self) -> tuple[Link, ...]:
        """All of them."""
        return tuple(link for part in self.parts for link in part.links)

    @property
    def is_current(self) -> bool:
        """Whether the page stands in it."""
        return any(link.is_current for link in self.links)


@cache
def _tables() -> tuple[tuple[str, tuple[type[Base], ...]], ...]:
    records: tuple[type[Base], ...] = (Record, *Record.__subclasses__())
    others = [mapped for mapped in mapped_by_table().values() if not issubclass(mapped, Record)]
    by_area = [(text, tuple(one for area in areas for one in others if one.__area__ is area)) for text, areas in AREAS]
    return (("各情報", records), *by_area)


def pages(prefix: str, path: str) -> Iterator[Link]:
    """The pages of daily work; `prefix` is where the desk is mounted, `path` the page's own address within."""
    return (Link(text, prefix + url, path == url) for text, url in PAGES)


def guide(prefix: str, path: str) -> Link:
    """The guide, which stands in the head of every page."""
    text, url = GUIDE
    return Link(text, prefix + url, path == url)


def navigation(actor: Actor, prefix: str, path: str) -> list[Group]:
    """The tables that the actor may read, by area and subject."""
    found = []
    for text, tables in _tables():
        readable = [mapped for mapped in tables if rights.may_read(actor, mapped)]
        beside = [one for one in BESIDE.get(text, ()) if actor.role in one[2]]
        pages_beside = tuple(Link(name, prefix + url, path == url) for name, url, _ in beside)
        parts = _parts(readable, prefix, path)
        found.append(Group(text, (*parts, Part("", pages_beside)) if pages_beside else parts))
    return [group for group in found if group.links]


def _parts(tables: Sequence[type[Base]], prefix: str, path: str) -> tuple[Part, ...]:
    """The tables by their subjects, in the order of these; headings only where there are several."""
    subjects = [one for one in Subject if any(mapped.__subject__ is one for mapped in tables)]
    return tuple(
        Part(
            one.label if len(subjects) > 1 else "",
            tuple(_link(mapped, prefix, path) for mapped in tables if mapped.__subject__ is one),
        )
        for one in subjects
    )


def _link(mapped: type[Base], prefix: str, path: str) -> Link:
    url = f"/{mapped.__tablename__}/"
    return Link("すべての情報" if mapped is Record else mapped.__label__, prefix + url, path.startswith(url))
