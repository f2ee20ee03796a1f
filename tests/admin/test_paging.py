"""Long lists: pages by key that nothing disturbs, counts that end where they get slow, and the same questions however long it is."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Column, Date, Engine, Integer, String, Table, UniqueConstraint, text
from werkzeug.datastructures import MultiDict

from admin.codes import mapped_by_table
from admin.paging import LAST, Order, Spot, page_at, read_spot
from admin.selection import COUNTED, WrongSelection, read_selection
from models.base.clock import today
from models.base.db import Base, database, transaction
from models.tables.customer import Customer
from models.tables.record import Record
from models.tables.site import Site
from tests.build import build_customer, build_site
from tests.desk import desk_application, operator_at
from tests.statements import statements
from tests.world import build_world

MANY = 60


def select_by(mapped: type[Base], **args: str) -> list[int]:
    """All numbers in the order of a list, read in one go."""
    return list(database().scalars(read_selection(mapped, MultiDict(args)).ids()))


@pytest.fixture
def sites(db: Engine) -> list[int]:
    """Sites with the same opening days again and again, and some without any."""
    with transaction() as session:
        customer = build_customer(session)
        found = [build_site(session, customer) for _ in range(23)]
        for place, site in enumerate(found):
            site.in_service_on = today().replace(day=1 + place % 4) if place % 3 else None
        session.flush()
        return [site.id for site in found]


@pytest.mark.parametrize("sort", ["", "id", "-id", "in_service_on", "-in_service_on", "customer_id", "-created_at"])
def test_pages_show_every_row_once_in_order_forwards_and_backwards(sites: list[int], sort: str) -> None:
    session, whole = database(), select_by(Site, sort=sort)
    assert sorted(whole) == sites
    chosen = read_selection(Site, MultiDict({"sort": sort}))
    found, order = chosen.found(), chosen.ordered()
    for size in (1, 4, 23, 50):
        seen: list[int] = []
        spot: Spot | None = None
        while True:
            page = page_at(session, found, order, spot, 0, size)
            seen += [row[0] for row in page.rows]
            assert page.has_before == bool(spot)
            if not page.has_after:
                break
            spot = passed_on(order.spot(page.rows[-1], is_before=False), order)
        assert seen == whole
        seen, spot = [], LAST
        while True:
            page = page_at(session, found, order, spot, 0, size)
            seen = [row[0] for row in page.rows][: len(whole) - len(seen)] + seen
            if not page.has_before:
                break
            spot = passed_on(order.spot(page.rows[0], is_before=True), order)
        assert seen == whole


def passed_on(spot: Spot, order: Order) -> Spot:
    """As it comes back out of an address."""
    name, token = spot.pair
    assert read_spot(name == "before", token, order) == spot
    return spot


@pytest.fixture
def app(db: Engine) -> Flask:
    return desk_application()


def add_customers(names: list[str]) -> list[int]:
    with transaction() as session:
        made = [Customer(name=name) for name in names]
        session.add_all(made)
        session.flush()
        ids = [one.id for one in made]
    database.remove()
    return ids


def numbers_in(page: str) -> list[int]:
    return [int(one) for one in re.findall(r'<th scope="row"><a href="[^"]*">(\d+)</a>', page)]


def link_in(page: str, words: str) -> str:
    [found] = re.findall(rf'<a class="pager__link" href="([^"]+)"[^>]*>(?:<span[^>]*>.</span> )?{words}', page)
    return found.replace("&amp;", "&")


def test_what_is_added_meanwhile_shifts_no_page_and_a_page_can_be_passed_on(app: Flask) -> None:
    client, ids = operator_at(app, "viewer"), add_customers([f"豊洲商事{number}" for number in range(45)])
    newest = ids[::-1]
    first = client.get("/customer/?size=20").text
    assert numbers_in(first) == newest[:20]
    assert "1～20件目" in first
    add_customers(["あとから1", "あとから2"])
    address = link_in(first, "次へ")
    second = client.get(address).text
    assert numbers_in(second) == newest[20:40]
    assert "21～40件目" in second
    assert numbers_in(operator_at(app, "operator").get(address).text) == newest[20:40]
    third = client.get(link_in(second, "次へ")).text
    assert numbers_in(third) == newest[40:]
    assert "次へ" not in third
    assert numbers_in(client.get(link_in(second, "前へ")).text) == newest[:20]
    last = client.get(link_in(first, "最後へ")).text
    assert numbers_in(last) == newest[-20:]
    assert "28～47件目" in last
    assert numbers_in(client.get(link_in(last, "前へ")).text) == newest[5:25]
    assert numbers_in(client.get(link_in(last, "最初へ")).text)[2:] == newest[:18]
    assert numbers_in(client.get("/customer/?size=20&page=2").text) == newest[18:38]
    assert numbers_in(client.get("/customer/?size=20&page=99").text) == newest[-20:]


@pytest.mark.parametrize("typed", ["after=x", "after=12", "before=-", "after=1.2", "after=99999999999-", "before=１-"])
def test_a_place_that_no_list_has_is_refused_and_named(app: Flask, typed: str) -> None:
    answer = operator_at(app, "viewer").get(f"/customer/?{typed}")
    assert answer.status_code == 400
    assert f"ページの位置「{typed.split('=')[1]}」は読み取れません" in answer.text


@pytest.mark.parametrize(
    ("sort", "typed"),
    [
        ("in_service_on", "3.nix"),
        ("created_at", "3.2026-01-01T00:00:00"),
        ("created_at", "3.0001-01-01T00:00:00+14:00"),
        ("created_at", "3.9999-12-31T23:59:59-14:00"),
        ("created_at", "3-"),
    ],
)
def test_a_value_that_the_order_cannot_have_is_refused(sort: str, typed: str) -> None:
    with pytest.raises(WrongSelection, match="ページの位置"):
        read_selection(Site, MultiDict({"sort": sort, "after": typed}))


def test_a_count_ends_where_it_gets_slow_and_is_exact_when_asked_for(app: Flask) -> None:
    client, more = operator_at(app, "viewer"), COUNTED + 7
    add_customers(["豊洲商事"])
    with transaction() as session:
        counted = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {more})"
        columns = ", ".join(one.name for one in Customer.__table__.columns if one.name != "id")
        session.execute(
            text(f"{counted} INSERT INTO customer (id, {columns}) SELECT i + 10, {columns} FROM n, customer")
        )
    page = client.get("/customer/").text
    assert "10,000件以上" in page
    address = page.split('件以上（<a href="')[1].split('"')[0].replace("&amp;", "&")
    assert f"{more + 1:,}件" in client.get(address).text
    assert "10,000件以上" not in client.get(address).text
    assert "10,000件以上" not in client.get("/customer/?flt_created_at_to=2000-01-01").text


# --- the same number of questions for one row and for fifty


def multiply(path: str) -> None:
    """Every first row sixty times. What must be its own is numbered alike in all tables, so that copies refer to copies."""
    types = {kind.__tablename__: kind.type_code() for kind in Record.__subclasses__()}
    first = {table: 1_000 * place for place, table in enumerate(types, 2)}  # record types share their numbers
    with closing(sqlite3.connect(path)) as connection:
        for name, table in Base.metadata.tables.items():
            if name == "record":
                for one, code in types.items():
                    _copy(connection, table, first[one], f"WHERE type = '{code}'")
            elif "id" in table.columns and name != "search_entry":
                _copy(connection, table, first.get(name, 1_000))
        connection.commit()


def _copy(connection: sqlite3.Connection, table: Table, first_id: int, which: str = "") -> None:
    copies = f"WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < {1000 + MANY})"
    names, values = zip(*_copied(table, first_id), strict=True)
    source = f"(SELECT * FROM {table.name} {which} ORDER BY id LIMIT 1)"
    connection.execute(
        f"{copies} INSERT INTO {table.name} ({', '.join(names)}) SELECT {', '.join(values)} FROM n, {source}"
    )


def _copied(table: Table, first_id: int) -> Iterator[tuple[str, str]]:
    groups = [one.columns for one in table.constraints if isinstance(one, UniqueConstraint)]
    groups += [one.columns for one in table.indexes if one.unique]
    own = {column.name for columns in groups for column in columns if column.name not in {"type", "kind"}}
    for column in table.columns:
        name = f'"{column.name}"'
        if column.name == "id":
            yield name, f"i + {first_id - 1_000}"
        elif column.name in own and isinstance(column.type, Date):
            yield name, f"date({name}, '+' || i || ' days')"
        elif column.name in own and isinstance(column.type, Integer | String) and not _is_one_of_few(column):
            yield name, f"substr({name}, 1, 20) || i" if isinstance(column.type, String) else "i"
        else:
            yield name, name


def _is_one_of_few(column: Column[object]) -> bool:
    """Whether the database takes only certain codes, to which no number can be added."""
    spec = column.info.get("spec")
    return isinstance(column.type, String) and bool(spec and spec.kind.check(column.name))


@pytest.mark.sqlite
def test_a_list_asks_the_same_for_one_row_and_for_fifty(db: Engine) -> None:
    if db.dialect.name != "sqlite":
        pytest.skip("copies are made with the driver of SQLite")
    build_world()
    client = operator_at(desk_application(), "administrator", "desk-counter")
    few = {table: _asked(db, client, table) for table in mapped_by_table()}
    database.remove()
    multiply(str(db.url.database))
    many = {table: _asked(db, client, table) for table in few}
    # Beside what one row costs: the count of all rows, where there are more than a page.
    more = {
        table: (few[table], many[table]) for table in few if many[table][0] > few[table][0] + (many[table][1] == 50)
    }
    assert more == {}
    assert sum(rows == 50 for _, rows in many.values()) > 25


def _asked(db: Engine, client: FlaskClient, table: str) -> tuple[int, int]:
    with statements(db) as asked:
        answer = client.get(f"/{table}/")
    assert answer.status_code == 200, table
    return len(asked), len(numbers_in(answer.text))
