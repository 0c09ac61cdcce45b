"""A report's text as page HTML in the several ways offices put it up, and as .docx and .pdf files."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from html import escape
from itertools import groupby

from docx import Document as new_docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table, TableStyle

from flows.demo.texts import Line, LineKind, Text

_DIGITS = re.compile(r"\d+")
_MADE_AT = datetime(2025, 1, 2, 9, 0, 0)
_FONT = "STSong-Light"


def plain_html(text: Text) -> str:
    """One `<p>` a paragraph, headings in `<strong>`, tables as tables."""
    return _with_tables(text, _plain_paragraph)


def word_html(text: Text) -> str:
    """The HTML Word leaves behind: MsoNormal, o:p, and numbers cut into spans."""
    return _with_tables(text, _word_paragraph)


def lines_html(text: Text) -> str:
    """One block with line breaks and full-width indents; the last resort of an old editor."""
    inner = "<br/>".join(
        f"　　{escape(text.rendered(line))}"
        if line.kind != "right"
        else f"<br/>{'　' * 20}{escape(text.rendered(line))}"
        for line in text.lines
    )
    return f"<div>{inner}</div>"


def docx_bytes(title: str, text: Text) -> bytes:
    """A Word file, the same bytes every time."""
    document = new_docx()
    document.styles["Normal"].font.name = "仿宋"
    document.styles["Normal"].element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    document.core_properties.created = document.core_properties.modified = _MADE_AT
    document.add_paragraph(title).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for is_row, lines in groupby(text.lines, key=lambda line: line.kind == "row"):
        if is_row:
            rows = [text.rendered(line).split("\t") for line in lines]
            table = document.add_table(rows=len(rows), cols=len(rows[0]))
            for cells, row in zip(table.rows, rows, strict=True):
                for cell, words in zip(cells.cells, row, strict=True):
                    cell.text = words
            continue
        for line in lines:
            paragraph = document.add_paragraph()
            paragraph.add_run(text.rendered(line)).bold = line.kind == "heading"
            if line.kind == "right":
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    written = io.BytesIO()
    document.save(written)
    return _with_fixed_times(written.getvalue())


def pdf_bytes(title: str, text: Text) -> bytes:
    """A PDF with a text layer in a CID font, the same bytes every time."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    body = ParagraphStyle("body", fontName=_FONT, fontSize=12, leading=22, firstLineIndent=24, wordWrap="CJK")
    heading = ParagraphStyle("heading", parent=body, fontSize=13, spaceBefore=6)
    right = ParagraphStyle("right", parent=body, alignment=TA_RIGHT)
    styles: dict[LineKind, ParagraphStyle] = {"paragraph": body, "heading": heading, "right": right}
    flow: list[Flowable] = [
        Paragraph(escape(title), ParagraphStyle("title", parent=body, fontSize=16, leading=30))
    ]
    for is_row, lines in groupby(text.lines, key=lambda line: line.kind == "row"):
        if is_row:
            rows = [text.rendered(line).split("\t") for line in lines]
            grid = [("FONT", (0, 0), (-1, -1), _FONT, 10), ("GRID", (0, 0), (-1, -1), 0.5, "black")]
            flow.append(Table(rows, style=TableStyle(grid)))
            continue
        flow.extend(Paragraph(escape(text.rendered(line)), styles[line.kind]) for line in lines)
    written = io.BytesIO()
    SimpleDocTemplate(written, pagesize=A4, title=title, invariant=1).build(flow)
    return written.getvalue()


def _with_tables(text: Text, paragraph: Callable[[Text, Line], str]) -> str:
    parts = []
    for is_row, lines in groupby(text.lines, key=lambda line: line.kind == "row"):
        if is_row:
            rows = "".join(
                "<tr>" + "".join(f"<td>{escape(c)}</td>" for c in text.rendered(line).split("\t")) + "</tr>\n"
                for line in lines
            )
            parts.append(f'<table border="1" cellspacing="0" align="center"><tbody>{rows}</tbody></table>')
        else:
            parts.extend(paragraph(text, line) for line in lines)
    return "\n".join(parts)


def _plain_paragraph(text: Text, line: Line) -> str:
    words = escape(text.rendered(line))
    if line.kind == "heading":
        return f'<p style="text-indent: 2em;"><strong>{words}</strong></p>'
    if line.kind == "right":
        return f'<p style="text-align: right;">{words}</p>'
    return f'<p style="text-indent: 2em;">{words}</p>'


def _word_paragraph(text: Text, line: Line) -> str:
    words = _DIGITS.sub(_cut_number, escape(text.rendered(line)))
    style = "text-align:right" if line.kind == "right" else "text-indent:32.0pt;line-height:29.0pt"
    font = "黑体" if line.kind == "heading" else "仿宋_GB2312"
    return (
        f'<p class="MsoNormal" style="{style};mso-char-indent-count:2.0">'
        f'<span style="font-size:16.0pt;font-family:{font}">{words}</span>'
        f'<span lang="EN-US" style="font-size:16.0pt"><o:p></o:p></span></p>'
    )


def _cut_number(match: re.Match[str]) -> str:
    """`2023` as `<span>202</span><span>3</span>`: Word keeps every editing step."""
    digits = match[0]
    pieces = (digits[:-1], digits[-1]) if len(digits) > 2 else (digits,)
    return "".join(f'<span lang="EN-US">{piece}</span>' for piece in pieces)


def _with_fixed_times(data: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(
                zipfile.ZipInfo(name, _MADE_AT.timetuple()[:6]), old.read(name), zipfile.ZIP_DEFLATED
            )
    return written.getvalue()
