"""The application form of a 新設申込: its eight pages as data, over the record types that they fill (SPEC §6, §7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.base.fields import Section, Spec, specs_of
from models.kinds.new_installation import KIND
from models.records.billing import BillingRecord
from models.records.contract import ContractRecord
from models.records.site_name import SiteNameRecord
from models.rules.offer import Masters
from models.tables.record import Record

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """One section of a record type, by its title."""

    record: type[Record]
    title: str

    @property
    def section(self) -> Section:
        """The section as the record type declares it; raises LookupError."""
        for section in self.record.__sections__:
            if section.title == self.title:
                return section
        raise LookupError(f"{self.record.__name__} has no section {self.title}")

    def specs(self, facts: Values) -> dict[str, Spec]:
        """Its fields by name, in order; none when these facts do not show it."""
        if not self.section.is_shown(facts):
            return {}
        specs = specs_of(self.record)
        return {name: specs[name] for name in self.section.names}


@dataclass(frozen=True)
class Page:
    """A page of the form. `code` names its template and addresses parts of it; a page without parts only shows."""

    number: int
    code: str
    title: str
    parts: tuple[Part, ...] = ()

    def parts_for(self, facts: Values) -> list[Part]:
        """The parts that these facts show."""
        return [part for part in self.parts if part.section.is_shown(facts)]

    def specs(self, facts: Values) -> dict[str, Spec]:
        """Its fields by name, in order."""
        return {name: spec for part in self.parts for name, spec in part.specs(facts).items()}


def _contract(*titles: str) -> tuple[Part, ...]:
    return tuple(Part(ContractRecord, title) for title in titles)


PAGES = (
    Page(1, "contractor", "契約者", _contract("契約者情報", "利用開始希望")),
    Page(
        2,
        "contacts",
        "担当者・拠点名・メニュー",
        (
            *_contract("担当者の会社", "担当者①", "担当者②", "担当者③"),
            Part(SiteNameRecord, "拠点名"),
            *_contract("メニュー"),
        ),
    ),
    Page(
        3,
        "services",
        "サービス・回線プラン",
        _contract("ご利用ASPサービス", "回線プラン", "工事の時間帯と内容の確認"),
    ),
    Page(
        4,
        "dates",
        "工事希望日",
        _contract("現地調査希望日", "回線工事希望日", "光アクセスコンバータ設置工事希望日", "ルータ工事希望日"),
    ),
    Page(5, "place", "機器設置場所・入館申請", _contract("機器設置場所", "入館申請")),
    Page(6, "fees", "料金"),
    Page(
        7,
        "billing",
        "請求",
        tuple(Part(BillingRecord, title) for title in ("月額費用", "追加ASPオプション分", "初期費用", "備考")),
    ),
    Page(8, "confirmation", "確認・申込", _contract("ユーザーIDとパスワードの管理")),
)
LAST = PAGES[-1]
# The record types that the form fills; the others of the kind are filled after the login.
RECORDS: tuple[type[Record], ...] = (ContractRecord, SiteNameRecord, BillingRecord)


def page_of(number: int) -> Page:
    """The page of that number; raises LookupError."""
    for page in PAGES:
        if page.number == number:
            return page
    raise LookupError(f"no page {number}")


def number_of(code: str) -> int:
    """The number of the page of that code; raises LookupError."""
    for page in PAGES:
        if page.code == code:
            return page.number
    raise LookupError(f"no page {code}")


def page_with(field: str) -> Page | None:
    """The page on which a field stands."""
    return _PAGE_WITH.get(field)


def facts_for(values: Values, masters: Masters) -> dict[str, Any]:
    """What conditions ask about an order that is still being typed: the same facts that its records will have."""
    return {
        **KIND.facts(),
        **masters.order_facts(values.get("plan_code"), values.get("menu_code")),
        **masters.facts,
    }


def specs_for(facts: Values) -> dict[str, Spec]:
    """All fields of the form that these facts show, page by page."""
    return {name: spec for page in PAGES for name, spec in page.specs(facts).items()}


for _page in PAGES:  # a page that names a section which is not there is a start-up error
    for _part in _page.parts:
        _part.section  # noqa: B018 (raises)
_PAGE_WITH = {name: page for page in PAGES for part in page.parts for name in part.section.names}
