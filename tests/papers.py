"""Papers and workbooks as people send them, made when they are asked for: real ones, and hostile ones."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from functools import cache

import segno
from openpyxl import Workbook
from PIL import Image

MEGABYTE = 1024 * 1024


def paper(number: str = "", width: int = 1240, height: int = 1754, turned_by: float = 0) -> Image.Image:
    """A sheet of paper as a scanner sees it, with the QR code of a request's number in its corner."""
    page = Image.new("L", (width, height), 250)
    if number:
        code = io.BytesIO()
        segno.make_qr(number, error="m").save(code, kind="png", scale=5, border=4)
        page.paste(Image.open(code).convert("L"), (width - 220, 60))
    return page.rotate(turned_by, fillcolor=250)


def saved(picture: Image.Image, form: str, **options: object) -> bytes:
    """The picture as a file."""
    answer = io.BytesIO()
    picture.save(answer, form, **options)
    return answer.getvalue()


@cache
def scan_pdf(number: str = "", pages: int = 1) -> bytes:
    """A scanned form."""
    more = [paper() for _ in range(pages - 1)]
    return saved(paper(number), "PDF", resolution=150, save_all=True, append_images=more)


@cache
def scan_jpeg(number: str = "") -> bytes:
    """A photographed form, a little askew."""
    return saved(paper(number, turned_by=4), "JPEG", quality=70)


@cache
def scan_png(number: str = "") -> bytes:
    """A form as a PNG."""
    return saved(paper(number), "PNG")


@cache
def workbook(cell: str = "192.168.0.1") -> bytes:
    """A workbook of somebody's own."""
    book = Workbook()
    book.active["A1"], book.active["B1"] = "アドレス", cell
    answer = io.BytesIO()
    book.save(answer)
    return answer.getvalue()


def long_workbook() -> bytes:
    """A workbook with more text than a person fills in: 300 cells of 2,000 characters."""
    book = Workbook()
    for number in range(300):
        book.active.append([f"{number} ".ljust(2_000, "あ")])
    answer = io.BytesIO()
    book.save(answer)
    return answer.getvalue()


def pdf_of(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of one empty page (objects 1 to 3) and further objects from 4 on; `trailer` is added to the trailer."""
    catalogue = b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>" if objects else b"<</Type/Catalog/Pages 2 0 R>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R>>"
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate((catalogue, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, *objects), 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    end = b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, trailer, len(body))
    return body + head + table + end


def stream_of(content: bytes, dictionary: bytes = b"") -> bytes:
    """A compressed stream object."""
    packed = zlib.compress(content, 9)
    return b"<</Length %d/Filter/FlateDecode%s>>\nstream\n%s\nendstream" % (len(packed), dictionary, packed)


def xlsx_with(entries: Mapping[str, bytes], data: bytes = b"") -> bytes:
    """A workbook with further entries, or with others in place of its own."""
    answer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data or workbook())) as old,
        zipfile.ZipFile(answer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, entries.get(name, old.read(name)))
        for name in set(entries) - set(old.namelist()):
            new.writestr(name, entries[name])
    return answer.getvalue()


def replaced(name: str, old: bytes, new: bytes) -> bytes:
    """A workbook with a part of one of its entries replaced."""
    with zipfile.ZipFile(io.BytesIO(workbook())) as package:
        content = package.read(name)
    assert old in content
    return xlsx_with({name: content.replace(old, new)})


def huge_png(side: int = 30_000) -> bytes:
    """A few kilobytes that say they are 900 million pixels."""
    row = zlib.compressobj(9)
    packed = b"".join(row.compress(b"\0" * (side // 8 + 1)) for _ in range(side)) + row.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", packed), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


def heavy_pdf(megabytes: int) -> bytes:
    """A page whose one picture unpacks to so many megabytes."""
    side = 1024
    content = b"\0" * (megabytes * MEGABYTE)
    picture = stream_of(
        content,
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8"
        % (side * 16, megabytes * 64),
    )
    return pdf_of(b"null", stream_of(b"q 500 0 0 500 0 0 cm /I Do Q"), picture).replace(
        b"/Contents 5 0 R>>", b"/Contents 5 0 R/Resources<</XObject<</I 6 0 R>>>>>>"
    )


def slow_pdf() -> bytes:
    """A page that draws the same curve for ever."""
    curve = b"0 0 m 600 900 -900 500 595 842 c S\n"
    return pdf_of(b"null", stream_of(b"5 w [0.01 0.01] 0 d\n" + curve * 2_000_000))
