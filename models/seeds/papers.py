"""Papers of the demo: stamped forms and parameter sheets as customers send them, small and real."""

from __future__ import annotations

import io
from functools import cache

import segno
from openpyxl import Workbook
from PIL import Image, ImageDraw, ImageFont

from models.base.clock import day_text, today
from models.base.settings import ROOT
from models.services.incoming import XLSX, Incoming
from models.services.scans import PDF
from models.services.workbooks import inspect_workbook

FONT = ROOT / "templates" / "documents" / "fonts" / "NotoSansJP-Regular.ttf"
A4, RESOLUTION = (827, 1169), 100  # pixels, and dots an inch
PAPER, INK, LINE, SEAL = "#fbfaf7", "#222222", "#cccccc", "#c8102e"
QUESTIONS = ("メインルータのLAN側IPアドレス", "サブネットマスク", "デフォルトゲートウェイ", "接続元のアドレス")
ANSWERS = ("192.168.10.254", "255.255.255.0", "192.168.10.1", "192.168.10.21")


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)


def stamped_form(title: str, number: str, company: str) -> Incoming:
    """A form as it comes back: scanned, with its number, the company and a red seal."""
    page = Image.new("RGB", A4, PAPER)
    draw = ImageDraw.Draw(page)
    draw.text((80, 90), title, fill=INK, font=_font(34))
    draw.text((80, 160), f"申込番号　{number}　　{day_text(today())}", fill=INK, font=_font(19))
    draw.text((80, 215), company, fill=INK, font=_font(24))
    draw.ellipse((570, 180, 660, 270), outline=SEAL, width=4)
    draw.text((591, 211), "社印", fill=SEAL, font=_font(24))
    for place in range(20):
        draw.line((80, 320 + place * 36, 747, 320 + place * 36), fill=LINE)
    code = io.BytesIO()
    segno.make_qr(number, error="m").save(code, kind="png", scale=4, border=4)
    page.paste(Image.open(code).convert("RGB"), (670, 30))
    answer = io.BytesIO()
    page.save(answer, "PDF", resolution=RESOLUTION)
    return Incoming(answer.getvalue(), PDF, page_count=1, number=number)


def sheet(site_name: str, is_filled: bool) -> tuple[str, Incoming]:
    """A parameter sheet of a site and its name, blank or filled in."""
    book = Workbook()
    page = book.active
    page.title = "パラメータシート"
    page.append(["拠点名", site_name])
    for question, answer in zip(QUESTIONS, ANSWERS, strict=True):
        page.append([question, answer if is_filled else None])
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 32, 26
    saved = io.BytesIO()
    book.save(saved)
    data = saved.getvalue()
    # Its own workbook need not be looked at in a guarded child.
    said, _ = inspect_workbook(data)
    content = Incoming(data, XLSX, sheets=tuple(said["sheets"]), cells=said["cells"], formulas=frozenset())
    start = f"{today():%Y%m%d}_{site_name}" if is_filled else ""
    return f"{start}パラメータシート.xlsx", content
