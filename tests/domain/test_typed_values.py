"""What clerks type as they are used to writing it: converted where it can be, else told how to mend it (SPEC §6)."""

from __future__ import annotations

from datetime import date

import pytest

from models.base.fields import read_typed
from models.base.japanese import Floor, FullWidth, Phone, PhoneDashed, StreetNumber
from models.base.values import Kind, LongText, Text, Yen
from models.rules.offer import Masters
from models.rules.ordering import FIRST_ROUTER_DAY, start_warnings

MASTERS = Masters(
    date(2026, 12, 1),
    corporate_types=frozenset({"kabushiki"}),
    labels={"company_type": {"kabushiki": "株式会社", "other": "その他"}},
)


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        (StreetNumber(), "１丁目２番３号", "1-2-3"),
        (StreetNumber(), "3番地の3", "3-3"),
        (StreetNumber(), "３ー３ー３", "3-3-3"),
        (Floor(), "５階", "5"),
        (Floor(), "3F", "3"),
        (Floor(), "地下1階", "B1"),
        (Floor(), "b1f", "B1"),
    ],
)
def test_addresses_are_taken_as_people_write_them(kind: Kind, typed: str, stored: str) -> None:
    assert read_typed(kind, typed) == (stored, None)


@pytest.mark.parametrize("typed", ["26,000円", "¥26,000", "￥26，000", "２６０００ 円", "26000"])
def test_an_amount_is_taken_as_it_is_written(typed: str) -> None:
    assert read_typed(Yen(), typed) == (26000, None)


@pytest.mark.parametrize("kind", [Phone(), PhoneDashed()])
def test_a_telephone_number_that_a_spreadsheet_cut_is_told_from_other_mistakes(kind: Kind) -> None:
    for typed in ("310040320", "９０１２３４５６７８", "3-1004-0320"):
        assert "先頭の0" in str(read_typed(kind, typed)[1]), typed
    for typed in ("12345", "電話", "0---------"):
        assert "入力してください" in str(read_typed(kind, typed)[1])
        assert "先頭の0" not in str(read_typed(kind, typed)[1]), typed


@pytest.mark.parametrize("kind", [Text(24), FullWidth(24), LongText()])
def test_a_picture_that_no_paper_can_show_is_told(kind: Kind) -> None:
    assert "絵文字（🙂）は書類に印刷できません" in str(read_typed(kind, "豊洲🙂")[1])
    assert read_typed(kind, "髙﨑葛󠄀㈱①")[1] is None


@pytest.mark.parametrize("name", ["株式会社豊洲商事", "豊洲商事株式会社", "株式会社　豊洲商事"])
def test_a_legal_form_that_was_chosen_is_not_written_twice(name: str) -> None:
    for start in ("", "contact_"):
        [problem] = MASTERS.repeated_forms({f"{start}company_type": "kabushiki", f"{start}company_name": name})
        assert problem.field == f"{start}company_name"
        assert "「株式会社」を除いて" in problem.message


def test_a_name_that_only_holds_such_words_is_right() -> None:
    for code, name in (("kabushiki", "豊洲商事"), ("kabushiki", "東京株式会社総研"), ("other", "株式会社豊洲商事")):
        assert list(MASTERS.repeated_forms({"company_type": code, "company_name": name})) == []


def test_a_month_to_begin_in_before_the_router_comes_is_worth_a_second_look() -> None:
    wished = {"start_year": 2027, "start_month": 1, FIRST_ROUTER_DAY: date(2027, 3, 22)}
    [warning] = start_warnings(wished)
    assert "ルータ工事の希望日（2027年3月）が、利用開始希望（2027年1月）より後です" in warning.message
    for fine in ({"start_month": 3}, {"start_month": 4}, {FIRST_ROUTER_DAY: None}):
        assert list(start_warnings({**wished, **fine})) == []
