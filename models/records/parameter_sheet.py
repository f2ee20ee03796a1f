"""お客様LAN側のパラメータ情報: a file only; the newest upload counts."""

from __future__ import annotations

from typing import ClassVar

from models.base.workflow import Need, workflow
from models.tables.record import Purpose, Record

PARAMETER_SHEET = workflow(
    "parameter_sheet",
    "お客様LAN側のパラメータ情報",
    first="preparing",
    table="""
    preparing             →O draft
    draft                 →C submitted
    submitted             →C draft                  →O reviewing
    reviewing             →C withdrawal_requested   →O returned, accepted
    withdrawal_requested  →O draft
    returned              →C submitted
""",
    needs={"draft": (Need.BLANK_SHEET,), "submitted": (Need.SHEET,), "returned": (Need.COMMENT,)},
)


class ParameterSheetRecord(Record):
    """The blank sheet comes from the desk, the filled one from the customer (SPEC §6)."""

    __tablename__ = "parameter_sheet_record"
    __label__ = "お客様LAN側のパラメータ情報"
    __purposes__: ClassVar[tuple[Purpose, ...]] = (Purpose.BLANK_SHEET, Purpose.SHEET)
