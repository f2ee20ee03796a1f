"""What a search in a list finds, and that it asks no more for it than it must."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select, text

from admin.searching import Searched
from models.base.db import database, transaction
from models.tables.customer import Customer
from tests.desk import desk_application, operator_at
from tests.statements import statements

NAMES = ("難波吉田食品", "吉田食品", "難波商店", "山本_工業", "山本%工業")


@pytest.fixture
def names(db: Engine) -> tuple[str, ...]:
    with transaction() as session:
        session.add_all(Customer(name=name) for name in NAMES)
    database.remove()
    return NAMES


def test_the_same_rows_are_found_whether_few_or_very_many_have_the_words(names: tuple[str, ...]) -> None:
    for typed in ("吉田", "難波吉田", "吉田 難波", "食品 吉田", "山本_", "%工", "高橋", "吉"):
        searched = Searched(Customer, typed, Customer.id)
        expected = {name for name in names if all(word in name for word in typed.split())}
        ways = (searched.conditions(), searched.walk(database()), searched.walk(database(), broad=0))
        found = [set(database().scalars(select(Customer.name).where(*way))) for way in ways]
        assert found == [expected] * 3, typed


def test_the_count_and_the_page_are_made_of_one_look_into_the_index(names: tuple[str, ...], db: Engine) -> None:
    client = operator_at(desk_application(), "viewer")
    for narrowed in ("", "&flt_created_at_from=2020-01-01"):
        with statements(db) as asked:
            page = client.get(f"/customer/?q=吉田食品{narrowed}").text
        assert "2件" in page
        assert sum("search_entry" in one for one in asked) == 1, narrowed


def test_no_question_waits_for_a_compiler(db: Engine) -> None:
    is_compiled = db.dialect.name == "postgresql" and database().scalar(text("SHOW jit")) != "off"
    assert not is_compiled
