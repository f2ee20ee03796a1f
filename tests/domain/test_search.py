"""Searches find rows by what they say, by the company and by the site they belong to, as soon as it is said and no longer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select, text, update

from models.base.db import Base, database, transaction
from models.base.kind import KINDS
from models.base.text import bigrams, fold
from models.base.workflow import Status
from models.records.contract import ContractRecord
from models.records.site_name import SiteNameRecord
from models.services import search_index
from models.services.migrating import migrate, numbered
from models.services.searching import hits, words_of
from models.services.transition import transition
from models.tables.customer import Customer
from models.tables.record import Record
from models.tables.request import Request
from models.tables.search import SEARCH_ENTRY
from models.tables.site import Site
from tests.build import OPERATOR, build_account, build_customer, build_request, build_site
from tests.statements import statements


def found(mapped: type[Base], typed: str) -> set[int]:
    session = database()
    ids = set(session.scalars(hits(session.get_bind().dialect.name, mapped, words_of(typed))))
    database.remove()
    return ids


def add_customer(name: str) -> int:
    with transaction() as session:
        customer = Customer(name=name)
        session.add(customer)
        session.flush()
        return customer.id


NAMES = (
    "株式会社豊洲商事",
    "豊洲の商い 商事工業",
    "髙﨑葛󠄀㈱",
    "ＡＢＣ商会",
    'a"b|c%d_e',
    "ﾄﾖｽ物産",
    "電話 03-1004-0301",
)


TERMS: dict[str, set[int]] = {
    "豊洲": {0, 1},
    "豊洲商事": {0},
    "商事": {0, 1},
    "豊洲 商事": {0, 1},
    "商事豊洲": set(),
    "い商": set(),  # no pair reaches over a space
    "髙﨑葛": {2},
    "高崎": {2},  # as most people type it
    "0310040301": {6},
    "03-1004-0301": {6},
    "(株)": {2},
    "abc": {3},
    "ａｂｃ商": {3},
    'a"b': {4},
    "%d_e": {4},
    "b|c": {4},
    "トヨス": {5},
    "とよす": {5},
    "%%": set(),
    "@customer": set(),
}


def test_a_term_of_any_length_is_found_wherever_it_stands(db: Engine) -> None:
    ids = [add_customer(name) for name in NAMES]
    for typed, wanted in TERMS.items():
        assert found(Customer, typed) == {ids[number] for number in wanted}, typed


def test_a_search_reads_the_index_and_no_table_from_end_to_end(db: Engine) -> None:
    add_customer("豊洲商事")
    session = database()
    is_postgresql = db.dialect.name == "postgresql"
    if is_postgresql:  # so small a table would be read as a whole, were that not forbidden
        session.execute(text("SET LOCAL enable_seqscan = off"))
    asked = hits(db.dialect.name, Customer, words_of("豊洲商")).compile(db, compile_kwargs={"literal_binds": True})
    plan = "\n".join(
        str(tuple(row))
        for row in session.connection().exec_driver_sql(
            f"EXPLAIN {'' if is_postgresql else 'QUERY PLAN'} {asked}".replace("%", "%%" if is_postgresql else "%")
        )
    )
    assert ("ix_search_entry_grams" if is_postgresql else "VIRTUAL TABLE INDEX") in plan
    assert "Seq Scan" not in plan
    assert "SCAN search_entry" not in plan


@given(st.text(), st.data())
def test_what_stands_in_a_text_is_found_in_its_folded_form(typed: str, data: st.DataObject) -> None:
    words = fold(typed).split()
    for word in words:
        assert fold(word) == word
        start = data.draw(st.integers(0, len(word)))
        part = word[start : data.draw(st.integers(start, len(word)))]
        assert set(bigrams(part)) <= set(bigrams(word))


def test_a_changed_row_is_found_by_its_new_words_alone(db: Engine) -> None:
    customer_id = add_customer("豊洲商事")
    with transaction() as session:
        session.get_one(Customer, customer_id).name = "深川物産"
    assert found(Customer, "豊洲") == set()
    assert found(Customer, "深川") == {customer_id}
    with transaction() as session:
        session.delete(session.get_one(Customer, customer_id))
    assert found(Customer, "深川") == set()


def test_what_was_not_committed_is_not_found(db: Engine) -> None:
    session = database()
    session.add(Customer(name="豊洲商事"))
    session.flush()
    session.rollback()
    assert found(Customer, "豊洲") == set()


def test_everything_of_a_company_is_found_by_its_name_and_follows_it(db: Engine) -> None:
    with transaction() as session:
        customer = build_customer(session)
        customer.name = "豊洲商事"
        site = build_site(session, customer)
        request = build_request(session, KINDS["contractor_change"], site=site)
        account = build_account(session, customer)
        build_request(session, KINDS["contractor_change"])
        ids: dict[type[Base], int] = {
            Site: site.id,
            Request: request.id,
            ContractRecord: request.records[0].id,
            type(account): account.id,
        }
        customer_id = customer.id
    for mapped, row_id in ids.items():
        assert row_id in found(mapped, "豊洲商事")
    with transaction() as session:
        session.get_one(Customer, customer_id).name = "深川物産"
    for mapped, row_id in ids.items():
        assert found(mapped, "深川") == {row_id}


def test_everything_of_a_site_is_found_by_each_of_its_names_and_its_companys_reading(db: Engine) -> None:
    with transaction() as session:
        request = build_request(session, KINDS["new_installation"])
        [name] = [record for record in request.records if isinstance(record, SiteNameRecord)]
        name.short_name, name.location_name = "月島支店", "2F"
        [order] = [record for record in request.records if isinstance(record, ContractRecord)]
        order.company_kana = "ｱﾓﾘｼｮｳｼﾞ"
        rename = build_request(session, KINDS["site_rename"], site=request.site)
        [wanted] = rename.records
        assert isinstance(wanted, SiteNameRecord)
        wanted.short_name = "勝どき支店"
        records = {record.id for record in [*request.records, *rename.records]}
        name_id, order_id, site_id, requests = name.id, order.id, request.site_id, {request.id, rename.id}
    for term in ("月島", "勝どき", "あもりしょうじ", "アモリ"):
        assert found(Site, term) == {site_id}
        assert found(Request, term) == requests
        assert found(Record, term) == records
    with transaction() as session:
        session.get_one(SiteNameRecord, name_id).short_name = "晴海支店"
        session.get_one(ContractRecord, order_id).company_kana = "ﾊﾙﾐﾃﾞﾝｷ"
    assert found(Record, "月島") == found(Record, "アモリ") == set()
    assert found(Record, "晴海") == found(Record, "はるみでんき") == records


def test_a_move_of_records_does_not_touch_the_index(db: Engine) -> None:
    with transaction() as session:
        requests = [build_request(session, KINDS["site_rename"], Status.SUBMITTED) for _ in range(3)]
        records = [request.records[0] for request in requests]
        with statements(db) as asked:
            transition(session, records, Status.REVIEWING, OPERATOR)
            session.flush()
    assert asked
    assert not [one for one in asked if "search_" in one]


def test_a_wrong_index_is_noticed_and_made_anew(db: Engine) -> None:
    with transaction() as session:
        build_request(session, KINDS["new_installation"])
        session.flush()
        assert list(search_index.wrong_entries(session)) == []
        gone, changed = session.scalars(select(SEARCH_ENTRY.c.id).limit(2)).all()
        session.execute(delete(SEARCH_ENTRY).where(SEARCH_ENTRY.c.id == gone))
        session.execute(update(SEARCH_ENTRY).where(SEARCH_ENTRY.c.id == changed).values(text="x"))
        session.execute(SEARCH_ENTRY.insert().values(table_name="customer", row_id=999, text="", grams=[]))
        assert len(list(search_index.wrong_entries(session))) == 3
        search_index.rebuild(session.connection())
        assert list(search_index.wrong_entries(session)) == []


def test_the_migration_indexes_what_was_there_before(db: Engine) -> None:
    customer_id = add_customer("豊洲商事")
    with transaction() as session:
        record_ids = {record.id for record in build_request(session, KINDS["new_installation"]).records}
        session.scalars(select(Customer).order_by(Customer.id.desc())).first().name = "深川物産"  # type: ignore[union-attr]
    database.remove()
    migrate(db, numbered()[-2])
    migrate(db)
    assert found(Customer, "豊洲商事") == {customer_id}
    assert found(Record, "深川") == record_ids
