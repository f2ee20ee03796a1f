"""新設申込 as a visitor goes through it: from the start page to the receipt and the form to put a seal on (manual part 01)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from models.base.clock import day_text, today
from models.kinds.application import LAST, PAGES
from models.rules.works import PLACES, Work, day_field
from tests.application import NUMBERS, ORDERS
from tests.browser.conftest import DESK, PHONE
from tests.browser.mistakes import mended, mistakes
from tests.browser.orderer import Orderer
from tests.browser.server import Server
from tests.browser.visitor import Visit

SUBMIT = "この内容で申し込む"
MENUS = {"basic": "ベーシック", "light": "ライト", "light_minimum": "ライトミニマム", "light_mobile": "ライトモバイル"}
# Each menu is ordered once: at a desk and on a telephone, with scripts and without.
WAYS = dict(zip(ORDERS, [(DESK, True), (PHONE, True), (DESK, False), (PHONE, False)], strict=True))


@pytest.mark.parametrize("menu", ORDERS)
def test_a_line_of_every_menu_is_ordered_from_the_start_page_to_the_printed_form(
    visit: Visit, server: Server, menu: str
) -> None:
    width, scripts = WAYS[menu]
    visitor = visit(server, width=width, scripts=scripts)
    orderer = Orderer(visitor, menu).begin().go_on(7, looks=scripts)
    plan = {"basic": "イーサ100M+ベストエフォート", "light": "ベストエフォート"}.get(menu, MENUS[menu])
    visitor.sees(MENUS[menu], plan, "豊洲商事", "入力した内容をご確認ください")
    orderer.enter({"rules_accepted": "y"}).look("page-8")

    with visitor.mail_to("hanako@example.co.jp") as receipt:
        orderer.press(SUBMIT)
    visitor.sees("お申し込みを受け付けました", "hanako@example.co.jp", "これからの流れ")
    number = re.search(r"申込番号 (\d{8})", visitor.page.locator("main").inner_text())
    assert number
    assert number[1] in receipt.subject
    printed = orderer.fetch_form()
    orderer.look("receipt")
    for words in ("利用申込書", number[1], "豊洲商事", orderer.typed[2]["location_name"], MENUS[menu]):
        assert words in printed, words
    assert ("¥238,300" in printed) is (menu == "basic")
    visitor.open("/apply/receipt").sees(f"申込番号 {number[1]}", "利用申込書（PDF）をダウンロードする")
    visitor.open("/apply/3").sees(f"申込番号 {number[1]}")


def test_each_kind_of_mistake_is_said_at_its_field_and_nothing_else_is_lost(visit: Visit, server: Server) -> None:
    orderer = Orderer(visit(server, width=PHONE)).begin()
    for page in PAGES:
        right, send = orderer.typed[page.number], SUBMIT if page is LAST else "次へ"
        if page.parts:
            orderer.look(f"empty-{page.number}").press(send).is_told_all().look(f"missing-{page.number}")
        for number, (wrong, told) in enumerate(mistakes(page.number, right)):
            orderer.enter({**(mended(page.number, right) if number else right), **wrong}).press(send).is_told(
                **told
            ).has(wrong)
            orderer.visitor.keep(f"wrong-{page.number}")
        if page is not LAST:
            orderer.enter(mended(page.number, right)).press("次へ")
            assert orderer.number == page.number + 1, orderer.visitor.path


def test_going_back_and_forth_loses_nothing_right_or_wrong(visit: Visit, server: Server) -> None:
    visitor = visit(server)
    orderer = Orderer(visitor).begin().go_on(1)
    half = {"contact_company_name": "協力会社", "contact_1_mail": "hanako@", "menu_code": "light"}
    orderer.enter(half).press("前へ")
    assert orderer.number == 1
    orderer.has({"company_name": "豊洲商事", "start_month": "6"}).press("次へ").has(half).misses_errors()
    orderer.enter({"location_name": "本社"}).press("ここまでを保存する")
    visitor.sees("ここまでの入力内容を保存しました")
    visitor.page.reload()
    orderer.has({**half, "location_name": "本社"}).misses_errors().go_on(2)
    visitor.page.go_back()
    orderer.has({"menu_code": "basic", "contact_1_mail": "hanako@example.co.jp"}).look("again")


def test_a_correction_from_the_confirmation_comes_straight_back(visit: Visit, server: Server) -> None:
    visitor = visit(server, width=PHONE)
    orderer = Orderer(visitor).take_up("basic_ether_100m", 8, location_name=f"修正{next(NUMBERS)}")
    orderer.correct(5).enter({"place_floor": "B1"}).look("correction").press("確認へ戻る")
    assert orderer.number == 8
    visitor.sees("B1")
    orderer.correct(2).enter({"menu_code": "light"}).press("確認へ戻る")
    assert orderer.number == 3, "a plan of another menu has to be chosen first"
    orderer.is_told(plan_code="ライトの回線プランを選択してください")
    orderer.look("upset").enter({"plan_code": "light_best_effort"}).press("確認へ戻る")
    assert orderer.number == 8
    visitor.sees("ライト", "ベストエフォート")


def test_the_earliest_days_and_extra_fees_are_shown_while_one_chooses(visit: Visit, server: Server) -> None:
    visitor = visit(server)
    orderer = Orderer(visitor).take_up("light_best_effort", 4, business_hours_work=False)
    survey = today() + timedelta(days=50)
    days = [(survey + timedelta(days=number)).isoformat() for number in range(3)]
    orderer.enter({day_field(Work.SURVEY, place): day for place, day in zip(PLACES, days, strict=True)})
    visitor.sees(f"{day_text(survey + timedelta(days=42))}以降の日付を選べます（現地調査の希望日のうち")
    visitor.sees(*(day_text(survey + timedelta(days=number)) for number in range(3)))  # with their weekdays
    orderer.enter({"survey_first_time": "night"})
    visitor.sees("深夜（22:00～8:00）：時間外作業費 ¥40,000（税抜）")
    orderer.enter({"line_first_on": today().isoformat()})
    visitor.sees("回線工事の第1希望日は").misses("光アクセスコンバータ")
    orderer.look("dates")
