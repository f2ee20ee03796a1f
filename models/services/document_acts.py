"""The act on contract records that issues letters: one, or many at once (SPEC §4, §9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from models.base.db import Base
from models.records.contract import ContractRecord
from models.services.acts import Order, Reasons
from models.services.documents import issue, issuing_refusal
from models.services.record_acts import RecordAct
from models.tables.document import DocumentKind
from models.tables.record import Record

LETTER = DocumentKind.ACCEPTANCE_LETTER


def document_acts(mapped: type[Base]) -> Iterator[IssueLetterAct]:
    """Of contract records, and of all records together, where the others are left out with the reason."""
    if mapped in {Record, ContractRecord}:
        yield IssueLetterAct(mapped, "issue-letter", f"{LETTER.label}を発行する")


@dataclass(frozen=True)
class IssueLetterAct(RecordAct):
    """Issues a 利用承諾書 for each. The customer can download it once the record is accepted."""

    def refusals(self, session: Session, rows: Sequence[Any], order: Order) -> Reasons:
        """What issuing_refusal() says."""
        found = {record.id: issuing_refusal(record, LETTER, order.actor) for record in rows}
        return {record_id: reason for record_id, reason in found.items() if reason}

    def carry_out(self, session: Session, rows: Sequence[Any], order: Order) -> Reasons:
        """One letter each; a record that has one which says the same keeps it."""
        reasons = self.refusals(session, rows, order)
        for record in rows:
            if record.id not in reasons:
                issue(session, record, LETTER, order.actor)
        return reasons
