"""Sheets that were sent survive the migration that keeps their cells, both ways."""

from __future__ import annotations

from sqlalchemy import Engine, select

from models.base.db import database, transaction
from models.records.parameter_sheet import ParameterSheetRecord
from models.seeds.masters import load_masters
from models.services.files import read
from models.services.migrating import migrate
from models.services.sheet_comparing import sheet_reading
from models.services.sheets import require_filled
from models.tables.upload import Upload
from tests import papers
from tests.sheets import blank_of, build_sheet_record, looked_at

BEFORE = "0009"


def test_sheets_keep_their_bytes_and_are_not_judged_by_cells_that_are_not_known(db: Engine) -> None:
    with transaction() as session:
        load_masters(session)
        record_id = build_sheet_record(session).id
        blank = blank_of(session, session.get_one(ParameterSheetRecord, record_id))
    database.remove()
    migrate(db, BEFORE)
    migrate(db)
    [kept] = database().scalars(select(Upload)).all()
    record = database().get_one(ParameterSheetRecord, record_id)
    assert (read(database(), kept), kept.cells) == (blank, None)
    require_filled(database(), record, looked_at(papers.workbook()))
    assert sheet_reading(database(), record) is None
