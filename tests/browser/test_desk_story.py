"""A day at the desk as an operator goes through it: inbox, return, bulk acceptance, conflict, account (SPEC §4, §8, §11)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from models.base.clock import today
from models.base.workflow import Need, Status
from models.kinds import fault_contact_change, new_installation
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site
from tests.browser.conftest import PHONE, Company
from tests.browser.server import Server
from tests.browser.visitor import Visit, Visitor
from tests.build import build_request, complete_values

TYPE = "故障連絡先情報"


def _changes(server: Server, company: Company, *statuses: Status) -> list[int]:
    """Fault contact changes of the company, each at a status; gives their records' numbers."""
    found = []
    with server.writing() as session:
        site = session.get_one(Site, company.site_id)
        for status in statuses:
            request = build_request(session, fault_contact_change.KIND, status, site)
            [record] = request.records
            for name, value in complete_values(session, record).items():
                setattr(record, name, value)
            found.append(record.id)
    return found


def _make_late(server: Server, record_id: int) -> None:
    """What the record was due for is over."""
    with server.writing() as session:
        session.get_one(Record, record_id).due_on = today() - timedelta(days=1)


def _inbox(operator: Visitor, company: Company) -> Visitor:
    """The inbox, narrowed to the company."""
    return operator.open("/admin/").fill(q=company.customer).press("検索する")


def test_an_operator_returns_accepts_in_bulk_and_issues_an_account(
    visit: Visit, server: Server, company: Company
) -> None:
    wrong, right, early = _changes(server, company, Status.REVIEWING, Status.REVIEWING, Status.SUBMITTED)
    _make_late(server, wrong)
    operator = visit(server).sign_in_at_desk("demo-operator")
    operator.open("/admin/").sees("受付箱", TYPE).keep("inbox").is_accessible()

    _inbox(operator, company).sees("3件").follow("期限を過ぎたもの 1件").sees("期限にかかわらず表示する（3件）")
    operator.page.keyboard.press("j")
    operator.page.keyboard.press("x")
    operator.sees("選んだ行への操作1件").choose(act="自分の担当にする")
    operator.press("選んだ行を確認する").sees("この操作ではメールは送られません").press("1件を実行する")
    _inbox(operator, company).follow("自分の担当").sees("1件")
    operator.page.locator(f'a[href$="/records/{wrong}"]').click()
    operator.sees(TYPE, company.customer, "お客様").keep("record").is_accessible()
    operator.press("「差戻」の内容を確認する").press("「差戻」にする").sees(Need.COMMENT.value).is_accessible()
    operator.page.get_by_text("第1連絡先（5項目）").click()
    operator.fill(comment="第1連絡先の電話番号をご確認ください。", remark_first_phone="代表番号ではないようです。")
    operator.press("コメントを反映して表示し直す").sees("第1連絡先の電話番号：代表番号ではないようです。")
    operator.sees("お客様に送られるメール", "第1連絡先の電話番号をご確認ください。").keep("return").is_accessible()
    with operator.mail_to(company.mail) as letter:
        operator.press("「差戻」にする")
    operator.sees("差戻", "お客様の対応待ち")
    assert "第1連絡先の電話番号をご確認ください。" in letter.body
    assert "代表番号ではないようです。" in letter.body
    _look_as_customer(operator)

    _inbox(operator, company).sees("2件")
    for record_id in (right, early):
        operator.page.locator(f'input[name="ids"][value="{record_id}"]').check()
    operator.choose(act="「承諾」にする（「申込内容確認中」から）")
    operator.press("選んだ行を確認する").sees("まだ何も変更していません").keep("plan").is_accessible()
    with operator.mail_to(company.mail):
        operator.press("1件を実行する")
    operator.sees("2件のうち1件を実行しました。").keep("report").is_accessible()
    with operator.page.expect_download() as download:
        operator.page.get_by_role("button", name="結果をCSVでダウンロード").click()
    assert "現在のステータスが「提出済み」のため" in download.value.path().read_text("utf-8-sig")
    operator.press("見送りの行を再実行").sees("実行できる行がありません", f"{TYPE}　{company.customer}")
    operator.open(f"/admin/records/{right}").sees("承諾")
    operator.open(f"/admin/records/{early}").sees("提出済み")

    _issue(operator, server, company)


def _look_as_customer(operator: Visitor) -> None:
    """By keys: their list, the customer's page with the remark at its field, and back."""
    operator.page.keyboard.press("?")
    operator.sees("この画面のキー操作", "お客様の画面で見る").is_accessible()
    operator.page.keyboard.press("Escape")
    with operator.page.expect_navigation():
        operator.page.keyboard.press("v")
    operator.look().sees("お客様の画面を表示しています（閲覧のみ）", "窓口からの指摘").keep(
        "as-customer"
    ).is_accessible()
    assert operator.page.get_by_role("button", name="提出する").is_disabled()
    operator.follow("管理画面へ戻る").sees("前回の差戻からの変更", "お客様の対応待ち")


def _issue(operator: Visitor, server: Server, company: Company) -> None:
    """An account for the company's installation; whoever gets the mail sets a password and is in."""
    with server.writing() as session:
        site = session.get_one(Site, company.site_id)
        [number] = session.scalars(
            select(Request.id).where(Request.site_id == site.id, Request.kind_code == new_installation.KIND.code)
        )
        record: Any = next(one for one in session.get_one(Request, number).records if one.type == "contract")
        record.contact_1_person_name, record.contact_1_mail = "汐見　花子", f"hanako-{number}@example.jp"
    operator.open(f"/admin/request/{number}/").keep("request").is_accessible()
    operator.press("アカウントを払い出す")
    with operator.mail_to(f"hanako-{number}@example.jp") as letter:
        operator.press("1件を実行する")
    user_name = letter.find(r"ユーザー名：\s*(\S+)")
    operator.open(letter.find(r"(http://\S+/password/\S+)"))
    operator.fill(password="nagai aikotoba desu", repeated="nagai aikotoba desu").press("パスワードを設定する")
    operator.sign_in(user_name, "nagai aikotoba desu", f"hanako-{number}@example.jp").sees(company.site_name)


def test_who_saves_second_sees_both_values_and_keeps_the_own(visit: Visit, server: Server, company: Company) -> None:
    first = visit(server).comes_to_the_desk("demo-admin")
    address = f"/admin/site/{company.site_id}/"
    first.open(address).follow("編集する")
    second = first.page.context.new_page()
    second.goto(f"{server.url}{address}edit/")
    second.locator('[name="line_plan_id"]').fill("2")
    second.get_by_role("button", name="保存する").first.click()
    first.fill(line_plan_id="3").press("保存する").keep("conflict").is_accessible()
    first.sees("ほかの人が先に保存しました")
    assert first.page.locator('[name="line_plan_id"]').input_value().startswith("3")
    first.press("保存する").sees("保存しました")


def test_the_desk_can_be_read_on_a_telephone(visit: Visit, server: Server, company: Company) -> None:
    [record_id] = _changes(server, company, Status.REVIEWING)
    viewer = visit(server, width=PHONE).comes_to_the_desk("demo-viewer")
    for path, words in (("/admin/", "受付箱"), (f"/admin/records/{record_id}", TYPE), ("/admin/customer/", "取引先")):
        viewer.open(path).sees(words).keep(re.sub(r"\W+", "-", path)).is_accessible()
    viewer.open(f"/admin/records/{record_id}").misses("の内容を確認する")
