"""What a document says of a record: sections, labels and values as they are now, and their fingerprint (SPEC §9).

Nothing is decided here that is declared elsewhere: sections, fields, labels and conditions are the record types' own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from models.base.clock import today
from models.base.conditions import is_given
from models.base.fields import Section, Spec
from models.base.japanese import PostalCode
from models.base.prefectures import Prefecture
from models.base.settings import settings
from models.base.values import Yen
from models.kinds.application import RECORDS
from models.records.contract import ContractRecord
from models.rules.fees import FeeKind
from models.rules.offer import Masters
from models.services.current import values_before
from models.services.masters import masters_on, shown
from models.services.pricing import quote_of
from models.services.queries import site_label
from models.tables.document import Document, DocumentKind
from models.tables.record import Record
from models.tables.request import Request


@dataclass(frozen=True)
class Printed:
    """What a document would say now. `fingerprint` depends on what was entered alone: neither on the day nor on the wording of labels."""

    snapshot: dict[str, Any]
    fingerprint: str


def printed_records(record: ContractRecord) -> list[Record]:
    """The records whose fields the documents of this contract record show: what a visitor fills before there is a form to stamp.

    A change is sealed for its contract alone.
    """
    if record.request.kind.is_change:
        return [record]
    found = {type(one): one for one in record.request.records}
    return [record if wanted is ContractRecord else found[wanted] for wanted in RECORDS if wanted in found]


def printed(session: Session, record: ContractRecord, kind: DocumentKind, edition: int) -> Printed:
    """What this edition of a document of the record would say now. Reads only."""
    shown = printed_records(record)
    masters = masters_on(session)
    before = values_before(session, record) if kind is DocumentKind.CHANGE_FORM else None
    sections = [part for one in shown for part in _sections(one, masters, before)]
    snapshot = {
        "kind": kind.value,
        "title": kind.label,
        "document_number": Document.number_of(record, kind, edition),
        "edition": edition,
        "request_number": record.request.number,
        "request_kind": record.request.kind.label,
        "request_title": record.request.title,
        "applied_on": record.request.opened_on.isoformat(),
        "issued_on": today().isoformat(),
        "site": site_label(session, record.request.site),
        **settings().names,
        "contractor": _contractor(record, masters),
        "has_before": before is not None,
        "sections": sections,
        "fees": _fees(session, record.request),
    }
    return Printed(snapshot, fingerprint_of(session, record, kind))


def fingerprint_of(session: Session, record: ContractRecord, kind: DocumentKind) -> str:
    """The hash of what was entered and what it costs, as it is stored. An empty field is left out: a new one changes nothing."""
    entered = [
        [one.type, name, spec.kind.write(value)]
        for one in printed_records(record)
        for name, spec in type(one).specs_for(one.facts()).items()
        if is_given(value := getattr(one, name))
    ]
    costs = [[fee.kind, fee.reason, fee.amount] for fee in quote_of(session, record.request).fees]
    return hashlib.sha256(json.dumps([kind.value, entered, costs]).encode()).hexdigest()


def _fees(session: Session, request: Request) -> list[dict[str, Any]]:
    """The fees as they were quoted and stored with the request: a document calculates nothing."""
    quote = quote_of(session, request)
    return [
        {
            "title": kind.label,
            "rows": [{"label": fee.label, "amount": Yen().show(fee.amount)} for fee in quote.of(kind)],
            "total": Yen().show(quote.total(kind)),
        }
        for kind in FeeKind
        if quote.of(kind)
    ]


def _sections(record: Record, masters: Masters, before: Mapping[str, Any] | None) -> Iterator[dict[str, Any]]:
    facts = {**record.facts(), **masters.facts}
    specs = record.specs_for(facts)
    for section in record.sections_for(facts):
        rows = [
            _row(name, specs[name], record, masters, before)
            for name in section.names
            if _is_due(name, specs, record, facts)
        ]
        yield {"title": _title(record, section), "rows": rows}


def _title(record: Record, section: Section) -> str:
    # "備考" says whose remarks they are only where the record is named with it.
    is_own = isinstance(record, ContractRecord) or record.__label__ in section.title
    return section.title if is_own else f"{record.title}：{section.title}"


def _is_due(name: str, specs: Mapping[str, Spec], record: Record, facts: Mapping[str, Any]) -> bool:
    # A block that these answers exclude (a payee of one's own, a permit) is not printed as a column of dashes.
    return is_given(getattr(record, name)) or specs[name].is_allowed(record.known(facts))


def _row(name: str, spec: Spec, record: Record, masters: Masters, before: Mapping[str, Any] | None) -> dict[str, Any]:
    row: dict[str, Any] = {"name": name, "label": spec.label, "value": shown(spec, getattr(record, name), masters)}
    if before is not None:
        row["before"] = shown(spec, before.get(name), masters)
        row["is_changed"] = row["before"] != row["value"]
    return row


def _contractor(record: ContractRecord, masters: Masters) -> dict[str, str]:
    prefecture = Prefecture(record.prefecture).label if record.prefecture else ""
    return {
        "company": masters.company_name(record.values()),
        "department": record.department or "",
        "representative": record.representative or "",
        "postal_code": PostalCode().show(record.postal_code),
        "address": f"{prefecture}{record.city or ''}{record.street_number or ''}",
        "building": record.building or "",
        "phone": record.phone or "",
    }
