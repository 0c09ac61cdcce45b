"""What on a page frames its article, by element: menus and share bars by name, feet and blocks by their wording."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain, compress, takewhile
from operator import attrgetter

from extractors.page.blocks import Line, lines_of, normalise, squeeze
from extractors.page.chrome import LONGEST_FURNITURE, PERIOD, begins_text, is_sentence, rule_of
from extractors.page.markup import BLOCK
from extractors.page.rules import line_rules, wording
from extractors.page.tree import Element, Tree, unmarked
from extractors.report.signature import find_signature

_SENTENCE = re.compile(r"[。；！？]")
_PROSE = re.compile(r"[，。；]")
_FRAME_TAGS = frozenset({"header", "footer", "nav"})
_BLOCK_TAGS = frozenset({"aside", "center", "div", "dl", "form", "ol", "section", "table", "ul"})
"""Elements that are a part of the page when they open with a heading such as 相关文章, not a line of the text."""
_FOOT_CHARS = 700
_FEW_STOPS = 3
_RELATED, _FOOTER = "related", "footer"
_AROUND_TEASER = re.compile(r"^[【\[]?(?:内容)?(?:摘要|提要|导读|简介|核心提示)[】\]]?[:：]?|(?:\.{2,}|…+)$")
"""What a teaser may have around the words it repeats."""
_SHORTEST_TEASER = 20
_BELOW_TEASER = 3
"""Lines below a teaser of which one begins the text: that of date and source may come first."""
_LINES_OF_TEASER = 12
_order = attrgetter("order")


class Frame:
    """What frames a page's article: `parts`, none in another, with all that lies in them; and `elements` and `leaves`
    of the page that do not, in document order."""

    def __init__(self, tree: Tree, parts: Iterable[Element]) -> None:
        self.parts: list[Element] = []
        outside = bytearray(b"\1") * len(tree.elements)
        for part in sorted(parts, key=_order):
            if outside[part.order]:
                self.parts.append(part)
                outside[part.order : part.last + 1] = bytes(part.last + 1 - part.order)
        self.elements = list(compress(tree.elements, outside))
        self.leaves = [leaf for leaf in tree.leaves if outside[leaf.order]]
        self._outside = outside

    def __contains__(self, element: Element) -> bool:
        return not self._outside[element.order]

    def leaves_after(self, order: int) -> Sequence[Element]:
        """The leaves outside the frame that begin after an element of the page, by its `order`."""
        return self.leaves[bisect_right(self.leaves, order, key=_order) :]


def is_furniture(element: Element) -> bool:
    """Whether an element's tag, id or class says that it is a menu, a foot, a share bar …"""
    if element.tag in _FRAME_TAGS:
        return True
    return any(map(_is_furniture_name, element.names))


def furniture(tree: Tree) -> set[Element]:
    """All elements of a page that are furniture by tag, id or class."""
    named = (elements for name, elements in tree.named.items() if _is_furniture_name(name))
    return set(chain(*named, *map(tree.tagged, _FRAME_TAGS)))


@lru_cache(maxsize=10_000)
def _is_furniture_name(name: str) -> bool:
    return wording().furniture.match(name.lower()) is not None


def feet(tree: Tree) -> frozenset[Element]:
    """The largest elements of few words around what only a page's foot says (版权所有, 网站标识码 …), and what stands
    below that in them."""
    found = set()
    for element in _saying_foot(tree):
        late = element.order > len(tree.elements) / 2
        for node in element.ancestors():
            above = node.parent
            if above is None or above.tag in ("body", "html") or _adds_article(above, node, late=late):
                found.add(node)
                break
    return frozenset(found)


def _saying_foot(tree: Tree) -> Iterator[Element]:
    """The elements of few words with a text that begins as feet do; one that says it further on, or in a sentence, only
    speaks of such things."""
    printed = "".join(tree.tape)
    ends = list(accumulate(map(len, tree.tape)))
    for _, start, _ in wording().foot_finder.find_matches_as_indexes(printed):
        place = bisect_right(ends, start)
        element, text = tree.holder(place), tree.tape[place]
        if element.prose > _FOOT_CHARS or element.tag in ("body", "html"):
            continue
        before = text[: start - ends[place] + len(text)]
        if _PROSE.search(before) or PERIOD.search(text.strip()):
            continue
        if element.line.chars > LONGEST_FURNITURE or not PERIOD.search(element.line.text()):
            yield element


def _adds_article(above: Element, node: Element, *, late: bool) -> bool:
    """Whether an element holds more than a foot besides `node`; what follows a foot late on a page is foot."""
    if above.prose > _FOOT_CHARS:
        return True
    others = takewhile(lambda child: child is not node, above.children) if late else above.children
    stops = sum(child.stops for child in others if child is not node)
    return stops >= _FEW_STOPS


def beyond_article(tree: Tree, container: Element) -> frozenset[Element]:
    """What stands in an article's container and opens as no text does: below the text (相关文章, 免责声明) with all
    that follows it there, where it opens a foot no more than a foot has; a machine's summary (AI摘要) wherever it
    stands.

    Only whole blocks count, and none with a dated signature in or below it: lines of the text are `strip_lines`'.
    """
    openers = line_rules("aside", "notice", "anchor")
    leaves = tree.leaves_of(container)
    beyond: set[Element] = set()
    has_begun = False
    prose = [0, *accumulate(leaf.prose for leaf in leaves)]
    for number, (above, leaf) in enumerate(zip([None, *leaves], leaves, strict=False)):
        block = _block_opened_by(leaf, above, container)
        if has_begun and (block is None or block in beyond):
            continue
        line = Line((normalise(_opening_text(leaf)),))
        rule = rule_of(line, openers) if block is not None else None
        is_aside = rule is not None and rule.where == "aside"
        is_end = (
            rule is not None and has_begun and not (rule.where == "anchor" and _SENTENCE.search(line.text))
        )
        if (is_aside or is_end) and block is not None and block.parent is not None:
            rest = prose[bisect_right(leaves, block.parent.last, key=_order)] - prose[number]
            if rule is not None and rule.name == _FOOTER and rest > _FOOT_CHARS:
                continue
            below = [block] if is_aside else [c for c in block.parent.children if c.order >= block.order]
            if not is_signed(tree, block.begin, block.end if is_aside else block.parent.end):
                beyond.update(below)
        has_begun = has_begun or leaf.files > 0 or is_sentence(line)
    return frozenset(beyond)


def teaser(tree: Tree, container: Element) -> Element | None:
    """What stands above the text in an article's container, is no line like those of the text, and only repeats how
    the text begins."""
    leaves = tree.leaves_of(container)
    number = next((i for i, leaf in enumerate(leaves) if begins_text(Line((normalise(leaf.text()),)))), None)
    if number is None or leaves[number].chars > LONGEST_FURNITURE:
        return None
    first, below = leaves[number], leaves[number + 1 : number + 1 + _LINES_OF_TEASER]
    stem = _AROUND_TEASER.sub("", squeeze(first.text()))
    if len(stem) < _SHORTEST_TEASER:
        return None
    texts = [squeeze(leaf.text()) for leaf in below]
    begins = (leaf for i, leaf in enumerate(below[:_BELOW_TEASER]) if "".join(texts[i:]).startswith(stem))
    text = next(begins, None)
    return first if text is not None and not _are_alike(first, text) else None


def _are_alike(leaf: Element, other: Element) -> bool:
    """Whether two lines stand side by side and are of one kind."""
    return (leaf.parent, leaf.tag, leaf.names) == (other.parent, other.tag, other.names)


def opens_related(leaf: Element) -> bool:
    """Whether a printed line is the heading of other articles (相关阅读)."""
    rule = rule_of(Line((normalise(_opening_text(leaf)),)), line_rules())
    return rule is not None and rule.name == _RELATED


def _opening_text(leaf: Element) -> str:
    """The text of a leaf down to the first block in it."""
    inner = leaf.tree.tape[leaf.begin + 1 : leaf.end]
    return unmarked("".join(takewhile(lambda piece: not (piece[0] == BLOCK[0] and BLOCK in piece), inner)))


def _block_opened_by(leaf: Element, above: Element | None, container: Element) -> Element | None:
    """The largest block in the container whose first line the leaf is; `above` is the line above it there."""
    largest = None
    start = above.order if above is not None else container.order
    node: Element | None = leaf
    while node is not None and node.order > start:
        if node.tag in _BLOCK_TAGS:
            largest = node
        node = node.parent
    return largest


def is_signed(tree: Tree, begin: int, end: int) -> bool:
    """Whether a stretch of the page's tape holds a text down to its dated signature."""
    signature = find_signature("\n".join(line.text for line in lines_of(tree, begin, end)))
    return signature is not None and bool(signature.names) and signature.signed_on is not None
