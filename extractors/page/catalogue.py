"""A page's own entry in the catalogue of disclosed information (信息公开目录): labels with their values, as a table or
as a list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from itertools import chain, groupby, takewhile

from extractors.page.blocks import Line
from extractors.page.labels import heads_columns, known_label, label_before_value
from extractors.page.rules import LabelField, wording
from extractors.page.tree import Element, Tree

_FEWEST = 3
"""Labels from which they are an entry; one at least is of the catalogue alone (索引号, not 名称, which any table may
have)."""
_ROWS = 12
"""Rows of a table, or lines of a text, among which an entry is looked for."""
_LONGEST = 30
"""Characters of the longest cell that may be a label."""
_LONGEST_ROW = 150
"""Characters of the longest row of an entry: a table may hold the article too."""


@cache
def _catalogue_labels() -> frozenset[str]:
    fields: tuple[LabelField, ...] = ("index_number", "publisher", "written_on", "topic", "validity")
    return frozenset(label for field in fields for label in wording().labels[field])


@cache
def _index_labels() -> frozenset[str]:
    return frozenset(wording().labels["index_number"])


def catalogue_rows(tree: Tree) -> frozenset[Element]:
    """The rows of a page's tables that are such an entry."""
    tables: defaultdict[Element, list[Element]] = defaultdict(list)
    for row in tree.tagged("tr"):
        table = next((node for node in row.ancestors() if node.tag == "table"), None)
        if table is not None and row.chars:
            tables[table].append(row)
    return frozenset(chain.from_iterable(map(_entry_in, tables.values())))


def _entry_in(rows: Sequence[Element]) -> Sequence[Element]:
    head = [_cells(row) for row in takewhile(lambda row: row.chars <= _LONGEST_ROW, rows[:_ROWS])]
    return rows[: _entry(head, is_all=len(head) == len(rows))]


def catalogue_lines(lines: Sequence[Line]) -> frozenset[int]:
    """Numbers of the lines, among the first of an article's, that are such an entry as a table or as a list."""
    head = lines[:_ROWS]
    found: set[int] = set()
    for table, numbered in groupby(enumerate(head), key=lambda item: item[1].table):
        numbers = [number for number, _ in numbered]
        if table is not None:
            rows = [lines[n].cells for n in numbers]
            rows = list(takewhile(lambda cells: sum(map(len, cells)) <= _LONGEST_ROW, rows))
            last = numbers[-1] + 1
            is_all = len(rows) == len(numbers) and (len(lines) == last or lines[last].table != table)
            found.update(numbers[: _entry(rows, is_all=is_all)])
    labels = {number: label for number, line in enumerate(head) if (label := label_before_value(line))}
    is_list = len(labels) >= _FEWEST and not _catalogue_labels().isdisjoint(labels.values())
    return frozenset(found | labels.keys() if is_list else found)


def _cells(row: Element) -> Sequence[str]:
    return [
        cell.text() if cell.chars <= _LONGEST else "" for cell in row.children if cell.tag in ("td", "th")
    ]


def _entry(rows: Sequence[Sequence[str]], *, is_all: bool) -> int:
    """How many of a table's first rows are such an entry: down to the last with a label, or to the row of values where
    one row of labels heads it, 索引号 among them. Other columns are a table of the text; `is_all` says that there are
    no more rows."""
    labels = [{label for cell in cells if (label := known_label(cell))} for cells in rows]
    found = set().union(*labels)
    if sum(map(len, labels)) < _FEWEST or _catalogue_labels().isdisjoint(found):
        return 0
    last = max(number for number, named in enumerate(labels) if named)
    head = next((number for number, cells in enumerate(rows) if heads_columns(cells)), None)
    if head is None:
        return last + 1
    is_of_one = is_all and len(rows) == head + 2 and last == head and not any(labels[:head])
    return len(rows) if is_of_one and not _index_labels().isdisjoint(found) else 0
