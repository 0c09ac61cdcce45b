"""Labelled values in printed lines: 索引号, 发布机构, 成文日期, 来源 …"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from extractors.page.blocks import Line
from extractors.page.rules import LabelField, wording

_NOTHING = re.compile(r"^(?:无|暂无|-+|/|——)?$")
_LONGEST = 150
_CATALOGUE_LABELS = 3
_CLEAR = 4
"""Characters from which a label is told even where markup glued it to the words before it."""
_ANY_LABEL = re.compile(r"[\u4e00-\u9fff]{2,6}[\s\u3000]*[:：]")
_SPACE = re.compile(r"[\s\u3000:：\[\]【】]+")


def is_information(line: Line) -> bool:
    """Whether a short line is about the page: it has several labels, of which one at least is known."""
    text = line.text
    pattern, _ = _label_pattern()
    if len(line.cells) > 1 or len(text) > _LONGEST or "。" in text or not pattern.search(text):
        return False
    return len(_ANY_LABEL.findall(text)) > 1


def catalogue_tables(lines: Sequence[Line]) -> frozenset[int]:
    """Numbers of the tables that are the page's own catalogue entry: several of their cells are known
    labels."""
    known = _all_labels()
    counts: Counter[int] = Counter()
    for line in lines:
        if line.table is not None:
            counts[line.table] += sum(_SPACE.sub("", cell) in known for cell in line.cells)
    return frozenset(table for table, labels in counts.items() if labels >= _CATALOGUE_LABELS)


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
    label = rf"({clear}|(?<![\u4e00-\u9fff])(?:{short}))"
    return re.compile(rf"[\[【〖（(]?{label}[\s\u3000]*[\]】〗）)]?[\s\u3000]*[:：]"), fields


def labelled(lines: Sequence[Line]) -> Mapping[LabelField, str]:
    """Values of known labels in printed lines: `label：value` in a line, or a label cell before a value
    cell."""
    found: dict[LabelField, str] = {}
    pattern, fields = _label_pattern()
    for number, line in enumerate(lines):
        for position, cell in enumerate(line.cells):
            bare = re.sub(r"[\s\u3000:：\[\]【】]+", "", cell)
            if bare in fields:
                value = _next_cell(lines, number, position)
                if len(line.cells) > 1 or cell.rstrip().endswith((":", "：")):
                    _keep(found, fields[bare], value)
                continue
            matches = list(pattern.finditer(cell))
            for match, following in zip(matches, [*matches[1:], None], strict=False):
                label = re.sub(r"[\s\u3000]+", "", match[1])
                if label in fields:
                    _keep(found, fields[label], cell[match.end() : following.start() if following else None])
    return found


def _next_cell(lines: Sequence[Line], number: int, position: int) -> str:
    cells = lines[number].cells
    if position + 1 < len(cells):
        return cells[position + 1]
    following = lines[number + 1].cells if number + 1 < len(lines) and len(cells) == 1 else ()
    pattern, _ = _label_pattern()
    return following[0] if len(following) == 1 and not pattern.match(following[0]) else ""


def _keep(found: dict[LabelField, str], name: LabelField, value: str) -> None:
    value = value.strip(" \t\u3000|；;")
    if not _NOTHING.match(value) and len(value) <= _LONGEST:
        found.setdefault(name, value)
