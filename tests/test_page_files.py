"""Reports published as files: Word, PDF, workbooks, archives."""

from __future__ import annotations

import io
import subprocess
import zipfile
from datetime import date
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from extractors.page import read_document
from extractors.page.docx import chinese_number
from extractors.records import Attachment, Document

TITLE = "云溪县石桥镇人民政府2024年法治政府建设年度报告"
PARAGRAPHS = [
    "2024年，石桥镇坚持以习近平法治思想为指导，认真落实法治政府建设各项部署，持续提升依法行政能力和水平，"
    "全面推进依法行政各项工作取得新的成效。现将有关情况报告如下。",
    "一、主要做法和成效",
    "（一）全年受理人民调解案件202件，调解成功198件，成功率98.02%，涉及金额160余万元，"
    "有效预防和化解了一批矛盾纠纷，群众满意度明显提升，没有发生因调处不及时引发的群体性事件。",
    "二、存在的问题",
]


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
WORD = OLE + "WordDocument\0".encode("utf-16-le")


def shown(document: Document) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks]


def saved(document: docx.document.Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def numbered(document: docx.document.Document, levels: list[tuple[str, str]]) -> None:
    """Add a list definition with number 77, one (format, text) a level."""
    shapes = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for i, (style, text) in enumerate(levels)
    )
    root = document.part.numbering_part.element
    abstract = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{shapes}</w:abstractNum>')
    root.insert(0, abstract)
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))


def listed(document: docx.document.Document, text: str, level: int) -> None:
    properties = document.add_paragraph(text)._p.get_or_add_pPr()
    properties.append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>')
    )


def test_word_paragraphs_tables_and_list_numbers_come_in_printed_order() -> None:
    word = docx.Document()
    word.add_paragraph(TITLE)
    numbered(word, [("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3.")])
    listed(word, "主要做法", 0)
    listed(word, "调解纠纷12件。", 1)
    listed(word, "开展检查3次。", 1)
    listed(word, "入户宣传。", 2)
    table = word.add_table(2, 3)
    for cell, text in zip(
        [c for row in table.rows for c in row.cells], ["类别", "受理", "办结", "复议", "7", "5"], strict=True
    ):
        cell.text = text
    listed(word, "存在的问题", 0)
    listed(word, "力量不足。", 1)
    paragraph = word.add_paragraph("执法人员20")
    paragraph.add_run("3").bold = True
    paragraph.add_run("人。\n第二行")
    word.add_paragraph("石桥镇人民政府")
    word.add_paragraph("二〇二五年一月九日")
    document = read_document(saved(word), name="报告.docx")
    assert document.kind == "file"
    assert shown(document) == [
        TITLE, "一、主要做法", "（一）调解纠纷12件。", "（二）开展检查3次。", "1.入户宣传。",
        "类别\t受理\t办结", "复议\t7\t5", "二、存在的问题", "（一）力量不足。",
        "执法人员203人。", "第二行", "石桥镇人民政府", "二〇二五年一月九日",
    ]  # fmt: skip
    assert document.tables[0].rows == (("类别", "受理", "办结"), ("复议", "7", "5"))
    assert document.title == TITLE
    assert document.signed_on == date(2025, 1, 9)


def test_tracked_deletions_are_not_text_and_insertions_are() -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("办理案件")._p
    for tag, inner, text in (("del", "delText", "99"), ("ins", "t", "12")):
        paragraph.append(
            parse_xml(
                f'<w:{tag} {nsdecls("w")} w:id="1" w:author="a"><w:r>'
                f"<w:{inner}>{text}</w:{inner}></w:r></w:{tag}>"
            )
        )
    paragraph.append(parse_xml(f"<w:r {nsdecls('w')}><w:t>件。</w:t></w:r>"))
    assert shown(read_document(saved(word), media_type="application/octet-stream")) == ["办理案件12件。"]


def test_a_word_file_is_known_by_its_bytes_not_by_its_suffix() -> None:
    word = docx.Document()
    word.add_paragraph(TITLE)
    assert shown(read_document(saved(word), url="https://www.yunxi.example/a/report.doc")) == [TITLE]


def pdf(pages: list[list[tuple[float, float, str]]], size: int = 16) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for page in pages:
        canvas.setFont("STSong-Light", size)
        for left, top, text in page:
            canvas.drawString(left, top, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def typeset(paragraphs: list[str], width: int = 26, lines: int = 6) -> list[list[tuple[float, float, str]]]:
    """Printed lines of justified paragraphs with a first-line indent of two characters, page head and
    number on each."""
    flow: list[tuple[float, str]] = [(190.0, TITLE[:15]), (200.0, TITLE[15:])]
    for paragraph in paragraphs:
        flow.append((72 + 32, paragraph[: width - 2]))
        rest = paragraph[width - 2 :]
        flow += [(72.0, rest[i : i + width]) for i in range(0, len(rest), width)]
    pages = []
    for number, start in enumerate(range(0, len(flow), lines), 1):
        body = [(left, 700.0 - 28 * i, text) for i, (left, text) in enumerate(flow[start : start + lines])]
        pages.append([(230, 800, "石桥镇政府文件"), *body, (280, 40, f"— {number} —")])
    return pages


def test_pdf_lines_become_paragraphs_again_without_heads_and_page_numbers() -> None:
    document = read_document(pdf(typeset(PARAGRAPHS)), name="报告.pdf")
    assert document.kind == "file"
    text = shown(document)
    assert "".join(text[:2]) == TITLE or text[0] == TITLE
    assert text[-len(PARAGRAPHS) :] == PARAGRAPHS
    assert "石桥镇政府文件" not in document.text and "—" not in document.text


def test_a_scanned_pdf_says_that_it_has_no_text() -> None:
    document = read_document(pdf([[], []]), url="https://www.yunxi.example/P020250115.pdf")
    assert (document.kind, document.text) == ("file", "")
    assert [issue.kind for issue in document.issues] == ["no_text_layer"]


def test_workbook_rows_read_as_they_print() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (
        ["指标", "数量", "日期"],
        ["行政复议", 12, date(2024, 12, 31)],
        [None, 3.0, None],
        [None, None, None],
        ["比率", 0.5],
    ):
        sheet.append(row)
    buffer = io.BytesIO()
    workbook.save(buffer)
    document = read_document(buffer.getvalue(), name="附件.xlsx")
    assert shown(document) == ["指标\t数量\t日期", "行政复议\t12\t2024-12-31", "\t3", "比率\t0.5"]
    assert {block.kind for block in document.blocks} == {"row"}


def test_an_archive_lists_its_members_with_their_chinese_names() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("附件/石桥镇报告.docx", b"x")
        archive.writestr("表.xlsx", b"y")
    data = buffer.getvalue()
    document = read_document(data, name="附件.zip")
    assert document.attachments == (
        Attachment("石桥镇报告.docx", "附件/石桥镇报告.docx", "docx", "member"),
        Attachment("表.xlsx", "表.xlsx", "xlsx", "member"),
    )
    assert [issue.kind for issue in document.issues] == ["archive"]


@pytest.mark.parametrize(
    ("data", "name", "issue"),
    [
        (OLE, "报告.doc", "unsupported"),
        (OLE + "EncryptedPackage\0".encode("utf-16-le"), "报告.docx", "unsupported"),
        (OLE + "Workbook\0".encode("utf-16-le"), "报表.et", "unreadable_file"),
        (b"Rar!\x1a\x07\x00", "附件.rar", "unsupported"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "扫描.png", "unsupported"),
        (b"%PDF-1.4 broken", "报告.pdf", "unreadable_file"),
        (b"PK\x03\x04 word/document.xml broken", "报告.docx", "unreadable_file"),
        (b"PK\x03\x04 broken", "报告.zip", "unreadable_file"),
    ],
)
def test_what_cannot_be_read_is_an_issue_not_an_error(data: bytes, name: str, issue: str) -> None:
    document = read_document(data, name=name)
    assert (document.kind, document.text, [found.kind for found in document.issues]) == ("file", "", [issue])


@pytest.mark.parametrize(
    ("data", "name"),
    [(WORD, "报告.doc"), (WORD, "报告.wps"), (b"{\\rtf1\\ansi}", "报告.doc")],
    ids=["doc", "wps", "rtf called doc"],
)
def test_a_legacy_word_file_waits_for_its_conversion(data: bytes, name: str) -> None:
    document = read_document(data, name=name)
    assert (document.kind, document.text) == ("file", "")
    assert [(issue.kind, issue.severity) for issue in document.issues] == [("converted", "info")]


def test_text_boxes_and_footnotes_follow_the_paragraph_they_hang_on() -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("全年办理行政复议案件12件")._p
    paragraph.append(
        parse_xml(
            f"<w:r {nsdecls('w')}><w:pict><v:textbox xmlns:v='urn:schemas-microsoft-com:vml'><w:txbxContent>"
            "<w:p><w:r><w:t>数据截至11月30日。</w:t></w:r></w:p></w:txbxContent></v:textbox></w:pict></w:r>"
        )
    )
    paragraph.append(parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="2"/></w:r>'))
    word.add_paragraph("以上。")
    notes = (
        f"<w:footnotes {nsdecls('w')}><w:footnote w:type='separator' w:id='0'><w:p/></w:footnote>"
        "<w:footnote w:id='2'><w:p><w:r><w:t>其中撤回3件。</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    part = Part(
        PackURI("/word/footnotes.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
        notes.encode(),
        word.part.package,
    )
    word.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")
    document = read_document(saved(word), name="报告.docx")
    assert shown(document) == [
        "全年办理行政复议案件12件", "数据截至11月30日。", "其中撤回3件。", "以上。",
    ]  # fmt: skip


def test_a_style_numbers_by_the_style_it_is_based_on() -> None:
    word = docx.Document()
    numbered(word, [("chineseCounting", "%1、")])
    base = word.styles.add_style("标题甲", WD_STYLE_TYPE.PARAGRAPH)
    base.element.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="77"/></w:numPr>')
    )
    derived = word.styles.add_style("标题乙", WD_STYLE_TYPE.PARAGRAPH)
    derived.base_style = base
    word.add_paragraph("主要做法", style="标题乙")
    word.add_paragraph("存在的问题", style="标题甲")
    assert shown(read_document(saved(word), name="报告.docx")) == ["一、主要做法", "二、存在的问题"]


def ofd(lines: list[tuple[float, float, float, str]]) -> bytes:
    """An OFD file (GB/T 33190) of one A4 page: left, top and width in millimetres, and the words."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    objects = "".join(
        f'<ofd:TextObject ID="{number}" Boundary="{left} {top} {width} 5.6" Font="1" Size="5.6">'
        f'<ofd:TextCode X="0" Y="4.8">{text}</ofd:TextCode></ofd:TextObject>'
        for number, (left, top, width, text) in enumerate(lines, 10)
    )
    parts = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        "</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>"
        '<ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page {space}><ofd:Content><ofd:Layer>{objects}</ofd:Layer>"
        "</ofd:Content></ofd:Page>",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as container:
        for path, text in parts.items():
            container.writestr(path, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return buffer.getvalue()


def test_ofd_lines_become_paragraphs_again_without_the_page_number() -> None:
    size, width = 5.6, 28
    flow = [(100.0, 20.0, TITLE)]
    top = 40.0
    for paragraph in PARAGRAPHS:
        first, rest = paragraph[: width - 2], paragraph[width - 2 :]
        printed = [(30 + 2 * size, first)] + [(30.0, rest[i : i + width]) for i in range(0, len(rest), width)]
        for left, text in printed:
            flow.append((left, top, text))
            top += 10
    document = read_document(
        ofd([(left, y, len(text) * size, text) for left, y, text in flow] + [(100, 285, 12, "- 1 -")]),
        name="报告.ofd",
    )
    assert shown(document) == [TITLE, *PARAGRAPHS]


def test_an_ofd_of_pictures_has_no_text_layer() -> None:
    assert [issue.kind for issue in read_document(ofd([]), name="扫描.ofd").issues] == ["no_text_layer"]


def test_workbook_numbers_print_by_their_formats() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for value, style in [
        (0.985, "0.0%"), (1234567.5, "#,##0.00"), (12, '0"件"'), (3.5, "0.##"), (12345, "0.0,"), (0.1 + 0.2, "General"),
    ]:  # fmt: skip
        sheet.append([value])
        sheet.cell(sheet.max_row, 1).number_format = style
    buffer = io.BytesIO()
    workbook.save(buffer)
    printed = shown(read_document(buffer.getvalue(), name="表.xlsx"))
    assert printed == ["98.5%", "1,234,567.50", "12件", "3.5", "12.3", "0.3"]


def test_a_binary_workbook_reads_as_its_new_form_does(tmp_path: Path, office: str) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (["指标", "数量", "比例", "日期"], ["行政复议", 12, 0.985, date(2024, 12, 31)]):
        sheet.append(row)
    sheet["C2"].number_format = "0.0%"
    hidden = workbook.create_sheet("草稿")
    hidden.append(["不算", 99])
    hidden.sheet_state = "hidden"
    path = tmp_path / "表.xlsx"
    workbook.save(path)
    subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xls",
         "--outdir", str(tmp_path), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    document = read_document((tmp_path / "表.xls").read_bytes(), name="表.et")
    assert shown(document) == ["指标\t数量\t比例\t日期", "行政复议\t12\t98.5%\t2024-12-31"]


def test_a_web_archive_called_doc_is_the_page_it_holds() -> None:
    page = f"<html><body><h1>{TITLE}</h1><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[2]}</p></body></html>"
    archive = MIMEMultipart("related")
    archive.attach(MIMEText(page, "html", "gb2312"))
    document = read_document(archive.as_bytes(), name="报告.doc")
    assert document.kind == "detail" and PARAGRAPHS[2] in document.text


@settings(max_examples=60)
@given(
    st.sampled_from(
        [b"%PDF-1.7\n", b"PK\x03\x04", b"PK\x03\x04word/document.xml", b"PK\x03\x04xl/workbook.xml"]
    ),
    st.binary(max_size=200),
)
def test_broken_files_never_raise(magic: bytes, rest: bytes) -> None:
    assert read_document(magic + rest).kind == "file"


@pytest.mark.parametrize(
    ("number", "printed"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (105, "一〇五")],
)
def test_chinese_list_numbers(number: int, printed: str) -> None:
    assert chinese_number(number) == printed
