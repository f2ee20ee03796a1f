"""LibreOffice opens the sheet and saves it; what it saved is accepted as if nothing had been between."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from models.base.db import transaction
from models.rules.sheet_layout import HIDDEN, PAGE
from models.seeds.masters import load_masters
from models.services.files import store_upload
from models.services.incoming import examine
from models.services.sheet_comparing import sheet_reading
from models.tables.record import Purpose
from tests.build import customer_of
from tests.sheets import blank_of, build_sheet_record, cells_of, filled, looked_at

SECONDS = 120


def _saved_by_libreoffice(sheets: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    program, made = shutil.which("soffice"), folder / "made"
    assert program, "LibreOffice is missing: script/test installs it"
    for name, sheet in sheets.items():
        (folder / f"{name}.xlsx").write_bytes(sheet)
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [program, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(made)]
    given = [str(folder / f"{name}.xlsx") for name in sheets]
    subprocess.run([*command, *given], check=True, capture_output=True, timeout=SECONDS)
    return {name: (made / f"{name}.xlsx").read_bytes() for name in sheets}


@pytest.mark.parametrize(
    "db", ["sqlite"], indirect=True
)  # what LibreOffice makes of it does not depend on the database
def test_a_sheet_saved_by_libreoffice_is_taken_and_compared(db: Engine, tmp_path: Path) -> None:
    with transaction() as session:
        load_masters(session)
        record = build_sheet_record(session)
        blank = blank_of(session, record)
        saved = _saved_by_libreoffice({"blank": blank, "filled": filled(session, record, dns_primary=None)}, tmp_path)

        assert looked_at(saved["blank"]).cells == looked_at(blank).cells
        book, cells = load_workbook(io.BytesIO(saved["blank"])), cells_of(record)
        assert book[HIDDEN].sheet_state == "hidden"
        assert book[PAGE].protection.sheet
        assert not book[PAGE][cells["network"]].protection.locked
        rules = [rule for rule in book[PAGE].data_validations.dataValidation if cells["vlan_usage"] in rule.sqref]
        assert [rule.formula1 for rule in rules] == ['"使う,使わない"']

        file = examine(Purpose.SHEET, saved["filled"])
        store_upload(session, record, Purpose.SHEET, "a.xlsx", file, customer_of(record))
        reading = sheet_reading(session, record)
        assert reading is not None
        assert reading.written_over == []
        answers = {change.label: change.after for change in reading.answers}
        assert answers["ネットワークアドレス"] == "192.168.10.0"
        assert answers["接続する端末の台数"] == "12"
        assert "DNSサーバー①" not in answers
