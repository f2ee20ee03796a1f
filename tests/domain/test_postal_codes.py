"""What a postal code says about the address."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base.prefectures import Prefecture
from models.services.postal_codes import places_of


@pytest.mark.parametrize("typed", ["1350061", "135-0061", "〒135-0061", "１３５－００６１", " 135 0061 "])
def test_a_code_gives_prefecture_city_and_kana_however_it_was_typed(typed: str) -> None:
    (place,) = places_of(typed)
    assert (place.prefecture, place.city, place.city_kana) == ("13", "江東区豊洲", "ｺｳﾄｳｸﾄﾖｽ")
    assert place.label == "東京都江東区豊洲"


def test_a_code_of_several_towns_gives_each_of_them_once() -> None:
    places = places_of("4520961")
    assert len(places) == len({place.label for place in places}) > 60
    assert {place.prefecture for place in places} == {"23"}
    assert any(place.city == "清須市春日夢の森" for place in places)


def test_a_code_may_stand_in_two_prefectures() -> None:
    assert {place.prefecture for place in places_of("4980000")} == {"23", "24"}


def test_the_code_of_one_company_gives_its_town() -> None:
    assert [place.city for place in places_of("0608621")] == ["札幌市中央区北一条西"]


@pytest.mark.parametrize("typed", ["", "1", "12345678", "0000000", "郵便番号", "13500６", "\x00", "٣٤٥٦٧٨٩"])
def test_an_unknown_or_unfinished_code_gives_nothing(typed: str) -> None:
    assert places_of(typed) == ()


@given(st.integers(0, 9_999_999))
def test_every_place_can_be_stored_in_an_address(number: int) -> None:
    for place in places_of(f"{number:07}"):
        assert place.prefecture in set(Prefecture)
        assert 0 < len(place.city) <= 50
        assert place.city_kana.isprintable()
        assert "、" not in place.city


def test_several_threads_may_ask_at_once() -> None:
    codes = [f"10000{number:02}" for number in range(1, 15)]
    with ThreadPoolExecutor(8) as threads:
        assert any(threads.map(places_of, codes))
