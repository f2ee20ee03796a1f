"""Rows that somebody sends as a file, CSV or Excel: read as texts. Runs in a guarded child, as everything does that opens foreign files."""

from __future__ import annotations

import csv
import io
from typing import Any

from models.services.packages import Unacceptable
from models.services.workbooks import read_first_sheet

MOST_LINES = 10_000  # as whole tables are sent back; how many of them a file may change is limited by time, where they are tried out
MOST_COLUMNS = 200
UNREADABLE = "文字を読み取れません。CSVはUTF-8かShift_JISで保存してください。Excel（xlsx）のファイルも使えます。"
BROKEN_QUOTES = 'CSVの形が崩れています。「"」の数が合っているか確認してください。'
EMPTY = "ファイルに行がありません。1行目に見出し、2行目からデータを入れてください。"
TOO_MANY = f"一度に取り込めるのは{MOST_LINES:,}行までです。ファイルを分けてください。"
TOO_WIDE = f"列は{MOST_COLUMNS}個までです。不要な列を削除してください。"


def read_rows(data: bytes) -> tuple[dict[str, Any], bytes]:
    """`{"problem": …}` in Japanese, or `{"rows": [[number, [text, …]], …]}`: the filled rows with their place in the file."""
    try:
        return {"rows": _filled(read_first_sheet(data) if data.startswith(b"PK") else _csv(data))}, b""
    except Unacceptable as reason:
        return {"problem": str(reason)}, b""


def _csv(data: bytes) -> list[list[str]]:
    text = _decoded(data)
    head = text.partition("\n")[0]
    delimiter = "\t" if "\t" in head and "," not in head else ","
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise Unacceptable(BROKEN_QUOTES) from None


def _decoded(data: bytes) -> str:
    # What Excel in Japan writes as CSV is cp932; what this portal exports is UTF-8 with a mark.
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unacceptable(UNREADABLE)


def _filled(rows: list[list[str]]) -> list[tuple[int, list[str]]]:
    found = [(number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    if len(found) < 2:
        raise Unacceptable(EMPTY)
    if len(found) > MOST_LINES + 1:
        raise Unacceptable(TOO_MANY)
    if max(len(row) for _, row in found) > MOST_COLUMNS:
        raise Unacceptable(TOO_WIDE)
    return found
