"""Stand-ins for the documents to read before applying, so that their downloads can be tried in demo mode."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from models.base.clock import today
from models.base.settings import settings
from models.base.values import Yen
from models.rules.offer import Masters
from models.rules.ordering import bandwidth_text
from models.services.masters import masters_on
from models.services.reference_files import put_reference_file, reference_documents
from models.services.rendering import render_all
from models.services.scans import PDF
from models.tables.master import ReferenceDocument

WORDS = "これはお試し用のサンプルです。正式な資料は、窓口が管理画面から登録します。"
Table = tuple[list[str], list[list[str]]]


def load_reference_files(session: Session) -> None:
    """Gives every document without a file a page that says what stands there later; price lists say the prices of today."""
    missing = [document for document in reference_documents(session) if document.blob_id is None]
    masters = masters_on(session, today())
    for document, made in zip(missing, render_all([_sheet(one, masters) for one in missing]), strict=True):
        put_reference_file(session, document, f"{document.label}（サンプル）.pdf", PDF, made)


def _sheet(document: ReferenceDocument, masters: Masters) -> dict[str, Any]:
    made = TABLES.get(document.label)
    columns, rows = made(masters) if made else ([], [])
    return {
        "kind": "sheet",
        "title": f"{document.label}（サンプル）",
        **settings().names,
        "words": [WORDS],
        "columns": columns,
        "rows": rows,
    }


def _plans(masters: Masters) -> Table:
    plans = masters.plans.values()
    rows = [[masters.label("menu", plan.menu_code), plan.label, bandwidth_text(plan.bandwidth_kbps)] for plan in plans]
    return ["メニュー", "回線プラン", "帯域"], rows


def _prices(masters: Masters) -> Table:
    rows = [
        [masters.label("menu", plan.menu_code), plan.label, Yen().show(plan.initial_fee), Yen().show(plan.monthly_fee)]
        for plan in masters.plans.values()
    ]
    return ["メニュー", "回線プラン", "初期費用（税抜）", "基本月額費用（税抜）"], rows


def _out_of_hours(masters: Masters) -> Table:
    rows = [[work.label, slot.label, Yen().show(fee)] for (work, slot), fee in masters.out_of_hours.items()]
    return ["作業", "時間帯", "時間外作業費（税抜）"], rows


TABLES = {
    "網サービス一覧・アクセス回線種別一覧": _plans,
    "利用料金表": _prices,
    "時間外作業料金表": _out_of_hours,
}
