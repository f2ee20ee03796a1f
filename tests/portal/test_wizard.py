"""The eight pages over HTTP: every menu, on and back, corrections, help with typing."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from models.base.db import database
from models.kinds.application import PAGES
from models.tables.draft import Draft
from models.tables.request import Request
from tests.applicant import Applicant, chosen_in, errors, value_of
from tests.application import ORDERS


@pytest.mark.parametrize("menu", ORDERS)
def test_every_menu_can_be_ordered_from_the_first_page_to_the_receipt(app: Flask, menu: str) -> None:
    clerk = Applicant(app, menu)
    clerk.fill(7)
    answer = clerk.send(8)
    assert answer.status_code == 303, errors(answer)
    assert answer.location == "/apply/receipt"
    receipt = clerk.client.get("/apply/receipt")
    number = re.search(r"申込番号 (\d{8})", receipt.text)
    assert number
    request = database().get(Request, int(number[1]))
    assert request is not None
    assert request.site.line_plan is not None
    assert request.site.line_plan.menu_code == menu
    has_parcel = any(record.type == "shipping" for record in request.records)
    assert has_parcel is (menu in {"light_minimum", "light_mobile"})
    assert "機器及び備品の送付先情報" in receipt.text or not has_parcel


def test_the_receipt_says_what_comes_next_and_can_be_opened_again(app: Flask) -> None:
    clerk = Applicant(app)
    clerk.fill(7)
    clerk.send(8)
    first, second = (clerk.client.get("/apply/receipt") for _ in range(2))
    for text in ("hanako@example.co.jp", "社印", "お問い合わせ窓口", "機器設置時の備品情報", "故障連絡先情報"):
        assert text in first.text
    number = re.compile(r"申込番号 (\d{8})")
    assert number.findall(first.text) == number.findall(second.text) != []
    assert clerk.client.get("/apply/3").location == "/apply/receipt"


def test_each_page_shows_where_one_is_and_leads_on_and_back(app: Flask) -> None:
    clerk = Applicant(app)
    for page in PAGES[:-1]:
        shown = clerk.open(page.number)
        current = re.search(r'aria-current="step">(.*?)</li>', shown.text, re.DOTALL)
        assert current
        assert page.title in current[1]
        assert shown.text.count("<h1>") == 1
        assert f"<h1>{page.title}</h1>" in shown.text
        assert ('value="back"' in shown.text) is (page.number > 1)
        clerk.send(page.number)
    assert "この内容で申し込む" in clerk.open(8).text


def test_going_back_keeps_what_was_typed_even_what_is_wrong(app: Flask) -> None:
    clerk = Applicant(app)
    clerk.fill(1)
    wrong = {**clerk.typed[2], "contact_1_phone": "あとで調べる", "contact_1_mail": "hanako@"}
    assert clerk.send(2, wrong, go="back").location == "/apply/1"
    page = clerk.open(2)
    assert value_of(page, "contact_1_phone") == "あとで調べる"
    assert value_of(page, "contact_1_mail") == "hanako@"
    assert value_of(page, "short_name") == "豊洲商事"
    assert chosen_in(page, "menu_code") == ["basic"]
    assert errors(page) == [], "nobody is scolded before the page was sent on"


def test_a_mistake_is_said_at_its_field_and_everything_else_stays(app: Flask) -> None:
    clerk = Applicant(app)
    answer = clerk.send(1, {**clerk.typed[1], "phone": "12", "building": "髙﨑ビル"})
    assert answer.status_code == 422
    assert errors(answer) == ["電話番号は10〜12桁の数字で入力してください（例：0312345678）"]
    assert "<title>エラー：" in answer.text
    assert re.search(r'<input[^>]*aria-describedby="phone-error"[^>]*aria-invalid="true"[^>]*id="phone"', answer.text)
    assert value_of(answer, "building") == "髙﨑ビル"
    assert value_of(answer, "company_kana") == "ﾄﾖｽｼｮｳｼﾞ", "what can be converted is shown converted"


def test_a_step_that_was_reached_can_be_gone_to_without_losing_what_is_typed(app: Flask) -> None:
    clerk = Applicant(app)
    clerk.fill(4)
    assert clerk.send(5, {"place_room": "サーバー室"}, go="to-2").location == "/apply/2"
    assert value_of(clerk.open(5), "place_room") == "サーバー室"
    assert clerk.send(2, go="to-8").location == "/apply/5", "no further than the first page that is not done"


def test_saving_keeps_the_page_and_stays_on_it(app: Flask) -> None:
    clerk = Applicant(app)
    answer = clerk.send(1, {"company_name": "豊洲商事", "phone": "x"}, go="save")
    assert answer.location == "/apply/1"
    page = clerk.open(1)
    assert "ここまでの入力内容を保存しました" in page.text
    assert value_of(page, "phone") == "x"


def test_a_correction_from_the_confirmation_comes_straight_back(app: Flask) -> None:
    clerk = Applicant(app)
    clerk.fill(7)
    confirmation = clerk.open(8).text
    links = re.findall(r'href="(/apply/\d\?via=confirmation)"', confirmation)
    assert links == [f"/apply/{number}?via=confirmation" for number in (1, 2, 3, 4, 5, 7)]
    page = clerk.client.get(links[4])
    assert "確認へ戻る" in page.text
    answer = clerk.send(5, {**clerk.typed[5], "place_floor": "13"}, via="confirmation")
    assert answer.location == "/apply/8"
    assert re.search(r"フロア</dt>\s*<dd[^>]*>13", clerk.open(8).text)


def test_a_correction_that_upsets_another_page_leads_there_and_then_back(app: Flask) -> None:
    clerk = Applicant(app)
    clerk.fill(7)
    answer = clerk.send(2, {**clerk.typed[2], "menu_code": "light"}, via="confirmation")
    assert answer.location == "/apply/3?via=confirmation"
    assert any("ライトの回線プランを選択してください" in error for error in errors(clerk.client.get(answer.location)))
    plan = {**clerk.typed[3], "plan_code": "light_best_effort"}
    assert clerk.send(3, plan, via="confirmation").location == "/apply/8"


def test_the_confirmation_shows_everything_that_was_typed(app: Flask) -> None:
    clerk = Applicant(app)
    clerk.fill(7)
    text = re.sub(r"<[^>]+>", "\n", clerk.open(8).text)
    for shown in (
        "申込書での表記：株式会社豊洲商事", "ﾄﾖｽﾀﾛｳ", "7000012050002", "135-0061", "東京都", "豊洲花子", "ベーシック",
        "SDS、ZEDI", "イーサ100M+ベストエフォート", "不要", "銀行振込", "豊洲次郎", "月額費用と同じ", "¥238,300", "¥375,000",
    ):  # fmt: skip
        assert shown in text, shown
    assert "法人番号なし" not in text, "what is not so is not worth a line"


def test_mistakes_are_listed_in_the_order_of_the_page(app: Flask) -> None:
    answer = Applicant(app).send(1, {})
    fields = re.findall(r'class="field__error">.*?</span>(.*?)</span>', answer.text, re.DOTALL)
    assert errors(answer) == fields
    assert (
        errors(answer).index("市区町村（カナ）を入力してください")
        == errors(answer).index("市区町村を入力してください") + 1
    )


@pytest.mark.parametrize(
    ("page", "button", "shown"),
    [
        (2, "contact_company", {"contact_company_name": "豊洲商事"}),
        (2, "contact_person", {"contact_1_person_name": "豊洲太郎", "contact_1_phone": "0355551234"}),
        (5, "place", {"place_city": "江東区豊洲", "place_street_number": "3-3-3", "place_postal_code": "135-0061"}),
        (7, "monthly_contractor", {"monthly_company_name": "豊洲商事", "monthly_person_name": "豊洲太郎"}),
        (
            7,
            "asp_contact",
            {"asp_person_name": "豊洲花子", "asp_mail": "hanako@example.co.jp", "asp_city": "江東区豊洲"},
        ),
        (7, "initial_contact", {"initial_company_name": "豊洲商事"}),
    ],
)
def test_the_same_as_before_is_taken_over_and_nothing_else_is_lost(
    app: Flask, page: int, button: str, shown: dict[str, str]
) -> None:
    clerk = Applicant(app)
    clerk.fill(page - 1)
    kept = {2: "short_name", 5: "place_room", 7: "monthly_building"}[page]
    answer = clerk.send(page, {kept: "別の場所", "copy": button})
    assert answer.status_code == 200
    assert {name: value_of(answer, name) for name in shown} == shown
    assert button == "monthly_contractor" or value_of(answer, kept) == "別の場所"
    assert "の内容を入力しました" in answer.text
    assert {name: value_of(clerk.open(page), name) for name in shown} == shown, "it is kept like what is typed"


def test_taking_over_a_bill_ticks_what_the_bill_needs(app: Flask) -> None:
    clerk = Applicant(app)
    clerk.fill(6)
    assert chosen_in(clerk.send(7, {"copy": "asp_contractor"}), "asp_is_apart") == ["y"]
    assert chosen_in(clerk.send(7, {"copy": "initial_contractor"}), "initial_payee") == ["other"]
    same = clerk.send(7, {"copy": "asp_monthly", "monthly_person_name": "豊洲三郎"})
    assert value_of(same, "asp_person_name") == "豊洲三郎"


def test_a_copy_of_another_page_or_an_unknown_one_changes_nothing(app: Flask) -> None:
    clerk = Applicant(app)
    clerk.fill(1)
    for button in ("place", "no-such-button", ""):
        answer = clerk.send(2, {"short_name": "豊洲", "copy": button})
        assert answer.status_code == 200
        assert value_of(answer, "contact_company_name") == ""


def test_the_postal_code_fills_the_address_of_a_page(app: Flask) -> None:
    answer = Applicant(app).send(1, {"postal_code": "1350061", "fill_address": "postal_code", "phone": "x"})
    assert answer.status_code == 200
    assert (value_of(answer, "city"), value_of(answer, "city_kana")) == ("江東区豊洲", "ｺｳﾄｳｸﾄﾖｽ")
    assert value_of(answer, "phone") == "x"


def test_the_plans_follow_the_menu_with_their_prices(app: Flask) -> None:
    clerk = Applicant(app)
    clerk.fill(2)
    page = clerk.open(2).text
    assert "接続ASP限度数：2～4" in page, "of ベーシック"
    assert "接続ASP限度数：1～2" in page, "of ライト"
    page = clerk.open(3).text
    assert "初期費用 ¥238,300／基本月額費用 ¥370,000。ASPサービスは4つまで。" in page
    assert "ライトミニマム" not in page


def test_a_service_beyond_its_bandwidth_is_allowed_with_a_warning(app: Flask) -> None:
    clerk = Applicant(app)
    clerk.fill(2)
    answer = clerk.send(3, {**clerk.typed[3], "service_codes": ["anser_dataport"]})
    assert answer.location == "/apply/4"
    assert "AnserDATAPORTは1Mを超える帯域ではご利用いただけません" in clerk.open(4).text
    clerk.typed[3]["service_codes"] = ["anser_dataport"]
    clerk.fill(7)
    assert "AnserDATAPORTは1Mを超える帯域ではご利用いただけません" in clerk.open(8).text


def test_the_fees_are_itemised_with_what_is_out_of_hours(app: Flask) -> None:
    clerk = Applicant(app, "light")
    clerk.typed[4] = {**clerk.typed[4], "survey_first_time": "night"}
    clerk.fill(5)
    page = re.sub(r"<[^>]+>", " ", clerk.open(6).text)
    assert "時間外作業費（現地調査・深夜" in page
    assert "¥40,000" in page


def test_nothing_is_stored_before_the_first_page_is_sent(app: Flask) -> None:
    clerk = Applicant(app)
    assert clerk.open(1).status_code == 200
    assert database().scalars(select(Draft.id)).all() == []
