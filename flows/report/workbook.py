"""The report as an .xlsx workbook: wide tables to read, long ones to pivot, and the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from flows.report.content import Cell, ReportContent
from flows.report.figures import THEMES_ZH

HEAD = PatternFill("solid", fgColor="EEF0F4")
MAX_ROWS, MAX_LINKS, MAX_ADDRESS = 1_048_576, 65_530, 2_079
"""Of a sheet, and characters of a link: beyond them Excel calls the workbook damaged."""
CUT = "以下从略：一张工作表放不下，请用 --org、--code 缩小范围，或查询 nianbao.duckdb"
GUIDE = (
    ("逐年比较", "每行一个机构的一项指标，各年并列；最右为最近一年的变化与可比性"),
    ("证据", "每个数值一行：原文、数值、界限、原句、出处链接"),
    ("公开情况", "各机构各年度是否公开、是否按时"),
    ("存疑", "被拒绝或存疑的内容，等人判断"),
    ("空白", "报告未提及，不是零；0 表示原文明确说“无”或写明 0"),
    ("≥ 约 ≤", "原文为“余、多、以上”／“约、近”／“不足、以内”"),
    ("链接", f"一张工作表只能有 {MAX_LINKS:,} 个可点的链接，此后的链接为文字"),
)


def write_workbook(content: ReportContent, path: Path) -> None:
    """Write `content` to `path` (replaced if there). Text never becomes a formula."""
    book = Workbook()
    about = book.active
    assert about is not None
    about.title = "说明"
    _fill(
        about,
        (content.title, content.run_id),
        [
            ("发布于（北京时间）", content.published_at),
            *GUIDE,
            *((tile.label, tile.value) for tile in content.tiles),
        ],
    )
    _fill(
        book.create_sheet("逐年比较"),
        (
            "主题",
            "指标",
            "代码",
            "单位",
            "机构",
            "区划代码",
            *map(str, content.years),
            "变化",
            "变化%",
            "可比",
            "原因",
        ),
        _wide(content),
    )
    _fill(
        book.create_sheet("证据"),
        (
            "机构",
            "指标",
            "代码",
            "年度",
            "显示",
            "数值",
            "上限",
            "界限",
            "说明",
            "原文数字",
            "原句",
            "文档",
            "链接",
        ),
        _evidence(content),
        link_column=13,
    )
    _fill(
        book.create_sheet("公开情况"),
        ("机构", *map(str, content.coverage_years)),
        ((row.organization_name, *(cell.label for cell in row.cells)) for row in content.coverage),
    )
    _fill(
        book.create_sheet("存疑"),
        ("类别", "程度", "归属", "说明", "文档", "链接"),
        ((i.kind, i.severity, i.owner, i.message, i.title, i.link) for i in content.issues),
        link_column=6,
    )
    book.save(path)


Value = str | int | float | None


def _wide(content: ReportContent) -> Iterable[Sequence[Value]]:
    for table in content.indicators:
        for row in table.rows:
            comparable = {True: "是", False: "否", None: ""}[row.is_comparable]
            values = (_shown(cell) for cell in row.cells)
            yield (
                THEMES_ZH[table.theme],
                table.name_zh,
                table.code,
                table.unit,
                row.organization_name,
                row.region_code,
                *values,
                row.change,
                row.change_pct,
                comparable,
                row.why,
            )


def _shown(cell: Cell | None) -> Value:
    if cell is None:
        return None
    return cell.value if cell.bound == "exact" and cell.value is not None else cell.label


def _evidence(content: ReportContent) -> Iterable[Sequence[Value]]:
    for table in content.indicators:
        for row in table.rows:
            for cell in filter(None, row.cells):
                start = (row.organization_name, table.name_zh, table.code, cell.year, cell.label)
                middle = (cell.value, cell.value_high, cell.bound, cell.note)
                for proof in cell.evidence:
                    sentence = f"{proof.before}{proof.figure}{proof.after}"
                    yield (*start, *middle, proof.figure, sentence, proof.title, proof.link)


def _fill(
    sheet: Worksheet, head: Sequence[str], rows: Iterable[Sequence[Value]], link_column: int | None = None
) -> None:
    sheet.append(list(head))
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), HEAD
    widths = [_width(text) for text in head]
    for place, row in enumerate(_fitting(rows), start=2):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(place, column)
            _put(cell, value, is_link=column == link_column and place <= MAX_LINKS + 1)
            widths[column - 1] = max(widths[column - 1], _width(value))
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = min(max(width + 2, 8), 60)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _fitting(rows: Iterable[Sequence[Value]]) -> Iterable[Sequence[Value]]:
    """The rows that fit under the head; where there are more, the last line says so."""
    for place, row in enumerate(rows, start=2):
        if place == MAX_ROWS:
            yield (CUT,)
            return
        yield row


def _put(cell: SheetCell | MergedCell, value: Value, *, is_link: bool) -> None:
    if not isinstance(value, str):
        cell.value = value
        return
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell.value, cell.data_type = text, "s"
    cell.alignment = Alignment(wrap_text=len(text) > 40, vertical="top")
    if is_link and len(text) <= MAX_ADDRESS:
        cell.hyperlink, cell.style = text, "Hyperlink"


def _width(value: Value) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in str(value if value is not None else ""))
