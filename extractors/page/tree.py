"""A light, measured copy of an HTML5 tree: what the rules of this package walk.

Parsing is lexbor's, so tag soup means what a browser makes of it: a stray `</html>` in an include ends
nothing. The copy is made from lexbor's serialisation, where every tag is closed and no `<` or `>` stands in a text
or a value (HTML Standard 13.3): less work than asking lexbor for every node.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from html import unescape
from operator import attrgetter

from selectolax.lexbor import LexborHTMLParser

from extractors.page.markup import Opening, line_classes, opening, tags

_MAX_DEPTH = 150
"""Deeper elements hang on their ancestor of this depth: no article needs more, and walks stay within the
stack."""

SILENT = frozenset(
    [
        "head",
        "title",
        "meta",
        "link",
        "object",
        "embed",
        "applet",
        "video",
        "audio",
        "canvas",
        "map",
        "input",
        "button",
        "select",
        "textarea",
        "option",
        "datalist",
    ]
)
"""Elements whose text is never part of what a page says."""

_UNREAD = ["script", "style", "noscript", "noframes", "noembed", "template", "iframe", "svg", "math"]
"""Elements that are left out with all they hold: a browser prints nothing of them as text of the page."""
_RAW_TEXT = "xmp, plaintext"
"""Elements whose text is printed as the source has it, tags and all."""
_IN_BRACKETS = re.compile(r"\[[^\]]*\]")
_FUNCTION = re.compile(r":|\\")
_NAMES = re.compile(r"[#.]([\w-]+)")
_STOPS = re.compile(r"[，。；：、！？]")
_LONGEST_LINK, _TEXT_STOPS = 200, 3
FILE_LINK = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|pptx?|ofd|zip|rar)(?:[?#]|$)", re.IGNORECASE)


class Element:
    """An element with its visible measure: `chars` (white space aside), those in `links`, sentence marks
    (`stops`), table `rows` and links to `files`.

    `order` is its place among the page's elements, `last` that of the last one in it, `names` are its id and classes,
    `hidden` says that it is hidden itself or inside something hidden, `is_block` that it begins and ends a printed
    line, `keeps_lines` that it, or something around it, prints the source's line ends.
    """

    chars = links = stops = rows = files = 0

    def __init__(self, start: Opening, parent: Element | None, order: int, hidden: bool) -> None:
        self.keeps_lines: bool = start.keeps_lines or (parent is not None and parent.keeps_lines)
        self.tag = start.tag
        self.attrs: Mapping[str, str] = start.attrs
        self.names = start.names
        self.is_block = start.is_block
        self.parent = parent
        self.order = self.last = order
        self.hidden = hidden
        self.children: list[Element | str] = []

    @property
    def prose(self) -> int:
        """Visible characters outside links."""
        return self.chars - self.links

    @property
    def is_link(self) -> bool:
        """Whether it leads to another page: no mere anchor, no file, and not an `<a>` nobody closed, in which a
        text stands."""
        href = self.attrs.get("href") if self.tag == "a" else None
        if href is None or FILE_LINK.search(href):
            return False
        return self.chars <= _LONGEST_LINK or self.stops < _TEXT_STOPS

    def ancestors(self) -> Iterator[Element]:
        """Itself, then its parents up to the root."""
        node: Element | None = self
        while node is not None:
            yield node
            node = node.parent

    def descendants(self) -> Iterator[Element]:
        """Itself and all elements below it, in document order."""
        stack: list[Element] = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(child for child in reversed(node.children) if isinstance(child, Element))

    def contains(self, other: Element) -> bool:
        """Whether the other is itself or lies in it."""
        return self.order <= other.order <= self.last

    def text(self, *, apart: bool = False) -> str:
        """Visible text, white space collapsed; `apart` puts a space between elements where the source has none."""
        parts: list[str] = []
        stack: list[Element | str] = [self]
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                parts.append(node)
            elif not (node.hidden or node.tag in SILENT):
                stack.extend(reversed(node.children))
        return " ".join((" " if apart else "").join(parts).split())


_order = attrgetter("order")


class Tree:
    """A parsed page: `root`, `elements` in document order, CSS queries. Scripts, styles and what a browser shows only
    without them are left out."""

    def __init__(self, html: str, *, respect_hidden: bool = True) -> None:
        self._parser = LexborHTMLParser(html)
        self._line_classes = line_classes(node.text() for node in self._parser.css("style"))
        self._parser.strip_tags(_UNREAD)
        for node in self._parser.css(_RAW_TEXT):
            node.replace_with(node.text())
        self.elements: list[Element] = []
        self._grow(self._parser.html or "", respect_hidden)
        self.root = self.elements[0]

    @cached_property
    def leaves(self) -> list[Element]:
        """Elements that are one printed line or hold words beside blocks, in document order."""
        held: dict[Element, int] = {}
        found: list[Element] = []
        for element in reversed(self.elements):
            if not element.is_block or not element.chars:
                if (inner := held.get(element)) and element.parent is not None:
                    held[element.parent] = held.get(element.parent, 0) + inner
                continue
            if held.get(element, 0) < element.chars:
                found.append(element)
            if element.parent is not None:
                held[element.parent] = held.get(element.parent, 0) + element.chars
        return found[::-1]

    def leaves_of(self, element: Element) -> Sequence[Element]:
        """The leaves among an element and what lies in it."""
        first = bisect_left(self.leaves, element.order, key=_order)
        return self.leaves[first : bisect_right(self.leaves, element.last, lo=first, key=_order)]

    @cached_property
    def named(self) -> Mapping[str, Sequence[Element]]:
        """The page's elements by id and by class, in document order."""
        named: defaultdict[str, list[Element]] = defaultdict(list)
        for element in self.elements:
            for name in element.names:
                named[name].append(element)
        return named

    def bearing(self, names: Iterable[str]) -> list[Element]:
        """The elements that have any of the ids or classes, in document order."""
        found = {element for name in names for element in self.named[name]}
        return sorted(found, key=_order)

    def within(self, element: Element) -> Sequence[Element]:
        """The element and all that lies in it, in document order."""
        return self.elements[element.order : element.last + 1]

    def css(self, selector: str) -> list[Element]:
        """Elements matching a CSS selector, in document order."""
        possible = [part for part, names in _alternatives(selector) if names <= self._lower_names]
        nodes = self._parser.css(",".join(possible)) if possible else ()
        return [self._by_id[node.mem_id] for node in nodes]

    def tagged(self, tag: str) -> Sequence[Element]:
        return self._by_tag[tag]

    def raw_text(self, element: Element) -> str:
        """Text of a silent element (a title) as written."""
        return "".join(child for child in element.children if isinstance(child, str))

    @cached_property
    def _lower_names(self) -> frozenset[str]:
        return frozenset(map(str.lower, self.named))

    @cached_property
    def _by_id(self) -> dict[int, Element]:
        nodes = self._parser.css("*")
        return {node.mem_id: element for node, element in zip(nodes, self.elements, strict=True)}

    @cached_property
    def _by_tag(self) -> defaultdict[str, list[Element]]:
        by_tag: defaultdict[str, list[Element]] = defaultdict(list)
        for element in self.elements:
            by_tag[element.tag].append(element)
        return by_tag

    def _grow(self, html: str, respect_hidden: bool) -> None:
        """Make and measure the elements of a serialised page."""
        elements, path = self.elements, list[Element]()
        holder: Element | None = None
        for written, text in tags(html):
            if written[0] == "/":
                element = path.pop()
                element.last = len(elements) - 1
                if element.chars or element.rows:
                    _close(element)
                holder = path[min(len(path), _MAX_DEPTH) - 1] if path else None
            elif written[0] != "!":
                start = opening(written)
                hidden = (holder is not None and holder.hidden) or (start.hides and respect_hidden)
                element = Element(start, holder, len(elements), hidden)
                elements.append(element)
                if self._line_classes and not self._line_classes.isdisjoint(element.names):
                    element.is_block = True
                if holder is not None:
                    holder.children.append(element)
                if not start.is_void:
                    path.append(element)
                    holder = element if len(path) <= _MAX_DEPTH else holder
            if text and holder is not None:
                _add(holder, unescape(text) if "&" in text else text)


def _add(holder: Element, text: str) -> None:
    """Hang a text on an element and count it."""
    holder.children.append(text)
    if words := "".join(text.split()):
        holder.chars += len(words)
        if not words.isalnum():
            holder.stops += len(_STOPS.findall(words))


@lru_cache
def _alternatives(selector: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """The parts of a selector between its commas, each with the ids and classes without which it matches nothing (in
    lower case, as pages in quirks mode match them)."""
    bare = _IN_BRACKETS.sub("", selector)
    if _FUNCTION.search(bare) or "," in "".join(_IN_BRACKETS.findall(selector)):
        return ((selector, frozenset()),)
    return tuple(
        (part, frozenset(map(str.lower, _NAMES.findall(_IN_BRACKETS.sub("", part)))))
        for part in selector.split(",")
    )


def _close(element: Element) -> None:
    """Settle the measure of an element all of whose content is known, and count it to its parent."""
    tag = element.tag
    if element.hidden or tag in SILENT:
        element.chars = element.links = element.stops = element.rows = element.files = 0
        return
    if tag == "a":
        if element.is_link:
            element.links, element.stops = element.chars, 0
        elif FILE_LINK.search(element.attrs.get("href", "")):
            element.files += 1
    elif tag == "tr":
        element.rows += 1
    if (above := element.parent) is not None:
        above.chars += element.chars
        above.links += element.links
        above.stops += element.stops
        above.rows += element.rows
        above.files += element.files
