"""Copies of rows, set by set: INSERT … SELECT over a table that says what is its own in each copy."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from models.base.db import Base

FIRST = 1_000  # the number of the first copy; below it stand the ones that are copied
PLACES = [
    "青葉",
    "桜木",
    "緑川",
    "朝日",
    "東雲",
    "白鳥",
    "北斗",
    "南星",
    "富士見",
    "月島",
    "清水",
    "高尾",
    "城山",
    "豊洲",
    "八重洲",
    "梅田",
    "難波",
    "博多",
    "札幌",
    "金沢",
]
CORES = [
    "建和",
    "大成",
    "共立",
    "昭和",
    "三協",
    "日進",
    "東洋",
    "光陽",
    "新栄",
    "太陽",
    "中央",
    "第一",
    "丸善",
    "高橋",
    "田中",
    "渡辺",
    "中村",
    "加藤",
    "吉田",
    "佐々木",
]
TRADES = [
    "建設",
    "設備",
    "電機",
    "土木",
    "通信",
    "不動産",
    "開発",
    "技研",
    "工業",
    "商事",
    "住宅",
    "物流",
    "食品",
    "印刷",
    "化学",
    "精機",
    "倉庫",
    "運輸",
    "信用金庫",
    "銀行",
]


def say(words: str, since: float) -> float:
    """One line with the seconds that it took; gives the moment."""
    print(f"{time.perf_counter() - since:8.1f} s  {words}", flush=True)
    return time.perf_counter()


@dataclass(frozen=True, slots=True)
class Own:
    """What is its own in an application: company, names, how far it is (0 finished, 1 at the desk, 2 at the customer), its template."""

    i: int
    company: int
    name: str
    company_name: str
    short_name: str
    location: str
    phase: int
    template: int

    @property
    def user_name(self) -> str:
        """Of the company's login."""
        return f"bench-{self.company}"

    @property
    def mail(self) -> str:
        """Where the company is told."""
        return f"bench-{self.company}@example.jp"


NAMES = list(Own.__dataclass_fields__)


def rows(count: int) -> Iterator[Own]:
    """The same number gives the same rows again."""
    chance = random.Random(20_261_001)
    companies = max(count // 20, 1)
    names = [chance.choice(PLACES) + chance.choice(CORES) + chance.choice(TRADES) for _ in range(companies)]
    for number in range(count):
        which = chance.randrange(companies)
        place = chance.choice(PLACES)
        phase = 1 if number % 200 == 0 else 2 if number % 200 <= 5 else 0
        name = f"{names[which]}{which}"[:24]
        short = names[which][:6]
        yield Own(number, which, name, f"株式会社{name}", short, f"{place}{number}"[:12], phase, number % 4)


def is_postgresql(connection: sa.Connection) -> bool:
    """Whether it is one of PostgreSQL."""
    return connection.dialect.name == "postgresql"


def add_rows(connection: sa.Connection, found: Iterator[Own]) -> None:
    """Fills bench_row, and for the copies' joins the number of each template's request and site."""
    connection.execute(
        sa.text(
            "CREATE TABLE bench_row (i integer PRIMARY KEY, company integer, name varchar(60), company_name varchar(60),"
            " short_name varchar(12), location varchar(12), phase integer, template integer)"
        )
    )
    values = (tuple(getattr(own, name) for name in NAMES) for own in found)
    write(connection, "bench_row", NAMES, values)
    first = "SELECT row_number() OVER (ORDER BY id) - 1 AS template, id AS request_id, site_id FROM request"
    connection.execute(sa.text(f"CREATE TABLE bench_template AS {first}"))
    connection.execute(
        sa.text(
            "CREATE TABLE bench_first AS SELECT min(i) AS i, min(company) AS company FROM bench_row GROUP BY company"
        )
    )
    if is_postgresql(connection):
        connection.execute(sa.text("ANALYZE bench_row"))


def write(connection: sa.Connection, table: str, names: Sequence[str], values: Iterator[Sequence[Any]]) -> None:
    """Adds rows in the quickest way that the database has."""
    columns = ", ".join(names)
    driver: Any = connection.connection.driver_connection
    if is_postgresql(connection):
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)
    else:
        driver.executemany(f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(names))})", values)


class Copier:
    """INSERT … SELECT of whole tables: every column as in the template, but for those that are given as SQL."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection, self.is_postgresql = connection, is_postgresql(connection)

    def moment(self, seconds: str) -> str:
        """So many seconds after the first application, as the database keeps moments."""
        if self.is_postgresql:
            return f"(timestamptz '2020-10-01 00:00+00' + ({seconds}) * interval '1 second')"
        return f"(strftime('%Y-%m-%d %H:%M:%S', '2020-10-01', '+' || CAST({seconds} AS integer) || ' seconds') || '.000000')"

    def day(self, seconds: str) -> str:
        """The same, as a day."""
        return f"({self.moment(seconds)})::date" if self.is_postgresql else f"substr({self.moment(seconds)}, 1, 10)"

    def copy(
        self, table: str, own: Mapping[str, str], join: str, where: str = "1 = 1", leave: tuple[str, ...] = ()
    ) -> None:
        """Copies `t`, a row of the table, for each `n` of bench_row with its `b` of bench_template."""
        started = time.perf_counter()
        columns = [column.name for column in Base.metadata.tables[table].columns if column.name not in leave]
        values = ", ".join(own.get(name, f't."{name}"') for name in columns)
        names = ", ".join(f'"{name}"' for name in columns)
        source = f"bench_row n JOIN bench_template b ON b.template = n.template {join}"
        chosen = f'INSERT INTO "{table}" ({names}) SELECT {values} FROM {source} WHERE {where}'
        done = self.connection.execute(sa.text(chosen)).rowcount
        say(f"{table}: {done:,} rows", started)
