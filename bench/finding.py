"""What searches find the copies by: the templates' entries with the copies' own names in their lines, quicker than row by row.

models.services.search_texts says what an entry holds; `wrong_entries` of models.services.search_index finds none that it would
have written otherwise.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import sqlalchemy as sa
from copying import FIRST, Own, is_postgresql, rows, write

import models.mapping  # noqa: F401 (maps every table)
from models.base.db import Base, make_engine
from models.base.text import bigrams, fold
from models.services.search_texts import head_of, key_of, texts_of
from models.tables.account import Account
from models.tables.customer import Customer
from models.tables.record import Record
from models.tables.request import Request
from models.tables.search import BETWEEN
from models.tables.site import Site

TYPES = [kind.type_code() for kind in sorted(Record.__subclasses__(), key=lambda kind: kind.__tablename__)]
NAMES = ["table_name", "row_id", "text", "grams"]
MANY = 1_000
OF_COMPANY = {"customer", "account"}
FIRST_LOGIN = "SELECT id, customer_id, user_name FROM account ORDER BY id LIMIT 1"
# What the templates are called, which is what a copy is called otherwise: by the attribute of Own that says how.
COMPANY, SHORT, CONTRACTOR, MAIL = "株式会社ひながた", "hinagata", "ひな形建設", "hinagata@example.jp"


def location_of(menu: str) -> str:
    """What the site of a menu's template is called."""
    return menu[:12]


def login_of(menu: str) -> str:
    """The user name of a menu's template."""
    return f"login-{menu}"


@dataclass(frozen=True)
class Lines:
    """The text of one template row: lines that stay, and names of attributes of Own for those that are the copy's."""

    table: str
    place: int  # of a record among those of its application, else 0
    heads: tuple[str, ...]
    lines: tuple[tuple[str, bool], ...]


def lines_of(connection: sa.Connection, mapped: type[Base], row_id: int, slots: dict[str, str]) -> Lines:
    """The template's text with its own names taken out."""
    found = texts_of(connection, mapped, [row_id])[row_id].split("\n")
    place = TYPES.index(mapped.type_code()) if issubclass(mapped, Record) else 0
    heads = tuple(dict.fromkeys((f"@{key_of(mapped)}", head_of(mapped))))
    return Lines(key_of(mapped), place, heads, tuple((slots.get(line, line), line in slots) for line in found))


def templates(connection: sa.Connection) -> list[list[Lines]]:
    """The company with its login; then for each template of bench_template its site, its request and its records."""
    kinds: dict[str, type[Base]] = {kind.type_code(): kind for kind in Record.__subclasses__()}
    found: list[list[Lines]] = []
    account, company, user_name = connection.execute(sa.text(FIRST_LOGIN)).one()
    slots = {fold(COMPANY): "company_name", fold(MAIL): "mail", fold(user_name): "user_name"}
    found.append([lines_of(connection, Customer, company, slots), lines_of(connection, Account, account, slots)])
    asked = "SELECT b.request_id, b.site_id, n.location_name FROM bench_template b JOIN record r ON r.request_id = b.request_id"
    asked += " JOIN site_name_record n ON n.id = r.id ORDER BY b.template"
    for request_id, site_id, location in connection.execute(sa.text(asked)).all():
        slots = {fold(COMPANY): "company_name", fold(SHORT): "short_name", fold(location): "location"}
        mine = [lines_of(connection, Site, site_id, slots), lines_of(connection, Request, request_id, slots)]
        records = sa.text(f"SELECT id, type FROM record WHERE request_id = {request_id} AND id < {FIRST} ORDER BY id")
        for record_id, code in connection.execute(records).all():
            named = {**slots, fold(CONTRACTOR): "name"} if code == "contract" else slots
            mine.append(lines_of(connection, kinds[code], record_id, named))
        found.append(mine)
    return found


class Words(dict[str, Any]):
    """The pairs of a line, made once for each that is asked for."""

    def __init__(self, is_set: bool) -> None:
        super().__init__()
        self.is_set = is_set

    def __missing__(self, line: str) -> Any:
        words = line.split()
        if self.is_set:
            made: Any = frozenset(pair for word in words for pair in bigrams(word))
        else:
            made = " ".join(" ".join([*bigrams(word), BETWEEN]) for word in words)
        if len(self) > MANY:
            self.clear()
        self[line] = made
        return made


class Quoted(dict[str, str]):
    """Pairs as they stand in an array that COPY reads."""

    def __missing__(self, pair: str) -> str:
        inner = pair.replace("\\", "\\\\").replace('"', '\\"')
        self[pair] = made = f'"{inner}"'.replace("\\", "\\\\")
        return made


def entries(own: Own, mine: Iterable[Lines], words: Words) -> Iterator[tuple[str, int, str, Any]]:
    """(table, row, text, pairs) of each row of an application; pairs are a set, or a text in their order."""
    folded: dict[str, str] = {}
    for one in mine:
        for line, is_own in one.lines:
            if is_own and line not in folded:
                folded[line] = fold(getattr(own, line))
        said = list(dict.fromkeys(folded[line] if is_own else line for line, is_own in one.lines))
        number = own.company if one.table in OF_COMPANY else own.i
        row_id = FIRST + number * 8 + one.place if one.table == "record" else FIRST + number
        if words.is_set:
            yield one.table, row_id, "\n".join(said), set(one.heads).union(*map(words.__getitem__, said))
        else:
            yield one.table, row_id, "\n".join(said), " ".join([*one.heads, *map(words.__getitem__, said)])


def of_part(
    count: int, start: int, stop: int, found: list[list[Lines]], words: Words
) -> Iterator[tuple[str, int, str, Any]]:
    """The entries of some of the applications; the first part has those of all companies."""
    known: set[int] = set()
    for own in rows(count):
        if start == 0 and own.company not in known:
            known.add(own.company)
            yield from entries(own, found[0], words)
        if start <= own.i < stop:
            yield from entries(own, found[1 + own.template], words)


def fill(url: str, count: int, start: int, stop: int, found: list[list[Lines]]) -> None:
    """Writes them; runs in a process of its own on PostgreSQL."""
    engine = make_engine(url)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        add(connection, of_part(count, start, stop, found, Words(is_set=is_postgresql(connection))))
    engine.dispose()


def add(connection: sa.Connection, found: Iterator[tuple[str, int, str, Any]]) -> None:
    """As COPY wants them, or as SQLite does."""
    if not is_postgresql(connection):
        write(connection, "search_entry", NAMES, found)
        return
    connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
    quoted, driver = Quoted(), connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY search_entry ({', '.join(NAMES)}) FROM STDIN") as copy:  # type: ignore[union-attr]
        while part := list(islice(found, MANY)):
            copy.write("".join(_line(*one, quoted) for one in part))


def _line(table: str, row_id: int, text: str, pairs: set[str], quoted: Quoted) -> str:
    said = text.replace("\\", "\\\\").replace("\n", "\\n")
    return f"{table}\t{row_id}\t{said}\t{{{','.join(map(quoted.__getitem__, sorted(pairs)))}}}\n"
