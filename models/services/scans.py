"""Scans and photographs of paper: whether they really are what they say, how many pages, which number; and a page as a picture.

These functions run in guarded children only (models.services.guarded): what they open was sent by somebody we do not know.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import zxingcpp
from PIL import Image, ImageOps, UnidentifiedImageError

from models.services.pdf_structure import Finding, finding_in

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
DECODERS = {JPEG: "JPEG", PNG: "PNG"}
MOST_PAGES = 40
MOST_PIXELS = 60_000_000
PAGES_READ = 3
READING_WIDTH = 1700
QR_CODES = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
PNG_CHECKSUM = 4
NUMBER = re.compile(r"\d{8}")
FOREIGN = re.compile(rb"%PDF-\d|<script|<!doctype|<iframe|<\?php", re.IGNORECASE)

BROKEN = "ファイルが壊れているか、中身が拡張子と違うため開けません。スキャンまたは保存し直してください。"
MIXED = "別の種類のデータが混ざっているため受け付けられません。スキャンまたは保存し直してください。"
WORDS = {
    Finding.BROKEN: BROKEN,
    Finding.MIXED: MIXED,
    Finding.ENCRYPTED: "パスワードや編集の制限が付いたPDFは受け付けられません。保護を外して保存し直してください。",
    Finding.ACTIVE: "スクリプトや添付ファイルなど、開くと動くものを含むPDFは受け付けられません。紙に印刷してスキャンしたものを選んでください。",
}


def inspect_scan(data: bytes, *, content_type: str) -> tuple[dict[str, Any], bytes]:
    """`{"problem": …}` in Japanese, or `{"pages": …, "number": …}`: the request number on the paper, where a QR code can be read."""
    return (_inspect_pdf(data) if content_type == PDF else _inspect_image(data, content_type)), b""


def page_picture(data: bytes, *, content_type: str, page: int, width: int) -> tuple[dict[str, Any], bytes]:
    """A page (from 1 on) as a PNG at most `width` pixels wide and twice as high; no bytes when there is no such page."""
    picture = _page_of_pdf(data, page, width) if content_type == PDF else _photograph(data, content_type, width)
    if picture is None:
        return {}, b""
    answer = io.BytesIO()
    picture.save(answer, "PNG")
    return {"width": picture.width, "height": picture.height}, answer.getvalue()


def _inspect_pdf(data: bytes) -> dict[str, Any]:
    finding = finding_in(data)
    if finding:
        return {"problem": WORDS[finding]}
    try:
        document = pypdfium2.PdfDocument(data)
        pages = len(document)
        if pdfium.FPDF_GetSecurityHandlerRevision(document.raw) != -1:
            return {"problem": WORDS[Finding.ENCRYPTED]}
        if _is_active(document):
            return {"problem": WORDS[Finding.ACTIVE]}
        if pages > MOST_PAGES:
            return {"problem": f"PDFは{MOST_PAGES}ページ以内にしてください（現在{pages}ページ）。"}
        pictures = [_render(document[place], READING_WIDTH) for place in range(min(pages, PAGES_READ))]
    except pypdfium2.PdfiumError as error:
        is_locked = "password" in str(error).lower()
        return {"problem": WORDS[Finding.ENCRYPTED] if is_locked else BROKEN}
    if not pages:
        return {"problem": BROKEN}
    return {"pages": pages, "number": _number_on(pictures)}


def _is_active(document: pypdfium2.PdfDocument) -> bool:
    return bool(
        pdfium.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0
        or pdfium.FPDFDoc_GetAttachmentCount(document.raw) > 0
        or document.get_formtype() in {pdfium.FORMTYPE_XFA_FULL, pdfium.FORMTYPE_XFA_FOREGROUND}
    )


def _inspect_image(data: bytes, content_type: str) -> dict[str, Any]:
    if _is_mixed(data, content_type):
        return {"problem": MIXED}
    try:
        picture = Image.open(io.BytesIO(data), formats=[DECODERS[content_type]])
        if picture.width * picture.height > MOST_PIXELS:
            return {
                "problem": f"画像が大きすぎます。縦×横が{MOST_PIXELS // 10_000:,}万画素以内のものを選んでください。"
            }
        picture.load()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        return {"problem": BROKEN}
    return {"pages": 1, "number": _number_on([_shrunk(picture, READING_WIDTH)])}


def _is_mixed(data: bytes, content_type: str) -> bool:
    # Cameras add a short film behind a JPEG, so that not every further byte is suspicious; behind a PNG nobody adds any.
    _, end, behind = data.rpartition(b"IEND")
    has_more = content_type == PNG and bool(end) and len(behind) > PNG_CHECKSUM
    return has_more or zipfile.is_zipfile(io.BytesIO(data)) or FOREIGN.search(data) is not None


def _number_on(pictures: list[Image.Image]) -> str | None:
    for picture in pictures:
        for code in zxingcpp.read_barcodes(picture, formats=QR_CODES):
            if NUMBER.fullmatch(code.text):
                return str(code.text)
    return None


def _page_of_pdf(data: bytes, page: int, width: int) -> Image.Image | None:
    document = pypdfium2.PdfDocument(data)
    return _render(document[page - 1], width) if 1 <= page <= len(document) else None


def _render(page: pypdfium2.PdfPage, width: int) -> Image.Image:
    # A page may say that it is as large as a house: the picture is not.
    wide, high = page.get_size()
    scale = min(width / max(wide, 1), 2 * width / max(high, 1))
    picture: Image.Image = page.render(scale=scale, grayscale=False).to_pil()
    return picture.convert("RGB")


def _photograph(data: bytes, content_type: str, width: int) -> Image.Image | None:
    picture = Image.open(io.BytesIO(data), formats=[DECODERS[content_type]])
    return _shrunk(picture, width)


def _shrunk(picture: Image.Image, width: int) -> Image.Image:
    picture.thumbnail((2 * width, 2 * width))
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((width, 2 * width))
    # Without metadata: where a photograph was taken is nobody's business.
    flat = Image.new("RGB", upright.size, "white")
    flat.paste(upright.convert("RGBA"), mask=upright.convert("RGBA").getchannel("A"))
    return flat
