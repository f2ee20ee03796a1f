"""The zip package of an xlsx, looked at before anything parses it: size, shape, and what must not be in it (RELIABILITY §2).

Runs in a guarded child, as everything does that opens what somebody sent.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePosixPath

MOST_ENTRIES = 300
MOST_BYTES = 40 * 1024 * 1024
MOST_RATIO = 60
# Below this, much repetition is harmless: tables are repetitive.
CALM_BYTES = 4 * 1024 * 1024
MAIN_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
TYPES = "[Content_Types].xml"
END_OF_DIRECTORY = b"PK\x05\x06"
# OLE: workbooks with a password, and those of before 2007.
OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FORBIDDEN = re.compile(
    r"vba|macrosheets|dialogsheets|activex|ctrlprops|embeddings|externallinks|customui|connections\.xml|querytables|webextensions"
    r"|\.(?:exe|dll|js|vbs|hta|html?|svg|xlsx|xlsm|xls|docx?|zip|pdf|lnk|bat|ps1)$",
    re.IGNORECASE,
)
LINKS = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>", re.IGNORECASE)
ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)

BROKEN = "ファイルが壊れているか、Excel（xlsx）のファイルではありません。Excelで開き、「Excelブック（.xlsx）」として保存し直してください。"
LOCKED = "パスワード付き、または古い形式（xls）のファイルです。パスワードを外し、「Excelブック（.xlsx）」として保存し直してください。"
ACTIVE = (
    "マクロ・埋め込みファイル・ほかのファイルへの参照を含むため受け付けられません。取り除いて保存し直してください。"
)
TOO_LARGE = "中身が大きすぎます。不要なシート・行・画像を削除して保存し直してください。"


class Unacceptable(Exception):
    """Why the package is not taken, in Japanese."""


def check_package(data: bytes) -> None:
    """Raises Unacceptable."""
    if data.startswith(OLD_OR_LOCKED):
        raise Unacceptable(LOCKED)
    # A zip may hide anything before its first and behind its last byte: this one starts and ends where the file does.
    if not data.startswith(b"PK\x03\x04") or data[-22:-18] != END_OF_DIRECTORY:
        raise Unacceptable(BROKEN)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_directory(package.infolist(), len(data))
            _check_contents(package)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise Unacceptable(BROKEN) from None


def _check_directory(entries: list[zipfile.ZipInfo], size: int) -> None:
    names = [entry.filename for entry in entries]
    total = sum(entry.file_size for entry in entries)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unacceptable(LOCKED)
    if len(entries) > MOST_ENTRIES or total > MOST_BYTES or (total > CALM_BYTES and total > size * MOST_RATIO):
        raise Unacceptable(TOO_LARGE)
    if len({name.lower() for name in names}) != len(names) or not all(map(_is_plain, names)):
        raise Unacceptable(BROKEN)
    if min((entry.header_offset for entry in entries), default=1) != 0 or TYPES not in names:
        raise Unacceptable(BROKEN)
    if any(FORBIDDEN.search(name) for name in names):
        raise Unacceptable(ACTIVE)


def _is_plain(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and name.isprintable()


def _check_contents(package: zipfile.ZipFile) -> None:
    for name in package.namelist():
        content = package.read(name)
        if not name.endswith((".xml", ".rels")):
            continue
        # Another encoding than UTF-8 would hide the words that are looked for here.
        if content.startswith((b"\xff\xfe", b"\xfe\xff", b"\0")) or ENTITIES.search(content):
            raise Unacceptable(BROKEN)
        if name == TYPES and MAIN_TYPE not in content:
            raise Unacceptable(ACTIVE if b"macroEnabled" in content else BROKEN)
        if name.endswith(".rels") and any(map(_leads_outside, LINKS.findall(content))):
            raise Unacceptable(ACTIVE)


def _leads_outside(link: bytes) -> bool:
    # Excel turns every typed mail address into a link: those may stay, nothing follows them here.
    return b'"External"' in link and b"/hyperlink" not in link
