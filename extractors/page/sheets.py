"""Workbooks (.xlsx, .xls): the rows of every visible sheet as they print."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time

import openpyxl
import xlrd

from extractors.page.blocks import Line, normalise
from extractors.page.containers import TooLarge, check_office

_MAX_ROWS = 200_000
"""Rows looked at, empty ones too."""
_MAX_CELLS = 1_000_000
_SILENT = re.compile(r"\[[^\]]*\]|_.|\*.")
"""Colours and conditions, room left, fill characters."""
_LITERAL = re.compile(r'"([^"0#?]*)"|\\([^0#?])')
_FORMAT = re.compile(
    r"(?P<before>[^0#?]*)(?P<digits>[0#?][0#?,]*(?:\.[0#?]*)?)(?P<scale>,*)(?P<after>[^0#?]*)"
)
_DIGITS_IN_GENERAL = 11
"""Digits Excel shows of a number without a format of its own."""


def xlsx_lines(data: bytes) -> list[Line]:
    """Rows that hold something, sheet by sheet; formulas give their stored values, empty columns at the
    end are cut.

    Raises TooLarge or Malformed beyond the bounds, and what the zip, XML or workbook layers raise for a broken
    file: the caller turns it into an issue.
    """
    check_office(data)
    workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    sheets = []
    for sheet in workbook.worksheets:
        if sheet.sheet_state == "visible":
            sheet.reset_dimensions()
            sheets.append(
                [(cell.value, cell.number_format or "General") for cell in row] for row in sheet.iter_rows()
            )
    return _lines(sheets)


def xls_lines(data: bytes) -> list[Line]:
    """The same of a binary workbook; raises xlrd.XLRDError and the like for a broken or locked one."""
    workbook = xlrd.open_workbook(file_contents=data, formatting_info=True, on_demand=False)
    return _lines(_xls_rows(workbook, sheet) for sheet in workbook.sheets() if sheet.visibility == 0)


def _xls_rows(workbook: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Iterator[list[tuple[object, str]]]:
    for index in range(sheet.nrows):
        row: list[tuple[object, str]] = []
        for cell in sheet.row(index):
            value: object = cell.value
            if cell.ctype == xlrd.XL_CELL_DATE:
                value = xlrd.xldate_as_datetime(cell.value, workbook.datemode)
            elif cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR):
                value = None
            style = workbook.format_map.get(workbook.xf_list[cell.xf_index].format_key)
            row.append((value, style.format_str if style is not None else "General"))
        yield row


def _lines(sheets: Iterable[Iterable[Sequence[tuple[object, str]]]]) -> list[Line]:
    lines: list[Line] = []
    rows = cells = 0
    for number, sheet in enumerate(sheets):
        for row in sheet:
            rows, cells = rows + 1, cells + len(row)
            if rows > _MAX_ROWS or cells > _MAX_CELLS:
                raise TooLarge(f"more than {_MAX_ROWS} rows or {_MAX_CELLS} cells")
            printed = [_shown(value, style) for value, style in row]
            while printed and not printed[-1]:
                printed.pop()
            if printed:
                lines.append(Line(tuple(printed), number, tuple(range(len(printed)))))
    return lines


def _shown(value: object, style: str) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, date | datetime):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, style)
    return normalise(str(value)).replace("\n", " ")


def _number(value: float, style: str) -> str:
    """A number as its format prints it (ECMA-376 18.8.31): percent, places, thousands, words; else as it is."""
    code = _LITERAL.sub(lambda match: match[1] or match[2] or "", _SILENT.sub("", style.split(";")[0]))
    form = _FORMAT.fullmatch(code)
    if form is None:
        return str(int(value)) if float(value).is_integer() else f"{value:.{_DIGITS_IN_GENERAL}g}"
    whole, _, places = form["digits"].partition(".")
    grouped = whole.rstrip(",")
    scale = len(whole) - len(grouped) + len(form["scale"])
    shown = value * (100 if "%" in form["after"] else 1) / 1000**scale
    printed = f"{shown:{',' if ',' in grouped else ''}.{len(places)}f}"
    optional = len(places) - len(places.rstrip("#?"))
    if optional:
        kept = printed[: len(printed) - optional]
        printed = (kept + printed[len(printed) - optional :].rstrip("0")).rstrip(".")
    return f"{form['before']}{printed}{form['after']}".strip()
