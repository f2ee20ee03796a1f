"""Papers of the demo: stamped forms and parameter sheets as customers send them, small and real."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from typing import Any

import segno
from openpyxl import load_workbook
from PIL import Image, ImageDraw, ImageFont

from models.base.clock import day_text, today
from models.base.settings import ROOT
from models.rules.sheet_layout import PAGE, lines_for
from models.services.incoming import XLSX, Incoming
from models.services.scans import PDF
from models.services.workbooks import inspect_workbook

FONT = ROOT / "templates" / "documents" / "fonts" / "NotoSansJP-Regular.ttf"
A4, RESOLUTION = (827, 1169), 100  # pixels, and dots an inch
PAPER, INK, LINE, SEAL = "#fbfaf7", "#222222", "#cccccc", "#c8102e"
ANSWERS = {
    "network": "192.168.10.0", "mask": "255.255.255.0", "main_address": "192.168.10.1", "backup_address": "192.168.10.2",
    "virtual_address": "192.168.10.254", "vrrp_group": 10, "link_speed": "自動（オートネゴシエーション）", "vlan_usage": "使わない",
    "nat_usage": "使わない", "dhcp_usage": "使わない", "dns_primary": "192.168.10.53", "terminal_count": 12,
    "ping_target": "192.168.10.21", "person_name": "情報システム担当", "phone": "0312345678",
}  # fmt: skip


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


def filled_sheet(blank: bytes, facts: Mapping[str, Any]) -> Incoming:
    """A blank sheet as it comes back: every answer that the order's sheet asks for."""
    book = load_workbook(io.BytesIO(blank))
    for line in lines_for(facts):
        if line.name in ANSWERS:
            book[PAGE][line.input_cell] = ANSWERS[line.name]
    saved = io.BytesIO()
    book.save(saved)
    data = saved.getvalue()
    # Its own workbook need not be looked at in a guarded child.
    said, _ = inspect_workbook(data)
    return Incoming(data, XLSX, sheets=tuple(said["sheets"]), cells=said["cells"], formulas=frozenset(said["formulas"]))
