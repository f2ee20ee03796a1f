"""Copies of rows, set by set: INSERT … SELECT over a table that says what is its own in each copy."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from models.base.db import Base
from models.tables.record import Record

COPIED = ["customer", "site", "request", "record", "event", "site_version", "name_claim", "fee_item"]
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


def rows(count: int) -> Iterator[dict[str, object]]:
    """What is its own in each application: company, names, how far it is, and which template it copies."""
    chance = random.Random(20_261_001)
    companies = max(count // 20, 1)
    names = [chance.choice(PLACES) + chance.choice(CORES) + chance.choice(TRADES) for _ in range(companies)]
    for number in range(count):
        which = chance.randrange(companies)
        at_desk, at_customer = number % 200 == 0, 0 < number % 200 <= 5
        yield {
            "i": number,
            "company": which,
            "name": f"{names[which]}{which}"[:24],
            "short_name": names[which][:6],
            "location": f"{chance.choice(PLACES)}{number}"[:12],
            "phase": 1 if at_desk else 2 if at_customer else 0,
            "template": number % 4,
        }


ROW = sa.Table(
    "bench_row",
    sa.MetaData(),
    sa.Column("i", sa.Integer, primary_key=True),
    sa.Column("company", sa.Integer),
    sa.Column("name", sa.String(60)),
    sa.Column("short_name", sa.String(12)),
    sa.Column("location", sa.String(12)),
    sa.Column("phase", sa.Integer),
    sa.Column("template", sa.Integer),
    prefixes=["TEMPORARY"],
)


class Copier:
    """INSERT … SELECT of whole tables: every column as in the template, but for those that are given as SQL."""

    def __init__(self, connection: sa.Connection, count: int) -> None:
        self.connection, self.count = connection, count
        self.is_postgresql = connection.dialect.name == "postgresql"
        self.run("CREATE TEMPORARY TABLE bench_template (template integer, request_id integer, site_id integer)")
        first = "SELECT row_number() OVER (ORDER BY id) - 1, id, site_id FROM request"
        self.run(f"INSERT INTO bench_template {first}")
        for table in (*COPIED, *(kind.__tablename__ for kind in Record.__subclasses__())):
            self.run(f"CREATE TEMPORARY TABLE bench_{table} AS SELECT * FROM {table}")
        if self.is_postgresql:
            self.run("ANALYZE bench_row")

    def run(self, statement: str) -> int:
        """One statement; gives the number of rows."""
        return self.connection.execute(sa.text(statement)).rowcount

    def moment(self, seconds: str) -> str:
        """So many seconds after the first application, as the database keeps moments."""
        if self.is_postgresql:
            return f"(timestamptz '2020-10-01 00:00+00' + ({seconds}) * interval '1 second')"
        return f"(strftime('%Y-%m-%d %H:%M:%S', '2020-10-01', '+' || ({seconds}) || ' seconds') || '.000000')"

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
        done = self.run(f'INSERT INTO "{table}" ({names}) SELECT {values} FROM {source} WHERE {where}')
        say(f"{table}: {done:,} rows", started)
