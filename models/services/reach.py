"""How far a change of master data reaches: from which day, whose open work, what stays as it was (SPEC §12). Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from models.base.choices import MasterChoice, MasterChoices
from models.base.clock import day_text, today
from models.base.fields import specs_of
from models.base.workflow import Side
from models.tables.draft import Draft
from models.tables.master import AspService, ClosingDay, DueDefault, LeadTime, LinePlan
from models.tables.record import Record
from models.tables.request import Request
from models.tables.site import Site

DRAFTS = 500  # forms that visitors are filling in; they live for an hour
Changes = Mapping[str, tuple[Any, Any]]


def open_among(session: Session, mapped: Any, condition: ColumnElement[bool]) -> int | None:
    """How many of some rows are still under way: records not finished, sites with open requests; None where that means nothing."""
    if issubclass(mapped, Record):
        found = select(func.count(mapped.id)).where(condition, mapped.side != Side.NOBODY.value)
    elif mapped is Site:
        is_open = exists().where(Request.site_id == Site.id, Request.closed_at.is_(None))
        found = select(func.count(Site.id)).where(condition, is_open)
    else:
        return None
    return session.scalar(found) or 0


def drafts_with(session: Session, table: str, code: str) -> int:
    """How many application forms that are being filled in have chosen this row of a master table."""
    names = {
        name
        for mapped in Record.__subclasses__()
        for name, spec in specs_of(mapped).items()
        if isinstance(spec.kind, MasterChoice | MasterChoices) and spec.kind.table == table
    }
    found = session.scalars(
        select(Draft.typed).where(Draft.request_id.is_(None)).order_by(Draft.id.desc()).limit(DRAFTS)
    )
    return sum(any(_holds(typed.get(name), code) for name in names) for typed in found)


def _holds(typed: Any, code: str) -> bool:
    return code in typed if isinstance(typed, list) else typed == code


def sentences(row: Any, changes: Changes) -> Iterator[str]:
    """What follows from the changes (field → old, new; of a new row old is None), in words."""
    if hasattr(row, "valid_from"):
        yield from _of_price(row, changes)
    if isinstance(row, LinePlan | AspService):
        yield from _of_offer(row, changes)
    if isinstance(row, LeadTime) and "days" in changes:
        yield f"保存した時点から、入力中・これからの入力では{row.days}日で検査します。提出済みの日付はそのままです。"
    if isinstance(row, DueDefault):
        yield "これから始まる手続きの提出締切日に使われます。すでに決まっている提出締切日は変わりません。"
    if isinstance(row, ClosingDay):
        yield "営業日の計算と工事日の選択に使われます。すでに決まっている日付は変わりません。"


def _of_price(row: Any, changes: Changes) -> Iterator[str]:
    day = day_text(row.valid_from)
    if row.valid_from > today():
        yield f"{day}以降に提出される申込に使われます。それまでの申込の料金は変わりません。"
        return
    yield f"{day}から使われている期間の料金です。保存した時点から、入力中の申込の料金が変わります。"
    yield "提出済みの申込の料金は、保存したときの見積もりのままです。お客様か窓口が申込内容を直すと、新しい料金で計算し直します。"
    if any(old is not None for old, _ in changes.values()):
        yield "料金改定のときは、この行を変更せず、新しい適用開始日の行を登録してください。"


def _of_offer(row: LinePlan | AspService, changes: Changes) -> Iterator[str]:
    if "offered_until" in changes and row.offered_until:
        yield f"{day_text(row.offered_until)}を過ぎると、新しい申込では選べなくなります。選ばれている申込には残ります。"
    if "offered_from" in changes and row.offered_from and row.offered_from > today():
        yield f"{day_text(row.offered_from)}まで、新しい申込では選べません。"
    if {"menu_code", "is_dual", "needs_converter", "asp_limit"} & set(changes):
        yield "手続き中の申込では、次に保存・提出するときから新しい条件で検査します。"
