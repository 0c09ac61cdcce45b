"""Lines that a printer's margin ended, not their writer: which of them go on in the next.

Copies of print (OCR, mail, PDF to text) end a line where it is full. That shows in a stretch of lines only: they are of
one width, by columns (a full-width character takes two) or by characters, punctuation stands inside them and not at
their ends. Lists, tables, verse and signatures are not so, and stay as they are.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

_INDENT = re.compile(r"\u3000|\s{2}")
_NUMBER = r"[一二三四五六七八九十]{1,3}[、．.]|[（(][一二三四五六七八九十]{1,3}[）)]"
_OPENS = re.compile(
    rf"{_INDENT.pattern}|{_NUMBER}|第[一二三四五六七八九十百\d]{{1,4}}(?:[章节篇]|部分|条\s)|附件|抄送"
    r"|[（(\[〔【][一二三四五六七八九十\d]{1,3}[）)\]〕】]|\d{1,2}(?:[.．、](?!\d)|[）)])|[①-⑳㈠-㈩⑴-⒛•●■◆○□▪※*#>]|[—–\-](?!\d)"
)
"""A line that begins a paragraph: an indent, a number of a heading or a list, a list's mark."""
_HEADING = re.compile(rf"\s*(?:{_NUMBER})[^。；！？：]*$")
"""A numbered line without a stop."""
_LABEL = re.compile(r"[^\W\d]{2,10}[：:]")
_ENDED = re.compile(r"(?:[。！？：；:;!?]|(?<!\d)\.)[”）)]?$")
"""A line that may end a paragraph, however wide it is."""
_PART = re.compile(r"[，。、；：,;]")
_PART_END = re.compile(r"[，。、；：！？,;:.!?]$")
_CELL_MARKS = "\t|｜│┃"
_CELL_GAP = re.compile(r"(?<=\S)(?:\s{3,}|\u3000{2,})\S")
_NARROWEST, _WIDEST = 30, 160
"""Columns a printed line has."""
_FEWEST, _MOST = 5, 0.5
"""Lines that show a margin, and their share of those that may go on."""
_ENDS_IN_PART = 0.6
"""Share of the lines that show a margin from which they end where their writer ended them: verse, items of a list."""
_HOLDS_PARTS = 0.5
"""Share of the lines that show a margin below which they are no prose."""
_ALIKE = 0.6
"""Share of them from which lines that are made alike are sentences of their writer."""
_SHORT_RUN = 3
"""Lines that are not full, one after another, from which they are another stretch."""
_SLACK, _HANGING, _FIRST = 4, 2, 4
"""Columns a full line may lack (punctuation that may not begin a line takes a character with it) or exceed, and the
indent of a paragraph's first line where its text has none."""
_WORD = re.compile(r"[!-~]{1,12}")
"""What is not parted by a margin."""
_LINE_END = re.compile(r"(?<=\S)[^\S\r\n\u2028\u2029\x0b\x0c\x85]*[\r\n\u2028\u2029\x0b\x0c\x85]\s*(?=\S)")
"""From the end of a line to the beginning of the next."""


def going_on(lines: Sequence[str]) -> list[bool]:
    """For each line whether it goes on in the next; lines are given with their indent, an empty one parts them."""
    goes_on = [False] * len(lines)
    number = 0
    for is_prose, group in groupby(lines, key=lambda line: len(line) > _WIDEST or not _has_cells(line)):
        stretch = list(group)
        for place in _wrapped(stretch) if is_prose else ():
            goes_on[number + place] = True
        number += len(stretch)
    return goes_on


def _has_cells(line: str) -> bool:
    """Whether a line has cells side by side."""
    return any(mark in line for mark in _CELL_MARKS) or _CELL_GAP.search(line) is not None


def joined(lines: Sequence[str]) -> str:
    """Lines as one."""
    parts = [lines[0]]
    for upper, lower in pairwise(lines):
        parts += (_between(upper, lower), lower)
    return "".join(parts)


def _between(upper: str, lower: str) -> str:
    """A space parts words of letters, nothing parts Chinese or the digits of a number."""
    before, after = upper[-1:], lower[:1]
    spaced = before.isascii() and before.isalpha() and after.isascii() and after.isalpha()
    return " " if spaced else ""


@dataclass(frozen=True, slots=True)
class Flow:
    """A text with the lines of each paragraph joined, and where each of its pieces stands in the text as printed."""

    text: str
    pieces: tuple[int, ...]
    printed: tuple[int, ...]

    def start(self, offset: int) -> int:
        """Where in the printed text the character at an offset stands."""
        piece = bisect_right(self.pieces, offset) - 1
        return self.printed[piece] + offset - self.pieces[piece]

    def end(self, offset: int) -> int:
        """Where in the printed text the character before an offset ends."""
        return self.start(offset - 1) + 1 if offset else 0

    def offset(self, printed: int) -> int:
        """The offset of a character of the printed text."""
        piece = bisect_right(self.printed, printed) - 1
        return self.pieces[piece] + printed - self.printed[piece]


def flow_of(text: str, paragraphs: Sequence[tuple[int, int]]) -> Flow:
    """A text as its paragraphs (offsets, in order) go on over their lines."""
    parts: list[str] = []
    pieces, printed = [0], [0]
    length = place = 0
    for start, end in paragraphs:
        for gap in _LINE_END.finditer(text, start, end):
            piece = text[place : gap.start()] + _between(text[gap.start() - 1], text[gap.end()])
            parts.append(piece)
            length += len(piece)
            place = gap.end()
            pieces.append(length)
            printed.append(place)
    return Flow("".join((*parts, text[place:])), tuple(pieces), tuple(printed))


def one_line(paragraph: str) -> str:
    """A paragraph with its lines joined."""
    return flow_of(paragraph, [(0, len(paragraph))]).text


def _wrapped(lines: Sequence[str]) -> Collection[int]:
    """The lines of a stretch without tables that go on in the next."""
    open_ended = {
        i
        for i, (line, lower) in enumerate(pairwise(lines))
        if not _has_ended(line) and not _parted(line, lower)
    }
    if len(open_ended) < _FEWEST:
        return ()
    by_columns = [len(line.encode("gbk", "replace")) for line in lines]
    by_characters = [2 * len(line) for line in lines]
    return max((_by_margin(lines, open_ended, widths) for widths in (by_columns, by_characters)), key=len)


def _has_ended(line: str) -> bool:
    return _ENDED.search(line[-3:]) is not None


def _parted(upper: str, lower: str) -> bool:
    """Whether two lines are paragraphs of their own by what begins them."""
    return (
        not (upper and lower)
        or _OPENS.match(lower) is not None
        or (_LABEL.match(lower) is not None and _LABEL.match(upper) is not None)
    )


def _is_heading(lines: Sequence[str], number: int) -> bool:
    """Whether a line may be a heading: it has a number and no stop, or is the first and has no punctuation."""
    return _HEADING.match(lines[number]) is not None or (not number and not _PART.search(lines[0]))


def _by_margin(lines: Sequence[str], open_ended: Collection[int], widths: Sequence[int]) -> list[int]:
    """The lines that go on, where the full ones are of one width."""
    margin = _margin([widths[i] for i in open_ended])
    if not _NARROWEST <= margin <= _WIDEST:
        return []
    full = _full(lines, [margin - width for width in widths])
    wider = [i for i, width in enumerate(widths) if width > margin + _HANGING]
    short = {i for i in open_ended if i not in full and not _is_heading(lines, i)}
    going: list[int] = []
    for stretch in _stretches(sorted(short.union(full)), full, wider):
        asked = [i for i in stretch if i in open_ended]
        if _is_wrapped([lines[i] for i in asked if full.get(i) in (0, 1)], len(asked)):
            going += _going(lines, full, range(stretch[0], stretch[-1] + 1))
    return going


def _margin(widths: Sequence[int]) -> int:
    """The width most lines have, a column more or less: an odd one has no room for a full-width character."""
    seen = Counter(widths)
    return max(seen, key=lambda width: (seen[width] + seen[width - 1], width))


def _full(lines: Sequence[str], room: Sequence[int]) -> dict[int, int]:
    """The lines that leave too little room for what begins the next, and what they leave."""
    full: dict[int, int] = {}
    for i, (line, lower) in enumerate(pairwise(lines)):
        word = _WORD.match(lower)
        least = max(_SLACK, len(word[0]) + _HANGING if word else 0)
        goes_on = i - 1 in full and not _has_ended(lines[i - 1]) and not _is_heading(lines, i - 1)
        first = 0 if goes_on or room[i] <= least or _INDENT.match(line) else _FIRST
        if -_HANGING <= room[i] - first <= least:
            full[i] = room[i] - first
    return full


def _stretches(
    measured: Sequence[int], full: Collection[int], wider: Sequence[int]
) -> Iterator[Sequence[int]]:
    """Lines from a full one to a full one, without a wider line or a run of short ones between."""
    begin = end = None
    for place, i in enumerate(measured):
        if i not in full:
            continue
        if begin is None or end is None:
            begin = place
        elif place - end > _SHORT_RUN or bisect_right(wider, i) > bisect_right(wider, measured[end]):
            yield measured[begin : end + 1]
            begin = place
        end = place
    if begin is not None and end is not None:
        yield measured[begin : end + 1]


def _is_wrapped(at_margin: Sequence[str], lines: int) -> bool:
    """Whether the lines at the margin, of all in a stretch that may go on, are prose that it ended."""
    ends = sum(_PART_END.search(line) is not None for line in at_margin)
    holds = sum(_PART.search(line, 0, len(line) - 1) is not None for line in at_margin)
    return (
        len(at_margin) >= max(_FEWEST, _MOST * lines)
        and ends < _ENDS_IN_PART * len(at_margin)
        and holds >= _HOLDS_PARTS * len(at_margin)
        and not _are_parallel(at_margin)
    )


def _are_parallel(lines: Sequence[str]) -> bool:
    """Whether lines are sentences made alike: they open with the same word, or have their first mark at one place."""
    parts = (_PART.search(line) for line in lines)
    places = Counter(part.start() if part else None for part in parts)
    words = Counter(line.lstrip()[:2] for line in lines)
    return max(max(places.values()), max(words.values())) >= _ALIKE * len(lines)


def _going(lines: Sequence[str], full: Collection[int], stretch: range) -> Iterator[int]:
    """The full lines of a stretch that go on. Where paragraphs have indents, those tell; else a line that ends in a
    stop and a heading over a full line do not."""
    are_indented = sum(_INDENT.match(lines[i]) is not None for i in stretch) > 1
    for i in stretch:
        upper, lower = lines[i], lines[i + 1]
        if i not in full or _parted(upper, lower):
            continue
        if _has_ended(upper):
            goes_on = are_indented and (i + 1 in full or _has_ended(lower))
        else:
            goes_on = are_indented or i + 1 not in full or not _is_heading(lines, i)
        if goes_on:
            yield i
