"""What is furniture, not article, by line: whole lines go by their wording, never a part of one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.page.blocks import Line, squeeze
from extractors.page.catalogue import catalogue_lines
from extractors.page.labels import has_known_labels, is_bare_dateline, is_information, is_label
from extractors.page.rules import LineRule, LineRules, line_rules
from extractors.records import Removed
from extractors.report.signature import names_body

_SENTENCE = re.compile(r"[。；！？]")
PERIOD = re.compile(r"(?:^|\n)[^，、；\n]*[，、；].*[。；！？][”）)]?$")
_MARK = re.compile(r"[，。；！？]")
_SHORTEST_TEXT = 12
"""Characters of the shortest line with a sentence mark with which an article's text has begun."""
_DOCUMENTS_DAY = re.compile(
    r"[（(]?(?:\d{4}|[〇○零一二三四五六七八九]{4})年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日[）)]?"
)
"""A day as GB/T 9704-2012 (7.3.5.4) has it."""
_WHEN = re.compile(r"(?:[\u4e00-\u9fff]{2})?(?:时\s*间|日\s*期)\s*[:：]")
_WHERE = re.compile(r"(?:[\u4e00-\u9fff]{2})?地\s*点\s*[:：]")
_HEAD = 12
_COPIED = 0.8
"""Share of an article's lines that are printed twice, in their order, when it is."""
_FEWEST_COPIED = 3
_LEFTOVER = 60
"""A line this long with a sentence in it is article: nothing before it is an end."""
LONGEST_FURNITURE = 400
_LINKS = "link_line"
_INFORMATION = "information_line"
_DAY = "labelled_day"
_ABOUT_PAGE = frozenset({_INFORMATION, _DAY, "source_line", "byline"})
"""Rules of lines that may state date and source below a text."""
_LINKED = 0.5
"""Share of a line that leads to other pages from which it is a link and nothing else."""
_LONGEST_LIST_HEADING = 12


@dataclass(frozen=True, slots=True)
class Stripped:
    """An article's lines, what was removed, and of that the lines at its head and its foot, which may state title,
    date, source."""

    kept: list[Line]
    removed: list[Removed]
    head: list[Line]
    foot: list[Line]


def is_furniture_line(text: str) -> bool:
    """Whether a line by itself is furniture, wherever it stands."""
    return rule_of(Line((text,)), line_rules()) is not None


def strip_lines(lines: Sequence[Line], *, is_dated: bool) -> Stripped:
    """Take furniture lines out of an article's lines.

    A rule speaks of a whole block from its start, never of a part of a sentence; head rules end with the
    first sentence, and an end is cut off only where no sentence follows. Where the line of date and source stands above
    the article (`is_dated`), a day as documents write it is the document's, and one over a place an event's; so is one
    under a body's name the document's.
    """
    removed: list[Removed] = []
    kept: list[Line] = []
    head: list[Line] = []
    in_head = True
    catalogue = catalogue_lines(lines)
    for number, line in enumerate(lines):
        if _DOCUMENTS_DAY.fullmatch(squeeze(line.text)) and (names_body(kept[-1].text) if kept else is_dated):
            kept.append(line)
            continue
        if is_dated and in_head and _opens_event(lines[number : number + 2]):
            kept.append(line)
            continue
        information = in_head and (number in catalogue or is_information(line))
        information = information or (not kept and is_bare_dateline(line))
        in_head = in_head and number < _HEAD
        rule = _INFORMATION if information else None
        rules = line_rules("line", "head") if in_head else line_rules("line")
        if rule is None and (match := rule_of(line, rules)):
            rule = match.name
        if rule is None and not kept and line.linked > _LINKED:
            rule = _LINKS
        if rule is None:
            kept.append(line)
            in_head = in_head and not begins_text(line)
            continue
        removed.append(Removed(line.text, rule))
        if in_head:
            head.append(line)
    kept, copy = _without_copy(kept)
    article, tail = _without_tail(kept, has_begun=bool(removed))
    ends = zip(kept[len(article) :], tail, strict=True)
    foot = [line for line, gone in ends if gone.rule in _ABOUT_PAGE]
    return Stripped(article, removed + tail + copy, head, foot)


def _opens_event(lines: Sequence[Line]) -> bool:
    """Whether a line and the one below it say when and where something takes place."""
    return len(lines) > 1 and bool(_WHEN.match(lines[0].text) and _WHERE.match(lines[1].text))


def _without_copy(lines: list[Line]) -> tuple[list[Line], list[Removed]]:
    """An article's lines without a second printing of them all, for printers or phones, that a style sheet hides."""
    first = next((i for i, line in enumerate(lines) if len(line.text) >= _LEFTOVER), None)
    if first is None:
        return lines, []
    again = next((i for i in range(first + 1, len(lines)) if lines[i].text == lines[first].text), None)
    if again is None:
        return lines, []
    opening = {line.text for line in lines[:first]}
    start = again
    while start > first + 1 and lines[start - 1].text in opening:
        start -= 1
    rest, printed = lines[start:], iter([line.text for line in lines[:start]])
    alike = sum(line.text in printed for line in rest)  # in the same order
    if alike < max(_FEWEST_COPIED, _COPIED * max(len(rest), start)):
        return lines, []
    return lines[:start], [Removed("\n".join(line.text for line in rest), "copy")]


def begins_text(line: Line) -> bool:
    """Whether an article's text has begun with a line."""
    return len(line.cells) > 1 or (len(line.text) >= _SHORTEST_TEXT and _MARK.search(line.text) is not None)


def _without_tail(lines: list[Line], *, has_begun: bool) -> tuple[list[Line], list[Removed]]:
    """An article's first line is its own unless furniture stood before it (`has_begun`)."""
    lines, ends = _without_ends(lines)
    last_sentence = max((i for i, line in enumerate(lines) if is_sentence(line)), default=-1)
    for number in range(last_sentence + 1, len(lines)):
        if (number or has_begun) and (rule := rule_of(_opening(lines[number]), line_rules("anchor"))):
            ends = [*(Removed(line.text, rule.name) for line in lines[number:]), *ends]
            lines, above = _without_ends(lines[:number])
            return lines, above + ends
    return lines, ends


def _without_ends(lines: list[Line]) -> tuple[list[Line], list[Removed]]:
    """Lines without the furniture at their end, taken off one after another; a last one goes by its wording only."""
    ends: list[Removed] = []
    while len(lines) > 1:
        name = _name_of_end(lines[-1], lines[-2], over_links=bool(ends) and ends[-1].rule == _LINKS)
        if name is None:
            break
        ends.append(Removed(lines[-1].text, name))
        lines = lines[:-1]
    if len(lines) == 1 and (name := _name_of_end_alone(lines[0])):
        ends.append(Removed(lines[0].text, name))
        lines = []
    return lines, ends[::-1]


def _name_of_end_alone(line: Line) -> str | None:
    """The rule by which an article's only line is none of its own: a label without a value, an end by its wording."""
    if is_label(line.text):
        return _INFORMATION
    rule = rule_of(line, line_rules("tail"))
    return rule.name if rule is not None else None


def _name_of_end(line: Line, above: Line, *, over_links: bool) -> str | None:
    """The rule by which an article's last line is none of its own; a day under a body's name is of the signature."""
    if line.linked > _LINKED:
        return _LINKS
    if over_links and len(line.text) <= _LONGEST_LIST_HEADING and line.text.endswith(("：", ":")):
        return _LINKS
    rule = rule_of(line, line_rules("tail"))
    if rule is not None:
        return rule.name if rule.name != _DAY or not names_body(above.text) else None
    return _INFORMATION if is_information(line) and has_known_labels(line) else None


def _opening(line: Line) -> Line:
    """A line, or of a row that leads to other pages its first cell, as a line."""
    return Line(line.cells[:1]) if len(line.cells) > 1 and line.linked > _LINKED else line


def is_sentence(line: Line) -> bool:
    """Whether a line is one of a text: a sentence, or a row that leads nowhere."""
    if line.linked > _LINKED:
        return False
    if len(line.cells) > 1 or (len(line.text) >= _LEFTOVER / 2 and _SENTENCE.search(line.text)):
        return True
    return len(line.text) >= _SHORTEST_TEXT and PERIOD.search(line.text) is not None


def rule_of(line: Line, rules: LineRules) -> LineRule | None:
    """The first of the rules that a line follows as a whole."""
    if len(line.cells) > 1:
        return None
    bare = "".join(line.text.split())
    if len(bare) > LONGEST_FURNITURE or not rules.any_of.fullmatch(bare):
        return None
    return next(rule for rule in rules.rules if rule.pattern.fullmatch(bare))
