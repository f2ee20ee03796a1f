"""新設申込の情報 as a customer completes it, record by record, with the desk on the other side (manual 1-2 to 1-6 and its supplement)."""

from __future__ import annotations

import pytest
from flask import Flask

from models.base.actor import Role
from models.base.settings import settings
from models.base.workflow import WORKFLOWS, Need, Status
from tests.clerk import Clerk
from tests.clerk import desk as desk_face
from tests.member import Member
from tests.papers import scan_pdf
from tests.portal.stories import USER, desk, issue_letter, order, record_of, site, state_of, typed


def version_of(page: str) -> str:
    return page.split('name="version"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


def at_desk(clerk: Clerk, record_id: int, target: Status, comment: str = "") -> str:
    """The desk's way: what a move will do is looked at, then it is made."""
    page = f"/records/{record_id}"
    preview = clerk.post(page, f"{page}/preview", target=target.value, comment=comment)
    sent = {"target": target.value, "comment": comment, "version": version_of(preview.text)}
    return clerk.follow(clerk.post(page, f"{page}/move", **sent)).text


def test_a_stamped_form_goes_to_the_desk_comes_back_and_ends_with_the_letter(app: Flask) -> None:
    request_id = order("light_best_effort")
    contract = record_of(request_id, "contract")
    record_id, site_id = contract.id, contract.request.site_id
    member, clerk = Member(app, USER), Clerk(desk_face())
    member.record(record_id)
    member.sees("押印済み利用申込書 未提出", "拠点名チェック", "提出済み", Need.STAMPED_FORM.value)
    member.sees("ライト", "ベストエフォート", "メニューや回線プランを変えるときは、営業窓口へご相談ください。")
    assert 'name="menu_code"' not in member.page.text
    assert member.verbs == set()
    member.add_file(scan_pdf(f"{request_id:08d}"), "押印済み.pdf")
    member.sees(
        "「押印済み.pdf」を受け付けました。",
        "申込番号が一致することを確認しました。",
        "押印済みの利用申込書がそろいました",
    )
    member.press("提出する")
    member.sees("「提出済み」にしました。")
    assert member.verbs == {"取下げる"}

    assert "申込内容確認中" in at_desk(clerk, record_id, Status.REVIEWING)
    at_desk(clerk, record_id, Status.RETURNED, "建物名をお書きください。")
    member.record(record_id)
    member.sees("差戻", "建物名をお書きください。", "前に追加した押印済みの利用申込書があります")
    member.press("提出する", building="豊洲センタービルアネックス")
    member.sees("入力した内容は保存しましたが、提出はまだできません。", Need.STAMPED_ANEW.value)
    member.sees("利用申込書_", "最新", "押印済みの申込書を追加")
    member.add_file(scan_pdf(f"{request_id:08d}"), "押印済み（2回目）.pdf")
    member.press("提出する")
    member.sees("提出済み")
    assert record_of(request_id, "contract").building == "豊洲センタービルアネックス"

    for target in (Status.REVIEWING, Status.RECEIVED):
        at_desk(clerk, record_id, target)
    assert Need.LETTER.value in clerk.get(f"/records/{record_id}").text
    assert (
        "利用承諾書"
        in clerk.follow(
            clerk.post(f"/records/{record_id}", f"/records/{record_id}/documents", kind="acceptance_letter")
        ).text
    )
    member.record(record_id)
    member.misses("利用承諾書_")
    at_desk(clerk, record_id, Status.ACCEPTED)
    member.record(record_id)
    member.sees("承諾", "利用承諾書_")
    assert site(site_id).in_service_on is not None


def test_a_parcel_is_asked_for_asked_back_and_sent(app: Flask) -> None:
    request_id = order("light_minimum")
    record_id = record_of(request_id, "shipping").id
    member = Member(app, USER)
    member.record(record_id)
    answer = member.press("提出する", floor="10F")
    assert answer.status_code == 422
    member.sees("到着希望日を入力してください", "フロア数")
    member.press("提出する", **typed(request_id, "shipping"))
    member.sees("提出済み")
    member.press("未提出に戻す")
    member.press("提出する", building="別館")
    desk(record_id, Status.REVIEWING)
    member.record(record_id)
    assert member.verbs == {"取下げを依頼する"}
    member.press("取下げを依頼する")
    member.sees("取下げ依頼中")
    assert member.verbs == set()
    desk(record_id, Status.DRAFT)
    member.record(record_id)
    member.press("提出する")
    desk(record_id, Status.REVIEWING, Status.ACCEPTED, Status.SHIPPED)
    member.record(record_id)
    member.sees("発送済", "別館")
    assert member.verbs == set()


@pytest.mark.parametrize("plan_code", ["basic_ether_100m", "light_best_effort", "light_mobile"])
def test_what_is_asked_for_follows_menu_and_plan(app: Flask, plan_code: str) -> None:
    request_id = order(plan_code)
    member = Member(app, USER)
    member.open(f"/requests/{request_id:08d}")
    assert ("機器及び備品の送付先情報" in member.text) == (plan_code == "light_mobile")
    supplies, contacts = record_of(request_id, "supplies").id, record_of(request_id, "fault_contact").id

    page = member.record(supplies).text
    assert f"5m（{settings().provider_name}にて手配）" in page
    is_dual = plan_code == "basic_ether_100m"
    assert [f'name="{name}"' in page for name in ("main_cable", "backup_cable", "router_cable")] == [
        True,
        is_dual,
        is_dual,
    ]
    answer = member.press("提出する", rack_mount="needed")
    said = [
        words for words in ("①", "②", "③") if f"{words}キャリア設備" in answer.text or f"{words}メイン" in answer.text
    ]
    assert (answer.status_code == 303 or "「提出済み」にしました。" in answer.text) == (plan_code == "light_mobile"), (
        said
    )
    if plan_code != "light_mobile":
        cables = ("main_cable", "backup_cable", "router_cable") if is_dual else ("main_cable",)
        member.press("提出する", rack_mount="needed", **dict.fromkeys(cables, "m10"))
    member.sees("「提出済み」にしました。")
    assert member.verbs == {"未提出に戻す"}
    desk(supplies, Status.ACCEPTED)

    page = member.record(contacts).text
    assert ('name="report_hours"' in page) == is_dual
    wrong = member.press("提出する", second_person_name="晴海　次郎")
    assert wrong.status_code == 422
    member.sees("第2連絡先の電話番号を入力してください")
    hours = {"report_hours": "weekdays"} if is_dual else {}
    member.press("提出する", **{**typed(request_id, "fault_contact"), "second_person_name": "", **hours})
    member.sees("「提出済み」にしました。")
    desk(contacts, Status.REVIEWING, Status.ACCEPTED)
    assert record_of(request_id, "fault_contact").report_hours == ("weekdays" if is_dual else None)


def test_billing_and_name_of_an_application_are_taken_back_mended_and_accepted(app: Flask) -> None:
    request_id = order("light_best_effort")
    member = Member(app, USER)
    billing, name = record_of(request_id, "billing").id, record_of(request_id, "site_name").id
    assert Status.RETURNED not in WORKFLOWS["billing_new"].targets(Status.REVIEWING, Role.OPERATOR)
    for record_id, field, value in ((billing, "monthly_department", "経理部"), (name, "location_name", "豊洲3F")):
        member.record(record_id)
        member.sees("提出済み")
        assert member.verbs == {"取下げる"}
        member.press("取下げる")
        member.press("提出する", **{field: value})
        member.sees("「提出済み」にしました。")
        desk(record_id, Status.REVIEWING)
        desk(record_id, Status.ACCEPTED)
        member.record(record_id)
        member.sees("承諾", value)
    assert record_of(request_id, "billing").monthly_department == "経理部"
    member.open("/home")
    member.sees("豊洲商事(豊洲3F)")


def test_a_request_is_complete_when_the_last_of_its_records_is(app: Flask) -> None:
    request_id = order("light_best_effort")
    assert state_of(request_id) == "確認中（未提出あり）"
    member = Member(app, USER)
    contract = record_of(request_id, "contract").id
    member.record(contract)
    member.add_file(scan_pdf(f"{request_id:08d}"), "押印済み.pdf")
    member.press("提出する")
    for type_code in ("supplies", "fault_contact"):
        member.record(record_of(request_id, type_code).id)
        member.press("提出する", **typed(request_id, type_code))
    desk(record_of(request_id, "supplies").id, Status.ACCEPTED)
    for type_code in ("billing", "site_name", "fault_contact"):
        desk(record_of(request_id, type_code).id, Status.REVIEWING, Status.ACCEPTED)
    desk(contract, Status.REVIEWING, Status.RECEIVED)
    issue_letter(contract)
    desk(contract, Status.ACCEPTED)
    assert state_of(request_id) == "確認中"
    member.open("/home")
    member.sees("今、お客様にしていただくことはありません。", "確認中")
