"""The desk's navigation: every table by its area, the record types on their own (SPEC §11)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from admin import rights
from admin.codes import mapped_by_table
from models.base.actor import ADMINISTRATORS, WRITERS, Actor
from models.base.db import Area, Base
from models.tables.record import Record

PAGES = (
    ("受付箱", "/"),
    ("集計", "/dashboard"),
    ("一括操作の履歴", "/bulk"),
    ("参考資料のファイル", "/reference-files"),
)
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


class Group(NamedTuple):
    """Places of one area."""

    text: str
    links: tuple[Link, ...]

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


def navigation(actor: Actor, prefix: str, path: str) -> list[Group]:
    """The tables that the actor may read, by area."""
    found = []
    for text, tables in _tables():
        readable = [mapped for mapped in tables if rights.may_read(actor, mapped)]
        beside = [one for one in BESIDE.get(text, ()) if actor.role in one[2]]
        links = [_link(mapped, prefix, path) for mapped in readable]
        links += [Link(name, prefix + url, path == url) for name, url, _ in beside]
        found.append(Group(text, tuple(links)))
    return [group for group in found if group.links]


def _link(mapped: type[Base], prefix: str, path: str) -> Link:
    url = f"/{mapped.__tablename__}/"
    return Link("すべての情報" if mapped is Record else mapped.__label__, prefix + url, path.startswith(url))
