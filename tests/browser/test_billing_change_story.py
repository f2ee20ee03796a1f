"""月額費用の請求情報変更 and 故障連絡先変更 in a real browser, with the desk on the other side (manual 2-4, 2-6)."""

from __future__ import annotations

from datetime import timedelta

from models.base.clock import day_text, today
from models.base.workflow import Status
from models.kinds import billing_change, fault_contact_change
from models.services.opening import open_request
from models.tables.site import Site
from tests.browser.acts import choose, desk_moves
from tests.browser.conftest import PHONE, Company
from tests.browser.server import Server
from tests.browser.visitor import Visit
from tests.build import OPERATOR


def test_a_bill_goes_elsewhere(visit: Visit, server: Server, company: Company) -> None:
    customer = visit(server).comes_back(company.user_name)
    choose(customer, company, billing_change.KIND)
    customer.keep("begin").press("申込を始める").sees("BLIF-", "未提出あり").keep("request")
    customer.follow("請求情報").sees("未提出", "BLIF-").keep("draft")
    record_path = customer.path
    customer.choose(payment_method="自動口座振替").fill(applies_from="2020-01").press("提出する")
    customer.sees("自動口座振替先金融機関名を入力してください", "適用希望月は").keep("error").is_accessible()
    month = f"{today() + timedelta(days=40):%Y-%m}"
    customer.fill(bank_name="豊洲銀行", monthly_department="経理部", applies_from=month).press("提出する")
    customer.sees("提出済み", "変更のある項目", "豊洲銀行").keep("submitted").is_accessible()

    operator = visit(server).comes_to_the_desk().open(f"/admin{record_path}").sees("BLIF-", "豊洲銀行", "経理部")
    operator.keep("desk-submitted").is_accessible()
    desk_moves(operator, "申込内容確認中")
    desk_moves(operator, "差戻", "銀行名に支店名をお書きください。")
    customer.open(record_path).sees("差戻", "銀行名に支店名をお書きください。").keep("returned")
    customer.fill(bank_name="豊洲銀行晴海支店").press("提出する")
    operator.open(f"/admin{record_path}").sees("前回の差戻からの変更", "豊洲銀行晴海支店").keep("desk-again")
    desk_moves(operator, "申込内容確認中")
    desk_moves(operator, "承諾")
    operator.sees("承諾").keep("desk-accepted")
    customer.open(record_path).sees("承諾").keep("accepted").open("/home").sees("完了").keep("home")


def _open(server: Server, company: Company) -> str:
    """A further change of the fault contact; gives the address of its record."""
    with server.writing() as session:
        site = session.get_one(Site, company.site_id)
        return f"/records/{open_request(session, site, fault_contact_change.KIND, {}, OPERATOR).records[0].id}"


def test_fault_contacts_change_on_a_given_day_or_at_once(visit: Visit, server: Server, company: Company) -> None:
    customer = visit(server, width=PHONE).comes_back(company.user_name)
    choose(customer, company, fault_contact_change.KIND)
    customer.press("申込を始める").follow("故障連絡先情報").keep("draft")
    given, day = customer.path, today() + timedelta(days=14)
    customer.choose(day_given="する").fill(first_person_name="青山　一郎", changes_on=today().isoformat())
    customer.press("提出する").sees("指定変更日は明日以降の日付を入力してください").keep("error").is_accessible()
    customer.fill(changes_on=day.isoformat()).press("提出する").sees("提出済み", "青山　一郎", day_text(day))
    customer.keep("submitted")

    operator = visit(server, width=PHONE).comes_to_the_desk().open(f"/admin{given}").sees("青山　一郎", day_text(day))
    operator.keep("desk").is_accessible()
    desk_moves(operator, "申込内容確認中")
    customer.open(given).press("取下げを依頼する").sees("取下げ依頼中").keep("withdrawal")
    operator.open(f"/admin{given}").sees("取下げ依頼中")
    desk_moves(operator, "未提出")
    customer.open(given).sees("未提出").press("提出する")
    server.move(int(given.rsplit("/", 1)[1]), Status.REVIEWING, Status.ACCEPTED)
    customer.open(given).sees("承諾", day_text(day)).keep("accepted")

    at_once = _open(server, company)
    customer.open(at_once)
    assert customer.page.locator('[name="first_person_name"]').input_value() != "青山　一郎", "its day has not come"
    customer.fill(first_person_name="赤坂　二郎").choose(day_given="しない").press("提出する").sees("提出済み")
    server.move(int(at_once.rsplit("/", 1)[1]), Status.REVIEWING, Status.ACCEPTED)
    customer.open(_open(server, company)).keep("next")
    assert customer.page.locator('[name="first_person_name"]').input_value() == "赤坂　二郎"
