"""Where the headings of a report stand, and how deep."""

from __future__ import annotations

import re
from bisect import bisect_right, insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from extractors.glyphs import fold
from extractors.report.sentences import Line, lines

_CN = "一二三四五六七八九十"
_DECORATION = r"(?:\[bookmark:[^\]]*\]|[#＃]{1,6}\s*|\*{2}|[\u200b\ufeff•●■◆])*\s*"
_MAY_MARK = re.compile(rf"{_DECORATION}(?=[第（(〔【﹙\d{_CN}㈠-㈩⒈-⒛⑴-⒇①-⑳])")
"""Ends where one of the marks below can begin."""
_STYLES: tuple[tuple[int, re.Pattern[str]], ...] = tuple(
    (rank, re.compile(pattern))
    for rank, pattern in (
        (0, rf"第(?P<n>[{_CN}]{{1,3}}|\d{{1,2}})(?:部分|章|篇)\s*[、，,：:.]?"),
        (1, rf"(?P<n>[{_CN}]{{1,3}})\s*[、．.，,：:]"),
        (1, rf"(?P<n>[{_CN}]{{1,3}})[ \u3000\t]+(?=[\u4e00-\u9fff])"),
        (2, rf"[（(〔【﹙]\s*(?P<n>[{_CN}]{{1,3}})\s*、?\s*[）)〕】﹚]"),
        (2, rf"(?P<n>[{_CN}]{{1,3}})\s*[）)]"),
        (2, r"(?P<n>[㈠-㈩])"),
        (3, r"(?P<n>\d{1,2}|[０-９]{1,2})\s*[.．、，](?![\d０-９])"),
        (3, r"(?P<n>[⒈-⒛])"),
        (4, r"[（(]\s*(?P<n>\d{1,2}|[０-９]{1,2})\s*[）)]"),
        (4, r"(?P<n>\d{1,2}|[０-９]{1,2})\s*[）)]"),
        (4, r"(?P<n>[⑴-⒇])"),
        (5, r"(?P<n>[①-⑳])"),
    )
)
_ITEM = re.compile(rf"[{_CN}]{{1,2}}(?:是|要)")
_BEFORE_ITEM = re.compile(rf"[。；]\s*(?={_ITEM.pattern})")
_ITEM_RANK = 6
_DIGIT = re.compile(r"\d")
_INLINE = re.compile(rf"[。；！？：:）)]\s*(?=(?:[{_CN}]{{1,2}}、|[（(][{_CN}]{{1,2}}[）)]))")
_JOINED_TOP = re.compile(
    rf"(?P<n>[{_CN}](?<=[\u4e00-\u9fff].)(?<![{_CN}、].)[{_CN}]?)、(?=[\u4e00-\u9fff\d])"
)
"""Begins with its mark and looks back from there, so that the search skips everything else."""
_STOP = re.compile(r"[。！？；;]")
_NEXT_MARK = re.compile(
    rf"[（(][{_CN}]{{1,2}}[）)]|(?<=[\u4e00-\u9fff）)”\s])(?:一是|首先)|(?<=[\u4e00-\u9fff”])\s*1[.．、](?!\d)"
)
_PAGE_NUMBER = re.compile(r"[.．…·]{2,}\d*$")
_COLON = re.compile(r"[：:]")
_SOFT_STOP = re.compile(r"[：:，,]")
_WHOLE_LINE = 60
_RUN_IN = 80
_BARE_LINE = 40
_TITLE_WORDS = re.compile(r"法治|依法|公开|执法")
_OPENING = re.compile(r"[。：:；]")


@dataclass(frozen=True, slots=True)
class Heading:
    """`text[start:end]` is a heading; `rank` orders the numbering styles, 第一部分 (0) to 一是 (6)."""

    start: int
    end: int
    rank: int


def bare(heading: str) -> str:
    """A heading without number, decoration and blanks, up to its colon."""
    text = "".join(fold(heading).split())
    mark = _mark(text, 0)
    text = text[mark[1].end() :] if mark else text
    text = _COLON.split(text.strip("*#"), maxsplit=1)[0]
    return _PAGE_NUMBER.sub("", text)


def number(written: str) -> int:
    """The ordinal of a heading mark in any of its scripts."""
    if written in ("十",):
        return 10
    if set(written) <= set(_CN):
        tens, ten, ones = written.rpartition("十")
        return (10 * (_CN.index(tens) + 1 if tens else 1) if ten else 0) + (
            _CN.index(ones) + 1 if len(ones) == 1 else 0
        )
    if written.isdecimal():
        return int(written)
    for first in "㈠⒈⑴①":
        if 0 <= ord(written) - ord(first) < 20:
            return ord(written) - ord(first) + 1
    raise ValueError(f"not a heading number: {written!r}")


def find_headings(
    text: str, is_row: Callable[[Line], bool], names_part: Callable[[str], bool]
) -> tuple[Heading, ...]:
    """All headings in order: numbered at a line's start, run in after a sentence, or bare part names.

    `is_row` tells table rows, which hold none; `names_part` whether an unnumbered wording names a part.
    """
    rows = [row for row in lines(text) if not is_row(row)]
    found = [h for row in rows for h in _in_line(text, row)]
    found += _joined(text, rows, found, names_part)
    found += _unnumbered(text, rows, {h.start for h in found}, names_part)
    found.sort(key=lambda h: h.start)
    apart = [a if a.end <= b.start else replace(a, end=b.start) for a, b in pairwise(found)] + found[-1:]
    return _without_contents(text, apart)


def _in_line(text: str, row: Line) -> Iterator[Heading]:
    content = text[row.start : row.end]
    previous: dict[int, int] = {}
    for at in (0, *(m.end() for m in _INLINE.finditer(content))):
        mark = _mark(content, at)
        if mark is None:
            continue
        rank, after, count = mark[0], mark[1].end(), number(mark[1]["n"])
        if at and count not in (1, previous.get(rank, 0) + 1) and rank > 1:
            continue
        end = _heading_end(content, after)
        if end is None or (at and rank == 1 and end - after > _BARE_LINE):
            continue
        previous[rank] = count
        yield Heading(row.start + at, row.start + end, rank)
    yield from _items(content, row.start)


def _mark(content: str, at: int) -> tuple[int, re.Match[str]] | None:
    """Rank and match (ordinal `n`) of the heading mark at `at`, decoration before it passed over."""
    opening = _MAY_MARK.match(content, at)
    if opening is None:
        return None
    for rank, style in _STYLES:
        match = style.match(content, opening.end())
        if match:
            return rank, match
    return None


def _heading_end(content: str, after: int) -> int | None:
    """Where the heading whose mark ends at `after` stops: at its sentence, or before what runs on."""
    stop = _STOP.search(content, after)
    mark = _NEXT_MARK.search(content, after + 1, stop.start() if stop else len(content))
    hard = min(m.start() for m in (stop, mark) if m) if stop or mark else None
    if hard is None and len(content) - after <= _WHOLE_LINE:
        return len(content)
    end = hard if hard is not None else len(content)
    colon = _COLON.search(content, after, end)
    if colon:
        end = colon.start()
    if end - after > _RUN_IN:
        soft = _SOFT_STOP.search(content, after + 2)
        if soft is None or soft.start() - after > _BARE_LINE:
            return None
        end = soft.start()
    return after + len(content[after:end].rstrip()) if content[after:end].strip() else None


def _joined(
    text: str, rows: list[Line], known: list[Heading], names_part: Callable[[str], bool]
) -> Iterator[Heading]:
    """Top headings that lost the stop and line before them (…不多三、工作计划): next in order and named as a part."""
    tops = [h.start for h in known if h.rank == 1]
    for row in rows:
        content = text[row.start : row.end]
        for mark in _JOINED_TOP.finditer(content):
            at = row.start + mark.start()
            index = bisect_right(tops, at) - 1
            before = _mark(text, tops[index]) if index >= 0 else None
            if before is None or number(mark["n"]) != number(before[1]["n"]) + 1:
                continue
            end = _heading_end(content, mark.end())
            if end is None or end - mark.end() > _BARE_LINE:
                continue
            if names_part(bare(content[mark.start() : end])):
                insort(tops, at)
                yield Heading(at, row.start + end, 1)


def _items(content: str, offset: int) -> Iterator[Heading]:
    """一是… 二是… that open a sentence and close with 。 before more of the same item follows."""
    first = [0] if _ITEM.match(content) else []
    for at in (*first, *(m.end() for m in _BEFORE_ITEM.finditer(content))):
        stop = _STOP.search(content, at)
        if stop is None or stop.group() != "。" or not 4 < stop.start() - at <= _BARE_LINE:
            continue
        if _DIGIT.search(content, at, stop.start()):
            continue
        if stop.end() < len(content) and not _ITEM.match(content, stop.end()):
            yield Heading(offset + at, offset + stop.start(), _ITEM_RANK)


def _unnumbered(
    text: str, rows: list[Line], known: set[int], names_part: Callable[[str], bool]
) -> Iterator[Heading]:
    """Short lines that name a part and stand right before prose or a numbered heading, below the title."""
    in_body = False
    for row, below in pairwise(rows):
        content = text[row.start : row.end]
        in_body = in_body or "。" in content or row.start in known
        if row.start in known or len(content) > _BARE_LINE or _OPENING.search(content.rstrip("：:")):
            continue
        is_title = not in_body and _TITLE_WORDS.search(content) is not None
        prose = _OPENING.search(text, below.start, below.end) is not None or below.start in known
        if prose and not is_title and names_part(bare(content)):
            yield Heading(row.start, row.end, 1)


def _without_contents(text: str, found: list[Heading]) -> tuple[Heading, ...]:
    """Drops a table of contents: top headings whose wording comes again further down."""
    top = min((h.rank for h in found), default=0)
    upper = [(i, bare(text[h.start : h.end])) for i, h in enumerate(found) if h.rank == top]
    last = {words: i for i, words in upper}
    again = [words for i, words in upper if words and last[words] > i]
    if len(again) < 2:
        return tuple(found)
    first_real = min(last[words] for words in again)
    return tuple(h for i, h in enumerate(found) if i >= first_real)
