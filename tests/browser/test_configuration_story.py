"""設定変更 in a real browser: all that can be asked for with it, and nothing of it, with the desk beside it (manual 2-5)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from models.base.clock import today
from models.base.workflow import Status
from models.kinds import configuration_change
from models.services.documents import issue
from models.services.opening import open_request
from models.services.sheet_acts import make_blank
from models.tables.document import DocumentKind
from models.tables.record import Record
from models.tables.site import Site
from tests.browser.acts import choose, desk_moves, stamp
from tests.browser.conftest import PHONE, Company
from tests.browser.server import Server
from tests.browser.visitor import Visit, Visitor
from tests.build import OPERATOR
from tests.sheets import filled

DONE = (Status.REVIEWING, Status.ACCEPTED)


def _records(server: Server, number: str) -> dict[str, int]:
    with server.writing() as session:
        return dict(session.execute(select(Record.type, Record.id).where(Record.request_id == int(number))).all())


def _send_contract(customer: Visitor, number: str, folder: Path) -> None:
    """Fills in what is asked for, has the form made, adds the stamped one, hands it in."""
    customer.press("入力を完了する").sees("設定変更希望日を入力してください").keep("contract-error")
    customer.page.get_by_label("ZEDI", exact=True).check()
    customer.fill(wanted_on=(today() + timedelta(days=60)).isoformat()).press("入力を完了する")
    customer.sees("押印済変更申込書 未提出").press("変更申込書を発行する").sees("変更申込書_")
    stamp(customer, number, folder)
    customer.keep("contract-stamped")
    customer.press("提出する", customer.page.locator(".next-step")).sees("提出済み", "ZEDI").keep("contract-submitted")


def _send_sheet(customer: Visitor, server: Server, record_id: int, folder: Path) -> None:
    """The desk has made the sheet; the customer adds the filled one."""
    with server.writing() as session:
        record = session.get_one(Record, record_id)
        make_blank(session, record, OPERATOR)
        (folder / "シート.xlsx").write_bytes(filled(session, record))
    server.move(record_id, Status.DRAFT)
    customer.open(f"/records/{record_id}").page.locator('[id="file-sheet"]').set_input_files(folder / "シート.xlsx")
    customer.press("ファイルを追加する").press("提出する").sees("提出済み").keep("sheet")


def test_a_configuration_changes_with_services_bill_sheet_and_fault_contacts(
    visit: Visit, server: Server, company: Company, tmp_path: Path
) -> None:
    customer = visit(server, width=PHONE).comes_back(company.user_name)
    choose(customer, company, configuration_change.KIND)
    customer.keep("options").press("申込を始める").sees("設定変更の一時費用の請求先を選択してください").is_accessible()
    customer.choose(one_time_payee="新規登録")
    for words in ("ASPサービスの変更を希望する", "故障連絡先を変更する"):
        customer.page.get_by_label(words).check()
    customer.press("申込を始める").sees("設定変更(ASPあり)").keep("request").is_accessible()
    number = customer.path.rsplit("/", 1)[1]
    records = _records(server, number)
    assert set(records) == {"contract", "parameter_sheet", "billing", "fault_contact"}

    customer.open(f"/records/{records['contract']}").sees("ご利用ASPサービス").keep("contract").is_accessible()
    _send_contract(customer, number, tmp_path)
    _send_sheet(customer, server, records["parameter_sheet"], tmp_path)
    customer.open(f"/records/{records['billing']}").sees("一時費用").keep("billing")
    customer.press("提出する").sees("会社名を入力してください").keep("billing-error")
    customer.open(f"/records/{records['fault_contact']}").fill(first_person_name="青山　一郎")
    customer.choose(day_given="しない").press("提出する").sees("提出済み")

    operator = visit(server, width=PHONE).comes_to_the_desk().open(f"/admin/records/{records['contract']}")
    operator.sees("設定変更(ASPあり)", "ZEDI", "変更のある項目").keep("desk").is_accessible()
    desk_moves(operator, "申込内容確認中")
    desk_moves(operator, "受領")
    with server.writing() as session:
        issue(session, session.get_one(Record, records["contract"]), DocumentKind.ACCEPTANCE_LETTER, OPERATOR)
    operator.open(f"/admin/records/{records['contract']}")
    desk_moves(operator, "承諾")
    for type_code in ("parameter_sheet", "fault_contact"):
        server.move(records[type_code], *DONE)
    customer.open(f"/requests/{number}").sees("未提出あり", "承諾").keep("request-late")
    customer.open("/home").sees("設定変更(ASPあり)").keep("home")


def test_without_the_tick_no_services_are_asked_for_and_it_stays_so(
    visit: Visit, server: Server, company: Company
) -> None:
    with server.writing() as session:
        site, options = session.get_one(Site, company.site_id), {"one_time_payee": "current"}
        number = open_request(session, site, configuration_change.KIND, options, OPERATOR).number
    records = _records(server, number)
    customer = visit(server).comes_back(company.user_name).open(f"/requests/{number}")
    customer.sees("設定変更(ASPなし)", "現在の請求先").keep("request")
    assert set(records) == {"contract", "parameter_sheet"}
    customer.open(f"/records/{records['contract']}").misses("ご利用ASPサービス", "ZEDI").keep("contract")
    customer.open(f"/requests/{number}").follow("この申込を中止する").press("中止する").sees("中止").keep("cancelled")
