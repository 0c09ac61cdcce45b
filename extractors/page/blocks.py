"""From a subtree to printed lines: paragraphs and table rows, and from those to a text with offsets."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from itertools import compress, count
from operator import attrgetter
from typing import NamedTuple

from extractors.page.markup import BLOCK, BREAK, EDGE, LINK, LINK_END
from extractors.page.tree import Element, Tree, unmarked
from extractors.records import Block, Table
from extractors.wrapped import going_on, joined

_begin = attrgetter("begin")
_INVISIBLE = re.compile(
    r"[\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e\x00-\x08\x0e-\x1f\x7f]|\[bookmark: [^\]\n]*\]"
)
_GAP = r"[ \t]*(?:\u3000{2,}|\xa0{4,})"
_INDENT = re.compile(rf"(?<=[。！？：；”）]){_GAP}")
_NUMBER = r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)])"
_HEADING = re.compile(rf"({_NUMBER}[^。；！？\s]{{4,40}}){_GAP}")
"""A numbered heading and the indent behind it, in a text whose paragraphs only their indents part."""
_BLANK = re.compile(rf"[\s{EDGE}{LINK}{LINK_END}]*")
_INDENT_CHAR = re.compile(r"[\u3000\xa0]")
_INDENT_CHARS = "\u3000\u3000"
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
    labels of a form. `marked` is a line with links to other pages in it as on the tape. `is_indented` is a paragraph
    with an indent in its text.
    """

    cells: tuple[str, ...]
    table: int | None = None
    columns: tuple[int, ...] = ()
    spaced: tuple[str, ...] = ()
    marked: str = ""
    is_indented: bool = False

    @property
    def cells_apart(self) -> tuple[str, ...]:
        return self.spaced or self.cells

    @property
    def text(self) -> str:
        return "\t".join(self.cells)

    @property
    def linked(self) -> float:
        """The share of it that leads to other pages."""
        if not self.marked:
            return 0
        links = (part.partition(LINK_END)[0] for part in self.marked.split(LINK)[1:])
        return min(1.0, sum(map(_printing, links)) / _printing(self.text))

    @property
    def apart(self) -> str:
        return "\t".join(self.cells_apart)


def texts(node: Element | str, *without: Element) -> Iterator[str]:
    """The visible texts of a node, each as the source has it apart, white space collapsed; none of what lies in the
    elements `without`, which are in document order and apart from each other."""
    if isinstance(node, str):
        pieces = [node]
    else:
        tape, begin, pieces = node.tree.tape, node.begin, []
        for hole in filter(node.contains, without):
            pieces += tape[begin : hole.begin]
            begin = hole.end
        pieces += tape[begin : node.end]
    return filter(None, (" ".join(unmarked(piece).split()) for piece in pieces))


def squeeze(text: str) -> str:
    """Without white space."""
    return "".join(text.split())


def normalise(text: str) -> str:
    """Inline white space as printed: one space, none where the source merely wraps a line beside a
    Chinese character.

    A full-width indent after a sentence's end stands for a new paragraph and comes out as a newline; where there is
    one, that after a heading too.
    """
    text = text.strip()
    if text.isprintable() and "  " not in text and "[" not in text:
        return text
    text = _INVISIBLE.sub("", text)
    text = _SPACE.sub(_unwrapped, text)
    parts = _INDENT.split(text)
    if len(parts) > 1:
        parts = [piece for part in parts for piece in _behind_headings(part)]
    printed = (_SPACE.sub(" ", part).strip() for part in parts)
    return "\n".join(part for part in printed if part)


def _behind_headings(part: str) -> Iterator[str]:
    """The headings that open a part of a text, one after another, and the rest of it."""
    while match := _HEADING.match(part):
        yield match[1]
        part = part[match.end() :]
    yield part


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


def lines_of(tree: Tree, begin: int, end: int, without: Collection[Element] = ()) -> list[Line]:
    """The printed lines of a stretch of a page's tape, in order, but for the elements `without`."""
    return _Printer(tree, without).lines(begin, end)


def lines_in(
    element: Element, without: Collection[Element] = (), unrolled: Collection[Element] = ()
) -> list[Line]:
    """The printed lines of what is in an element; a row's cells are lines of their own, and so are those of the rows
    `unrolled`."""
    return _Printer(element.tree, without, unrolled).lines(element.begin + 1, element.end - 1)


class _Printer:
    """Prints stretches of a tape: texts as paragraphs, tables row by row, numbered from 0."""

    def __init__(self, tree: Tree, without: Collection[Element], unrolled: Collection[Element] = ()) -> None:
        self._tape = tree.tape
        self._unrolled = unrolled
        self._without = frozenset(without)
        self._apart = sorted({*tree.tables, *without}, key=_begin) if without else tree.tables
        self._numbers = count()

    def lines(self, begin: int, end: int) -> list[Line]:
        """The lines of a stretch; of a table that is not in it as a whole, those of its cells."""
        first = bisect_left(self._apart, begin, key=_begin)
        if first == len(self._apart) or self._apart[first].begin >= end:
            return _paragraphs("".join(self._tape[begin:end]))
        lines: list[Line] = []
        pieces: list[str] = []
        place = begin
        for element in self._apart[first : bisect_left(self._apart, end, lo=first, key=_begin)]:
            if element.begin < place or element.end > end:
                continue
            pieces += self._tape[place : element.begin]
            place = element.end
            if element not in self._without:
                lines += _paragraphs("".join(pieces))
                pieces.clear()
                lines += self._table(element)
        pieces += self._tape[place:end]
        return lines + _paragraphs("".join(pieces))

    def _table(self, table: Element) -> list[Line]:
        """The lines of a table, or of a row that stands alone."""
        number = next(self._numbers)
        if table.tag == "tr":
            return self._row(table, number, {})
        covered: dict[int, int] = {}
        lines: list[Line] = []
        place = table.begin + 1
        for row in self._rows(table):
            lines += self.lines(place, row.begin)
            lines += self._row(row, number, covered)
            place = row.end
        return lines + self.lines(place, table.end - 1)

    def _rows(self, table: Element) -> Iterator[Element]:
        for part in self._shown(table):
            if part.tag == "tr":
                yield part
            elif part.tag in ("tbody", "thead", "tfoot"):
                yield from (row for row in self._shown(part) if row.tag == "tr")

    def _shown(self, element: Element) -> Iterator[Element]:
        """The printed elements directly in another."""
        return (part for part in element.children if part.is_printed and part not in self._without)

    def _row(self, row: Element, number: int, covered: dict[int, int]) -> list[Line]:
        cells = [cell for cell in self._shown(row) if cell.tag in ("td", "th")]
        alone = len(cells) == 1 and _span(cells[0], "colspan") == 1
        if alone or row in self._unrolled or any(_is_layout(cell) for cell in cells):
            covered.clear()
            return [line for cell in cells for line in self.lines(cell.begin, cell.end)]
        columns = _columns(cells, covered)
        printed = [self.lines(cell.begin, cell.end) for cell in cells]
        texts = tuple(" ".join(line.text for line in cell) for cell in printed)
        if not any(texts):
            return []
        apart = tuple(" ".join(line.apart for line in cell) for cell in printed)
        marked = EDGE.join(line.marked or line.text for cell in printed for line in cell)
        return [Line(texts, number, columns, apart, marked if LINK in marked else "")]


def _paragraphs(stretch: str) -> list[Line]:
    """The lines of a stretch of tape without tables."""
    stretch = stretch.replace(BREAK, BLOCK)
    plain = [part.strip() for part in _without_inline(stretch, "").split(BLOCK)]
    lines: list[Line] = []
    for shown, marked in compress(zip(plain, stretch.split(BLOCK), strict=True), plain):
        text = normalise(shown)
        link = marked if LINK in marked else ""
        is_indented = _is_indented(marked)
        if "\n" in text:
            lines += [Line((part,), None, (), (), link, is_indented) for part in text.split("\n")]
        elif text:
            spaced = () if shown in marked else (_spaced(marked),)
            lines.append(Line((text,), None, (), spaced, link, is_indented))
    return lines


def _is_indented(marked: str) -> bool:
    """Whether a stretch of tape begins with an indent; blanks behind a line end are the source's."""
    if not (marked[:2].isspace() or "\u3000" in marked or "\xa0" in marked):
        return False
    blank = _BLANK.match(marked)
    _, wrap, indent = blank[0].rpartition("\n") if blank else ("", "", "")
    return _INDENT_CHAR.search(indent) is not None or (not wrap and len(indent) > 1 and indent.isspace())


def _spaced(marked: str) -> str:
    return normalise(_without_inline(marked, " ").replace("\n", " ")).replace("\n", " ")


def _without_inline(stretch: str, gap: str) -> str:
    """A stretch of tape with a `gap` instead of each mark that ends no line."""
    return stretch.replace(EDGE, gap).replace(LINK, gap).replace(LINK_END, gap)


def _printing(text: str) -> int:
    """How many characters of a text are no white space."""
    return len("".join(text.replace(EDGE, "").split()))


def _is_layout(cell: Element) -> bool:
    """Whether a cell is a place of the page, holding paragraphs or a table of its own."""
    paragraphs = 0
    for node in cell.descendants():
        if node.tag == "table":
            return True
        paragraphs += node.tag in ("p", "div", "li") and node.chars > 0
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


def rejoined(lines: Sequence[Line]) -> list[Line]:
    """Lines, those that a printer's margin parted as one."""
    groups: list[list[Line]] = []
    goes_on = False
    for line, next_goes_on in zip(lines, going_on([_as_printed(line) for line in lines]), strict=True):
        if goes_on:
            groups[-1].append(line)
        else:
            groups.append([line])
        goes_on = next_goes_on
    return [group[0] if len(group) == 1 else _as_one(group) for group in groups]


def _as_one(lines: Sequence[Line]) -> Line:
    is_linked = any(line.marked for line in lines)
    marked = joined([line.marked or line.text for line in lines]) if is_linked else ""
    return Line((joined([line.text for line in lines]),), marked=marked, is_indented=lines[0].is_indented)


def _as_printed(line: Line) -> str:
    return f"{_INDENT_CHARS if line.is_indented else ''}{line.text}" if line.table is None else "\t"


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
