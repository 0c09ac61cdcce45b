"""From a subtree to printed lines: paragraphs and table rows, and from those to a text with offsets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from extractors.page.tree import SILENT, Element
from extractors.records import Block, Table

_EDGE = "\x1f"
"""Stands in pending text where an inline element begins or ends."""
_INVISIBLE = re.compile(
    r"[\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e\x00-\x08\x0e-\x1f\x7f]|\[bookmark: [^\]\n]*\]"
)
_INDENT = re.compile(r"(?<=[。！？：；”）])[ \t]*(?:\u3000{2,}|\xa0{4,})")
_ASCII = re.compile(r"[\x21-\x7e]")
_SPACE = re.compile(r"\s+")
_MANY = 4
"""Paragraphs in one cell from which it is a column of the page's layout, not a cell of a table."""
_LONG = 400
"""Characters in a cell of several paragraphs from which the same holds."""


class Line(NamedTuple):
    """One printed line: `cells` has one entry for a paragraph; a row of table number `table` has its cells.

    `columns` gives for each cell the grid column it starts in, rows of merged cells counted. `spaced` are the cells
    with a space around inline elements where that makes a difference: markup may split a word of a text, and part the
    labels of a form. `linked` is the share of it that leads to other pages.
    """

    cells: tuple[str, ...]
    table: int | None = None
    columns: tuple[int, ...] = ()
    spaced: tuple[str, ...] = ()
    linked: float = 0

    @property
    def cells_apart(self) -> tuple[str, ...]:
        return self.spaced or self.cells

    @property
    def text(self) -> str:
        return "\t".join(self.cells)

    @property
    def apart(self) -> str:
        return "\t".join(self.cells_apart)


def normalise(text: str) -> str:
    """Inline white space as printed: one space, none where the source merely wraps a line beside a
    Chinese character.

    A full-width indent after a sentence's end stands for a new paragraph and comes out as a newline.
    """
    text = text.strip()
    if text.isprintable() and "  " not in text and "[" not in text:
        return text
    text = _INVISIBLE.sub("", text)
    text = _SPACE.sub(_unwrapped, text)
    parts = (_SPACE.sub(" ", part).strip() for part in _INDENT.split(text))
    return "\n".join(part for part in parts if part)


def _unwrapped(space: re.Match[str]) -> str:
    """White space without the wrap of a source line in it, unless ASCII words stand on both sides."""
    run = space[0]
    wrap = run.find("\n")
    if wrap < 0:
        return run
    kept = run[: run.rfind("\u3000", 0, wrap) + 1]
    before, after = (
        space.string[space.start() - 1 : space.start()],
        space.string[space.end() : space.end() + 1],
    )
    parts_words = (bool(kept) or _ASCII.match(before)) and _ASCII.match(after)
    return run if parts_words else kept


def lines_of(
    nodes: Sequence[Element | str],
    skip: Callable[[Element], bool] | None = None,
    *,
    keeps_lines: bool = False,
) -> list[Line]:
    """The printed lines of neighbouring nodes, in order; hidden and skipped elements are left out. `keeps_lines` says
    that what they stand in prints the source's line ends."""
    builder = _Builder(skip)
    builder.inside(nodes, keeps_lines=keeps_lines)
    builder.flush()
    return builder.lines


@dataclass(slots=True)
class _Builder:
    skip: Callable[[Element], bool] | None
    lines: list[Line] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    linked: int = 0
    tables: int = 0

    def flush(self) -> None:
        if not self.pending:
            return
        joined = "".join(self.pending)
        linked, self.linked = self.linked, 0
        self.pending.clear()
        joined = joined.strip()  # the mark of an edge counts as white space
        if not joined:
            return
        has_edges = _EDGE in joined
        text = normalise(joined.replace(_EDGE, "") if has_edges else joined)
        if not text:
            return
        texts = text.split("\n")
        spaced = (_apart(joined),) if has_edges and len(texts) == 1 else ()
        for text in texts:
            share = min(1.0, linked / len(text.replace(" ", ""))) if linked else 0
            self.lines.append(Line((text,), None, (), spaced, share))

    def block(self, node: Element) -> None:
        if self.dropped(node):
            return
        self.flush()
        if node.tag == "table":
            self.table(node)
        elif node.tag == "tr":
            self.row(node, self.tables, {})
            self.tables += 1
        else:
            self.inside(node.children, keeps_lines=node.keeps_lines)
        self.flush()

    def text(self, text: str, keeps_lines: bool) -> None:
        if not keeps_lines:
            self.pending.append(text)
            return
        for line in text.splitlines(keepends=True):
            self.pending.append(line)
            if line.endswith(("\n", "\r")):
                self.flush()

    def dropped(self, node: Element) -> bool:
        return node.hidden or node.tag in SILENT or (self.skip is not None and self.skip(node))

    def inside(self, nodes: Sequence[Element | str], *, keeps_lines: bool = False) -> None:
        for child in nodes:
            if isinstance(child, str):
                self.text(child, keeps_lines)
            elif child.tag == "br":
                self.flush()
            elif child.is_block:
                self.block(child)
            elif not self.dropped(child):
                self.pending.append(_EDGE)
                self.inside(child.children, keeps_lines=child.keeps_lines)
                self.pending.append(_EDGE)
                if child.is_link:
                    self.linked += child.chars

    def table(self, table: Element) -> None:
        number = self.tables
        self.tables += 1
        covered: dict[int, int] = {}
        for part in _table_parts(table):
            if part.tag == "tr" and not self.dropped(part):
                self.row(part, number, covered)
            else:
                self.block(part)

    def row(self, row: Element, number: int, covered: dict[int, int]) -> None:
        cells = [
            c
            for c in row.children
            if isinstance(c, Element) and c.tag in ("td", "th") and not self.dropped(c)
        ]
        alone = len(cells) == 1 and _span(cells[0], "colspan") == 1
        if alone or any(_is_layout(cell) for cell in cells):
            covered.clear()
            for cell in cells:
                self.flush()
                self.inside(cell.children, keeps_lines=cell.keeps_lines)
                self.flush()
            return
        columns = _columns(cells, covered)
        lines = [self.cell(cell) for cell in cells]
        texts = tuple(" ".join(line.text for line in cell) for cell in lines)
        if any(texts):
            apart = tuple(" ".join(line.apart for line in cell) for cell in lines)
            self.lines.append(Line(texts, number, columns, apart, row.links / row.chars if row.chars else 0))

    def cell(self, cell: Element) -> list[Line]:
        inner = _Builder(self.skip)
        inner.inside(cell.children, keeps_lines=cell.keeps_lines)
        inner.flush()
        return inner.lines


def _apart(joined: str) -> str:
    return normalise(joined.replace("\n", " ").replace(_EDGE, " ")).replace("\n", " ")


def _table_parts(table: Element) -> Iterable[Element]:
    """Rows of the table itself, and whatever else stands in it (a caption)."""
    for child in table.children:
        if isinstance(child, Element):
            if child.tag in ("tbody", "thead", "tfoot"):
                yield from (row for row in child.children if isinstance(row, Element))
            else:
                yield child


def _is_layout(cell: Element) -> bool:
    """Whether a cell is a place of the page, holding paragraphs or a table of its own."""
    paragraphs = 0
    for node in cell.descendants():
        if node.tag == "table":
            return True
        paragraphs += node.tag in ("p", "div", "li", "br") and node.chars > 0
    return paragraphs >= _MANY and cell.chars >= _LONG


def _span(cell: Element, name: str) -> int:
    value = cell.attrs.get(name, "")
    return min(max(int(value), 1), 200) if value.isascii() and value.isdigit() else 1


def _columns(cells: Sequence[Element], covered: dict[int, int]) -> tuple[int, ...]:
    """The column each cell starts in; `covered` holds for each column how many rows below are taken by a
    merged cell."""
    starts: list[int] = []
    taken = {column for column, rows in covered.items() if rows > 0}
    for column in taken:
        covered[column] -= 1
    column = 0
    for cell in cells:
        while column in taken:
            column += 1
        starts.append(column)
        for _ in range(_span(cell, "colspan")):
            covered[column] = _span(cell, "rowspan") - 1
            column += 1
    return tuple(starts)


def assemble(lines: Sequence[Line]) -> tuple[str, tuple[Block, ...], tuple[Table, ...]]:
    """Text (lines joined by a newline), its blocks, and its tables.

    A table's rows are a grid: a cell merged over several columns or rows is printed where it starts, the
    places it covers are empty strings, so that a column stays a column.
    """
    blocks: list[Block] = []
    tables: dict[int, list[tuple[Line, Block]]] = {}
    position = 0
    for line in lines:
        block = Block(position, position + len(line.text), "paragraph" if line.table is None else "row")
        blocks.append(block)
        position = block.end + 1
        if line.table is not None:
            tables.setdefault(line.table, []).append((line, block))
    text = "\n".join(line.text for line in lines)
    return text, tuple(blocks), tuple(_table(rows) for rows in tables.values())


def _table(rows: Sequence[tuple[Line, Block]]) -> Table:
    width = max((line.columns[-1] + 1 if line.columns else len(line.cells)) for line, _ in rows)
    grid = []
    for line, _ in rows:
        places = [""] * width
        for column, cell in zip(line.columns or range(len(line.cells)), line.cells, strict=True):
            places[column] = cell
        grid.append(tuple(places))
    return Table(rows[0][1].start, rows[-1][1].end, tuple(grid))
