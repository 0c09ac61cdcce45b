"""What one link of a list says: the full title, and the day printed in it, beside it or over it.

A day is taken from a text of its own (a cell, a span, a line), never from the middle of prose: a wrong day is
worse than none. A day without its year needs a witness for it, the heading above or the link's own address.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from operator import attrgetter, itemgetter

from extractors.page.addresses import address_of
from extractors.page.blocks import normalise, squeeze
from extractors.page.dates import around_date, days_in, find_date, whole_date
from extractors.page.rules import LabelField, wording
from extractors.page.titles import is_placeholder
from extractors.page.tree import Element, unmarked

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
_NO_UNIT = re.compile(
    r"[\u4e00-\u9fff《“](?<![年月日号时个条项件名家人位次批届期度周岁元万亿级季余多几处起宗例场所类章节款户篇])"
)
_LEADING_NUMBER = re.compile(rf"^{_NUMBER.pattern}\s*")
_NUMBER_NAME = re.compile(r"(?:^|[-_])(?:num|number|no|index|idx|xh|xuhao|序号?)(?:$|[-_\d])", re.IGNORECASE)
_BULLET = re.compile(r"^[·•●■◆▪►▸▶○◇□★☆※\s]+(?=\S)")
_NUMERALS = re.compile(r"^[\d\s\-/.:年月日\[\]()（）【】]+$")
_CLOCK = re.compile(r"(?<![\sT])[\sT]*\d{1,2}:\d{2}(?::\d{2})?$")
_LABEL = re.compile(r"^[\[(（【\s]*([\u4e00-\u9fff](?:\s*[\u4e00-\u9fff]){1,7})\s*(?:[:：]|(?<=[^关]于))\s*")
_NAMES_A_DAY = re.compile(r"(?:时间|日期)$")
_ENDS_OF_LABEL = ("", "期", "期限", "期至", "至", "于", "日")
_TO_ITS_DAY = re.compile(r"(?:\s*(?:时间|日期|期限?|日)\s*[:：至于为]?\s*|\s*[:：至于为]\s*)?")
"""What may stand between a word of another day (截止) and that day."""
_OF_ITS_DAY = tuple("起前后止")
_BEFORE_LABEL = r"(?=[\u4e00-\u9fff]{2,8}\s*[:：])"
_AT_LABEL = re.compile(rf"(?<=[\s\d日)）\]】]){_BEFORE_LABEL}")
_APART = re.compile(rf"\s*[|｜]\s*|(?<=[\s\d日)）\]】]){_BEFORE_LABEL}")
"""Where one text ends and another begins: at a divider, before a label."""
_MAY_PART = re.compile(r"[|｜:：]")
_SENTENCE = re.compile(r"[，。；！？]")
_MONTH_FIRST = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})(?:月)?(?!\s*[-/.\d])")
_DAY = re.compile(r"(?<![\d-])(\d{1,2})\s*日?(?![\d-])")
_MONTH_AND_DAY = re.compile(r"^[\[(（【]?\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\s*[\])）】]?$")
_YEAR = re.compile(r"^[\[(（【]?\s*((?:19|20)\d{2})\s*(?:年度?)?\s*[\])）】]?$")
_ATTRIBUTE_TITLE = re.compile(
    r"^(?:文章|信息)?(?:标题|名称)[:：]\s*(.+?)\s*(?:\n|$|(?:作者|来源|[\u4e00-\u9fff]{2}(?:时间|日期))[:：])"
)
_BROKEN_END = re.compile(r"""\s*['"]\s*[\w-]+=$""")
"""What an attribute holds of the next one where it is opened by one quote and closed by another."""
_NO_TITLE = re.compile(
    r"^[\[【（(<《]*(?:详细|详情|更多|全文|下载|附件|进入|打开|浏览|more"
    r"|(?:查看|阅读|点击)(?:详情|详细|全文|原文|更多|查看|下载|进入)?|(?:附件|文件)下载)(?:内容|信息)?[\s\]】）)>》.…]*$",
    re.IGNORECASE,
)
_HEADING = re.compile(r"^h[1-6]$")
_TITLE_NAME = re.compile(r"(?:^|[-_])(?:tit|title|bt|biaoti)(?:$|[-_\d])", re.IGNORECASE)
_DAY_FIELDS: tuple[LabelField, ...] = ("published_on", "dated_on", "written_on")
_UNLABELLED = 1
_EDGES = "（()）[]【】 "
_MOST_PROSE = 80
"""Characters beside a link up to which a day inside longer words still counts."""
_MOST_BESIDE = 400
_MOST_NESTING = 150
_MIN_CELL_TITLE = 6
_LONGEST_TITLE = 200
_order = attrgetter("order")


@dataclass(frozen=True, slots=True)
class LinkText:
    """A link's title (empty where it has none), where it leads, the texts in it that are not the title, and the number
    before the title that may be the row's."""

    title: str
    url: str
    rest: tuple[str, ...]
    number: int | None = None

    def unnumbered(self) -> LinkText:
        """The same without the number before its title."""
        return replace(self, title=_LEADING_NUMBER.sub("", self.title), number=None)


@dataclass(frozen=True, slots=True)
class _Line:
    words: str
    is_heading: bool
    number: int | None


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
    if number is not None and full and _fuller(bare := _LEADING_NUMBER.sub("", shown), full) == full:
        shown, number = bare, None
    return LinkText(_BULLET.sub("", _fuller(shown, full)), address_of(link), tuple(rest), number)


def attribute_day(link: Element) -> date | None:
    """The day that a line of a link's `title` says under a label (发布时间：2024-01-20)."""
    lines = _lines_of_attribute(link)
    return _whole_day(_by_label([line for line in lines if _label_of_day(line)]))


def title_beside(link: Element, holder: Element) -> str:
    """What a row without a titled link is called: its picture's words, else its longest text that is
    neither a day nor a label; empty where there is none."""
    for node in link.descendants():
        if node.tag == "img" and len(alt := normalise(node.attrs.get("alt", ""))) >= _MIN_CELL_TITLE:
            return alt
    beside = [text for text in texts(holder, link) if _MIN_CELL_TITLE <= len(text) <= _LONGEST_TITLE]
    wordy = [text for text in beside if not (find_date(text) or _NUMERALS.match(text) or _label_of_day(text))]
    return max(wordy, key=len, default="")


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


def stated_day(pieces: Sequence[str]) -> date | None:
    """The day that stands in `pieces` as a text of its own, or divided over several (2024-01 | 20, 01-20 | 2024),
    or in a few words; None where there is none."""
    said = _by_label(pieces)
    if day := _whole_day(said):
        return day
    if sum(map(len, pieces)) > _MOST_BESIDE:
        return None
    joined = " ".join(said)
    if not find_date(joined) and (day := _divided_day(said, joined)):
        return day
    words = [text for text in said if not _SENTENCE.search(text) and not _says_other_day(text)]
    joined = " ".join(words)
    days = {day for text in words if (day := _day_at_edge(text))} or set(days_in(joined))
    return days.pop() if len(days) == 1 and len(joined) <= _MOST_PROSE else None


def _whole_day(texts: Sequence[str]) -> date | None:
    return next((day for text in texts if (day := whole_date(_CLOCK.sub("", text)))), None)


def _by_label(pieces: Sequence[str]) -> list[str]:
    """The texts, parted at dividers and labels, without the labels of days: what is labelled 发布日期 first, 成文日期
    last, what is said of other days (截止日期) not at all."""
    ranked: list[tuple[int, str]] = []
    open_label = ""
    for part in (part for piece in pieces for part in _parts(piece)):
        text = part if not open_label or _LABEL.match(part) else open_label + part
        label = _label_of_day(text)
        open_label = text if label and label.end() == len(text) else ""
        if label is None:
            ranked.append((_UNLABELLED, text))
        elif not open_label and (rank := _rank(label[1])) is not None:
            ranked.append((rank, text[label.end() :]))
    return [text for _, text in sorted(ranked, key=itemgetter(0))]


def _parts(text: str) -> list[str]:
    return list(filter(None, _APART.split(text))) if _MAY_PART.search(text) else [text]


def _rank(label: str) -> int | None:
    """How early what is so labelled is asked for a day; None where it is of other days."""
    name, labels = squeeze(label), wording().labels
    if name in labels["published_on"]:
        return 0
    if wording().other_days.search(name):
        return None
    return _UNLABELLED + (name in labels["written_on"])


def _label_of_day(text: str) -> re.Match[str] | None:
    """The label with which a text begins where it is a day's, be it another day's."""
    label = _LABEL.match(text)
    if label is None:
        return None
    name, labels = squeeze(label[1]), wording().labels
    other = wording().other_days.search(name)
    is_of_other = other is not None and name[other.end() :] in _ENDS_OF_LABEL
    is_of_day = _NAMES_A_DAY.search(name) or any(name in labels[field] for field in _DAY_FIELDS)
    return label if is_of_day or is_of_other else None


def _day_at_edge(text: str) -> date | None:
    """The day with which a text begins or ends, a blank or bracket apart; None where it has several."""
    parts = around_date(text)
    if parts is None or len(set(days_in(text))) > 1:
        return None
    before, after = parts[0], _CLOCK.sub("", parts[1])
    begins = not before.strip(_EDGES) and after[:1] in _EDGES
    ends = not after.strip(_EDGES) and before[-1:] in _EDGES
    return find_date(text) if begins or ends else None


def _says_other_day(text: str) -> bool:
    """Whether a text says that its day is another than the row's: right before it or as its label (会议时间), right
    behind it (2026-10-11起施行); of several days, anywhere."""
    other, parts = wording().other_days, around_date(text)
    if parts is None or len(set(days_in(text))) > 1:
        return other.search(text) is not None
    before, after = parts
    behind = after.lstrip(" ").split(" ")[0]
    is_apart = after[:1] in _EDGES and behind[:1] not in _OF_ITS_DAY
    if (other.match if is_apart else other.search)(behind):
        return True
    *_, last = (None, *other.finditer(before))
    is_label = last is not None and before.strip(_EDGES) == last[0]
    return is_label or (last is not None and _TO_ITS_DAY.fullmatch(before, last.end()) is not None)


def _divided_day(pieces: Sequence[str], joined: str) -> date | None:
    years = [year for piece in pieces if (year := year_of(piece))]
    if len(years) == 1 and (found := month_and_day(pieces)):
        return find_date(f"{years[0]}-{found[0]}-{found[1]}")
    month = _MONTH_FIRST.search(joined)
    rest = joined[: month.start()] + " " + joined[month.end() :] if month else ""
    number = _DAY.search(rest)
    return find_date(f"{month[1]}-{month[2]}-{number[1]}") if month and number else None


def month_and_day(pieces: Sequence[str]) -> tuple[int, int] | None:
    """Month and day printed without a year, as a text of its own (03-01, [3月1日])."""
    found = next((match for text in _by_label(pieces) if (match := _MONTH_AND_DAY.match(text))), None)
    return (int(found[1]), int(found[2])) if found else None


def day_in_year(found: tuple[int, int], year: int | None, *witnesses: date | None) -> date | None:
    """The day of that month and day that a witness names too, the link's address or `title`, else the one in `year`;
    None without either."""
    for day in witnesses:
        if day is not None and (day.month, day.day) == found:
            return day
    return find_date(f"{year}-{found[0]}-{found[1]}") if year else None


def year_of(text: str) -> int | None:
    """The year when `text` is a year and nothing else (2024, 2024年)."""
    found = _YEAR.match(text)
    return int(found[1]) if found else None


def day_column(row: Element) -> int | None:
    """In a table with a head, the number of the cell that holds a row's day: 发布日期 before other dates."""
    names, labels = _heads(row), wording().labels
    for wanted in (labels[field] for field in _DAY_FIELDS):
        for number, name in enumerate(names):
            if name in wanted:
                return number
    return None


def cells_of_other_days(row: Element) -> list[Element]:
    """In a table with a head, the cells of a row that hold other days: 截止日期."""
    named = zip(_heads(row), _cells(row), strict=False)
    return [cell for name, cell in named if wording().other_days.search(name)]


def _heads(row: Element) -> list[str]:
    """The heads over the cells of a row; none where the table has no such head."""
    table = next((node for node in row.ancestors() if node.tag == "table"), None)
    if table is None:
        return []
    rows = row.tree.tagged("tr")
    head = rows[bisect_left(rows, table.order, key=_order)]
    if head is row:
        return []
    names = ["".join(texts(cell)).replace(" ", "") for cell in _cells(head)]
    return names if len(names) == len(_cells(row)) else []


def day_in_column(row: Element, number: int) -> date | None:
    """The day in the cell of that number; None in a row of fewer cells."""
    return next((stated_day(list(texts(cell))) for cell in _cells(row)[number : number + 1]), None)


def _cells(row: Element) -> list[Element]:
    return [child for child in row.children if child.tag in ("td", "th")]


def _lines(link: Element) -> tuple[list[_Line], list[str]]:
    """The printed lines of a link, without its days and numbers, which come apart."""
    lines: list[_Line] = []
    rest: list[str] = []
    run: list[str] = []
    heading = is_numbered = False

    def close() -> None:
        nonlocal heading, is_numbered
        kept = [piece for piece in run if not _is_day(piece)]
        rest.extend(piece for piece in run if piece not in kept)
        said, number = _without_marks(kept), None
        if found := _number_before(said):
            said, number = (said[1:], None) if is_numbered else (said, found)
        words = normalise("".join(said)).replace("\n", " ")
        if words and _NUMERALS.match(words):
            rest.extend(" ".join(piece.split()) for piece in kept)
        elif words:
            lines.append(_Line(words, heading, number))
        run.clear()
        heading = is_numbered = False

    def walk(node: Element, below: int) -> None:
        nonlocal heading, is_numbered
        for child in node.content:
            if isinstance(child, str):
                run.extend(_AT_LABEL.split(child) if _MAY_PART.search(child) else (child,))
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


def _number_before(said: Sequence[str]) -> int | None:
    """The number that is the first text of a line, unless the next begins with what it counts."""
    if not said or not _NUMBER.fullmatch(number := said[0].strip()):
        return None
    counted = next(filter(None, map(str.strip, said[1:])), "")
    return int(number.rstrip(".、")) if _NO_UNIT.match(counted) else None


def _is_day(piece: str) -> bool:
    """Whether a text is a day, with or without its label, or the label of one that follows."""
    label = _label_of_day(piece)
    if label is None:
        return whole_date(_CLOCK.sub("", piece)) is not None
    return label.end() == len(piece) or _NUMERALS.match(piece[label.end() :]) is not None


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
    return "" if is_placeholder(full) else full


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
