"""Tables at the desk in a real browser: an export, an import with errors, an edit in the list, a price change, a saved view, the dashboard (SPEC §11, §12)."""

from __future__ import annotations

import io

from openpyxl import load_workbook

from tests.browser.conftest import PHONE
from tests.browser.server import Server
from tests.browser.visitor import Visit, Visitor

WRONG = "日付,理由\n2099-12-29,年末休業\n2099-13-30,年末休業\n"
CUT_OFF = "[...document.querySelectorAll('.data-table')].some((one) => one.scrollWidth > one.clientWidth + 1)"
RIGHT = "日付,理由\n2099-12-29,年末休業\n2099-12-30,年末休業\n"


def _administrator(visit: Visit, server: Server) -> Visitor:
    return visit(server).comes_to_the_desk("demo-admin")


def _upload(chief: Visitor, text: str) -> Visitor:
    chief.page.locator("input[type=file]").set_input_files(
        {"name": "休業日.csv", "mimeType": "text/csv", "buffer": text.encode("cp932")}
    )
    return chief.press("内容を確認する")


def test_an_administrator_exports_imports_changes_a_price_and_looks_at_the_figures(
    visit: Visit, server: Server
) -> None:
    chief = _administrator(visit, server)

    chief.open("/admin/line_plan/?q=イーサ").sees("件")
    with chief.page.expect_download() as download:
        chief.page.get_by_role("button", name="Excelで書き出す").click()
    book = load_workbook(io.BytesIO(download.value.path().read_bytes()))
    assert book.worksheets[0].title == "回線プラン"

    chief.follow("この表示を保存").fill(name="イーサのプラン").keep("view").is_accessible()
    chief.press("保存する").sees("表示「イーサのプラン」を保存しました。").follow("表示の整理").keep(
        "views"
    ).is_accessible()

    chief.open("/admin/closing_day/").follow("取り込む").keep("import").is_accessible()
    _upload(chief, WRONG).sees("1行に誤りがあるため、取り込めません", "日付を入力してください").keep(
        "wrong"
    ).is_accessible()
    chief.follow("ファイルを選び直す")
    _upload(chief, RIGHT).sees("2行を取り込む").keep("plan").is_accessible()
    chief.press("2行を取り込む").sees("取り込みました。").keep("imported")
    chief.open("/admin/closing_day/?q=年末休業").sees("2099年12月30日")

    chief.follow("一覧で編集").page.locator("input[name^=reason-]").first.fill("あ" * 61)
    chief.press("変更を確認する").sees("60文字以内で入力してください").keep("inline").is_accessible()
    chief.page.locator("input[name^=reason-]").first.fill("年末の棚卸し")
    chief.press("変更を確認する").sees("年末の棚卸し").keep("inline-plan").is_accessible()
    chief.press("1行を保存する").sees("一覧で入力した変更を保存しました。")

    chief.open("/admin/line_plan_price/new/").choose(plan_code="ライトモバイル")
    chief.fill(valid_from="2099-04-01", initial_fee="20,000", monthly_fee="45,000").press("登録する")
    chief.sees("まだ保存していません", "以降に提出される申込に使われます").keep("price").is_accessible()
    chief.press("この内容で登録する").sees("保存しました", "¥45,000")

    chief.open("/admin/dashboard").sees("現在の数字です").keep("dashboard").is_accessible()
    assert not chief.page.evaluate(CUT_OFF), "a table of the dashboard is wider than its frame"
    chief.page.locator("summary", has_text="拠点名変更").click()
    chief.keep("flow").is_accessible()
    chief.page.locator(".sums__number").first.click()
    chief.sees("受付箱")

    chief.page.set_viewport_size({"width": PHONE, "height": 800})
    for path in (
        "dashboard",
        "guide",
        "closing_day/import/",
        "views/line_plan",
        "line_plan/?q=イーサ",
        "line_plan/inline/",
    ):
        chief.open(f"/admin/{path}").keep("phone").is_accessible()
