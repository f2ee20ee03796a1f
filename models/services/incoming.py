"""Files that somebody sends: told by their content, opened in a guarded child, and taken or refused (RELIABILITY checks 19, 20).

Asked before the act that stores them: a file that takes seconds to look at must not hold up the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from models.base.errors import Invalid, Problem
from models.base.settings import settings
from models.services.guarded import MEGABYTE, Cause, ChildFailed, Limits, run_guarded
from models.services.packages import LOCKED, OLD_OR_LOCKED
from models.services.scans import JPEG, PDF, PNG, inspect_scan
from models.services.workbooks import inspect_workbook
from models.tables.record import Purpose

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What the first bytes of each kind of file are: a name proves nothing.
SHEET = (XLSX, b"PK\x03\x04", ".xlsx")
SCANS = ((PDF, b"%PDF-", ".pdf"), (JPEG, b"\xff\xd8\xff", ".jpg"), (PNG, b"\x89PNG\r\n\x1a\n", ".png"))
ENDINGS = {XLSX: (".xlsx",), PDF: (".pdf",), JPEG: (".jpg", ".jpeg", ".jfif"), PNG: (".png",)}
SCAN_LIMITS = Limits(cpu_seconds=8, wall_seconds=10, memory_megabytes=768)
SHEET_LIMITS = Limits(cpu_seconds=8, wall_seconds=10, memory_megabytes=512)
FAILURES = {
    Cause.TIME: "ファイルの確認に時間がかかりすぎるため、受け付けられませんでした。ページや内容を減らして保存し直してください。",
    Cause.MEMORY: "ファイルの中身が大きすぎるため、受け付けられませんでした。ページや内容を減らして保存し直してください。",
    Cause.BUSY: "ただいま混み合っています。少し待ってから、もう一度お試しください。",
    Cause.FAULT: "ファイルの中身を確認できないため、受け付けられませんでした。スキャンまたは保存し直してください。",
}


@dataclass(frozen=True)
class Wanted:
    """What may be sent for a purpose, in bytes, megabytes and words."""

    kinds: tuple[tuple[str, bytes, str], ...]
    words: str
    megabytes: int

    @property
    def note(self) -> str:
        """What a person has to know before choosing a file."""
        return f"{self.words}のファイル、{self.megabytes}MBまで"

    @property
    def endings(self) -> str:
        """What a browser's file dialogue offers."""
        return ",".join(ending for _, _, ending in self.kinds)


def wanted_for(purpose: Purpose) -> Wanted:
    """What may be sent for the purpose."""
    if purpose in {Purpose.SHEET, Purpose.BLANK_SHEET}:
        return Wanted((SHEET,), "Excel（xlsx）", settings().sheet_megabytes)
    if purpose is Purpose.LETTER:
        return Wanted(SCANS[:1], "PDF", settings().file_megabytes)
    return Wanted(SCANS, "PDF・JPEG・PNG", settings().file_megabytes)


@dataclass(frozen=True)
class Incoming:
    """A file that was looked at and may be stored. `number` is the request number that was read from its QR code."""

    data: bytes
    content_type: str
    page_count: int = 0
    number: str | None = None
    sheets: tuple[str, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)
    formulas: frozenset[str] = frozenset()


def examine(purpose: Purpose, data: bytes) -> Incoming:
    """Looks at what was sent for the purpose; raises Invalid (field `file`). Takes up to ten seconds and no database."""
    return examine_as(wanted_for(purpose), data)


def examine_as(wanted: Wanted, data: bytes) -> Incoming:
    """The same for whatever else is wanted."""
    content_type = _content_type(wanted, data)
    try:
        if content_type == XLSX:
            value, _ = run_guarded(inspect_workbook, data, limits=SHEET_LIMITS)
        else:
            value, _ = run_guarded(inspect_scan, data, limits=SCAN_LIMITS, content_type=content_type)
    except ChildFailed as failed:
        raise _refused(FAILURES[failed.cause]) from None
    if "problem" in value:
        raise _refused(str(value["problem"]))
    return _incoming(data, content_type, value)


def _incoming(data: bytes, content_type: str, value: Mapping[str, Any]) -> Incoming:
    if content_type == XLSX:
        cells, formulas = dict(value["cells"]), frozenset(value["formulas"])
        return Incoming(data, content_type, sheets=tuple(value["sheets"]), cells=cells, formulas=formulas)
    return Incoming(data, content_type, int(value["pages"]), value["number"])


def _content_type(wanted: Wanted, data: bytes) -> str:
    if not data:
        raise _refused("ファイルを選んでください（空のファイルは追加できません）。")
    if len(data) > wanted.megabytes * MEGABYTE:
        raise _refused(f"ファイルは{wanted.megabytes}MB以内にしてください（選んだファイルは{_size(data)}MBです）。")
    for content_type, start, _ending in wanted.kinds:
        if data.startswith(start):
            return content_type
    if data.startswith(OLD_OR_LOCKED) and SHEET in wanted.kinds:
        raise _refused(LOCKED)
    raise _refused(
        f"{wanted.words}のファイルを選んでください。名前の終わりを変えただけのファイルは受け付けられません。"
    )


def _size(data: bytes) -> str:
    return f"{len(data) / MEGABYTE:.1f}"


def _refused(message: str) -> Invalid:
    return Invalid([Problem("file", message)])
