"""What is furniture, not article: elements by name, lines by wording. Lines go only as whole blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, takewhile

from extractors.page.blocks import Line, lines_of, normalise
from extractors.page.labels import catalogue_tables, is_information
from extractors.page.rules import LineRule, wording
from extractors.page.tree import Element, Tree
from extractors.records import Removed
from extractors.report.signature import find_signature

_SENTENCE = re.compile(r"[。；！？]")
_PROSE = re.compile(r"[，。；]")
_PERIOD = re.compile(r"[，、；].*[。；！？][”）)]?$")
_MARK = re.compile(r"[，。；！？]")
_SHORTEST_TEXT = 12
"""Characters of the shortest line with a sentence mark with which an article's text has begun."""
_HEAD = 12
_FEW_RULES = 3
"""Rules up to which it is quicker to try each than to try first whether any fits."""
_COPIED = 0.8
"""Share of an article's lines that are printed twice, in their order, when it is."""
_FEWEST_COPIED = 3
_LEFTOVER = 60
"""A line this long with a sentence in it is article: nothing before it is an end."""
_LONGEST_FURNITURE = 400
_FRAME_TAGS = frozenset({"header", "footer", "nav"})
_BLOCK_TAGS = frozenset({"aside", "center", "div", "dl", "form", "ol", "section", "table", "ul"})
"""Elements that are a part of the page when they open with a heading such as 相关文章, not a line of the text."""
_FOOT_CHARS = 700
_FEW_STOPS = 3
_LINKS = "link_line"
_RELATED = "related"
_LINKED = 0.5
"""Share of a line that leads to other pages from which it is a link and nothing else."""
_LONGEST_LIST_HEADING = 12


@dataclass(frozen=True, slots=True)
class Stripped:
    """An article's lines, what was removed, and of that the lines at its head, which may state title,
    date, source."""

    kept: list[Line]
    removed: list[Removed]
    head: list[Line]


def is_furniture(element: Element) -> bool:
    """Whether an element's tag, id or class says that it is a menu, a foot, a share bar …"""
    if element.tag in _FRAME_TAGS:
        return True
    return any(map(_is_furniture_name, element.names))


def furniture(tree: Tree) -> set[Element]:
    """All elements of a page that are furniture by tag, id or class."""
    named = tree.bearing(filter(_is_furniture_name, tree.named))
    return {*named, *chain.from_iterable(map(tree.tagged, _FRAME_TAGS))}


@lru_cache(maxsize=10_000)
def _is_furniture_name(name: str) -> bool:
    return wording().furniture.match(name.lower()) is not None


def feet(elements: Sequence[Element]) -> frozenset[Element]:
    """The largest elements of few words around what only a page's foot says (版权所有, 网站标识码 …), and what stands
    below that in them."""
    found = set()
    for element in elements:
        if (
            not element.chars
            or element.prose > _FOOT_CHARS
            or element.tag in ("body", "html")
            or not any(
                isinstance(c, str) and not c.isspace() and _opens_foot(c, element) for c in element.children
            )
        ):
            continue
        late = element.order > len(elements) / 2
        for node in element.ancestors():
            above = node.parent
            if above is None or above.tag in ("body", "html") or _adds_article(above, node, late=late):
                found.add(node)
                break
    return frozenset(found)


def _opens_foot(text: str, element: Element) -> bool:
    """Whether a text begins as feet do; one that says it further on, or in a sentence, only speaks of such things."""
    match = wording().foot.search(text)
    if match is None or _PROSE.search(text, 0, match.start()) or _PERIOD.search(text.strip()):
        return False
    line = next(node for node in element.ancestors() if node.is_block or node.parent is None)
    return line.chars > _LONGEST_FURNITURE or not _PERIOD.search(line.text())


def _adds_article(above: Element, node: Element, *, late: bool) -> bool:
    """Whether an element holds more than a foot besides `node`; what follows a foot late on a page is foot."""
    if above.prose > _FOOT_CHARS:
        return True
    others = takewhile(lambda child: child is not node, above.children) if late else above.children
    stops = sum(child.stops for child in others if isinstance(child, Element) and child is not node)
    return stops >= _FEW_STOPS


def beyond_article(tree: Tree, container: Element) -> frozenset[Element]:
    """What stands in an article's container and opens as no text does: below the text (相关文章, 免责声明) with all
    that follows it there, a machine's summary (AI摘要) wherever it stands.

    Only whole blocks count, and none with a dated signature in or below it: lines of the text are `strip_lines`'.
    """
    asides, notices, anchors = (
        [rule for rule in wording().lines if rule.where == where] for where in ("aside", "notice", "anchor")
    )
    beyond: set[Element] = set()
    has_begun = False
    for leaf in tree.leaves_of(container):
        line = Line((normalise(_opening_text(leaf)),))
        opens = notices if _SENTENCE.search(line.text) else [*notices, *anchors]
        is_aside = _matching(line, asides) is not None
        if is_aside or (has_begun and _matching(line, opens)):
            block = _block_opened_by(leaf, container, tree)
            siblings = block.parent.children if block is not None and block.parent is not None else []
            rest = [] if block is None else [block] if is_aside else siblings[siblings.index(block) :]
            if not is_signed(rest):
                beyond.update(node for node in rest if isinstance(node, Element))
        has_begun = has_begun or leaf.files > 0 or _is_sentence(line)
    return frozenset(beyond)


def opens_related(leaf: Element) -> bool:
    """Whether a printed line is the heading of other articles (相关阅读)."""
    rule = _matching(Line((normalise(_opening_text(leaf)),)), wording().lines)
    return rule is not None and rule.name == _RELATED


def _opening_text(leaf: Element) -> str:
    """The text of a leaf down to the first block in it."""
    inline = takewhile(lambda child: isinstance(child, str) or not child.is_block, leaf.children)
    return "".join(child if isinstance(child, str) else child.text() for child in inline)


def _block_opened_by(leaf: Element, container: Element, tree: Tree) -> Element | None:
    """The largest block in the container whose first line the leaf is."""
    largest = None
    for node in leaf.ancestors():
        if node is container or tree.leaves_of(node)[0] is not leaf:
            break
        if node.tag in _BLOCK_TAGS:
            largest = node
    return largest


def is_signed(nodes: Sequence[Element | str]) -> bool:
    """Whether neighbouring nodes hold a text down to its dated signature."""
    signature = find_signature("\n".join(line.text for line in lines_of(nodes)))
    return signature is not None and bool(signature.names) and signature.signed_on is not None


def is_furniture_line(text: str) -> bool:
    """Whether a line by itself is furniture, wherever it stands."""
    return _matching(Line((text,)), wording().lines) is not None


def strip_lines(lines: Sequence[Line]) -> Stripped:
    """Take furniture lines out of an article's lines.

    A rule speaks of a whole block from its start, never of a part of a sentence; head rules end with the
    first sentence, and an end is cut off only where no sentence follows.
    """
    rules = wording().lines
    removed: list[Removed] = []
    kept: list[Line] = []
    head: list[Line] = []
    in_head = True
    catalogues = catalogue_tables(lines[:_HEAD])
    for number, line in enumerate(lines):
        information = in_head and (line.table in catalogues or is_information(line))
        in_head = in_head and number < _HEAD
        rule = "information_line" if information else None
        if rule is None and (
            match := _matching(
                line, [r for r in rules if r.where == "line" or (in_head and r.where == "head")]
            )
        ):
            rule = match.name
        if rule is None and not kept and line.linked > _LINKED:
            rule = _LINKS
        if rule is None:
            kept.append(line)
            in_head = in_head and not _begins_text(line)
            continue
        removed.append(Removed(line.text, rule))
        if in_head:
            head.append(line)
    kept, copy = _without_copy(kept)
    kept, tail = _without_tail(kept, rules, has_begun=bool(removed))
    return Stripped(kept, removed + tail + copy, head)


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


def _begins_text(line: Line) -> bool:
    return len(line.cells) > 1 or (len(line.text) >= _SHORTEST_TEXT and _MARK.search(line.text) is not None)


def _without_tail(
    lines: list[Line], rules: Sequence[LineRule], *, has_begun: bool
) -> tuple[list[Line], list[Removed]]:
    """An article's first line is its own unless furniture stood before it (`has_begun`)."""
    lines, ends = _without_ends(lines, rules)
    last_sentence = max((i for i, line in enumerate(lines) if _is_sentence(line)), default=-1)
    anchors = [rule for rule in rules if rule.where == "anchor"]
    for number in range(last_sentence + 1, len(lines)):
        if (number or has_begun) and (rule := _matching(_opening(lines[number]), anchors)):
            ends = [*(Removed(line.text, rule.name) for line in lines[number:]), *ends]
            lines, above = _without_ends(lines[:number], rules)
            return lines, above + ends
    return lines, ends


def _without_ends(lines: list[Line], rules: Sequence[LineRule]) -> tuple[list[Line], list[Removed]]:
    """Lines without the furniture at their end, taken off one after another; one line at least stays."""
    tails = [rule for rule in rules if rule.where == "tail"]
    ends: list[Removed] = []
    while len(lines) > 1:
        name = _name_of_end(lines[-1], tails, over_links=bool(ends) and ends[-1].rule == _LINKS)
        if name is None:
            break
        ends.append(Removed(lines[-1].text, name))
        lines = lines[:-1]
    return lines, ends[::-1]


def _name_of_end(line: Line, tails: Sequence[LineRule], *, over_links: bool) -> str | None:
    """The rule by which an article's last line is none of its own."""
    if line.linked > _LINKED:
        return _LINKS
    if over_links and len(line.text) <= _LONGEST_LIST_HEADING and line.text.endswith(("：", ":")):
        return _LINKS
    rule = _matching(line, tails)
    return rule.name if rule else None


def _opening(line: Line) -> Line:
    """A line, or of a row that leads to other pages its first cell, as a line."""
    return Line(line.cells[:1]) if len(line.cells) > 1 and line.linked > _LINKED else line


def _is_sentence(line: Line) -> bool:
    if line.linked > _LINKED:
        return False
    if len(line.cells) > 1 or (len(line.text) >= _LEFTOVER / 2 and _SENTENCE.search(line.text)):
        return True
    return len(line.text) >= _SHORTEST_TEXT and _PERIOD.search(line.text) is not None


def _matching(line: Line, rules: Sequence[LineRule]) -> LineRule | None:
    if len(line.cells) > 1:
        return None
    bare = "".join(line.text.split())
    if len(bare) > _LONGEST_FURNITURE:
        return None
    if len(rules) > _FEW_RULES and not wording().any_line.fullmatch(bare):
        return None
    return next((rule for rule in rules if rule.pattern.fullmatch(bare)), None)
