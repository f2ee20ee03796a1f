"""The form's pages in the states that a story seldom meets: axe, 320 pixels, the keyboard alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from playwright.sync_api import Page
from sqlalchemy import select

from models.tables.document import Document
from tests.application import NUMBERS
from tests.browser.conftest import PHONE
from tests.browser.orderer import COOKIE, Orderer
from tests.browser.server import Server
from tests.browser.visitor import Visit, Visitor
from tests.issued import put_back

NARROW = 320
SEVERAL_PLACES = "452-0961"
SUBMIT = "この内容で申し込む"
PLAN = "basic_ether_100m"
PERSON = {"department": "総務部", "person_name": "豊洲花子", "phone": "0355551234", "mail": "hanako@example.co.jp"}
# What has the focus: whether one sees it, what it is, and which of its choices is wanted.
FOCUSED = """(wanted) => {
  const at = document.activeElement, name = at.name || "", style = getComputedStyle(at);
  const options = [...(at.options || [])].map((one) => one.value);
  return {
    name, type: at.type || at.tagName.toLowerCase(), value: at.value, text: at.innerText || "",
    index: options.indexOf(wanted[name] ?? ""),
    isSeen: style.outlineStyle !== "none" || style.boxShadow !== "none",
  };
}"""


def test_start_page_and_account_request_are_accessible_in_every_state(visit: Visit, server: Server) -> None:
    visitor = visit(server)
    visitor.open("/").sees("お申し込みいただけるもの", "開通までにかかる期間", "お問い合わせ窓口").keep(
        "start"
    ).is_accessible()
    visitor.follow("アカウント払い出し申請").keep("account").is_accessible()
    visitor.press("申請する").sees("会社名を入力してください").keep("account-errors").is_accessible()
    Orderer(visitor).enter({"company_type": "kabushiki", "type_position": "before", "company_name": "豊洲商事"})
    Orderer(visitor).enter({f"contact_1_{name}": value for name, value in PERSON.items()})
    visitor.press("申請する").sees("受け付けました").keep("account-receipt").is_accessible()


def test_what_helps_and_what_warns_is_accessible(visit: Visit, server: Server) -> None:
    visitor = visit(server, width=PHONE)
    orderer = Orderer(visitor).take_up(PLAN, 5, service_codes=("anser_dataport",))
    orderer.press("契約者の住所と同じ").look("copied")
    orderer.enter({"place_postal_code": SEVERAL_PLACES, "place_city": ""})
    visitor.sees("いくつかの町域があります")
    orderer.look("several-places")
    visitor.open("/apply/3")
    orderer.press("次へ").look("warned")
    visitor.open("/apply/8")
    orderer.enter({"rules_accepted": "y"})
    visitor.page.locator('[name="quote"]').evaluate("one => { one.value = '0'.repeat(64) }")
    orderer.press(SUBMIT)
    visitor.sees("料金が変わりました")
    orderer.look("price-changed")


def test_the_receipt_is_accessible_while_its_form_is_made_when_it_is_late_and_after_the_hour(
    visit: Visit, server: Server
) -> None:
    visitor = visit(server, width=PHONE)
    orderer = Orderer(visitor).take_up(PLAN, 8, location_name=f"受付{next(NUMBERS)}")
    orderer.enter({"rules_accepted": "y"}).press(SUBMIT).fetch_form()
    _hold_back(server, timedelta(0))
    visitor.open("/apply/receipt").sees("PDFを作成しています")
    orderer.look("waiting")
    _hold_back(server, timedelta(minutes=30))
    visitor.open("/apply/receipt").sees("窓口へご連絡ください")
    orderer.look("late").wait(61 * 60)
    visitor.open("/apply/receipt").sees("受付の画面を表示できる時間が過ぎました")
    orderer.look("receipt-over")
    visitor.page.context.add_cookies([{"name": COOKIE, "value": "unknown", "url": server.url}])
    visitor.open("/apply/3").sees("入力内容を消去しました")
    orderer.look("form-over")


def _hold_back(server: Server, age: timedelta) -> None:
    # The newest form as if it was issued so long ago, and its PDF had failed: the worker leaves it alone meanwhile.
    with server.writing() as session:
        document = session.scalars(select(Document).order_by(Document.id.desc()).limit(1)).one()
        put_back(document, age)


def test_nothing_is_wider_than_the_narrowest_screen(visit: Visit, server: Server) -> None:
    visitor = visit(server, width=NARROW)
    Orderer(visitor).take_up(PLAN, 1, business_hours_work=False)
    for path in ("/", "/account-request", *(f"/apply/{number}" for number in range(1, 9)), "/apply/quit"):
        visitor.open(path)  # whatever is opened is looked at
    visitor.open("/apply/4").keep("dates")
    visitor.page.locator('[name="survey_first_on"]').fill("")
    visitor.press("次へ").sees("現地調査の第1希望日を入力してください").keep("dates-missing")


def test_a_page_is_filled_in_with_the_keyboard_alone(visit: Visit, server: Server) -> None:
    visitor = visit(server)
    orderer = Orderer(visitor).begin()
    page = visitor.page
    page.keyboard.press("Tab")
    assert "本文" in page.evaluate(FOCUSED, {})["text"], "the first stop leads past the header"
    page.keyboard.press("Enter")
    wanted = {name: value for name, value in orderer.typed[1].items() if isinstance(value, str)}
    reached = _fill_by_keyboard(visitor, wanted, "次へ")
    assert list(dict.fromkeys(reached)) == [name for name in _in_order(page) if name in set(reached)]
    assert set(wanted) <= set(reached)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    visitor.look()
    assert orderer.number == 2, page.locator(".error-summary").all_inner_texts()


def _fill_by_keyboard(visitor: Visitor, wanted: dict[str, str], button: str) -> list[str]:
    """Answers what it comes to, with nothing but keys, until it comes to the button; gives the fields in their order."""
    keyboard, reached = visitor.page.keyboard, list[str]()
    for _ in range(100):
        keyboard.press("Tab")
        at: dict[str, Any] = visitor.page.evaluate(FOCUSED, wanted)
        assert at["isSeen"], at
        if at["text"] == button:
            return reached
        name = at["name"]
        if name not in wanted:
            continue
        reached.append(name)
        if at["type"] == "select-one":
            for _ in range(at["index"]):
                keyboard.press("ArrowDown")
        elif at["type"] == "radio":
            keyboard.press("Space" if at["value"] == wanted[name] else "ArrowDown")
        else:
            keyboard.type(wanted[name])
    raise AssertionError(f"{button} is not reached by the Tab key")


def _in_order(page: Page) -> list[str]:
    names: list[str] = page.evaluate("() => [...document.querySelectorAll('main [name]')].map((one) => one.name)")
    return list(dict.fromkeys(names))
