"""新設申込の情報 in a real browser, record by record, with the desk beside it (manual 1-2 to 1-6 and its supplement)."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

from models.base.actor import SYSTEM
from models.base.clock import now
from models.base.workflow import Status
from models.seeds.demo import PASSWORD
from models.services.applying import quoted_now, submit_application
from models.services.documents import issue
from models.services.drafting import read_draft
from models.services.passwords import hashed
from models.tables.document import DocumentKind
from models.tables.record import Record
from tests.browser.acts import stamp
from tests.browser.orderer import Orderer
from tests.browser.server import Server
from tests.browser.visitor import Visit, Visitor
from tests.build import OPERATOR, build_account, build_draft, complete_values

NUMBERS = count(1)
ACCEPT = (Status.REVIEWING, Status.ACCEPTED)


class Applied:
    """An application that was just submitted, by a company with a login of its own."""

    def __init__(self, server: Server, plan_code: str) -> None:
        number = next(NUMBERS)
        self.server, self.user_name = server, f"harumi-{number}"
        with server.writing() as session:
            names = {"short_name": f"晴海{number}", "location_name": "本社", "corporate_number": None}
            draft, _token = build_draft(session, plan_code, corporate_number_absent=True, **names)
            seen = quoted_now(read_draft(session, draft)).fingerprint
            request = submit_application(session, draft, seen, SYSTEM)
            login = {"mail": f"{self.user_name}@example.jp", "password_hash": hashed(PASSWORD), "activated_at": now()}
            build_account(session, request.site.customer, user_name=self.user_name, **login)
            self.number = request.number
            self.records = {record.type: record.id for record in request.records}

    def typed(self, type_code: str, **given: Any) -> dict[str, Any]:
        """What its people type to complete a record."""
        with self.server.writing() as session:
            record = session.get_one(Record, self.records[type_code])
            specs = record.specs_for(record.facts())
            values = complete_values(session, record, **given)
            return {name: specs[name].kind.write(value) for name, value in values.items() if value is not None}

    def issue_letter(self) -> None:
        """The desk issues the letter of acceptance."""
        with self.server.writing() as session:
            issue(session, session.get_one(Record, self.records["contract"]), DocumentKind.ACCEPTANCE_LETTER, OPERATOR)


def send_contract(customer: Visitor, order: Applied, folder: Path) -> None:
    """1-2: the stamped form is added and handed in."""
    customer.open(f"/requests/{order.number}").sees("この申込の情報", "未提出あり").keep("request").is_accessible()
    customer.follow("申込情報").sees("押印済み利用申込書 未提出", "拠点名チェック", "入力項目の一覧")
    customer.keep("contract").is_accessible()
    stamp(customer, order.number, folder)
    customer.sees("申込番号が一致することを確認しました。").keep("contract-stamped").is_accessible()
    customer.press("提出する", customer.page.locator(".next-step")).sees("提出済み")
    customer.keep("contract-submitted")


def fill_in(customer: Visitor, order: Applied, type_code: str, **given: Any) -> None:
    """1-3, 1-5, 1-6: nothing typed is told at every field; then all is filled in and handed in."""
    customer.open(f"/records/{order.records[type_code]}").press("提出する")
    assert customer.page.title().startswith("エラー：")
    customer.keep(f"{type_code}-error").is_accessible()
    Orderer(customer).enter(order.typed(type_code, **given))
    customer.press("提出する").sees("提出済み").keep(f"{type_code}-submitted")


def test_a_new_line_from_the_stamped_form_to_the_letter(visit: Visit, server: Server, tmp_path: Path) -> None:
    order = Applied(server, "light_minimum")
    customer = visit(server).comes_back(order.user_name)
    customer.keep("home").is_accessible()
    send_contract(customer, order, tmp_path)
    for type_code in ("shipping", "supplies", "fault_contact"):
        fill_in(customer, order, type_code)
    customer.open(f"/records/{order.records['billing']}").press("取下げる").sees("取下げ")
    customer.fill(monthly_department="経理部").press("提出する").sees("提出済み", "経理部").keep(
        "billing"
    ).is_accessible()

    operator = visit(server).comes_to_the_desk()
    contract = order.records["contract"]
    operator.open(f"/admin/records/{contract}").sees("提出済み").keep("desk-contract").is_accessible()
    operator.press("「申込内容確認中」の内容を確認する").press("「申込内容確認中」にする").sees("申込内容確認中")
    operator.page.locator('[id="comment-returned"]').fill("印影が薄いため、押印し直してください。")
    operator.press("「差戻」の内容を確認する")
    with operator.mail_to(f"{order.user_name}@example.jp") as letter:
        operator.press("「差戻」にする")
    customer.open(letter.find(r"http://[^/]+(/records/\d+)")).sees("差戻", "印影が薄いため、押印し直してください。")
    customer.keep("contract-returned").is_accessible()
    customer.sees("申込内容が変わったため、発行済みの利用申込書は使えません").press("利用申込書を発行し直す")
    stamp(customer, order.number, tmp_path)
    customer.press("提出する", customer.page.locator(".next-step")).sees("提出済み")

    server.move(contract, Status.REVIEWING, Status.RECEIVED)
    for type_code in ("billing", "shipping", "supplies", "fault_contact"):
        operator.open(f"/admin/records/{order.records[type_code]}").sees("提出済み").keep(f"desk-{type_code}")
    server.move(order.records["supplies"], Status.ACCEPTED)
    for type_code in ("site_name", "billing", "shipping", "fault_contact"):
        server.move(order.records[type_code], *ACCEPT)
    server.move(order.records["shipping"], Status.SHIPPED)
    order.issue_letter()
    operator.open(f"/admin/records/{contract}").sees("受領", "利用承諾書")
    operator.press("「承諾」の内容を確認する").press("「承諾」にする").sees("承諾").keep(
        "desk-accepted"
    ).is_accessible()
    customer.open(f"/records/{contract}").sees("承諾", "利用承諾書_").keep("contract-accepted").is_accessible()
    customer.open(f"/requests/{order.number}").sees("発送済", "確認中").keep("request-late")
