"""The parameter sheet from the desk to the customer and back, as both go through it (manual 1-4)."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from models.base.clock import today
from models.base.workflow import Status
from models.kinds import new_installation
from models.records.parameter_sheet import ParameterSheetRecord
from models.records.site_name import SiteNameRecord
from models.tables.master import LinePlan
from models.tables.site import Site
from tests.browser.conftest import DESK, PHONE, Company
from tests.browser.server import Server
from tests.browser.visitor import Visit, Visitor
from tests.build import build_request
from tests.sheets import cells_of, filled

TITLE = "お客様LAN側のパラメータ情報"
FILE = '[id="file-sheet"]'


def _new_site(server: Server, company: Company) -> int:
    """A further site of the company, whose installation has just been applied for; gives the number of the sheet's record."""
    with server.writing() as session:
        plan = session.scalars(select(LinePlan).where(LinePlan.code == "basic_ether_100m")).one()
        customer = session.get_one(Site, company.site_id).customer
        site = Site(customer=customer, line_plan=plan)
        session.add(site)
        session.flush()
        request = build_request(session, new_installation.KIND, None, site)
        name = next(record for record in request.records if isinstance(record, SiteNameRecord))
        name.short_name, name.location_name = f"汐見{site.id}", "新館"
        return next(record.id for record in request.records if isinstance(record, ParameterSheetRecord))


def _send(customer: Visitor, server: Server, record_id: int, folder: Path, **answers: object) -> dict[str, str]:
    """Fills in the sheet and adds it on the page; gives where each parameter stands."""
    with server.writing() as session:
        record = session.get_one(ParameterSheetRecord, record_id)
        (folder / "シート.xlsx").write_bytes(filled(session, record, **answers))
        cells = cells_of(record)
    customer.page.locator(FILE).set_input_files(folder / "シート.xlsx")
    customer.press("ファイルを追加する")
    return cells


def test_a_sheet_is_made_filled_in_corrected_and_accepted(
    visit: Visit, server: Server, company: Company, tmp_path: Path
) -> None:
    record_id = _new_site(server, company)
    operator = visit(server, width=DESK).comes_to_the_desk()
    operator.open(f"/admin/records/{record_id}").sees(TITLE)
    operator.keep("desk-preparing").press("申込内容からパラメータシートを作成する")
    operator.sees("「パラメータシート.xlsx」を作成しました。").keep("desk-made").is_accessible()
    operator.press("「未提出」の内容を確認する")
    with operator.mail_to(company.mail) as letter:
        operator.press("「未提出」にする")
    assert "パラメータ" in letter.body

    customer = visit(server, width=PHONE).comes_back(company.user_name)
    customer.open(letter.find(r"http://[^/]+(/records/\d+)")).sees("未提出", TITLE).keep("draft").is_accessible()
    with customer.page.expect_download() as download:
        customer.page.get_by_role("link", name="パラメータシート.xlsx").click()
    assert download.value.suggested_filename == "パラメータシート.xlsx"

    cells = _send(customer, server, record_id, tmp_path, mask="255.0.255.0", virtual_address="192.168.11.254")
    customer.sees(f"セル{cells['mask']}「サブネットマスク」：サブネットマスクの形式で入力してください")
    customer.keep("wrong").is_accessible()
    _send(customer, server, record_id, tmp_path)
    with server.writing() as session:
        site_name = f"汐見{session.get_one(ParameterSheetRecord, record_id).request.site_id}(新館)"
    customer.sees(f"「{today():%Y%m%d}_{site_name}パラメータシート.xlsx」を受け付けました。")
    _send(customer, server, record_id, tmp_path, terminal_count=40, note="夜間は停止できます。")
    customer.sees("前回のシートからの変更", "変更のある項目：2件", "最新").keep("compared").is_accessible()
    assert "未提出" in customer.page.locator('[aria-current="step"]').inner_text()  # a file that was added is no status
    customer.press("提出する").sees("提出済み").keep("submitted")

    server.move(record_id, Status.REVIEWING)
    operator.open(f"/admin/records/{record_id}").sees("前回のシートからの変更", "夜間は停止できます。")
    operator.page.get_by_text("最新のシートの記入内容").first.click()
    operator.sees("192.168.10.254").keep("desk-compared").is_accessible()
    operator.press("「承諾」の内容を確認する").press("「承諾」にする").sees("承諾")
    customer.open(f"/records/{record_id}").sees("承諾").misses("ファイルを追加する").keep("accepted")
