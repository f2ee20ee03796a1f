"""What a PDF carries besides pages: scripts, launches, attachments, encryption, foreign data. Bytes in, a finding out; runs in a guarded child.

Readers disagree about broken files, so this looks at the bytes themselves, not at one reader's idea of them: names are read with their
escapes undone, in the file as it stands and inside its object streams.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from enum import StrEnum

MOST_INFLATED = 64 * 1024 * 1024
END = b"%%EOF"
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
ENCRYPTED = re.compile(rb"/Encrypt(?![A-Za-z])")
# Long enough that compressed data does not contain them by chance.
ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|FileAttachment|RichMedia|SubmitForm|ImportData|Rendition|GoToE|Movie)(?![A-Za-z])"
)
# Looked for outside of streams alone.
ACTIVE_SHORT = re.compile(rb"/(?:JS|EF|XFA)(?![A-Za-z0-9])")


class Finding(StrEnum):
    """Why a PDF is not taken."""

    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    ACTIVE = "active"
    MIXED = "mixed"


class TooDeep(Exception):
    """Object streams that cannot be looked into, or never end."""


def finding_in(data: bytes) -> Finding | None:
    """What is wrong with the PDF, or None."""
    if not data.startswith(b"%PDF-") or END not in data:
        return Finding.BROKEN
    if data.rpartition(END)[2].strip(b"\0\t\r\n\f ") or zipfile.is_zipfile(io.BytesIO(data)):
        return Finding.MIXED
    try:
        parts = [_plain(data), *(_plain(part) for part in _object_streams(data))]
    except TooDeep:
        return Finding.BROKEN
    if any(ENCRYPTED.search(part) for part in parts):
        return Finding.ENCRYPTED
    outside = _plain(STREAM.sub(b" ", data))
    is_active = any(ACTIVE.search(part) for part in parts) or any(
        ACTIVE_SHORT.search(part) for part in (outside, *parts[1:])
    )
    return Finding.ACTIVE if is_active else None


def _plain(data: bytes) -> bytes:
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data)


def _object_streams(data: bytes) -> list[bytes]:
    """The inflated object streams: where newer files keep most of their objects."""
    found: list[bytes] = []
    left = MOST_INFLATED
    for stream in STREAM.finditer(data):
        dictionary = _plain(data[max(0, data.rfind(b"obj", 0, stream.start())) : stream.start()])
        if b"/ObjStm" in dictionary:
            inflated = _inflate(stream[1], left)
            left -= len(inflated)
            found.append(inflated)
    return found


def _inflate(data: bytes, most: int) -> bytes:
    machine = zlib.decompressobj()
    try:
        inflated = machine.decompress(data, max(most, 1))
    except zlib.error:
        raise TooDeep from None
    if machine.unconsumed_tail or not inflated:
        raise TooDeep
    return inflated
