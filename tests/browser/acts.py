"""What several stories do on the way: choose a change, move a record at the desk, add a stamped form."""

from __future__ import annotations

from pathlib import Path

from models.base.kind import RequestKind
from tests.browser.conftest import Company
from tests.browser.visitor import Visitor
from tests.papers import scan_pdf


def choose(customer: Visitor, company: Company, kind: RequestKind) -> None:
    """From the home page through the choice of site and kind; stops at the kind's own questions."""
    customer.follow("変更を申し込む").choose(site_id=company.site_name, kind=kind.label).press("次へ")


def desk_moves(operator: Visitor, label: str, comment: str = "") -> None:
    """Both steps of a move on the record's page: what it does, then the move."""
    if comment:
        operator.page.locator('[id="comment-returned"]').fill(comment)
    operator.press(f"「{label}」の内容を確認する").press(f"「{label}」にする")


def stamp(customer: Visitor, number: str, folder: Path) -> None:
    """Adds a scan of the stamped form."""
    paper = folder / f"押印済み_{number}.pdf"
    paper.write_bytes(scan_pdf(number))
    customer.page.locator('[id="file-stamped_form"]').set_input_files(paper)
    customer.press("ファイルを追加する")
