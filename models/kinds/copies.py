"""「契約者と同じ」: what a visitor would type again can be taken over from what was typed before (UX "Forms")."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from models.base.groups import Address, Company, Contact, Payee
from models.kinds.application import Page
from models.records.billing import InitialPayee


@dataclass(frozen=True)
class Copy:
    """One button: it stands in the section `part` and writes into each field what another one says.

    `fields` names the source of each field that is written; `ticks` are boxes without which the fields would not be asked for.
    """

    code: str
    label: str
    part: str
    fields: Mapping[str, str]
    ticks: Mapping[str, object] = field(default_factory=dict)


def _same(target: str, source: str, names: Iterable[str]) -> dict[str, str]:
    start, end = (f"{target}_" if target else ""), (f"{source}_" if source else "")
    return {f"{start}{name}": f"{end}{name}" for name in names}


def _contractor_as_payee(target: str) -> dict[str, str]:
    names = [name for name in Payee.specs() if name not in {"person_name", "mail"}]
    return {**_same(target, "", names), f"{target}_person_name": "representative"}


def _contact_as_payee(target: str) -> dict[str, str]:
    """The contact gives who and how to reach; the address is the contractor's."""
    company, contact, address = Company.specs(), Contact.specs(), Address.specs()
    return {**_same(target, "contact", company), **_same(target, "contact_1", contact), **_same(target, "", address)}


def _payee(target: str, part: str, ticks: Mapping[str, object]) -> tuple[Copy, ...]:
    return (
        Copy(f"{target}_contractor", "契約者と同じ", part, _contractor_as_payee(target), ticks),
        Copy(f"{target}_contact", "担当者①と同じ（住所は契約者）", part, _contact_as_payee(target), ticks),
    )


COPIES = (
    Copy("contact_company", "契約者と同じ", "担当者の会社", _same("contact", "", Company.specs())),
    Copy(
        "contact_person",
        "契約者と同じ",
        "担当者①",
        {
            "contact_1_department": "department",
            "contact_1_person_name": "representative",
            "contact_1_phone": "phone",
        },
    ),
    Copy("place", "契約者の住所と同じ", "機器設置場所", _same("place", "", Address.specs())),
    *_payee("monthly", "月額費用", {}),
    *_payee("asp", "追加ASPオプション分", {"asp_is_apart": True}),
    Copy(
        "asp_monthly",
        "月額費用の請求先と同じ",
        "追加ASPオプション分",
        _same("asp", "monthly", Payee.specs()),
        {"asp_is_apart": True},
    ),
    *_payee("initial", "初期費用", {"initial_payee": InitialPayee.OTHER}),
)


def copies_in(part: str) -> list[Copy]:
    """The buttons of a section, by its title."""
    return [copy for copy in COPIES if copy.part == part]


def copy_on(page: Page, code: str) -> Copy | None:
    """The copy of that code, where its section stands on the page."""
    titles = {part.title for part in page.parts}
    return next((copy for copy in COPIES if copy.code == code and copy.part in titles), None)
