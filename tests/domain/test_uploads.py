"""What may be sent and what may not: by content, not by name, and never at the cost of the others (RELIABILITY checks 19 to 22)."""

from __future__ import annotations

import io
import resource
import zipfile
from collections.abc import Callable
from contextlib import suppress

import pytest

from models.base.errors import Invalid
from models.base.settings import settings
from models.services.files import typed_name
from models.services.incoming import SCAN_LIMITS, SHEET_LIMITS, Incoming, examine
from models.services.scans import JPEG, PDF, PNG
from models.tables.record import Purpose
from tests import papers

FORM, SHEET = Purpose.STAMPED_FORM, Purpose.SHEET
MEGABYTE = 1024 * 1024


def refusal_of(purpose: Purpose, data: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        examine(purpose, data)
    [problem] = refused.value.problems
    assert problem.field == "file"
    return problem.message


@pytest.mark.parametrize(
    ("make", "content_type", "pages"),
    [
        (lambda: papers.scan_pdf("00000007"), PDF, 1),
        (lambda: papers.scan_pdf("00000007", 3), PDF, 3),
        (lambda: papers.scan_jpeg("00000007"), JPEG, 1),
        (lambda: papers.scan_png("00000007"), PNG, 1),
    ],
)
def test_every_kind_of_scan_is_taken_and_its_number_read(
    make: Callable[[], bytes], content_type: str, pages: int
) -> None:
    found = examine(FORM, make())
    assert (found.content_type, found.page_count, found.number) == (content_type, pages, "00000007")


def test_a_scan_without_a_code_has_no_number() -> None:
    assert examine(FORM, papers.scan_png()).number is None
    assert examine(FORM, papers.scan_png("https://example.jp/12345678")).number is None


def test_a_pdf_made_by_a_program_is_taken() -> None:
    assert examine(FORM, papers.pdf_of()).page_count == 1


@pytest.mark.parametrize("purpose", [SHEET, Purpose.BLANK_SHEET])
def test_a_workbook_is_taken_and_read(purpose: Purpose) -> None:
    found = examine(purpose, papers.workbook("10.0.0.1"))
    assert found.cells == {"Sheet!A1": "アドレス", "Sheet!B1": "10.0.0.1"}
    assert (found.sheets, found.formulas) == (("Sheet",), frozenset())


def test_a_workbook_keeps_the_links_that_excel_makes_of_addresses() -> None:
    link = b'<Relationship Id="x" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="mailto:a@example.jp" TargetMode="External"/>'
    data = papers.xlsx_with({"xl/worksheets/_rels/sheet1.xml.rels": b"<Relationships>" + link + b"</Relationships>"})
    assert isinstance(examine(SHEET, data), Incoming)


SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
WRONG_PAPERS: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "ファイルを選んでください"),
    "a text": (lambda: b"hello", "PDF・JPEG・PNGのファイルを選んでください"),
    "a program": (lambda: b"MZ" + bytes(500), "PDF・JPEG・PNGのファイルを選んでください"),
    "a page of the web": (lambda: b"<html><script>1</script></html>", "PDF・JPEG・PNGのファイルを選んでください"),
    "a workbook": (papers.workbook, "PDF・JPEG・PNGのファイルを選んでください"),
    "a pdf that does not begin at its beginning": (lambda: b"\n" + papers.scan_pdf(), "ファイルを選んでください"),
    "the beginning of a pdf": (lambda: papers.scan_pdf()[:400], "壊れている"),
    "a pdf without a page": (lambda: b"%PDF-1.4\n%%EOF", "壊れている"),
    "half a jpeg": (lambda: papers.scan_jpeg()[:2000], "壊れている"),
    "half a png": (lambda: papers.scan_png()[:2000], "壊れている"),
    "the first bytes of a png": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "壊れている"),
    "a script": (lambda: papers.pdf_of(SCRIPT), "開くと動くもの"),
    "a script under another spelling": (
        lambda: papers.pdf_of(SCRIPT.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4a#53")),
        "開くと動くもの",
    ),
    "a script inside an object stream": (
        lambda: papers.pdf_of(b"null", papers.stream_of(b"4 0 " + SCRIPT, b"/Type/ObjStm/N 1/First 4")),
        "開くと動くもの",
    ),
    "an object stream that cannot be looked into": (
        lambda: papers.pdf_of(b"null", b"<</Type/ObjStm/N 1/First 4/Length 3>>\nstream\nabc\nendstream"),
        "壊れている",
    ),
    "a program to launch": (lambda: papers.pdf_of(b"<</S/Launch/F(calc.exe)>>"), "開くと動くもの"),
    "a form that sends itself": (lambda: papers.pdf_of(b"<</S/SubmitForm/F(http://example.jp)>>"), "開くと動くもの"),
    "an attachment": (
        lambda: papers.pdf_of(b"<</Type/Filespec/EF<</F 5 0 R>>>>", papers.stream_of(b"MZ", b"/Type/EmbeddedFile")),
        "開くと動くもの",
    ),
    "a pdf with a password": (
        lambda: papers.pdf_of(trailer=b"/Encrypt<</Filter/Standard/V 2/R 3/O(x)/U(y)/P -4>>"),
        "パスワード",
    ),
    "a pdf that is a zip as well": (lambda: papers.scan_pdf() + papers.workbook(), "別の種類のデータ"),
    "a pdf with a program behind it": (lambda: papers.scan_pdf() + b"MZ\x90program", "別の種類のデータ"),
    "a jpeg that is a zip as well": (lambda: papers.scan_jpeg() + papers.workbook(), "別の種類のデータ"),
    "a jpeg with a page of the web": (lambda: papers.scan_jpeg() + b"<ScRipt>1</script>", "別の種類のデータ"),
    "a png that is a pdf as well": (lambda: papers.scan_png() + papers.scan_pdf(), "別の種類のデータ"),
    "a png with something behind it": (lambda: papers.scan_png() + b"more", "別の種類のデータ"),
    "a book": (lambda: papers.scan_pdf("", 41), "40ページ以内"),
}


@pytest.mark.parametrize("name", WRONG_PAPERS)
def test_this_is_no_form(name: str) -> None:
    make, message = WRONG_PAPERS[name]
    assert message in refusal_of(FORM, make())


RELATION = b'<Relationships><Relationship Id="x" Type="http://x/%s" Target="http://example.jp/a" TargetMode="External"/></Relationships>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
WRONG_WORKBOOKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "ファイルを選んでください"),
    "a form": (papers.scan_pdf, "Excel（xlsx）のファイルを選んでください"),
    "a workbook of before 2007, or with a password": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000),
        "パスワード付き、または古い形式",
    ),
    "half a workbook": (lambda: papers.workbook()[:1500], "壊れている"),
    "another zip": (lambda: zip_of({"a.txt": b"a"}), "壊れている"),
    "a document": (
        lambda: papers.replaced("[Content_Types].xml", b"spreadsheetml.sheet.main", b"wordprocessingml.document.main"),
        "壊れている",
    ),
    "a novel": (papers.long_workbook, "文字が多すぎます"),
    "macros": (lambda: papers.xlsx_with({"xl/vbaProject.bin": b"x"}), "マクロ"),
    "macros by their type": (
        lambda: papers.replaced(
            "[Content_Types].xml",
            b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main",
            b"application/vnd.ms-excel.sheet.macroEnabled.main",
        ),
        "マクロ",
    ),
    "an object": (lambda: papers.xlsx_with({"xl/embeddings/oleObject1.bin": b"x"}), "マクロ"),
    "a control": (lambda: papers.xlsx_with({"xl/activeX/activeX1.bin": b"x"}), "マクロ"),
    "another workbook": (lambda: papers.xlsx_with({"xl/externalLinks/externalLink1.xml": b"<a/>"}), "マクロ"),
    "a connection": (lambda: papers.xlsx_with({"xl/connections.xml": b"<a/>"}), "マクロ"),
    "a picture from elsewhere": (
        lambda: papers.xlsx_with({"xl/worksheets/_rels/sheet1.xml.rels": RELATION % b"image"}),
        "マクロ",
    ),
    "a template from elsewhere": (
        lambda: papers.xlsx_with({"xl/_rels/x.xml.rels": RELATION % b"attachedTemplate"}),
        "マクロ",
    ),
    "an entity": (lambda: papers.xlsx_with({"xl/worksheets/sheet1.xml": LAUGHS}), "壊れている"),
    "an entity in another encoding": (
        lambda: papers.xlsx_with({"xl/worksheets/sheet1.xml": LAUGHS.decode().encode("utf-16")}),
        "壊れている",
    ),
    "a path that climbs": (lambda: papers.xlsx_with({"../../etc/passwd": b"x"}), "壊れている"),
    "a path from the root": (lambda: papers.xlsx_with({"/etc/passwd": b"x"}), "壊れている"),
    "a program before the zip": (lambda: b"PK\x03\x04" + papers.workbook(), "壊れている"),
    "a program behind the zip": (lambda: papers.workbook() + b"MZ", "壊れている"),
    "broken xml": (lambda: papers.xlsx_with({"xl/workbook.xml": b"<workbook"}), "壊れている"),
    "a cell at the end of the world": (
        lambda: papers.replaced("xl/worksheets/sheet1.xml", b'r="B1"', b'r="XFD1"'),
        "行・200列を超える",
    ),
}


def zip_of(entries: dict[str, bytes]) -> bytes:
    answer = io.BytesIO()
    with zipfile.ZipFile(answer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in entries.items():
            package.writestr(name, content)
    return answer.getvalue()


@pytest.mark.parametrize("name", WRONG_WORKBOOKS)
def test_this_is_no_sheet(name: str) -> None:
    make, message = WRONG_WORKBOOKS[name]
    assert message in refusal_of(SHEET, make())


@pytest.mark.parametrize(
    ("purpose", "start", "megabytes"),
    [(FORM, b"%PDF-1.4", settings().file_megabytes), (SHEET, b"PK\x03\x04", settings().sheet_megabytes)],
)
def test_a_file_may_be_so_large_and_no_larger(purpose: Purpose, start: bytes, megabytes: int) -> None:
    assert f"ファイルは{megabytes}MB以内" in refusal_of(purpose, start.ljust(megabytes * MEGABYTE + 1, b"0"))
    assert "MB以内" not in refusal_of(purpose, start.ljust(megabytes * MEGABYTE, b"0"))


SPREADSHEET = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def many_texts() -> bytes:
    texts = b"".join(b"<si><t>%d</t></si>" % number for number in range(1_500_000))
    return papers.xlsx_with({"xl/sharedStrings.xml": b"<sst " + SPREADSHEET + b">" + texts + b"</sst>"})


def many_cells() -> bytes:
    cells = b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n) for n in range(1, 500_000))
    rows = b"<worksheet " + SPREADSHEET + b"><sheetData>" + cells + b"</sheetData></worksheet>"
    return papers.xlsx_with({"xl/worksheets/sheet1.xml": rows})


BOMBS: dict[str, tuple[Purpose, Callable[[], bytes]]] = {
    "a picture of 900 million pixels": (FORM, papers.huge_png),
    "a pdf that draws for ever": (FORM, papers.slow_pdf),
    "an entry that unpacks to 600 MB": (SHEET, lambda: papers.xlsx_with({"xl/media/a.png": bytes(600 * MEGABYTE)})),
    "tens of thousands of entries": (
        SHEET,
        lambda: papers.xlsx_with({f"{number}.bin": b"" for number in range(30_000)}),
    ),
    "a million cells": (SHEET, many_cells),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_and_goes_off_in_a_child(name: str) -> None:
    purpose, make = BOMBS[name]
    data = make()
    assert len(data) < 10 * MEGABYTE
    before = own_kilobytes()
    assert refusal_of(purpose, data)
    assert own_kilobytes() - before < 100 * 1024


@pytest.mark.parametrize(
    ("purpose", "make"), [(FORM, lambda: papers.heavy_pdf(600)), (SHEET, many_texts)], ids=["picture", "texts"]
)
def test_what_a_reader_may_bear_costs_a_child_at_most_its_limit(purpose: Purpose, make: Callable[[], bytes]) -> None:
    data, before = make(), own_kilobytes()
    with suppress(Invalid):
        examine(purpose, data)
    assert own_kilobytes() - before < 100 * 1024


def own_kilobytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_a_child_may_use_ten_seconds_and_not_much_memory() -> None:
    for limits in (SCAN_LIMITS, SHEET_LIMITS):
        assert limits.wall_seconds <= 10
        assert limits.cpu_seconds < limits.wall_seconds
        assert limits.memory_megabytes <= 768


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("..\\..\\windows\\a.png", "a.png"),
        ("a\r\nSet-Cookie: x=1.png", "aSet-Cookie x=1.png"),
        ("gnp.\u202egpj.exe", "gnp.gpj.exe.png"),
        ('"><script>alert(1)</script>.png', "script.png"),
        ("髙﨑　葛󠄀.PNG", "髙﨑 葛󠄀.PNG"),
        (".htaccess", "htaccess.png"),
        ("con\0trol.png", "control.png"),
        ("a" * 300 + ".png", "a" * 146 + ".png"),
        ("", "file.png"),
    ],
)
def test_a_hostile_name_is_made_safe(name: str, stored: str) -> None:
    assert typed_name(name, "image/png") == stored
