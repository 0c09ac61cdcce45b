"""What one link of a list says: the full title, and the texts in it that may tell the row's day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from extractors.page.addresses import address_of
from extractors.page.blocks import normalise, squeeze, texts
from extractors.page.dates import find_date
from extractors.page.row_days import (
    AT_LABEL,
    MAY_PART,
    NUMERALS,
    by_label,
    is_day,
    is_day_in_short,
    label_of_day,
    whole_day,
)
from extractors.page.titles import is_placeholder
from extractors.page.tree import Element

ROW_TAGS = frozenset({"li", "tr", "dt", "dd"})
"""Elements that are a row already: what is around one of them is a list."""
LABEL_TITLE = 5
"""Titles shorter than this are labels of something beside them."""
MENU_TITLE = 9
"""Rows without dates whose titles are on average shorter than this are a menu; names of bodies are too."""

_CUT = re.compile(r"(?:\.{2,}|…+)$")
_DAY_EDGE = r"[\[(（【]?(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}[\])）】]?"
_TO = r"\-‐–—―~～至"
_EDGE = re.compile(rf"^{_DAY_EDGE}(?!\s*[{_TO}]|\d)\s*|(?<![\s\d{_TO}])\s*{_DAY_EDGE}$")
"""A day before or behind a title; one of a span of days (2023.1.1-2023.12.31) is a part of it."""
_CUT_WITHIN = re.compile(r"\.{3,}|…+")
_MARKS = "置顶|推荐|头条|热点?|最?新|图文|new|hot|top"
_BRACKETED_MARK = rf"(?:(?:[\[【]\s*(?:{_MARKS})\s*[\]】]|[(（]\s*(?:置顶|new|hot)\s*[)）])\s*)+"
_MARKED = re.compile(rf"^{_BRACKETED_MARK}(?=\S)|(?<=\S)\s*{_BRACKETED_MARK}$", re.IGNORECASE)
_MARK = re.compile(r"置顶|new!?|hot!?|top", re.IGNORECASE)
"""A mark of a row's place where it is a text of its own; shorter words may be parts of a title."""
_NUMBER = re.compile(r"\d{1,3}[.、]?")
_TITLE_START = re.compile(r"[\u4e00-\u9fff《“]|(?:19|20)\d{2}\s*年")
_UNIT = re.compile("[年月日号时个条项件名家人位次批届期度周岁元万亿级季余多几处起宗例场所类章节款户篇]")
"""What a number before it may count."""
_NUMBER_NAME = re.compile(r"(?:^|[-_])(?:num|number|no|index|idx|xh|xuhao|序号?)(?:$|[-_\d])", re.IGNORECASE)
_BULLET = re.compile(r"^[·•●■◆▪►▸▶○◇□★☆※\s]+(?=\S)")
_ATTRIBUTE_TITLE = re.compile(
    r"^(?:文章|信息)?(?:标题|名称)[:：]\s*(.+?)\s*(?:\n|$|(?:作者|来源|[\u4e00-\u9fff]{2}(?:时间|日期))[:：])"
)
_BROKEN_END = re.compile(r"""\s*['"]\s*[\w-]+=$""")
"""What an attribute holds of the next one where it is opened by one quote and closed by another."""
_NO_TITLE = re.compile(
    r"^[\[【（(<《]*(?:详细|详情|更多|全文|下载|附件|进入|打开|浏览|more"
    r"|(?:查看|阅读|点击)(?:详情|详细|全文|原文|更多|查看|下载|进入|访问)?|(?:附件|文件)下载)(?:内容|信息)?[\s\]】）)>》.…]*$",
    re.IGNORECASE,
)
_HEADING = re.compile(r"^h[1-6]$")
_TITLE_NAME = re.compile(r"(?:^|[-_])(?:tit|title|bt|biaoti)(?:$|[-_\d])", re.IGNORECASE)
_MOST_NESTING = 150
_MIN_CELL_TITLE = 6
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class RowNumber:
    """A number before a title that may be the row's, the title without it, whether the page's markup calls it a number,
    and whether it may count what the title begins with (3家…)."""

    value: int
    title: str
    is_named: bool
    may_count: bool


@dataclass(frozen=True, slots=True)
class LinkText:
    """A link's title (empty where it has none), where it leads, the texts in it that are not the title, and the number
    before the title that may be the row's."""

    title: str
    url: str
    rest: tuple[str, ...]
    number: RowNumber | None = None

    def unnumbered(self) -> LinkText:
        """The same without the number before its title."""
        return replace(self, title=self.number.title, number=None) if self.number else self


@dataclass(frozen=True, slots=True)
class _Line:
    words: str
    is_heading: bool
    number: RowNumber | None


def read_link(link: Element) -> LinkText:
    """A link's own words, or its `title` where those are cut short; a bare 查看 is no title."""
    lines, rest = _lines(link)
    line = _best_line(lines)
    shown = _MARKED.sub("", line.words if line else "")
    if edge := _EDGE.search(shown):
        rest.append(edge[0])
        shown = _EDGE.sub("", shown).strip()
    if _NO_TITLE.match(shown):
        shown = ""
    full = _attribute_title(link)
    number = line.number if line else None
    if number is not None:
        number = replace(number, title=_EDGE.sub("", _MARKED.sub("", number.title)).strip())
        if full and _fuller(number.title, full) == full:
            shown, number = number.title, None
    return LinkText(_BULLET.sub("", _fuller(shown, full)), address_of(link), tuple(rest), number)


def attribute_day(link: Element) -> date | None:
    """The day that a line of a link's `title` says under a label (发布时间：2024-01-20)."""
    lines = _lines_of_attribute(link)
    return whole_day(by_label([line for line in lines if label_of_day(line)]))


def title_beside(link: Element, holder: Element) -> str:
    """What a row without a titled link is called: its picture's words, else its longest text that is
    neither a day nor a label; empty where there is none."""
    for node in link.descendants():
        if node.tag == "img" and len(alt := normalise(node.attrs.get("alt", ""))) >= _MIN_CELL_TITLE:
            return alt
    beside = [text for text in texts(holder, link) if _MIN_CELL_TITLE <= len(text) <= _LONGEST_TITLE]
    wordy = [text for text in beside if not (find_date(text) or NUMERALS.match(text) or label_of_day(text))]
    return max(wordy, key=len, default="")


def _lines(link: Element) -> tuple[list[_Line], list[str]]:
    """The printed lines of a link, without its days and numbers, which come apart."""
    lines: list[_Line] = []
    rest: list[str] = []
    run: list[str] = []
    heading = is_numbered = False

    def close() -> None:
        nonlocal heading, is_numbered
        kept = _without_days_at_edges([piece for piece in run if not is_day(piece)])
        rest.extend(piece for piece in run if piece not in kept)
        said = _without_marks(kept)
        words = _joined(said)
        if words and NUMERALS.match(words):
            rest.extend(" ".join(piece.split()) for piece in kept)
        elif words:
            lines.append(_Line(words, heading, _number_before(said, is_numbered)))
        run.clear()
        heading = is_numbered = False

    def walk(node: Element, below: int) -> None:
        nonlocal heading, is_numbered
        for child in node.content:
            if isinstance(child, str):
                run.extend(AT_LABEL.split(child) if MAY_PART.search(child) else (child,))
            elif not child.is_printed:
                continue
            else:
                breaks = child.is_block or child.tag == "br"
                if breaks:
                    close()
                is_numbered = is_numbered or (_is_named_number(child) and not any(map(str.strip, run)))
                if below < _MOST_NESTING:
                    walk(child, below + 1)
                heading = heading or bool(
                    _HEADING.match(child.tag) or any(_TITLE_NAME.search(name) for name in child.names)
                )
                if breaks:
                    close()

    walk(link, 0)
    close()
    return lines, rest


def _without_days_at_edges(pieces: Sequence[str]) -> list[str]:
    """The texts of a line without the last or first that is a day in short; one before what it counts stays."""
    said = [number for number, piece in enumerate(pieces) if piece.strip()]
    if len(said) < 2:
        return list(pieces)
    (first, second), last = said[:2], said[-1]
    if is_day_in_short(pieces[last].strip()):
        return list(pieces[:last])
    if is_day_in_short(pieces[first].strip()) and not _UNIT.match(pieces[second].strip()):
        return list(pieces[second:])
    return list(pieces)


def _without_marks(pieces: Sequence[str]) -> list[str]:
    """The texts of a line without those at its edges that only say where its row stands: 置顶, new."""
    said = [number for number, piece in enumerate(pieces) if piece.strip()] or [0]
    first, last = 0, len(said) - 1
    while first < last and _MARK.fullmatch(pieces[said[first]].strip()):
        first += 1
    while first < last and _MARK.fullmatch(pieces[said[last]].strip()):
        last -= 1
    return list(pieces[said[first] : said[last] + 1])


def _is_named_number(node: Element) -> bool:
    named = any(map(_NUMBER_NAME.search, node.names))
    return named and _NUMBER.fullmatch(node.text().strip()) is not None


def _number_before(said: Sequence[str], is_named: bool) -> RowNumber | None:
    """The number that is the first text of a line, before one with which a title may begin."""
    if not said or not _NUMBER.fullmatch(number := said[0].strip()):
        return None
    title = _joined(said[1:])
    if not _TITLE_START.match(title):
        return None
    return RowNumber(int(number.rstrip(".、")), title, is_named, _UNIT.match(title) is not None)


def _joined(pieces: Sequence[str]) -> str:
    return normalise("".join(pieces)).replace("\n", " ")


def _best_line(lines: Sequence[_Line]) -> _Line | None:
    named = next((line for line in lines if line.is_heading), None)
    longer = next((line for line in lines if len(line.words) >= _MIN_CELL_TITLE), None)
    return named or longer or next(iter(lines), None)


def _lines_of_attribute(link: Element) -> list[str]:
    lines = (" ".join(line.split()) for line in link.attrs.get("title", "").splitlines())
    return list(filter(None, lines))


def _attribute_title(link: Element) -> str:
    written = _BROKEN_END.sub("", "\n".join(_lines_of_attribute(link)))
    labelled = _ATTRIBUTE_TITLE.match(written)
    full = _MARKED.sub("", normalise(labelled[1] if labelled else written).replace("\n", " "))
    return "" if is_placeholder(full) or _NO_TITLE.match(full) else full


def _fuller(shown: str, full: str) -> str:
    """The words shown, or the attribute where it is the same, or more of the same."""
    stem = _CUT.sub("", shown)
    if not shown or (stem != shown and full.startswith(stem)) or squeeze(full) == squeeze(shown):
        return full or shown
    begin, *_, end = (
        (squeeze(part) for part in _CUT_WITHIN.split(shown)) if _CUT_WITHIN.search(shown) else ("", "")
    )
    if begin and end and squeeze(full).startswith(begin) and squeeze(full).endswith(end):
        return full or shown
    return full if squeeze(stem) in squeeze(full) and len(full) <= 2 * len(shown) + 60 else shown
