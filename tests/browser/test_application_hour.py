"""The hour of the application form in the browser: the warning, its end, giving up (SPEC §7)."""

from __future__ import annotations

from tests.browser.conftest import PHONE
from tests.browser.orderer import Orderer
from tests.browser.server import Server
from tests.browser.visitor import Visit


def test_the_form_warns_before_its_hour_is_over_and_goes_on_when_asked_to(visit: Visit, server: Server) -> None:
    visitor = visit(server, width=PHONE)
    visitor.page.clock.install()
    orderer = Orderer(visitor).begin().go_on(1).enter({"contact_1_person_name": "豊洲　花子"})
    orderer.wait(55 * 60 + 30)
    visitor.sees("まもなく入力内容が消去されます", "あと4分")
    orderer.look("warned")
    visitor.page.get_by_role("button", name="続ける").click()
    visitor.misses("まもなく入力内容が消去されます")
    orderer.has({"contact_1_person_name": "豊洲　花子"}).go_on(2)
    orderer.enter({"service_codes": ["sds"]}).wait(61 * 60)
    visitor.sees("入力内容を消去しました", "操作のないまま時間が過ぎました")
    orderer.look("over")
    visitor.follow("はじめから入力する").sees("入力をはじめる前に")
    assert orderer.number == 1
    orderer.has({"company_name": ""})


def test_whoever_types_for_long_on_one_page_is_not_interrupted(visit: Visit, server: Server) -> None:
    visitor = visit(server)
    visitor.page.clock.install()
    orderer = Orderer(visitor).begin().go_on(1).wait(40 * 60)
    with visitor.page.expect_response("**/apply/time") as told:
        orderer.enter({"contact_1_person_name": "豊洲　花子"})
    assert told.value.ok
    orderer.wait(40 * 60)
    visitor.misses("まもなく入力内容が消去されます")
    orderer.go_on(2)
    assert orderer.number == 3


def test_without_scripts_a_page_that_is_sent_too_late_says_that_the_input_is_gone(visit: Visit, server: Server) -> None:
    visitor = visit(server, scripts=False)
    orderer = Orderer(visitor).begin().go_on(2)
    visitor.sees("まで保管しています")
    orderer.wait(59 * 60).press("ここまでを保存する")
    visitor.sees("ここまでの入力内容を保存しました")
    orderer.wait(61 * 60).enter(orderer.typed[3]).press("次へ")
    visitor.sees("入力内容を消去しました", "受付のメールが届いていない場合、お申し込みは完了していません").keep(
        "expired"
    )
    visitor.follow("はじめから入力する")
    orderer.has({"company_name": ""})


def test_giving_up_asks_first_and_leaves_nothing_behind(visit: Visit, server: Server) -> None:
    visitor = visit(server, width=PHONE)
    orderer = Orderer(visitor).begin().go_on(2)
    visitor.follow("入力をやめて消去する").sees("消去しますか")
    orderer.look("quit")
    visitor.follow("入力に戻る")
    assert orderer.number == 3
    visitor.follow("入力をやめて消去する").press("消去する").sees("入力内容を消去しました")
    orderer.look("start").begin().has({"company_name": ""})
