"""拠点名変更 and 故障連絡先変更 as a customer goes through them, at a desk and on a telephone (manual 2-2, 2-6)."""

from __future__ import annotations

from collections.abc import Callable

from models.base.workflow import Status
from tests.browser.acts import desk_moves
from tests.browser.conftest import PHONE, Company, add_company
from tests.browser.server import Server
from tests.browser.visitor import Visit, Visitor

BLOCKED = "拠点名変更の手続き中のため"


def _start_rename(customer: Visitor, company: Company) -> int:
    """From the home page to the record's page; gives the record's number."""
    customer.follow("変更を申し込む").choose(site_id=company.site_name, kind="拠点名変更").press("次へ")
    customer.press("申込を始める").follow("拠点名")
    return int(customer.path.rsplit("/", 1)[1])


def _rename(customer: Visitor, company: Company, accept: Callable[[int], None]) -> None:
    customer.sign_in(company.user_name).keep("home").is_accessible()
    record_id = _start_rename(customer, company)
    customer.sees("未提出", company.site_name.split("(")[0]).keep("draft").is_accessible()

    customer.fill(short_name=f"新{company.user_name}").press("途中保存する").sees("保存しました。")
    customer.press("提出する").sees("ロケーション名を入力してください").keep("error").is_accessible()
    assert customer.page.title().startswith("エラー：")
    customer.fill(short_name="あ" * 13, location_name="豊洲").press("提出する")
    customer.sees("12文字以内で入力してください（現在13文字）")
    assert customer.page.locator('[name="short_name"]').input_value() == "あ" * 13
    customer.fill(short_name="海風物産", location_name="第２倉庫").press("提出する")
    customer.sees("この拠点名はすでに使われています")

    new_name = f"ＵＭＩ{company.site_id}"
    with customer.mail_to("desk@localhost") as to_desk:
        customer.fill(short_name=new_name, location_name="豊洲").press("提出する")
    customer.sees("提出済み", f"UMI{company.site_id}").keep("submitted").is_accessible()
    assert "提出" in to_desk.subject

    customer.press("取下げる").sees("取下げ")
    customer.fill(location_name="豊洲2").press("提出する").sees("提出済み")
    server = customer.server
    with customer.mail_to(company.mail) as returned:
        server.move(record_id, Status.REVIEWING)
    assert "申込内容確認中" in returned.subject
    with customer.mail_to(company.mail) as returned:
        server.move(record_id, Status.RETURNED, comment="ロケーション名に階数をお書きください。")
    assert "差戻" in returned.subject
    customer.open(returned.find(r"http://[^/]+(/records/\d+)"))
    customer.sees("差戻", "ロケーション名に階数をお書きください。").keep("returned").is_accessible()
    customer.fill(location_name="豊洲2F").press("提出する").sees("提出済み")
    with customer.mail_to(company.mail) as accepted:
        server.move(record_id, Status.REVIEWING)
        accept(record_id)
    assert accepted.subject
    customer.open(f"/records/{record_id}").sees("承諾").keep("accepted").is_accessible()
    customer.open("/home").sees(f"UMI{company.site_id}(豊洲2F)")


def test_a_customer_renames_a_site_and_the_desk_accepts_it(visit: Visit, server: Server, company: Company) -> None:
    operator = visit(server).comes_to_the_desk()

    def accept(record_id: int) -> None:
        operator.open(f"/admin/records/{record_id}").sees("変更のある項目", company.site_name.split("(")[0], "豊洲2F")
        operator.sees("前回の差戻からの変更").keep("desk").is_accessible()
        desk_moves(operator, "承諾")

    _rename(visit(server), company, accept)


def test_a_customer_renames_a_site_by_telephone_without_scripts_on_postgresql(
    visit: Visit, postgresql_server: Server
) -> None:
    customer = visit(postgresql_server, width=PHONE, scripts=False)
    _rename(customer, add_company(postgresql_server), lambda record: postgresql_server.move(record, Status.ACCEPTED))


def test_a_rename_blocks_other_requests_until_it_is_cancelled(visit: Visit, server: Server, company: Company) -> None:
    customer = visit(server, width=PHONE).comes_back(company.user_name)
    customer.follow("変更を申し込む").choose(site_id=company.site_name, kind="故障連絡先変更").press("次へ")
    customer.press("申込を始める").follow("故障連絡先情報")
    fault_contact = customer.path
    customer.fill(first_person_name="豊洲　太郎").press("途中保存する").sees("保存しました。")

    customer.open("/home")
    _start_rename(customer, company)
    rename_path = customer.path
    customer.open("/home").sees("拠点名変更の完了後に申し込めます。", "拠点名変更の完了後に操作できます。").keep(
        "home"
    ).is_accessible()
    customer.open(fault_contact).sees(BLOCKED, "豊洲　太郎").keep("blocked-record").is_accessible()
    customer.follow("拠点名変更を確認する")
    request_path = customer.path
    assert request_path.startswith("/requests/")
    customer.open(f"/changes/new?site_id={company.site_id}&kind=billing_change").sees(BLOCKED).keep("blocked-change")

    customer.open(request_path).follow("この申込を中止する").keep("cancel").is_accessible()
    customer.press("中止する").sees("中止").keep("cancelled").is_accessible()
    customer.open(rename_path).sees("中止")
    customer.open(fault_contact).misses(BLOCKED).fill(first_person_name="豊洲　次郎").press("途中保存する")
    customer.sees("保存しました。")
