"""Figures in table rows: the row's names and the column's headers say what, header or unit column the unit.

A merged cell is printed where it starts, so that a row of the text may have fewer cells than its table has columns;
`Table.rows` says where each stands. A table known from its tabs alone has a header only where no row is longer than it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from extractors.records import Quantity, Table
from extractors.report.quantity_grammar import read_unit

Span = tuple[int, int]
_UNIT_HEADER = re.compile("^(?:计量)?单位$")
_UNIT_ASIDE = re.compile("[（(](?:单位[：:])?([^（）()]{1,4})[）)]")
_UNIT_NOTE = re.compile("(?<![\u4e00-\u9fff])(?:计量)?单位[：:]([^（）()。；\t\n]{1,16})")
_LONGEST_UNIT = 3
"""填报单位：… names a body, and so does a longer word after 单位：; neither is a unit."""
_NOTE_REACH = 80
"""A note such as （单位：件、万元） stands this near before its table, or in its first rows."""
_MONEY = re.compile("金额|罚没|罚款|经费|投入|收入|损失|费用?|资金")
_MONEY_UNITS = ("元", "千元", "万元", "亿元")
_YEAR = re.compile(r"(20\d{2})年?")
_EARLIER = re.compile("上年|去年|上一年")
_SILENT = re.compile("结转|遗留|备注|说明|^注$|占比|比重|比例|排名|名次|分值|得分|权重")
"""Columns that say nothing of how many there were in a year: what was carried over, remarks, shares, marks."""
_PLANNED = re.compile("计划|目标|任务数|指标值")
_DONE = re.compile("完成|实际|落实|执行")
_STRETCH = re.compile("[上下]半年|[一二三四]季度|[0-9一二三四五六七八九十]+月")
_CHANGE = re.compile("同比|增减|增长|增幅|比上年|变化|±")
_TOTAL = re.compile("^(?:合计|总计|总数|全[县市区镇乡]合计)$")
_WHOLE_YEAR = re.compile("^(?:全年|本年|全年累计|年度)$")
_YEAR_CELL = re.compile(r"(?:19|20)\d{2}年?(?:度)?")
_LABEL_LENGTH = 12
"""A longer cell beside a row's name explains it."""
_MOST_HEADERS = 3
_HAN = re.compile("[\u4e00-\u9fff]")
_DIGIT = re.compile(r"\d")
_PLAIN = re.compile(
    r"^(?:本年度?|今年|当年|全年|数量|数值|数据|件数|次数|完成情况|年度|(?:本年|全年)?(?:处理决定|办理|完成|发生|制发)?(?:数量|件数|情况)|20\d{2}(?:年度?)?|上年度?|去年|合计|总计|数|)$"
)
_FIGURES = re.compile(r"[\d,，.．%％\-—－/／\s*]*")
_MORE = re.compile("^[余多]?[万亿]?[余多]?")
_TABBED_LINES = re.compile(r"(?:^[^\n]*\t[^\n]*(?:\n|\Z)){2,}", re.MULTILINE)
_SCALES = {
    "万元": ("元", 10_000.0),
    "亿元": ("元", 100_000_000.0),
    "万件": ("件", 10_000.0),
    "万人次": ("人次", 10_000.0),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What the table says about one figure. `labels` are the spans of the row's names in the text, its own the last."""

    labels: tuple[Span, ...]
    column: str
    unit: str | None
    scale: float
    year: int | None
    is_earlier: bool
    is_change: bool
    is_planned: bool
    is_silent: bool
    """Its column is of remarks, shares, what was carried over: the figure is no indicator's."""
    is_part: bool
    is_total: bool
    place: tuple[int, int]
    """Its table and its column, or row: figures of one place add up to that of the total row, or column."""

    @property
    def subject(self) -> Span:
        return self.labels[-1]


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the text; `columns[i]` is the column of the table its cell `i` stands in."""

    cells: tuple[Span, ...]
    words: tuple[str, ...]
    columns: tuple[int, ...]
    is_placed: bool
    """Whether the columns are those of the table, not counted along the row."""

    def at(self, column: int) -> str:
        return self.words[self.columns.index(column)] if column in self.columns else ""


@dataclass(frozen=True, slots=True)
class _Column:
    """What the headers say of a column, and where."""

    words: str
    label: Span | None


def _rows(text: str, start: int, end: int, grid: Sequence[Sequence[str]]) -> list[_Row]:
    rows = []
    position = start
    lines = text[start:end].split("\n")
    for number, line in enumerate(lines):
        spans = []
        at = position
        for cell in line.split("\t"):
            spans.append((at, at + len(cell)))
            at += len(cell) + 1
        words = tuple(text[first:last].strip() for first, last in spans)
        places = _columns(words, grid[number]) if len(grid) == len(lines) else None
        rows.append(_Row(tuple(spans), words, places or tuple(range(len(words))), places is not None))
        position += len(line) + 1
    return rows


def _columns(words: Sequence[str], places: Sequence[str]) -> tuple[int, ...] | None:
    """The columns of a row's cells: printed ones follow each other in both, an empty one stands behind the last."""
    printed = [i for i, word in enumerate(places) if word.strip()]
    if [places[i].strip() for i in printed] != [word for word in words if word]:
        return None
    ahead = iter(printed)
    columns: list[int] = []
    for word in words:
        columns.append(next(ahead) if word else (columns[-1] + 1 if columns else 0))
    return tuple(columns)


def _table_spans(text: str, tables: Sequence[Table]) -> list[tuple[int, int, tuple[tuple[str, ...], ...]]]:
    """The tables given, and every run of two or more lines with tabs."""
    spans = [(table.start, table.end, table.rows) for table in tables]
    for run in _TABBED_LINES.finditer(text) if "\t" in text else ():
        if not any(start < run.end() and run.start() < end for start, end, _ in spans):
            spans.append((run.start(), run.end() - text[run.start() : run.end()].endswith("\n"), ()))
    return sorted(spans)


def _unit(written: str | None) -> tuple[str | None, float]:
    return _SCALES.get(written, (written, 1.0)) if written else (None, 1.0)


def _noted_units(text: str, start: int, captions: Sequence[_Row]) -> tuple[str, ...]:
    """The units a table's note names for all its figures, before it or in its first rows."""
    words = [word for row in captions for word in row.words]
    notes = _UNIT_NOTE.findall(text[max(0, start - _NOTE_REACH) : start] + "\n" + "\n".join(words))
    named = re.split("[、，,/和]", notes[-1].strip()) if notes else []
    return tuple(named) if all(0 < len(unit) <= _LONGEST_UNIT for unit in named) else ()


def _noted_unit(units: tuple[str, ...], name: str) -> str | None:
    """The one of the noted units that fits a row: money for amounts, else the only other one."""
    if len(units) > 1:
        is_money = bool(_MONEY.search(name))
        units = tuple(unit for unit in units if (unit in _MONEY_UNITS) == is_money)
    return units[0] if len(units) == 1 else None


def _is_figure(word: str) -> bool:
    """Whether a cell is of a figure alone, its unit behind it or not (36, 36件, 3.5万元)."""
    figures = _FIGURES.match(word)
    if figures is None or not _DIGIT.search(figures[0]):
        return False
    rest = _MORE.sub("", word[figures.end() :])
    return _is_unit(rest)


def _headers(rows: Sequence[_Row]) -> list[_Row]:
    """The first rows without figures but years, where no row with figures is longer; a caption is none. Below the first
    the column of the names is empty: it is merged over them."""
    leading: list[_Row] = []
    start = 0
    for row in rows:
        if any(_is_figure(word) and not _YEAR_CELL.fullmatch(word) for word in row.words):
            break
        if leading and row.at(0):
            break
        start += 1
        if leading or any(row.words[1:]):
            leading.append(row)
    body = rows[start:]
    leading = leading[:_MOST_HEADERS]
    if not body or not leading or all(row.is_placed for row in rows):
        return leading if body else []
    widths = {row.columns[-1] for row in leading}
    is_as_wide = len(widths) == 1 and all(row.columns[-1] <= max(widths) for row in body)
    return leading if is_as_wide else []


def _column(headers: Sequence[_Row], column: int) -> _Column:
    """The words over a column, of the header that is merged over it too."""
    words = ""
    label = None
    for level, row in enumerate(headers):
        own = row.at(column)
        below = any(lower.at(column) for lower in headers[level + 1 :])
        place = row.columns.index(column) if own else None
        if not own and below and not level:
            before = [i for i, at in enumerate(row.columns) if at < column and row.words[i]]
            place = before[-1] if before and row.columns[before[-1]] else None
        if place is not None:
            words += row.words[place]
            label = row.cells[place]
    return _Column(words, label)


def table_cells(text: str, quantities: Sequence[Quantity], tables: Sequence[Table]) -> dict[int, Cell]:
    """What each figure in a table is about, by its index in `quantities`.

    A figure that words precede in its own cell is left to be read as prose, unless its column is silent.
    """
    cells: dict[int, Cell] = {}
    starts = [quantity.start for quantity in quantities]
    for number, (start, end, grid) in enumerate(_table_spans(text, tables)):
        rows = _rows(text, start, end, grid)
        headers = _headers(rows)
        body = [row for row in rows if row not in headers]
        places = sorted({column for row in rows for column in row.columns})
        columns = {column: _column(headers, column) for column in places}
        table = _TableOf(
            text=text,
            number=number,
            columns=columns,
            of_units=_unit_column(body, columns),
            noted=_noted_units(text, start, rows[:_MOST_HEADERS]),
            adds_up=_adds_up(body, columns),
        )
        inside_part = False
        above: dict[int, Span] = {}
        for row_number, row in enumerate(body):
            named = table.names(row, above)
            label = text[slice(*named[0][1][-1])] if named else ""
            inside_part = "其中" in label or (inside_part and label[:1].isspace())
            for i in range(bisect_left(starts, row.cells[0][0]), bisect_left(starts, row.cells[-1][1])):
                at = bisect_right(row.cells, (quantities[i].start, len(text))) - 1
                names = next((spans for first, spans in reversed(named) if first <= at), ())
                if quantities[i].end <= row.cells[at][1] and row.cells[at] not in names:
                    cell = table.cell(row, row_number, names, at, quantities[i], inside_part=inside_part)
                    if cell is not None:
                        cells[i] = cell
    return cells


def _unit_column(body: Sequence[_Row], columns: Mapping[int, _Column]) -> int | None:
    """The column that gives the unit of each row, headed 单位 or without a header beside the names; a column of bodies
    is headed 单位 too."""
    for column, head in columns.items():
        words = [row.at(column) for row in body]
        is_headed = _UNIT_HEADER.match(head.words) or (column and not head.words and any(words))
        if is_headed and all(map(_is_unit, words)):
            return column
    return None


def _is_unit(word: str) -> bool:
    unit = read_unit(word, 0)
    return not word or word in _SCALES or (unit is not None and unit.end == len(word))


def _adds_up(body: Sequence[_Row], columns: Mapping[int, _Column]) -> Literal["row", "column"] | None:
    """Whether a row or a column holds the totals of a table."""
    if any(_TOTAL.match(word) for row in body for word in row.words[:2]):
        return "row"
    heads = [column.words for column in columns.values()]
    is_of_stretches = any(map(_STRETCH.search, heads)) and any(map(_WHOLE_YEAR.match, heads))
    return "column" if is_of_stretches or any(map(_TOTAL.match, heads)) else None


@dataclass(frozen=True, slots=True)
class _TableOf:
    text: str
    number: int
    columns: Mapping[int, _Column]
    of_units: int | None
    noted: tuple[str, ...]
    adds_up: Literal["row", "column"] | None

    def names(self, row: _Row, above: dict[int, Span]) -> list[tuple[int, tuple[Span, ...]]]:
        """The spans of a row's names and from which cell on they hold: its first words, those merged over them from
        above before them. A table in two halves (项目 数量 项目 数量) has others in the middle of a row."""
        runs = groupby(range(len(row.words)), key=lambda i: self._is_name(row, i))
        found: list[tuple[int, tuple[Span, ...]]] = []
        head = ""
        for own in (list(run) for is_name, run in runs if is_name):
            names = (
                row.cells[own[0]],
                *(row.cells[i] for i in own[1:] if len(row.words[i]) <= _LABEL_LENGTH),
            )
            over = self.columns[row.columns[own[0]]].words
            if not found:
                head = over
                merged = [span for column, span in sorted(above.items()) if column < row.columns[own[0]]]
                above.update((row.columns[i], row.cells[i]) for i in own)
                found.append((own[0], (*merged[-1:], *names)))
            elif over == head:
                found.append((own[0], names))
        return found

    def _is_name(self, row: _Row, i: int) -> bool:
        """Whether a cell is of words: the first may hold figures too."""
        word = row.words[i]
        is_plain = not i or not _DIGIT.search(word)
        is_year = _YEAR_CELL.fullmatch(word) is not None
        return bool(_HAN.search(word)) and is_plain and not is_year and row.columns[i] != self.of_units

    def cell(
        self,
        row: _Row,
        row_number: int,
        names: tuple[Span, ...],
        at: int,
        quantity: Quantity,
        *,
        inside_part: bool,
    ) -> Cell | None:
        column = self.columns[row.columns[at]]
        above = column.words
        year = _YEAR.search(above)
        labels = names
        if not names and column.label and _YEAR_CELL.fullmatch(row.words[0]):
            labels, year = (column.label,), _YEAR.search(row.words[0])
        is_silent = bool(_SILENT.search(above))
        if not labels or (not is_silent and _HAN.search(self.text, row.cells[at][0], quantity.start)):
            return None
        own = self.text[slice(*labels[-1])].strip()
        over = self.columns[row.columns[row.cells.index(labels[-1])]].words if labels == names else ""
        unit, scale = self._unit(row, above, own, over)
        is_change = bool(_CHANGE.search(above))
        is_earlier = bool(_EARLIER.search(above))
        is_planned = bool(_PLANNED.search(above)) and not _DONE.search(above)
        is_total = bool(_TOTAL.match(own))
        is_part = inside_part or (self.adds_up == "row" and not is_total)
        place = (self.number, row.columns[at])
        if self.adds_up == "column" and not (is_change or is_earlier or is_planned or is_silent):
            is_total = bool(_TOTAL.match(above) or _WHOLE_YEAR.match(above))
            is_part, place = not is_total, (self.number, -1 - row_number)
        plain = _UNIT_ASIDE.sub("", above)
        return Cell(
            labels=labels,
            column="" if _PLAIN.match(plain) or labels != names else plain,
            unit=unit,
            scale=scale,
            year=int(year[1]) if year else None,
            is_earlier=is_earlier,
            is_change=is_change,
            is_planned=is_planned,
            is_silent=is_silent,
            is_part=is_part,
            is_total=is_total,
            place=place,
        )

    def _unit(self, row: _Row, *places: str) -> tuple[str | None, float]:
        """The unit of a figure: of the unit column, in brackets over it, behind the row's name or over that, of the
        note."""
        written = row.at(self.of_units) if self.of_units is not None else ""
        *own, over = [found[1] if (found := _UNIT_ASIDE.search(word)) else "" for word in places]
        aside = next(filter(None, own), "") or (over if _is_unit(over) else "")
        return _unit(written or aside or _noted_unit(self.noted, places[1]))
