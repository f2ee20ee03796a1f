"""設定変更申込 as a customer goes through it, each of the five kinds, with the desk on the other side (manual 2-2 to 2-6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from models.base.clock import day_text, now, today
from models.base.db import database
from models.base.workflow import Need, Status
from models.records.billing import BillingRecord
from models.records.contract import ContractRecord
from models.records.fault_contact import FaultContactRecord
from models.records.site_name import SiteNameRecord
from models.services.current import current_values
from models.tables.record import Record
from models.tables.site import Site
from tests.clerk import Clerk
from tests.clerk import desk as desk_face
from tests.member import Member
from tests.papers import scan_pdf
from tests.portal.stories import USER, desk, issue_letter, record_of, request_of, site_in_service, state_of, typed

DONE = (Status.REVIEWING, Status.ACCEPTED)


@pytest.fixture
def site_id(app: Flask) -> int:
    """A site of ベーシック with a second line."""
    return site_in_service("basic_ether_100m")


def begin(member: Member, site_id: int, kind: str, **options: str) -> int:
    """Chooses site and kind, answers the kind's questions; gives the request's number."""
    member.open(f"/changes/new?site_id={site_id}&kind={kind}")
    member.press("申込を始める", **options)
    return request_of(member.text)


def counts(site_id: int, record_type: type[Record]) -> dict[str, Any]:
    database.remove()
    return current_values(database(), database().get_one(Site, site_id), record_type)


def stamp_and_send(member: Member, record_id: int, request_id: int, **values: Any) -> None:
    """Fills in, issues the form, adds the stamped one, hands it in."""
    member.record(record_id)
    assert member.verbs == {"入力を完了する"}
    member.press("入力を完了する", **values)
    member.sees("押印済変更申込書 未提出", Need.STAMPED_FORM.value)
    if "変更申込書_" not in member.text:
        member.press("変更申込書を発行する")
    member.sees(f"変更申込書_{request_id:08d}")
    member.add_file(scan_pdf(f"{request_id:08d}"), "押印済み.pdf")
    member.press("提出する")
    member.sees("「提出済み」にしました。")


def accept(record_id: int) -> None:
    """The desk receives a change, and accepts it with its letter."""
    desk(record_id, Status.REVIEWING, Status.RECEIVED)
    issue_letter(record_id)
    desk(record_id, Status.ACCEPTED)


def test_a_site_gets_its_new_name_on_acceptance_and_nothing_else_meanwhile(app: Flask, site_id: int) -> None:
    member = Member(app, USER)
    request_id = begin(member, site_id, "site_rename")
    record_id = record_of(request_id, "site_name").id
    member.record(record_id)
    member.press("提出する", short_name="汐見", location_name="豊洲3F")
    member.sees("変更のある項目：1件", "変更後の内容", "豊洲3F", "本社")
    member.open(f"/changes/new?site_id={site_id}&kind=billing_change")
    member.sees("拠点名変更を確認する")
    assert "月額費用の請求情報変更を始める" in member.locked
    desk(record_id, *DONE)
    assert counts(site_id, SiteNameRecord)["location_name"] == "豊洲3F"
    member.open("/home")
    member.sees("汐見(豊洲3F)", "完了")


@pytest.mark.parametrize("with_billing", [False, True])
def test_a_contractor_changes_with_form_letter_and_perhaps_the_bill(
    app: Flask, site_id: int, with_billing: bool
) -> None:
    member = Member(app, USER)
    request_id = begin(member, site_id, "contractor_change", **({"changes_billing": "y"} if with_billing else {}))
    assert ("請求情報" in member.text) == with_billing
    record_id = record_of(request_id, "contract").id
    stamp_and_send(
        member, record_id, request_id, company_name="汐見ホールディングス", company_kana="シオミホールディングス"
    )
    member.sees("現在の登録内容", "変更後の内容", "株式会社汐見ホールディングス")
    assert "汐見商会" in Clerk(desk_face()).get(f"/records/{record_id}").text
    accept(record_id)
    assert counts(site_id, ContractRecord)["company_name"] == "汐見ホールディングス"
    assert counts(site_id, ContractRecord)["contact_1_person_name"]
    if with_billing:
        assert state_of(request_id) == "確認中（未提出あり）"
        billing = record_of(request_id, "billing").id
        member.record(billing)
        member.sees(f"BLIF-{billing:08d}")
        month = {"applies_from": f"{today() + timedelta(days=40):%Y-%m}"}
        member.press("提出する", monthly_department="経理部", **month)
        desk(billing, *DONE)
        assert counts(site_id, BillingRecord)["monthly_department"] == "経理部"
    assert state_of(request_id) == "完了"
    member.record(record_id)
    member.sees("利用承諾書_")


def test_a_bill_goes_elsewhere_after_it_was_sent_back_once(app: Flask, site_id: int) -> None:
    member = Member(app, USER)
    request_id = begin(member, site_id, "billing_change")
    record_id = record_of(request_id, "billing").id
    member.record(record_id)
    answer = member.press("提出する", payment_method="direct_debit")
    assert answer.status_code == 422
    member.sees("自動口座振替先金融機関名を入力してください", "適用希望月を入力してください")
    month = f"{today() + timedelta(days=40):%Y-%m}"
    bill = {"payment_method": "direct_debit", "bank_name": "豊洲銀行", "applies_from": month}
    member.press("提出する", **bill)
    member.sees("月額費用の請求情報", "追加ASPオプション分の請求先を分ける", "豊洲銀行")
    assert member.text.count("部署名") == 1, "whom the option is billed to was not asked for"
    desk(record_id, Status.REVIEWING)
    desk(record_id, Status.RETURNED, comment="銀行名に支店名をお書きください。")
    member.record(record_id)
    member.sees("差戻", "銀行名に支店名をお書きください。")
    member.press("提出する", bank_name="豊洲銀行本店")
    member.press("取下げる")
    member.press("提出する", bank_name="豊洲銀行晴海支店")
    assert counts(site_id, BillingRecord)["bank_name"] is None
    desk(record_id, *DONE)
    assert counts(site_id, BillingRecord)["bank_name"] == "豊洲銀行晴海支店"
    assert counts(site_id, BillingRecord)["initial_payee"]


@pytest.mark.parametrize("is_whole", [False, True])
def test_a_configuration_changes_with_all_that_was_ticked(app: Flask, site_id: int, is_whole: bool) -> None:
    member = Member(app, USER)
    ticked = {"changes_asp": "y", "changes_fault_contact": "y", "one_time_payee": "new"}
    request_id = begin(
        member, site_id, "configuration_change", **(ticked if is_whole else {"one_time_payee": "current"})
    )
    member.sees("設定変更(ASPあり)" if is_whole else "設定変更(ASPなし)", "お客様LAN側のパラメータ情報")
    record_id = record_of(request_id, "contract").id
    services = {"service_codes": ["sds", "zedi"]} if is_whole else {}
    page = member.record(record_id).text
    assert ('name="service_codes"' in page) == is_whole
    before = counts(site_id, ContractRecord)["service_codes"]
    assert member.press("入力を完了する").status_code == 422
    member.sees("設定変更希望日を入力してください")
    stamp_and_send(member, record_id, request_id, wanted_on=f"{today() + timedelta(days=30)}", **services)
    accept(record_id)
    assert counts(site_id, ContractRecord)["service_codes"] == (("sds", "zedi") if is_whole else before)
    sheet = record_of(request_id, "parameter_sheet").id
    member.record(sheet)
    member.sees("パラメータシート準備中")
    assert member.verbs | member.locked == set()
    if is_whole:
        monthly = counts(site_id, BillingRecord)["monthly_company_name"]
        for type_code, values in (
            ("billing", typed(request_id, "billing", one_time_company_name="汐見支払")),
            ("fault_contact", {"first_person_name": "汐見　三郎", "day_given": "no"}),
        ):
            number = record_of(request_id, type_code).id
            member.record(number)
            member.sees("一時費用の請求情報" if type_code == "billing" else "故障連絡先情報")
            member.press("提出する", **values)
            member.sees("「提出済み」にしました。")
            desk(number, *DONE)
        assert counts(site_id, BillingRecord)["monthly_company_name"] == monthly
        assert counts(site_id, FaultContactRecord)["first_person_name"] == "汐見　三郎"
    assert state_of(request_id) == "確認中"


def test_a_wrong_asp_tick_is_cancelled_and_begun_anew(app: Flask, site_id: int) -> None:
    member = Member(app, USER)
    asked = member.open(f"/changes/new?site_id={site_id}&kind=configuration_change").text
    words = ["設定変更の一時費用の請求先", "ASPサービスの変更を希望する", "故障連絡先を変更する", "申込を始める"]
    assert sorted(words, key=asked.index) == words
    request_id = begin(member, site_id, "configuration_change", one_time_payee="current", changes_asp="y")
    member.open(f"/requests/{request_id:08d}/cancel")
    member.press("中止する")
    member.sees("中止")
    anew = begin(member, site_id, "configuration_change", one_time_payee="current")
    member.sees("設定変更(ASPなし)")
    assert anew != request_id
    member.record(record_of(request_id, "contract").id)
    assert member.verbs == set()
    member.sees("この申込は中止されました")


@pytest.mark.parametrize("days", [None, 3])
def test_fault_contacts_change_at_once_or_on_the_day_that_was_given(app: Flask, site_id: int, days: int | None) -> None:
    member = Member(app, USER)
    request_id = begin(member, site_id, "fault_contact_change")
    record_id = record_of(request_id, "fault_contact").id
    day = today() + timedelta(days=days or 0)
    member.record(record_id)
    if days:
        wrong = member.press("提出する", first_person_name="汐見　四郎", day_given="yes", changes_on=f"{today()}")
        assert wrong.status_code == 422
        member.sees("指定変更日は明日以降の日付を入力してください")
    given = {"day_given": "yes", "changes_on": f"{day}"} if days else {"day_given": "no"}
    member.press("提出する", first_person_name="汐見　四郎", **given)
    member.sees("変更のある項目：1件", "第2連絡先", "入力はありません。")
    desk(record_id, *DONE)
    old, new = "豊洲　花子", "汐見　四郎"
    assert counts(site_id, FaultContactRecord)["first_person_name"] == (old if days else new)
    if days:
        member.record(record_id)
        member.sees(day_text(day))
        with time_machine.travel(now() + timedelta(days=days)):
            assert counts(site_id, FaultContactRecord)["first_person_name"] == new


def test_the_list_tells_past_and_present_changes_apart(app: Flask, site_id: int) -> None:
    member = Member(app, USER)
    done = begin(member, site_id, "fault_contact_change")
    record_id = record_of(done, "fault_contact").id
    member.record(record_id)
    member.press("提出する", first_person_name="汐見　四郎", day_given="no")
    desk(record_id, *DONE)
    begun = begin(member, site_id, "configuration_change", one_time_payee="current")
    member.open("/search?state=finished")
    member.sees(f"{done:08d}", "故障連絡先変更").misses(f"{begun:08d}")
    member.open("/search?state=unsubmitted")
    member.sees(f"{begun:08d}", "設定変更(ASPなし)", "未提出", "未提出あり").misses(f"{done:08d}")


def test_what_a_change_leaves_as_it_is_is_not_shown_as_changed(app: Flask, site_id: int) -> None:
    member = Member(app, USER)
    request_id = begin(member, site_id, "contractor_change")
    member.record(record_of(request_id, "contract").id)
    member.press("途中保存する")
    assert 'class="field__current"' not in member.page.text
    member.press("途中保存する", company_name="海風物産")
    assert member.page.text.count('class="field__current"') == 1
