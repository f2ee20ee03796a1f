"""The stories of the demo as data: every kind of request in every status, some due soon, some overdue (SPEC §13).

Days are business days before the day of loading; due dates follow from them as from every opening.
"""

from __future__ import annotations

from typing import Any

from models.base.kind import RequestKind
from models.base.workflow import Status
from models.kinds import (
    billing_change,
    configuration_change,
    contractor_change,
    fault_contact_change,
    site_rename,
)
from models.seeds import people
from models.seeds.people import Place, corporate_number
from models.seeds.stories import Change, Installation, Stations

# In service: where, with which plan, since how many business days. Beside an open rename a customer can do nothing else.
BUSY = (
    (people.OTEMACHI, "basic_ether_100m", 610),
    (people.YOKOHAMA, "basic_ether_10m", 540),
    (people.NAGOYA, "light_best_effort", 455),
    (people.OSAKA, "light_ether_1m", 390),
    (people.NIIGATA, "basic_best_effort", 260),
    (people.KAGOSHIMA, "light_best_effort", 170),
)
RENAMED = (
    (people.KOBE, "light_minimum", 350),
    (people.FUKUOKA, "light_best_effort", 330),
    (people.SAPPORO, "light_mobile", 300),
    (people.SENDAI, "light_minimum", 280),
    (people.IKOMA, "light_mobile", 210),
)
NEW_NAME = {"short_name": "山並HD"}
HOLDING = {
    "company_name": "山並ホールディングス",
    "company_kana": "ﾔﾏﾅﾐﾎｰﾙﾃﾞｨﾝｸﾞｽ",
    "corporate_number": corporate_number(21),
    "representative": "山並　遥",
    "representative_kana": "ﾔﾏﾅﾐ ﾊﾙｶ",
}
LOGISTICS = {
    **people.KOBE.texts(),
    "company_name": "山並ロジスティクス",
    "company_kana": "ﾔﾏﾅﾐﾛｼﾞｽﾃｨｸｽ",
    "corporate_number": corporate_number(22),
    "department": "管理部",
    "department_kana": "ｶﾝﾘﾌﾞ",
    "representative": "神崎　学",
    "representative_kana": "ｶﾝｻﾞｷ ﾏﾅﾌﾞ",
}
BY_TRANSFER = {"payment_method": "transfer", "bill_delivery": "mail"}
OTHER_BANK = {"bank_name": "かもめ信用金庫本店", "remarks": "４月に口座を変更しました。"}
ASP_APART = {"asp_is_apart": True}
TWO_SERVICES = {"service_codes": ("anser_dataport_c", "zedi")}
ONE_SERVICE = {"service_codes": ("front_gate",)}
LATER = {"day_given": "yes"}
WITH_BILLING = {"changes_billing": True}
WITH_ASP = {"changes_asp": True, "one_time_payee": "current"}
ROUTER_ONLY = {"one_time_payee": "current"}
NEW_PAYEE = {"one_time_payee": "new"}
EVERYTHING = {"one_time_payee": "new", "changes_asp": True, "changes_fault_contact": True}

Told = tuple[Place, Change]


def _told(
    place: Place,
    kind: RequestKind,
    begun: float,
    ended: float,
    stations: Stations | None = None,
    options: dict[str, Any] | None = None,
    typed: dict[str, Any] | None = None,
    *,
    cancelled: bool = False,
) -> Told:
    return place, Change(kind, begun, ended, stations or {}, options or {}, typed or {}, cancelled)


def _through(**stations: Status | tuple[Status, ...]) -> Stations:
    return {name: path if isinstance(path, tuple) else (path,) for name, path in stations.items()}


def renames() -> list[Told]:
    """Everywhere the company's short name changes; two renames are over already."""
    kind = site_rename.KIND
    return [
        _told(people.KOBE, kind, 8, 7.9, {}, {}, NEW_NAME),
        _told(people.FUKUOKA, kind, 3, 2.4, _through(site_name=Status.SUBMITTED), {}, NEW_NAME),
        _told(people.SAPPORO, kind, 6, 4.3, _through(site_name=Status.WITHDRAWN), {}, NEW_NAME),
        _told(people.SENDAI, kind, 5, 3.2, _through(site_name=Status.REVIEWING), {}, NEW_NAME),
        _told(people.IKOMA, kind, 12, 9.5, _through(site_name=Status.RETURNED), {}, NEW_NAME),
        _told(people.NAGOYA, kind, 28, 24.1, _through(site_name=(Status.RETURNED, Status.ACCEPTED)), {}, NEW_NAME),
        _told(people.OSAKA, kind, 40, 39.3, {}, {}, NEW_NAME, cancelled=True),
    ]


def contractor_changes() -> list[Told]:
    """The holding takes contracts over, and a new company the logistics."""
    kind = contractor_change.KIND
    return [
        _told(people.OTEMACHI, kind, 17, 16.9, {}, {}, HOLDING),
        _told(people.YOKOHAMA, kind, 19, 17, _through(contract=Status.AWAITING_STAMP), {}, HOLDING),
        _told(
            people.NAGOYA,
            kind,
            10,
            7,
            _through(contract=Status.SUBMITTED, billing=Status.SUBMITTED),
            WITH_BILLING,
            HOLDING,
        ),
        _told(people.OSAKA, kind, 14, 9, _through(contract=Status.WITHDRAWN), {}, LOGISTICS),
        _told(
            people.NIIGATA,
            kind,
            12,
            6,
            _through(contract=Status.REVIEWING, billing=Status.REVIEWING),
            WITH_BILLING,
            LOGISTICS,
        ),
        _told(
            people.KAGOSHIMA,
            kind,
            15,
            10,
            _through(contract=Status.RETURNED, billing=Status.RETURNED),
            WITH_BILLING,
            HOLDING,
        ),
        _told(
            people.OTEMACHI,
            kind,
            23,
            11,
            _through(contract=Status.RECEIVED, billing=Status.ACCEPTED),
            WITH_BILLING,
            HOLDING,
        ),
        _told(people.NIIGATA, kind, 30, 14, _through(contract=(Status.RETURNED, Status.ACCEPTED)), {}, LOGISTICS),
        _told(people.YOKOHAMA, kind, 36, 35, _through(contract=Status.AWAITING_STAMP), {}, HOLDING, cancelled=True),
    ]


def billing_changes() -> list[Told]:
    """Payees move, banks change."""
    kind = billing_change.KIND
    return [
        _told(people.OSAKA, kind, 13, 12.9, {}, {}, BY_TRANSFER),
        _told(people.KAGOSHIMA, kind, 4, 2, _through(billing=Status.SUBMITTED), {}, OTHER_BANK),
        _told(people.OTEMACHI, kind, 9, 5, _through(billing=Status.WITHDRAWN), {}, BY_TRANSFER),
        _told(people.YOKOHAMA, kind, 7, 3, _through(billing=Status.REVIEWING), {}, ASP_APART),
        _told(people.NAGOYA, kind, 18, 14, _through(billing=Status.RETURNED), {}, OTHER_BANK),
        _told(people.KAGOSHIMA, kind, 22, 18, _through(billing=Status.ACCEPTED), {}, BY_TRANSFER),
        _told(people.NIIGATA, kind, 35, 34.4, _through(billing=Status.WITHDRAWN), {}, OTHER_BANK, cancelled=True),
    ]


def configuration_changes() -> list[Told]:
    """Routers and services; the sheet goes its own way."""
    kind = configuration_change.KIND
    return [
        _told(people.YOKOHAMA, kind, 11, 10.9, {}, WITH_ASP, TWO_SERVICES),
        _told(people.OSAKA, kind, 9, 7, _through(contract=Status.AWAITING_STAMP, parameter_sheet=Status.DRAFT), ROUTER_ONLY),
        _told(people.KAGOSHIMA, kind, 8, 4, _through(contract=Status.SUBMITTED, parameter_sheet=Status.SUBMITTED), WITH_ASP, ONE_SERVICE),
        _told(people.NIIGATA, kind, 13, 8, _through(contract=Status.WITHDRAWN, parameter_sheet=Status.WITHDRAWAL_REQUESTED), ROUTER_ONLY),
        _told(people.OTEMACHI, kind, 10, 3,
              _through(contract=Status.REVIEWING, parameter_sheet=Status.REVIEWING, billing=Status.SUBMITTED), NEW_PAYEE),
        _told(people.NAGOYA, kind, 16, 9,
              _through(contract=Status.RETURNED, parameter_sheet=Status.RETURNED, billing=Status.DRAFT, fault_contact=Status.SUBMITTED), EVERYTHING, ONE_SERVICE),
        _told(people.YOKOHAMA, kind, 24, 8,
              _through(contract=Status.RECEIVED, parameter_sheet=Status.ACCEPTED, billing=Status.ACCEPTED, fault_contact=Status.ACCEPTED), EVERYTHING, TWO_SERVICES),
        _told(people.OTEMACHI, kind, 29, 7, _through(contract=Status.ACCEPTED, parameter_sheet=(Status.RETURNED, Status.ACCEPTED)), WITH_ASP, TWO_SERVICES),
        _told(people.KAGOSHIMA, kind, 34, 33.2, {}, ROUTER_ONLY, cancelled=True),
    ]  # fmt: skip


def fault_contact_changes() -> list[Told]:
    """People come and go; one change waits for its day."""
    kind = fault_contact_change.KIND
    return [
        _told(people.NIIGATA, kind, 16, 15.9),
        _told(people.OTEMACHI, kind, 2, 1.2, _through(fault_contact=Status.SUBMITTED)),
        _told(people.YOKOHAMA, kind, 6, 2, _through(fault_contact=Status.REVIEWING), {}, LATER),
        _told(people.OSAKA, kind, 8, 3, _through(fault_contact=Status.WITHDRAWAL_REQUESTED)),
        _told(people.KAGOSHIMA, kind, 11, 6, _through(fault_contact=Status.RETURNED)),
        _told(people.OSAKA, kind, 20, 16, _through(fault_contact=Status.ACCEPTED), {}, LATER),
        _told(people.NAGOYA, kind, 33, 32.5, cancelled=True),
    ]


def all_changes() -> list[Told]:
    """What the company of `demo-all` asked for."""
    return [*renames(), *contractor_changes(), *billing_changes(), *configuration_changes(), *fault_contact_changes()]


def installations() -> list[tuple[Place, Installation]]:
    """Seven sites on their way into service, from the one that was just applied for to the one that is done."""
    return [
        (people.HIROSHIMA, Installation("light_minimum", 2, 1.5)),
        (people.CHIBA, Installation("light_minimum", 7, 3, _through(
            contract=Status.SUBMITTED, site_name=Status.REVIEWING, billing=Status.REVIEWING, parameter_sheet=Status.DRAFT,
            supplies=Status.SUBMITTED, fault_contact=Status.SUBMITTED, shipping=Status.SUBMITTED))),
        (people.OTSU, Installation("light_minimum", 11, 4, _through(
            contract=Status.REVIEWING, site_name=Status.RETURNED, billing=Status.WITHDRAWN, parameter_sheet=Status.SUBMITTED,
            supplies=Status.SUBMITTED, fault_contact=Status.REVIEWING, shipping=Status.REVIEWING))),
        (people.OKAYAMA, Installation("light_minimum", 17, 5, _through(
            contract=Status.RETURNED, site_name=(Status.RETURNED, Status.ACCEPTED), billing=Status.ACCEPTED, parameter_sheet=Status.REVIEWING,
            supplies=Status.ACCEPTED, fault_contact=Status.RETURNED, shipping=Status.RETURNED))),
        (people.MATSUMOTO, Installation("light_minimum", 14, 6, _through(
            contract=Status.WITHDRAWN, site_name=Status.WITHDRAWN, billing=Status.ACCEPTED, parameter_sheet=Status.WITHDRAWAL_REQUESTED,
            fault_contact=Status.WITHDRAWAL_REQUESTED, shipping=Status.WITHDRAWAL_REQUESTED))),
        (people.TAKAMATSU, Installation("light_minimum", 26, 4, _through(
            contract=Status.RECEIVED, site_name=Status.ACCEPTED, billing=Status.ACCEPTED, parameter_sheet=Status.RETURNED,
            supplies=Status.ACCEPTED, fault_contact=Status.ACCEPTED, shipping=Status.ACCEPTED))),
        (people.KUMAMOTO, Installation("light_minimum", 45, 3, _through(
            contract=Status.ACCEPTED, site_name=Status.ACCEPTED, billing=Status.ACCEPTED, parameter_sheet=(Status.RETURNED, Status.ACCEPTED),
            supplies=Status.ACCEPTED, fault_contact=Status.ACCEPTED, shipping=Status.SHIPPED))),
    ]  # fmt: skip


def hokuto_installation() -> Installation:
    """A first line on its way: the form wants its seal, sheet and supplies are due in two days, a contact came back."""
    return Installation("basic_ether_100m", 13, 3, _through(
        site_name=Status.ACCEPTED, billing=Status.REVIEWING, parameter_sheet=Status.DRAFT, fault_contact=Status.RETURNED))  # fmt: skip
