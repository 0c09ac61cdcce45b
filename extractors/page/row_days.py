"""The day that a row of a list was put up on, of what is printed in the row and over it.

A day is taken from a text of its own (a cell, a span, a line), never from the middle of prose: a wrong day is
worse than none. A day without its year needs a witness for it, the heading above or the link's own address. One written
in short (25-03-28, 20250328) needs such a witness or other rows that leave it one meaning.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from operator import attrgetter, itemgetter

from extractors.page.blocks import squeeze, texts
from extractors.page.dates import around_date, days_in, find_date, whole_date
from extractors.page.rules import LabelField, wording
from extractors.page.tree import Element

NUMERALS = re.compile(r"^[\d\s\-/.:年月日\[\]()（）【】]+$")
_CLOCK = re.compile(r"(?<![\sT])[\sT]*\d{1,2}:\d{2}(?::\d{2})?$")
_LABEL = re.compile(r"^[\[(（【\s]*([\u4e00-\u9fff](?:\s*[\u4e00-\u9fff]){1,7})\s*(?:[:：]|(?<=[^关]于))\s*")
_HAS_DIGIT = re.compile(r"\d")
_NAMES_A_DAY = re.compile(r"(?:时间|日期)$")
_ENDS_OF_LABEL = ("", "期", "期限", "期至", "至", "于", "日")
_TO_ITS_DAY = re.compile(r"(?:\s*(?:时间|日期|期限?|日)\s*[:：至于为]?\s*|\s*[:：至于为]\s*)?")
"""What may stand between a word of another day (截止) and that day."""
_OF_ITS_DAY = tuple("起前后止")
_BEFORE_LABEL = r"(?=[\u4e00-\u9fff]{2,8}\s*[:：])"
AT_LABEL = re.compile(rf"(?<=[\s\d日)）\]】]){_BEFORE_LABEL}")
_APART = re.compile(rf"\s*[|｜]\s*|(?<=[\s\d日)）\]】]){_BEFORE_LABEL}")
"""Where one text ends and another begins: at a divider, before a label."""
MAY_PART = re.compile(r"[|｜:：]")
_SENTENCE = re.compile(r"[，。；！？]")
_MONTH_FIRST = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})(?:月)?(?!\s*[-/.\d])")
_DAY = re.compile(r"(?<![\d-])(\d{1,2})\s*日?(?![\d-])")
_MONTH_AND_DAY = re.compile(r"^[\[(（【]?\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\s*[\])）】]?$")
_IN_SHORT = re.compile(
    r"^[\[(（【]?\s*(?:(\d{2})([-/.])(\d{1,2})\2(\d{1,2})|((?:19|20)\d{2})(\d{2})(\d{2}))\s*[\])）】]?$"
)
_MONTH_AND_DAY_IN_FULL = re.compile(
    r"^[\[(（【]?\s*(?:0[1-9]|1[0-2])[-/](?:0[1-9]|[12]\d|3[01])\s*[\])）】]?$"
)
_YEAR_FIRST, *_YEAR_LAST = ((0, 1, 2), (2, 1, 0), (2, 0, 1))
"""Where year, month and day stand among the numbers of a day in short."""
FEWEST_ALIKE = 3
"""Lines of one make from which they are rows of a list."""
_YEAR = re.compile(r"^[\[(（【]?\s*((?:19|20)\d{2})\s*(?:年度?)?\s*[\])）】]?$")
_DAY_FIELDS: tuple[LabelField, ...] = ("published_on", "dated_on", "written_on")
_UNLABELLED = 1
_EDGES = "（()）[]【】 "
_MOST_PROSE = 80
"""Characters beside a link up to which a day inside longer words still counts."""
_MOST_BESIDE = 400
_order = attrgetter("order")


def stated_day(pieces: Sequence[str]) -> date | None:
    """The day that stands in `pieces` as a text of its own, or divided over several (2024-01 | 20, 01-20 | 2024),
    or in a few words; None where there is none."""
    said = by_label(pieces)
    if day := whole_day(said):
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


def whole_day(texts: Sequence[str]) -> date | None:
    """The first of some texts that is a day and nothing else, a clock aside."""
    return next((day for text in texts if (day := whole_date(_CLOCK.sub("", text)))), None)


def by_label(pieces: Sequence[str]) -> list[str]:
    """The texts, parted at dividers and labels, without the labels of days: what is labelled 发布日期 first, 成文日期
    last, what is said of other days (截止日期) not at all."""
    return [text for _, text in sorted(_ranked(pieces), key=itemgetter(0))]


def of_no_other_day(pieces: Sequence[str]) -> list[str]:
    """The texts in their order, without what is labelled as another day than that of putting up."""
    return [text for rank, text in _ranked(pieces) if rank <= _UNLABELLED]


def _ranked(pieces: Sequence[str]) -> list[tuple[int, str]]:
    """The texts without the labels of days, and how early each is asked for a day."""
    ranked: list[tuple[int, str]] = []
    open_label = ""
    for part in (part for piece in pieces for part in _parts(piece)):
        text = part if not open_label or _LABEL.match(part) else open_label + part
        label = label_of_day(text)
        open_label = text if label and label.end() == len(text) else ""
        if label is None:
            ranked.append((_UNLABELLED, text))
        elif not open_label and (rank := _rank(label[1])) is not None:
            ranked.append((rank, text[label.end() :]))
    return ranked


def _parts(text: str) -> list[str]:
    return list(filter(None, _APART.split(text))) if MAY_PART.search(text) else [text]


def _rank(label: str) -> int | None:
    """How early what is so labelled is asked for a day; None where it is of other days."""
    name, labels = squeeze(label), wording().labels
    if name in labels["published_on"]:
        return 0
    if wording().other_days.search(name):
        return None
    return _UNLABELLED + (name in labels["written_on"])


def label_of_day(text: str) -> re.Match[str] | None:
    """The label with which a text begins where it is a day's, be it another day's."""
    label = _LABEL.match(text)
    if label is None:
        return None
    name = squeeze(label[1])
    other = wording().other_days.search(name)
    is_of_other = other is not None and name[other.end() :] in _ENDS_OF_LABEL
    return label if is_of_other or _is_of_day(name) else None


def _is_of_day(name: str) -> bool:
    """Whether a label or a column's head is a day's."""
    labels = wording().labels
    return _NAMES_A_DAY.search(name) is not None or any(name in labels[field] for field in _DAY_FIELDS)


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
    found = next((match for text in by_label(pieces) if (match := _MONTH_AND_DAY.match(text))), None)
    return (int(found[1]), int(found[2])) if found else None


def day_in_year(found: tuple[int, int], year: int | None, *witnesses: date | None) -> date | None:
    """The day of that month and day that a witness names too, the link's address or `title`, else the one in `year`;
    None without either."""
    for day in witnesses:
        if day is not None and (day.month, day.day) == found:
            return day
    return find_date(f"{year}-{found[0]}-{found[1]}") if year else None


@dataclass(frozen=True, slots=True)
class ShortDay:
    """A day written in short: its numbers as they stand, and what is between them (nothing where the year is whole)."""

    numbers: tuple[str, str, str]
    mark: str

    def read(self, order: tuple[int, int, int] = _YEAR_FIRST) -> date | None:
        """The day that it is where year, month and day stand in that order; None where that is no day."""
        year, month, day = (self.numbers[place] for place in order)
        return find_date(f"{year if len(year) == 4 else 2000 + int(year)}-{month}-{day}")


def short_day(pieces: Sequence[str]) -> ShortDay | None:
    """The one day that stands in short in `pieces`, as a text of its own."""
    found = {match for text in by_label(pieces) if (match := _short(text))}
    return found.pop() if len(found) == 1 else None


def _short(text: str) -> ShortDay | None:
    found = _IN_SHORT.match(_CLOCK.sub("", text))
    if found is None:
        return None
    short, mark, month, day, *whole = found.groups()
    return ShortDay((short, month, day), mark) if mark else ShortDay((whole[0], whole[1], whole[2]), "")


def agreed_days(found: Sequence[ShortDay]) -> Sequence[date | None]:
    """What the days of some rows mean that are in short alike, in the order of the rows: all are days as they stand,
    and, where the year has two digits, in the order of a list, as they are not with the day or the month in front.
    None of each where they are few, may mean other days, or count on by one as numbers of files do."""
    days = [day for one in found if (day := one.read())]
    if len(found) < FEWEST_ALIKE or len(days) < len(found):
        return [None] * len(found)
    numbers = [int("".join(one.numbers)) for one in found]
    if not found[0].mark and {abs(later - number) for number, later in pairwise(numbers)} == {1}:
        return [None] * len(found)
    if found[0].mark:
        others = ([one.read(order) for one in found] for order in _YEAR_LAST)
        least = min((_breaks(list(filter(None, other))) for other in others if all(other)), default=None)
        breaks = _breaks(days)
        if breaks > 1 or (least is not None and least <= 2 * breaks):
            return [None] * len(found)
    return days


def _breaks(days: Sequence[date]) -> int:
    """How often days that follow each other leave the order, be it upwards or downwards."""
    rises, falls = (sum(later > day for day, later in pairwise(run)) for run in (days, days[::-1]))
    return min(rises, falls)


def is_day_in_short(piece: str) -> bool:
    """Whether a text is a day in short or a month and day of two figures each."""
    short = _short(piece)
    return (short is not None and short.read() is not None) or _MONTH_AND_DAY_IN_FULL.match(piece) is not None


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


def is_of_other_column(row: Element, said: ShortDay) -> bool:
    """Whether in a table with a head a day in short stands under a name that is no day's: 编号, 索引号."""
    for name, cell in zip(_heads(row), _cells(row), strict=False):
        if any(_short(text) == said for text in texts(cell)):
            return bool(name) and not _HAS_DIGIT.search(name) and not _is_of_day(name)
    return False


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


def is_day(piece: str) -> bool:
    """Whether a text is a day, with or without its label, or the label of one that follows."""
    label = label_of_day(piece)
    if label is None:
        return whole_date(_CLOCK.sub("", piece)) is not None
    return label.end() == len(piece) or NUMERALS.match(piece[label.end() :]) is not None
