"""設定変更申込 in a real browser: a contractor's change with its bill, and a record that a colleague saved meanwhile (manual 2-3, 2-4, 2-6)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from models.base.actor import Actor, Role
from models.base.clock import today
from models.base.workflow import Status
from models.kinds import fault_contact_change
from models.services.documents import issue
from models.services.editing import save_record
from models.services.opening import open_request
from models.tables.document import DocumentKind
from models.tables.record import Record
from models.tables.site import Site
from tests.browser.acts import stamp
from tests.browser.conftest import PHONE, Company
from tests.browser.server import Server
from tests.browser.visitor import Visit
from tests.build import OPERATOR, customer_of


def _number_of(path: str) -> str:
    return path.rsplit("/", 1)[1]


def test_a_contractor_changes_and_the_bill_goes_elsewhere(
    visit: Visit, server: Server, company: Company, tmp_path: Path
) -> None:
    customer = visit(server, width=PHONE).comes_back(company.user_name)
    customer.follow("変更を申し込む").choose(site_id=company.site_name, kind="契約会社変更").press("次へ")
    customer.keep("options").is_accessible()
    customer.page.get_by_label("月額費用の支払方法や請求先の変更を行う").check()
    customer.press("申込を始める").sees("申込情報", "請求情報", "BLIF-").keep("request").is_accessible()
    request_path = customer.path

    customer.follow("申込情報").fill(company_name="汐見ホールディングス", company_kana="シオミホールディングス")
    customer.press("途中保存する").sees("保存しました。", "株式会社汐見ホールディングス").keep("draft").is_accessible()
    contract = int(_number_of(customer.path))
    customer.press("入力を完了する").sees("押印済変更申込書 未提出")
    customer.press("変更申込書を発行する").sees("変更申込書_").keep("issued").is_accessible()
    stamp(customer, _number_of(request_path), tmp_path)
    customer.press("提出する", customer.page.locator(".next-step")).sees("変更のある項目")
    customer.keep("compared").is_accessible()

    customer.open(request_path).follow("請求情報").press("提出する").sees("適用希望月を入力してください")
    customer.keep("billing-error").is_accessible()
    customer.fill(monthly_department="経理部", applies_from=f"{today() + timedelta(days=40):%Y-%m}").press("提出する")
    customer.sees("提出済み", "変更のある項目：1件").keep("billing-compared").is_accessible()
    billing = int(_number_of(customer.path))

    operator = visit(server, width=PHONE).comes_to_the_desk()
    operator.open(f"/admin/records/{contract}").sees("変更のある項目", "汐見ホールディングス").keep("desk-compared")
    operator.is_accessible()
    server.move(contract, Status.REVIEWING, Status.RECEIVED)
    with server.writing() as session:
        issue(session, session.get_one(Record, contract), DocumentKind.ACCEPTANCE_LETTER, OPERATOR)
    server.move(contract, Status.ACCEPTED)
    operator.open(f"/admin/records/{billing}").sees(f"BLIF-{billing:08d}", "経理部")
    operator.press("「申込内容確認中」の内容を確認する").press("「申込内容確認中」にする")
    operator.press("「承諾」の内容を確認する").press("「承諾」にする").sees("承諾")
    customer.open(request_path).sees("完了").keep("finished").is_accessible()
    customer.open(f"/records/{contract}").sees("利用承諾書_").keep("accepted")


def test_what_was_typed_stays_when_a_colleague_was_faster(visit: Visit, server: Server, company: Company) -> None:
    with server.writing() as session:
        site = session.get_one(Site, company.site_id)
        owner = Actor(Role.CUSTOMER, 1, "汐見　花子", site.customer_id)
        record_id = open_request(session, site, fault_contact_change.KIND, {}, owner).records[0].id
    customer = visit(server).comes_back(company.user_name).open(f"/records/{record_id}")
    with server.writing() as session:
        record = session.scalars(select(Record).where(Record.id == record_id)).one()
        save_record(session, record, {"first_person_name": "青山　一郎"}, record.version, customer_of(record))
    customer.fill(first_person_name="赤坂　二郎").press("途中保存する")
    customer.sees("入力した内容は、まだ保存されていません", "青山　一郎").keep("conflict").is_accessible()
    assert customer.page.locator('[name="first_person_name"]').input_value() == "赤坂　二郎"
    customer.press("途中保存する").sees("保存しました。")
