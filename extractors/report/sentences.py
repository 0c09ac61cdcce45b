"""Lines, paragraphs and sentences of a text, as offsets."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

Span = tuple[int, int]

_LINE = re.compile(r"[^\n\r\u2028\x0b\x0c]+")
_END = re.compile(
    r"[。！？!?.．](?:(?<=[。！？])[。！？]*|(?<=[!?])[!?]*(?=[^\x21-\x7e]|$)"
    r"|(?<=[\u4e00-\u9fff）)”%％][.．])(?=[\u4e00-\u9fff\s]|$))"
)
"""Begins with all it can begin with, so that the search skips everything else."""
_ENUMERATOR = re.compile("[一二三四五六七八九十]")
_BEFORE_QUOTE = frozenset(("", "：", ":", "。", "！", "？", " ", "\u3000"))
_GOES_ON = frozenset("，、；：,;:的等")
_PROTECTED = re.compile(
    r"“[^“”]*”|‘[^‘’]*’|「[^「」]*」|《[^《》]*》|（[^（）()]{0,160}）|\([^（）()]{0,160}\)"
)
_STRAIGHT = re.compile(r'"[^"]*"')
_DIGITS_ACROSS = re.compile(r"[0-9０-９]$")
_DIGIT_FIRST = re.compile(r"[0-9０-９]")


class Line(NamedTuple):
    """A line without its surrounding blanks: `text[start:end]`."""

    start: int
    end: int


@lru_cache(maxsize=1)
def lines(text: str) -> tuple[Line, ...]:
    """The lines of a text that hold something, each without surrounding blanks.

    The last answer is kept: every step that reads a report asks for its lines.
    """
    found = []
    for match in _LINE.finditer(text):
        content = match.group()
        stripped = content.strip()
        if stripped:
            start = match.start() + content.index(stripped[0])
            found.append(Line(start, start + len(stripped)))
    return tuple(found)


def paragraphs(text: str, starts: Collection[int] = ()) -> tuple[Span, ...]:
    """Logical paragraphs: lines, joined again where a number is broken across them.

    `starts` are offsets that always begin a paragraph (headings). What a margin wrapped has come joined (`wrapped.py`).
    """
    joined: list[Span] = []
    last_length = 0
    for start, end in lines(text):
        if joined and start not in starts and _continues(text, joined[-1][1], start, last_length):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
        last_length = end - start
    return tuple(joined)


def _continues(text: str, end: int, start: int, length: int) -> bool:
    if "\t" in text[end:start] or text[end:start].count("\n") > 1:
        return False
    return length > 20 and bool(_DIGITS_ACROSS.match(text[end - 1])) and bool(_DIGIT_FIRST.match(text[start]))


def split_sentences(text: str, breaks: Collection[int] = ()) -> Iterator[Span]:
    """Sentences of a text in order, covering all that is not blank.

    A sentence ends at 。！？ (or a half-width ! ? . used as such) and at a paragraph's end, never inside
    quotation marks, book titles, short brackets or a number. `breaks` are offsets where a sentence always
    ends (headings).
    """
    ordered = sorted(breaks)
    for start, end in paragraphs(text, frozenset(breaks)):
        inside = ordered[bisect_right(ordered, start) : bisect_left(ordered, end)]
        cuts = sorted({*_ends(text, start, end), *inside, end})
        here = start
        for cut in cuts:
            piece = text[here:cut]
            body = piece.strip()
            if body:
                offset = here + piece.index(body[0])
                yield offset, offset + len(body)
            here = cut


def _ends(text: str, start: int, end: int) -> Iterator[int]:
    paragraph = text[start:end]
    guarded = [[m.span() for m in _PROTECTED.finditer(paragraph)]]
    if paragraph.count('"') % 2 == 0:
        guarded.append([m.span() for m in _STRAIGHT.finditer(paragraph)])
    for match in _END.finditer(paragraph):
        if match.group() in (".", "．") and _ENUMERATOR.match(paragraph, match.start() - 1):
            continue
        at = match.end()
        around = [span for spans in guarded if spans and (span := _around(spans, at))]
        if not around:
            yield start + at
        elif all(b == at + 1 and _stands_alone(paragraph, a, b) for a, b in around):
            yield start + at + 1


def _around(spans: Sequence[Span], at: int) -> Span | None:
    """The one of spans in order and apart that `at` is inside of, or the end of."""
    index = bisect_left(spans, (at, 0)) - 1
    return spans[index] if index >= 0 and at <= spans[index][1] else None


def _stands_alone(paragraph: str, start: int, end: int) -> bool:
    """Whether a quotation is a sentence by itself: a colon or nothing before it, no more after it."""
    return paragraph[start - 1 : start] in _BEFORE_QUOTE and paragraph[end : end + 1] not in _GOES_ON
