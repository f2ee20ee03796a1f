"""What a visitor types is kept on the server, for that visitor and for an hour (SPEC §7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import Engine, func, inspect, select, text

from models.base.db import database, transaction
from models.seeds.masters import load_masters
from models.services.attempts import TooMany
from models.services.drafting import (
    DraftExpired,
    begin_draft,
    drop_draft,
    find_draft,
    read_draft,
    save_page,
    touch_draft,
)
from models.services.worker import CHORES, do_chore, purge_drafts
from models.tables.draft import Draft

START = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)


def begin(address: str = "192.0.2.1") -> str:
    with transaction() as session:
        return begin_draft(session, address)[1]


def type_in(token: str, number: int, is_done: bool = False, **typed: object) -> None:
    with transaction() as session:
        save_page(session, find_draft(session, token, lock=True), number, typed, is_done)


def test_what_was_typed_comes_back_right_or_wrong(db: Engine) -> None:
    token = begin()
    type_in(token, 1, company_name="豊洲商事", phone="電話はありません", corporate_number_absent=True)
    draft = find_draft(database(), token)
    assert draft.typed == {"company_name": "豊洲商事", "phone": "電話はありません", "corporate_number_absent": True}
    application = read_draft(database(), draft)
    assert application.values["phone"] is None
    assert {"phone", "company_type"} <= {problem.field for problem in application.problems_on(1)}


def test_what_can_be_unified_is_shown_unified(db: Engine) -> None:
    token = begin()
    type_in(token, 1, company_kana="トヨスショウジ", postal_code="１３５００６１", phone="０３－１２３４－５６７８")
    typed = find_draft(database(), token).typed
    assert typed == {"company_kana": "ﾄﾖｽｼｮｳｼﾞ", "postal_code": "135-0061", "phone": "0312345678"}


@pytest.mark.parametrize(("minutes", "is_left"), [(59, 1), (61, 0)])
def test_what_was_typed_and_left_is_deleted_by_the_worker(db: Engine, minutes: int, is_left: int) -> None:
    with time_machine.travel(START, tick=False) as clock:
        begin()
        clock.shift(timedelta(minutes=minutes))
        [chore] = [chore for chore in CHORES if chore.act is purge_drafts]
        assert do_chore(chore)
        assert database().scalar(select(func.count()).select_from(Draft)) == is_left


def test_two_tabs_do_not_overwrite_each_other(db: Engine) -> None:
    token = begin()
    type_in(token, 1, company_name="豊洲商事")
    type_in(token, 2, short_name="豊洲")
    assert find_draft(database(), token).typed == {"company_name": "豊洲商事", "short_name": "豊洲"}


def test_fields_of_other_pages_and_unknown_ones_are_not_kept(db: Engine) -> None:
    token = begin()
    type_in(token, 1, company_name="豊洲商事", short_name="豊洲", status="accepted", request_id="1")
    assert find_draft(database(), token).typed == {"company_name": "豊洲商事"}


@pytest.mark.parametrize(("seconds", "is_alive"), [(3599, True), (3601, False)])
def test_an_hour_without_a_request_ends_the_form(db: Engine, seconds: int, is_alive: bool) -> None:
    with time_machine.travel(START, tick=False) as clock:
        token = begin()
        clock.shift(timedelta(seconds=seconds))
        if is_alive:
            assert find_draft(database(), token).typed == {}
        else:
            with pytest.raises(DraftExpired):
                find_draft(database(), token)


def test_every_request_begins_the_hour_again_but_not_beyond_half_a_day(db: Engine) -> None:
    with time_machine.travel(START, tick=False) as clock:
        token = begin()
        for _ in range(14):
            clock.shift(timedelta(minutes=50))
            with transaction() as session:
                touch_draft(session, find_draft(session, token, lock=True))
        assert read_draft(database(), find_draft(database(), token)).seconds_left == 20 * 60
        clock.shift(timedelta(minutes=21))
        with pytest.raises(DraftExpired):
            find_draft(database(), token)


@pytest.mark.parametrize("token", ["", None, "not-a-token", "あ" * 50])
def test_another_token_finds_nothing(db: Engine, token: str | None) -> None:
    begin()
    with pytest.raises(DraftExpired):
        find_draft(database(), token)


def test_the_token_stands_nowhere_in_the_database(db: Engine) -> None:
    token = begin()
    type_in(token, 1, company_name="豊洲商事")
    with db.connect() as connection:
        for table in inspect(db).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                assert token not in str(row)


def test_one_address_begins_thirty_forms_an_hour(db: Engine) -> None:
    for _ in range(30):
        begin()
    with pytest.raises(TooMany):
        begin()
    begin("192.0.2.2")


def test_the_first_page_is_the_first_incomplete_one(db: Engine) -> None:
    token = begin()
    application = read_draft(database(), find_draft(database(), token))
    assert application.first_incomplete_page == 1
    assert set(application.problems) == {1, 2, 3, 4, 5, 7, 8}


def test_the_plans_offered_follow_the_menu_and_the_times_follow_the_tick(db: Engine) -> None:
    with transaction() as session:
        load_masters(session)
    token = begin()
    type_in(token, 2, menu_code="light_mobile")
    application = read_draft(database(), find_draft(database(), token))
    assert [code for code, _ in application.options_on(3)["plan_code"]] == ["light_mobile"]
    assert [code for code, _ in application.options_on(4)["line_first_time"]] == [
        "morning", "afternoon", "evening", "night"
    ]  # fmt: skip
    type_in(token, 3, business_hours_work=True, service_codes=["sds", "zedi", "sds"])
    application = read_draft(database(), find_draft(database(), token))
    assert application.values["service_codes"] == ("sds", "zedi")
    assert [code for code, _ in application.options_on(4)["line_first_time"]] == ["am", "pm"]


def test_a_dropped_form_is_gone(db: Engine) -> None:
    token = begin()
    with transaction() as session:
        drop_draft(session, find_draft(session, token))
    with pytest.raises(DraftExpired):
        find_draft(database(), token)
