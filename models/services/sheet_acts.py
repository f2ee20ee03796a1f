"""Making blank parameter sheets at the desk: for one record, or for many at once (SPEC §6, §11)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from models.base.actor import Actor
from models.base.db import Base
from models.base.errors import Refused
from models.records.parameter_sheet import ParameterSheetRecord
from models.services.acts import Order, Reasons
from models.services.files import store_upload
from models.services.record_acts import RecordAct
from models.services.sheets import TITLE, blank_sheet, making_refusal, making_refusals, newest
from models.tables.record import Purpose, Record
from models.tables.upload import Upload


def sheet_acts(mapped: type[Base]) -> Iterator[MakeSheetAct]:
    """Of parameter sheet records, and of all records together, where the others are left out with the reason."""
    if mapped in {Record, ParameterSheetRecord}:
        yield MakeSheetAct(mapped, "make-sheet", f"{TITLE}を作成する")


def make_blank(session: Session, record: Record, actor: Actor) -> Upload:
    """The blank sheet of a locked record, made from its order; raises Refused.

    Where the newest one already says the same, that one is the answer: a button pressed twice makes one sheet.
    """
    if refused := making_refusal(session, record, actor):
        raise Refused(refused)
    made, known = blank_sheet(session, record), newest(session, record, Purpose.BLANK_SHEET)
    if known is not None and known.cells == made.cells:
        return known
    return store_upload(session, record, Purpose.BLANK_SHEET, f"{TITLE}.xlsx", made, actor)


@dataclass(frozen=True)
class MakeSheetAct(RecordAct):
    """Makes a blank sheet for each; the record is then moved on by its own act."""

    def refusals(self, session: Session, rows: Sequence[Any], order: Order) -> Reasons:
        """What making_refusals() says."""
        return making_refusals(session, rows, order.actor)

    def carry_out(self, session: Session, rows: Sequence[Any], order: Order) -> Reasons:
        """One sheet each."""
        reasons = self.refusals(session, rows, order)
        for record in rows:
            if record.id not in reasons:
                make_blank(session, record, order.actor)
        return reasons
