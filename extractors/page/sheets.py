"""Workbooks (.xlsx): the rows of every visible sheet as they read."""

from __future__ import annotations

import io
from datetime import date, datetime, time

import openpyxl

from extractors.page.blocks import Line, normalise


def xlsx_lines(data: bytes) -> list[Line]:
    """Rows that hold something, sheet by sheet; formulas give their stored values, empty columns at the
    end are cut.

    Raises whatever the zip, XML or workbook layers raise for a broken file: the caller turns it into an
    issue.
    """
    workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    lines: list[Line] = []
    for number, sheet in enumerate(s for s in workbook.worksheets if s.sheet_state == "visible"):
        for row in sheet.iter_rows(values_only=True):
            cells = [_shown(value) for value in row]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                lines.append(Line(tuple(cells), number, tuple(range(len(cells)))))
    return lines


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, date | datetime):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return normalise(str(value)).replace("\n", " ")
