"""Figures in table rows: the row's name and the column's header say what, header or unit column the unit."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extractors.records import Quantity, Table

_UNIT_HEADER = re.compile("^(?:计量)?单位$")
_UNIT_ASIDE = re.compile("[（(](?:单位[：:])?([^（）()]{1,4})[）)]")
_UNIT_NOTE = re.compile("(?<![\u4e00-\u9fff])(?:计量)?单位[：:]([^（）()。；\t\n]{1,16})")
_LONGEST_UNIT = 3
"""填报单位：… names a body, and so does a longer word after 单位：; neither is a unit."""
_NOTE_REACH = 80
"""A note such as （单位：件、万元） stands this near before its table, or in its first row."""
_MONEY = re.compile("金额|罚没|罚款|经费|投入|收入|损失|费用?|资金")
_MONEY_UNITS = ("元", "千元", "万元", "亿元")
_YEAR = re.compile(r"(20\d{2})年?")
_EARLIER = re.compile("上年|去年|上一年")
_CHANGE = re.compile("同比|增减|增长|增幅|比上年|变化|±")
_TOTAL = re.compile("^(?:合计|总计|总数|全[县市区镇乡]合计)$")
_PLAIN = re.compile(
    r"^(?:本年度?|今年|当年|全年|数量|数值|数据|件数|次数|完成情况|年度|(?:本年|全年)?(?:处理决定|办理|完成|发生|制发)?(?:数量|件数|情况)|20\d{2}年度?|上年度?|去年|合计|总计|数|)$"
)
_FIGURES = re.compile(r"[\d,，.．%％\-—－/／\s*]*")
_TABBED_LINES = re.compile(r"(?:^[^\n]*\t[^\n]*(?:\n|\Z)){2,}", re.MULTILINE)
_SCALES = {
    "万元": ("元", 10_000.0),
    "亿元": ("元", 100_000_000.0),
    "万件": ("件", 10_000.0),
    "万人次": ("人次", 10_000.0),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What the table says about one figure. `subject` is the span of the row's name in the text."""

    subject: tuple[int, int]
    column: str
    unit: str | None
    scale: float
    year: int | None
    is_earlier: bool
    is_change: bool
    is_part: bool
    is_total: bool
    place: tuple[int, int]
    """Its table and its column: figures of one place add up to the total row's."""


@dataclass(frozen=True, slots=True)
class _Row:
    cells: tuple[tuple[int, int], ...]
    words: tuple[str, ...]


def _rows(text: str, start: int, end: int) -> Iterator[_Row]:
    position = start
    for line in text[start:end].split("\n"):
        spans = []
        at = position
        for cell in line.split("\t"):
            spans.append((at, at + len(cell)))
            at += len(cell) + 1
        yield _Row(tuple(spans), tuple(text[first:last].strip() for first, last in spans))
        position += len(line) + 1


def _table_spans(text: str, tables: Sequence[Table]) -> list[tuple[int, int]]:
    """The tables given and every run of two or more lines with tabs."""
    spans = [(table.start, table.end) for table in tables]
    for run in _TABBED_LINES.finditer(text) if "\t" in text else ():
        if not any(start < run.end() and run.start() < end for start, end in spans):
            spans.append((run.start(), run.end() - text[run.start() : run.end()].endswith("\n")))
    return sorted(spans)


def _unit(written: str | None) -> tuple[str | None, float]:
    return _SCALES.get(written, (written, 1.0)) if written else (None, 1.0)


def _noted_units(text: str, start: int, first: _Row) -> tuple[str, ...]:
    """The units a table's note names for all its figures."""
    notes = _UNIT_NOTE.findall(text[max(0, start - _NOTE_REACH) : start] + "\n" + "\n".join(first.words))
    named = re.split("[、，,/和]", notes[-1].strip()) if notes else []
    return tuple(named) if all(0 < len(unit) <= _LONGEST_UNIT for unit in named) else ()


def _noted_unit(units: tuple[str, ...], name: str) -> str | None:
    """The one of the noted units that fits a row: money for amounts, else the only other one."""
    if len(units) > 1:
        is_money = bool(_MONEY.search(name))
        units = tuple(unit for unit in units if (unit in _MONEY_UNITS) == is_money)
    return units[0] if len(units) == 1 else None


def _is_header(row: _Row) -> bool:
    return not any(re.search(r"\d", word) and _FIGURES.fullmatch(word) for word in row.words)


def table_cells(text: str, quantities: Sequence[Quantity], tables: Sequence[Table]) -> dict[int, Cell]:
    """What each figure in a table is about, by its index in `quantities`."""
    cells: dict[int, Cell] = {}
    starts = [quantity.start for quantity in quantities]
    for number, (start, end) in enumerate(_table_spans(text, tables)):
        rows = list(_rows(text, start, end))
        is_added = any(_TOTAL.match(word) for row in rows for word in row.words)
        header = rows[0] if len(rows) > 1 and _is_header(rows[0]) else None
        noted = _noted_units(text, start, rows[0])
        inside_part = False
        for row in rows:
            name = next(
                (i for i, word in enumerate(row.words) if word and not _FIGURES.fullmatch(word)), None
            )
            if name is None or row is header:
                continue
            label = text[row.cells[name][0] : row.cells[name][1]]
            inside_part = "其中" in label or (inside_part and label[:1].isspace())
            for i in range(bisect_left(starts, row.cells[0][0]), bisect_left(starts, row.cells[-1][1])):
                quantity = quantities[i]
                column = next(
                    (c for c, (a, b) in enumerate(row.cells) if a <= quantity.start and quantity.end <= b),
                    None,
                )
                if column is not None and column != name:
                    is_total = bool(_TOTAL.match(row.words[name]))
                    is_part = inside_part or (is_added and not is_total)
                    cells[i] = replace(
                        _cell(row, header, name, column, noted),
                        is_part=is_part,
                        is_total=is_total,
                        place=(number, column),
                    )
    return cells


def _cell(row: _Row, header: _Row | None, name: int, column: int, noted: tuple[str, ...]) -> Cell:
    above = header.words[column] if header and column < len(header.words) else ""
    unit_column = next(
        (i for i, word in enumerate(header.words if header else ()) if _UNIT_HEADER.match(word)), None
    )
    asides = [found[1] for word in (above, row.words[name]) if (found := _UNIT_ASIDE.search(word))]
    written = row.words[unit_column] if unit_column is not None and unit_column < len(row.words) else None
    unit, scale = _unit(written or next(iter(asides), None) or _noted_unit(noted, row.words[name]))
    year = _YEAR.search(above)
    plain = _UNIT_ASIDE.sub("", above)
    return Cell(
        subject=row.cells[name],
        column="" if _PLAIN.match(plain) else plain,
        unit=unit,
        scale=scale,
        year=int(year[1]) if year else None,
        is_earlier=bool(_EARLIER.search(above)),
        is_change=bool(_CHANGE.search(above)),
        is_part=False,
        is_total=False,
        place=(0, 0),
    )
