"""Printed pages: pieces of text by their place, joined to the lines and paragraphs they were.

PDF and OFD say where each piece of text stands, not what belongs together. Lengths are in the page's own unit; only
their ratios count. The y axis points up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from extractors.page.blocks import Line
from extractors.wrapped import joined

_PAGE_NUMBER = re.compile(
    r"[-—–－・·\s]*(?:第?\s*\d{1,4}\s*页?|[ivxlc]{1,6})(?:\s*[/／共]\s*\d{1,4}\s*页?)?[-—–－・·\s]*"
)
_DIGITS = re.compile(r"\d+")
_EDGE = 0.12
"""Share of the page's height, at top and bottom, in which page numbers and running heads stand."""
_REPEATED = 0.5
"""Share of the pages from which a line at the edge is a running head."""
_INDENT, _SHORT, _GAP, _CELL_GAP = 1.2, 2.5, 1.8, 1.6
"""In characters or line heights: indent of a new paragraph, room left by its last line, a wider gap
above, a column's gap."""
_VERY_SHORT = 0.4
"""Share of the width left by a line after which a paragraph starts even if that line ends no sentence."""
_ENDED = re.compile(r"[。！？：；”）.:;!?]$")
_MIN_CHARS = 10
"""Characters below which a file is a scan."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of text and its box."""

    text: str
    left: float
    right: float
    bottom: float
    top: float


@dataclass(frozen=True, slots=True)
class _Row:
    """One printed line of a page; `cells` are its parts with wide gaps between."""

    cells: tuple[str, ...]
    left: float
    right: float
    bottom: float
    top: float
    at_edge: bool

    @property
    def text(self) -> str:
        return "\t".join(self.cells)

    @property
    def height(self) -> float:
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its height and the pieces printed on it, in any order."""

    height: float
    pieces: Sequence[Piece]


def page_lines(pages: Sequence[Page]) -> list[Line] | None:
    """The paragraphs and table rows of `pages`, page numbers and running heads left out.

    None where they hold no text layer (a scan).
    """
    rows = [[_row(group, page.height) for group in _lines(page.pieces)] for page in pages]
    if sum(len(row.text) for page in rows for row in page) < _MIN_CHARS:
        return None
    repeated = _running_heads(rows)
    kept = [[row for row in page if not _is_furniture(row, repeated)] for page in rows]
    return _paragraphs([page for page in kept if page])


def _lines(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces that stand side by side, top to bottom, each line left to right."""
    groups: list[list[Piece]] = []
    bottom = top = 0.0
    for piece in sorted(pieces, key=lambda p: (-(p.top + p.bottom) / 2, p.left)):
        middle = (piece.top + piece.bottom) / 2
        if groups and bottom <= middle <= top:
            groups[-1].append(piece)
            bottom, top = min(bottom, piece.bottom), max(top, piece.top)
        else:
            groups.append([piece])
            bottom, top = piece.bottom, piece.top
    return [sorted(group, key=lambda p: p.left) for group in groups]


def _row(pieces: Sequence[Piece], page_height: float) -> _Row:
    top, bottom = max(p.top for p in pieces), min(p.bottom for p in pieces)
    cells = [pieces[0].text]
    for before, piece in pairwise(pieces):
        gap = piece.left - before.right
        if gap > _CELL_GAP * (top - bottom):
            cells.append(piece.text)
        else:
            spaced = before.text[-1:].isascii() and piece.text[:1].isascii() and gap > 0.2 * (top - bottom)
            cells[-1] += (" " if spaced else "") + piece.text
    edge = bottom > page_height * (1 - _EDGE) or top < page_height * _EDGE
    return _Row(tuple(cells), pieces[0].left, max(p.right for p in pieces), bottom, top, edge)


def _running_heads(pages: Sequence[Sequence[_Row]]) -> frozenset[str]:
    if len(pages) < 2:
        return frozenset()
    seen = Counter(
        text for page in pages for text in {_DIGITS.sub("#", row.text) for row in page if row.at_edge}
    )
    return frozenset(text for text, times in seen.items() if times >= max(2, _REPEATED * len(pages)))


def _is_furniture(row: _Row, repeated: frozenset[str]) -> bool:
    return row.at_edge and (bool(_PAGE_NUMBER.fullmatch(row.text)) or _DIGITS.sub("#", row.text) in repeated)


def _paragraphs(pages: Sequence[Sequence[_Row]]) -> list[Line]:
    rows = [row for page in pages for row in page]
    if not rows:
        return []
    size = median(row.height for row in rows)
    full = [row for row in rows if len(row.cells) == 1 and len(row.text) >= 15] or rows
    left, right = min(row.left for row in full), max(row.right for row in full)
    lines: list[list[_Row]] = []
    for page in pages:
        previous = lines[-1][-1] if lines else None
        for row in page:
            if previous is None or _starts(row, previous, left, right, size):
                lines.append([row])
            else:
                lines[-1].append(row)
            previous = row
    tables = 0
    printed: list[Line] = []
    in_table = False
    for group in lines:
        if len(group[0].cells) > 1:
            tables += not in_table
            printed.append(Line(group[0].cells, tables))
        else:
            printed.append(Line((joined([row.text for row in group]),)))
        in_table = len(group[0].cells) > 1
    return printed


def _starts(row: _Row, previous: _Row, left: float, right: float, size: float) -> bool:
    """Whether a printed line starts a paragraph: a row of columns, an indent, or after a line that ended
    early."""
    if len(row.cells) > 1 or len(previous.cells) > 1:
        return True
    if row.left > left + _INDENT * size:
        return True
    room = right - previous.right
    if room > _SHORT * size and (_ENDED.search(previous.text) or room > _VERY_SHORT * (right - left)):
        return True
    return previous.bottom - row.top > _GAP * size
