"""Input made to hurt: each case is read in a process of its own with bounded memory and time."""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from reportlab.pdfgen.canvas import Canvas

MEMORY = 2_000_000_000
"""Bytes of address space a reader may take, its libraries included."""
SECONDS = 60
SENTENCE = "全年调解矛盾纠纷441件，成功率100%，群众满意度明显提升。"
READER = """
import json, sys
from pathlib import Path
from extractors.page import read_document
document = read_document(Path(sys.argv[1]).read_bytes(), name=Path(sys.argv[1]).name)
for block in document.blocks:
    assert document.text[block.start : block.end].strip()
print(json.dumps([document.kind, [issue.kind for issue in document.issues], len(document.text)]))
"""


def page(inside: str) -> bytes:
    return f"<html><body>{inside}</body></html>".encode()


def zipped(*parts: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as container:
        for name, data in parts:
            container.writestr(name, data)
    return buffer.getvalue()


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    xml = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a0 "哈">{entities}]><d>&a9;</d>'
    return zipped(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", xml.encode()))


def many_rows() -> bytes:
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.append(["行政复议", 12])
    buffer = io.BytesIO()
    workbook.save(buffer)
    rows = b"".join(b'<row r="%d"/>' % number for number in range(2, 300_000))
    with zipfile.ZipFile(io.BytesIO(buffer.getvalue())) as container:
        parts = [(info.filename, container.read(info)) for info in container.infolist()]
    return zipped(*((name, data.replace(b"</sheetData>", rows + b"</sheetData>")) for name, data in parts))


def truncated_pdf() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for number in range(50):
        canvas.drawString(72, 700, f"page {number} of a report that was cut short")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()[: len(buffer.getvalue()) // 2]


CASES: dict[str, tuple[str, Callable[[], bytes], tuple[str, ...], tuple[str, ...]]] = {
    # name: file name, bytes, kinds and issues that may come of it
    "page of 50 MB": ("a.html", lambda: page(f"<p>{SENTENCE}</p>" * 600_000), ("undecodable",), ("too_large",)),
    "10,000 nested tags": ("a.html", lambda: page("<div>" * 10_000 + f"<p>{SENTENCE}</p>" * 20), ("detail",), ()),
    "10,000 nested tables": ("a.html", lambda: page("<table><tr><td>" * 10_000 + SENTENCE), ("detail", "chrome"), ()),
    "nested lists": ("a.html", lambda: page("<ul><li>" * 10_000 + SENTENCE * 20), ("detail", "chrome"), ()),
    "open brackets": ("a.html", lambda: page("<" * 250_000), ("chrome", "empty", "detail"), ()),
    "blanks": ("a.html", lambda: page("<p>" + " \n" * 2_000_000 + "x"), ("chrome", "empty"), ()),
    "ideographic blanks": ("a.html", lambda: page("<p>" + "\u3000\n" * 500_000 + "x"), ("chrome", "empty"), ()),
    "one endless line": ("a.html", lambda: page("<p>" + SENTENCE * 100_000), ("detail",), ()),
    "a line of commas": ("a.html", lambda: page("<p>" + "现将情况报告如下，" * 30_000), ("detail", "chrome"), ()),
    "names and days": (
        "a.html", lambda: page("<p>石桥镇人民政府</p><p>2025-01-15</p>" * 10_000), ("detail", "chrome", "empty"), (),
    ),
    "lines of a foot in an article": (
        "a.html",
        lambda: page(f"<div class='TRS_Editor'><p>{SENTENCE}</p>" + "<div>主办单位：石桥镇</div>" * 8_000 + "</div>"),
        ("detail",), (),
    ),
    "fields of a letter": (
        "a.html",
        lambda: page(
            "<table>" + "<tr><td>来信人</td><td>甲</td></tr>" * 8_000
            + f"<tr><td>信件标题</td><td>咨询</td></tr><tr><td>信件内容</td><td>{SENTENCE}</td></tr></table>"
        ),
        ("detail",), (),
    ),
    "one endless tag": ("a.html", lambda: page("<div " + "a='b' " * 300_000), ("empty", "chrome"), ()),
    "a row of 10,000 titles with boxes": (
        "a.html",
        lambda: page(
            "<table><tr>"
            + "".join(f"<td><a href='/{n}'>第{n}号年度报告</a><p><a href='/j{n}'>解读</a>" for n in range(10_000))
            + "<td>2025-01-20</td></tr></table>"
        ),
        ("list",),
        (),
    ),
    "rows nested too deep for the tree": (
        "a.html",
        lambda: page(
            "<font>" * 200
            + "<ul>"
            + "".join(f"<li><a href='/{n}.html'>第{n}号年度报告</a>" for n in range(9))
        ),
        ("list", "chrome"),
        (),
    ),
    "addresses that go on without an end": (
        "a.html",
        lambda: page(
            "".join(
                f"<script>{opening}{said * 40_000}{end}</script>"
                for opening in ("location='", "var url='", "x.load('", "<iframe src='", "var ")
                for said, end in (("a.html?", "="), ("a.html?", "='"), ("search", ""), ("url", ""))
            )
        ),
        ("shell",), (),
    ),
    "scripts of links": (
        "a.html",
        lambda: page(
            "".join(
                f"""<li><a href="javascript:f('{said}')">法治政府建设年度报告</a><i>2025-01-20</i>"""
                for said in ("?aid=a" * 10_000 + " ", "a.html'," + "1" * 10_000 + "(") * 15
            )
        ),
        ("list", "chrome"), (),
    ),
    "titles of links": (
        "a.html",
        lambda: page(
            "".join(
                f"<li><a href='/{n}.html' title='{said}b'>法治政府建设年度报告</a><i>2025-01-20</i>"
                for n, said in enumerate(("a" + " " * 20_000, "标题：a" + " " * 20_000, "a：" + "T" * 20_000) * 20)
            )
        ),
        ("list",), (),
    ),
    "line breaks": ("a.html", lambda: page("<div>" + "<br>" * 100_000 + SENTENCE), ("detail", "chrome", "empty"), ()),
    "a paragraph of printed lines": (
        "a.html", lambda: page("<div>" + "全年办理案件，依法调解矛盾纠纷和信访<br>" * 100_000), ("detail",), (),
    ),
    "zeros": ("a.html", lambda: b"<html>" + bytes(10_000_000), ("undecodable",), ("undecodable",)),
    "half of UTF-16": ("a.html", lambda: b"\xff\xfe" + bytes(range(255)) * 20_001, ("undecodable", "chrome"), ()),
    "entity bomb": ("a.docx", laughs, ("file",), ("unreadable_file",)),
    "zip bomb as Word": (
        "a.docx", lambda: zipped(("word/document.xml", bytes(300_000_000))), ("file",), ("too_large",),
    ),
    "zip bomb as archive": ("a.zip", lambda: zipped(("a.txt", bytes(300_000_000))), ("file",), ("too_large",)),
    "many members": (
        "a.zip", lambda: zipped(*((f"{n}.txt", b"") for n in range(6000))), ("file",), ("too_large",),
    ),
    "300,000 empty rows": ("a.xlsx", many_rows, ("file",), ("too_large",)),
    "a text just within the bound": ("a.txt", lambda: (SENTENCE * 40_000)[:1_000_000].encode(), ("text",), ()),
    "a text of 30 MB": (
        "a.txt", lambda: f"全年办理行政复议案件12件，{SENTENCE}\n".encode() * 300_000, ("text",), ("too_large",),
    ),
    "truncated PDF": ("a.pdf", truncated_pdf, ("file",), ("unreadable_file", "no_text_layer")),
    "a PDF that holds itself": (
        "a.pdf",
        lambda: b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R]/Count 9>>endobj"
        b"\ntrailer<</Root 1 0 R>>",
        ("file",), ("unreadable_file", "no_text_layer"),
    ),
    "an OFD that leads outside": (
        "a.ofd",
        lambda: zipped(("OFD.xml", b"<OFD><DocRoot>../../x</DocRoot></OFD>")),
        ("file",), ("unreadable_file",),
    ),
}  # fmt: skip


def bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


@pytest.mark.parametrize("case", CASES)
def test_hostile_input_ends_in_bounded_time_and_memory(case: str, tmp_path: Path, root: Path) -> None:
    name, make, kinds, issues = CASES[case]
    path = tmp_path / name
    path.write_bytes(make())
    ran = subprocess.run(
        [sys.executable, "-c", READER, str(path)],
        capture_output=True, text=True, timeout=SECONDS, preexec_fn=bounded, cwd=root,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    kind, found, length = json.loads(ran.stdout)
    assert kind in kinds
    if issues:
        assert found and set(found) <= set(issues) and length == 0
