"""Labelled values in printed lines: 索引号, 发布机构, 成文日期, 来源 …"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import pairwise, takewhile

from extractors.page.blocks import Line
from extractors.page.dates import around_date, find_date, opening_date
from extractors.page.rules import LabelField, wording
from extractors.page.titles import HEAD_LINES, is_placeholder
from extractors.report.signature import names_body

_NOTHING = re.compile(r"^(?:无|暂无|-+|/|——)?$")
_LONGEST = 150
_CLEAR = 4
"""Characters from which a label is told even where markup glued it to the words before it."""
_ENGLISH = r"[（(][A-Za-z][A-Za-z .]*[）)]"
"""A label's translation behind it: 来源（Source）：…"""
_ANY_LABEL = re.compile(rf"([\u4e00-\u9fff]{{2,6}})[\s\u3000]*(?:{_ENGLISH}[\s\u3000]*)?[:：]")
_MARKED = re.compile(r"[:：\[【于]")
"""What every label in a line has after it or around it, or ends with (发布于)."""
_BESIDE_LABEL = re.compile(rf"{_ENGLISH}|[\s\u3000:：\[\]【】]+")
_PROSE = re.compile(r"[，。；！？]")
_OF_DATELINE = frozenset({"published_on", "dated_on", "content_source"})
_LONGEST_BARE = 60
"""Characters of the longest line of date and source whose date has no label."""
_LABEL_ALONE = 3
"""Characters from which a line that is nothing but a label, without a colon, is one."""
_LONGEST_BARE_LABEL = 30
"""Characters of the longest cell that may be a label and nothing else, spaces between its characters counted."""
_TOOLS = re.compile(
    r"[\s【\[（(|]*(?:字体|字号|大[\s|]*中[\s|]*小|打印|关闭|分享|收藏|浏览|阅读|点击|访问).*$"
)
_CLOCK = re.compile(r"\s*\d{1,2}(?:[:：]\d{2}(?:[:：]\d{2})?|时\d{1,2}分(?:\d{1,2}秒)?)")
_LABEL_OF_BODY = re.compile(r"^\s*[\u4e00-\u9fff]{2,4}[:：]")
_PLACE = re.compile(r"[\u4e00-\u9fff]{2,12}(?:[镇乡县区州旗省市]|街道|[科处股室])")
_MEDIUM = re.compile(r"[\u4e00-\u9fff·]{2,12}(?:报|网|社|台|频道|客户端|公众号|发布|融媒体?|融媒体?中心)")
_LONGEST_BODY = 30
_HAS_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\d\s*号|[〔\[（(【〈﹝［]\s*(?:19|20)\d{2}")
"""What a document's number has (GB/T 9704-2012, 7.2.5): the year in brackets, 号 behind the number."""
_NUMBER_LINE = re.compile(
    r"[\u4e00-\u9fff]{2,20}\s*[〔\[（(【〈﹝［]\s*(?:19|20)\d{2}\s*[〕\]）)】〉﹞］]\s*第?\s*\d{1,5}\s*号"
)
_STATE = re.compile(r"\S{0,4}(?:有效|失效|废止|生效|修改|修订)(?:期?[（(至到：:].{1,20})?")
"""What a document's state is called: 现行有效, 部分失效, 已废止; a list of them to choose from is none."""
_SENTENCE_END = re.compile(r"[。；！？]")
_VALID: Mapping[LabelField, Callable[[str], object]] = {
    "written_on": find_date,
    "published_on": find_date,
    "dated_on": find_date,
    "index_number": _HAS_DIGIT.search,
    "document_number": _NUMBER.search,
    "validity": _STATE.fullmatch,
}
"""What the value of a field must hold to be one: 发布日期 above a column of a table is none."""


def is_information(line: Line) -> bool:
    """Whether a short line is about the page: it has several labels, of which one at least is known."""
    text = line.apart
    pattern, _ = _label_pattern()
    if len(line.cells) > 1 or len(text) > _LONGEST or "。" in text or not pattern.search(text):
        return False
    return len(_ANY_LABEL.findall(text)) > 1


def has_known_labels(line: Line) -> bool:
    """Whether all labels in a line are known: 地点 beside 时间 is of a text."""
    return all(bare(label) in _all_labels() for label in _ANY_LABEL.findall(line.apart))


def is_dateline(line: Line) -> bool:
    """Whether a line is the one of date and source: labels, or a day with one, or a day in figures before few words."""
    text = line.apart
    if is_information(line):
        return True
    if len(line.cells) > 1 or len(text) > _LONGEST or _PROSE.search(text):
        return False
    pattern, fields = _label_pattern()
    if any(
        fields.get(bare(match["label"])) in _OF_DATELINE for match in pattern.finditer(text)
    ) and find_date(text):
        return True
    return opening_date(text) is not None and len(text) <= _LONGEST_BARE


def is_bare_dateline(line: Line) -> bool:
    """Whether a line is one of date and source if it stands right under a title: a day alone, a body, a medium or a
    place before or behind a day, a source alone; tools may follow. Anywhere else it may be a signature."""
    if len(line.cells) > 1 or _PROSE.search(line.apart):
        return False
    text = _TOOLS.sub("", line.apart)
    parts = around_date(text)
    if parts is None:
        pattern, fields = _label_pattern()
        label = pattern.match(text)
        named = label is not None and fields.get(bare(label["label"])) == "content_source"
        return named and len(text) <= _LONGEST_BODY
    before, after = parts
    rest = _LABEL_OF_BODY.sub("", f"{before} {_CLOCK.sub('', after, count=1)}").strip()
    if not rest or names_body(rest):
        return len(rest) <= _LONGEST_BODY
    return any(pattern.fullmatch(rest) for pattern in (_PLACE, _MEDIUM))


def opens_with_label(text: str) -> bool:
    """Whether a line begins with a known label and its colon, or is nothing but a label."""
    pattern, _ = _label_pattern()
    return pattern.match(text) is not None or is_label(text)


def is_label(text: str) -> bool:
    """Whether a text is a known label and nothing else, its colon and brackets aside."""
    return known_label(text) is not None


def known_label(text: str) -> str | None:
    """The known label that a text is, without its colon and brackets."""
    label = bare(text)
    return label if label in _all_labels() else None


def heads_columns(cells: Sequence[str]) -> bool:
    """Whether a row names the columns below it: known labels stand side by side, without values between."""
    return any(is_label(cell) and is_label(beside) for cell, beside in pairwise(cells))


def label_before_value(line: Line) -> str | None:
    """The known label that a line outside tables begins with, its colon or an element's end behind it."""
    if line.table is not None:
        return None
    if match := _label_pattern()[0].match(line.apart):
        return bare(match["label"])
    label, _, value = line.apart.partition(" ")
    stands_apart = not value or not line.text.startswith(f"{label} ")
    return bare(label) if stands_apart and is_label(label) else None


def bare(text: str) -> str:
    """A label without white space, colon, brackets and translation."""
    return _BESIDE_LABEL.sub("", text)


@cache
def _all_labels() -> frozenset[str]:
    named = (word for words in wording().labels.values() for word in words)
    return frozenset({*named, *wording().other_labels})


@cache
def _label_pattern() -> tuple[re.Pattern[str], Mapping[str, LabelField]]:
    fields: dict[str, LabelField] = {}
    for name, labels in wording().labels.items():
        fields |= dict.fromkeys(labels, name)
    words = sorted([*fields, *wording().other_labels], key=len, reverse=True)

    def spaced(labels: Sequence[str]) -> str:
        return "|".join(r"[\s\u3000]*".join(map(re.escape, label)) for label in labels)

    clear, short = (
        spaced([w for w in words if (len(w) >= _CLEAR) is is_clear]) for is_clear in (True, False)
    )
    label = rf"(?P<label>{clear}|(?<![\u4e00-\u9fff])(?:{short}))"
    colon = rf"(?:[\s\u3000]*(?:{_ENGLISH}[\s\u3000]*)?[:：]|(?<=于)[\s\u3000]*(?=\d))"
    return re.compile(
        rf"(?P<open>[\[【])?[〖（(]?{label}(?(open)[\]】](?:{colon})?|[\s\u3000]*[〗）)]?{colon})"
    ), fields


def labelled(lines: Sequence[Line]) -> Mapping[LabelField, str]:
    """Values of known labels in printed lines: `label：value` or `[label]value` in a line, an element with the label
    before one with the value, a label cell before a value cell, a label alone above its value."""
    found: dict[LabelField, str] = {}
    pattern, fields = _label_pattern()
    for number, line in enumerate(lines):
        values = _values_below(lines, number)
        for position, cell in enumerate(line.cells_apart):
            if values and (name := bare(cell)) in fields:
                _keep(found, fields[name], values[position])
                continue
            name = cell if cell.isalnum() else bare(cell) if len(cell) <= _LONGEST_BARE_LABEL else ""
            if name in fields:
                if len(line.cells) > 1 or cell.rstrip().endswith((":", "：")) or len(name) >= _LABEL_ALONE:
                    _keep(found, fields[name], _next_cell(lines, number, position))
                continue
            label, _, value = cell.partition(" ")
            if label in fields and value and not line.cells[position].startswith(label + " "):
                _keep(found, fields[label], value)
                continue
            if not _MARKED.search(cell):
                continue
            matches = list(pattern.finditer(cell))
            for match, following in zip(matches, [*matches[1:], None], strict=False):
                label = bare(match["label"])
                if label in fields:
                    _keep(found, fields[label], cell[match.end() : following.start() if following else None])
    return found


def printed_number(lines: Sequence[str]) -> str | None:
    """The document's number that stands alone on a line before a text's first sentence, if it is the only one."""
    head = takewhile(lambda line: not _SENTENCE_END.search(line), lines[:HEAD_LINES])
    found = [line for line in head if _NUMBER_LINE.fullmatch(line)]
    return found[0] if len(found) == 1 else None


def _values_below(lines: Sequence[Line], number: int) -> Sequence[str]:
    """The only row of values below a row of labels, cell by cell; none where a row is no such one."""
    line, below = lines[number], lines[number + 1 : number + 3]
    if line.table is None or not heads_columns(line.cells) or [one.table == line.table for one in below] not in (
        [True], [True, False]
    ):  # fmt: skip
        return ()
    values = below[0].cells_apart
    return values if len(values) == len(line.cells) else ()


def _next_cell(lines: Sequence[Line], number: int, position: int) -> str:
    cells = lines[number].cells_apart
    if position + 1 < len(cells):
        following = cells[position + 1]
    else:
        below = lines[number + 1].cells_apart if number + 1 < len(lines) and len(cells) == 1 else ()
        following = below[0] if len(below) == 1 else ""
    return "" if opens_with_label(following) else following


def _keep(found: dict[LabelField, str], name: LabelField, value: str) -> None:
    value = value.strip(" \t\u3000|；;").lstrip(":： \u3000")
    valid = _VALID.get(name)
    if is_placeholder(value):
        return
    if not _NOTHING.match(value) and len(value) <= _LONGEST and (valid is None or valid(value)):
        found.setdefault(name, value)
