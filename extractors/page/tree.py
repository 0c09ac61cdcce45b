"""A light, measured copy of an HTML5 tree, and the tape of what it prints: what the rules of this package walk.

Parsing is lexbor's, so tag soup means what a browser makes of it: a stray `</html>` in an include ends
nothing. The copy is made from lexbor's serialisation, where every tag is closed and no `<` or `>` stands in a text
or a value (HTML Standard 13.3): less work than asking lexbor for every node.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from html import unescape
from operator import attrgetter
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from extractors.page.markup import (
    BLOCK,
    BREAK,
    EDGE,
    LINK,
    LINK_END,
    LONGEST_KEPT,
    MARKS,
    Opening,
    line_classes,
    opening,
    pieces,
)

_MAX_DEPTH = 150
"""Deeper elements hang on their ancestor of this depth: no article needs more, and walks stay within the
stack."""

_UNREAD = ["script", "style", "noscript", "noframes", "noembed", "template", "iframe", "svg", "math"]
"""Elements that are left out with all they hold: a browser prints nothing of them as text of the page."""
_RAW_TEXT = "xmp, plaintext"
"""Elements whose text is printed as the source has it, tags and all."""
_IN_BRACKETS = re.compile(r"\[[^\]]*\]")
_FUNCTION = re.compile(r":|\\")
_NAMES = re.compile(r"[#.]([\w-]+)")
_LONE = re.compile(r"([#.]?)([\w-]+)")
_LINE_END = re.compile(r"\r\n?|\n")
_STOPS = re.compile(r"[，。；：、！？]")
_LONGEST_LINK, _TEXT_STOPS = 200, 3
_SWALLOWED = 60
"""Characters from which a control with blocks in it is one that nobody closed: a browser prints what it holds."""


class Element:
    """An element with its visible measure: `chars` (white space aside), those in `links`, sentence marks
    (`stops`), table `rows` and links to `files`.

    `order` is its place among the page's elements, `last` that of the last one in it; `begin` and `end` bound what it
    prints on the page's tape, its own marks included. `names` are its id and classes, `hidden` says that it is hidden
    itself or inside something hidden, `is_printed` that neither that nor an element without a printed text is
    around it, `is_block` that it begins and ends a printed line, `line` is the innermost block it is in or is,
    `keeps_lines` that it, or something around it, prints the source's line ends. `is_link` says that it leads to
    another page: no mere anchor, no file, and not an `<a>` nobody closed, in which a text stands.
    """

    __slots__ = (
        "begin", "chars", "end", "files", "hidden", "is_block", "is_link", "is_printed", "keeps_lines", "last", "line",
        "links", "names", "order", "parent", "rows", "start", "stops", "tag", "tree",
    )  # fmt: skip

    def __init__(
        self, tree: Tree, start: Opening, parent: Element | None, order: int, begin: int, hides: bool
    ) -> None:
        self.tree = tree
        self.start = start
        self.tag = start.tag
        self.names = start.names
        self.parent = parent
        self.order = self.last = order
        self.begin = self.end = begin
        self.is_block = start.is_block
        self.is_link = False
        self.chars = self.links = self.stops = self.rows = self.files = 0
        is_shown = not (hides or start.is_silent)
        if parent is None:
            self.line: Element = self
            self.hidden: bool = hides
            self.is_printed: bool = is_shown
            self.keeps_lines: bool = start.keeps_lines
        else:
            self.line = self if start.is_block or start.is_control else parent.line
            self.hidden = hides or parent.hidden
            self.is_printed = is_shown and parent.is_printed
            self.keeps_lines = start.keeps_lines or parent.keeps_lines

    @property
    def attrs(self) -> Mapping[str, str]:
        """Its attributes by lower-case name."""
        return self.start.attrs

    @property
    def prose(self) -> int:
        """Visible characters outside links."""
        return self.chars - self.links

    @property
    def children(self) -> Iterator[Element]:
        """The elements directly in it."""
        elements = self.tree.elements
        place = self.order + 1
        while place <= self.last:
            yield elements[place]
            place = elements[place].last + 1

    @property
    def content(self) -> Iterator[Element | str]:
        """The elements and the printed texts directly in it, in document order."""
        tape = self.tree.tape
        place = self.begin + 1
        for child in self.children:
            yield from tape[place : child.begin]
            yield child
            place = max(place, child.end)
        yield from tape[place : self.end - 1]

    def ancestors(self) -> Iterator[Element]:
        """Itself, then its parents up to the root."""
        node: Element | None = self
        while node is not None:
            yield node
            node = node.parent

    def descendants(self) -> Sequence[Element]:
        """Itself and all elements below it, in document order."""
        return self.tree.elements[self.order : self.last + 1]

    def contains(self, other: Element) -> bool:
        """Whether the other is itself or lies in it."""
        return self.order <= other.order <= self.last

    def text(self, *, apart: bool = False) -> str:
        """Visible text, white space collapsed, a space between blocks; `apart` puts one between all elements."""
        return self.tree.text(self.begin, self.end, " " if apart else "")


def unmarked(stretch: str, gap: str = "") -> str:
    """A stretch of a tape with a `gap` instead of each mark on it."""
    for mark in MARKS:
        stretch = stretch.replace(mark, gap)
    return stretch


_order = attrgetter("order")
_begin = attrgetter("begin")


class Tree:
    """A parsed page: `root`, `elements` in document order, the `tape` of all that is printed in them, CSS queries.
    Scripts, styles and what a browser shows only without them are left out. The elements whose places (`order`) are
    `shown` do not hide what is in them, whatever they say.

    On the tape stand the printed texts as the source has them, and around those of each printed element a mark of
    `MARKS`; a void element has one. `leaves` are the elements that are one printed line or hold words beside blocks, in
    document order; `unprinted` has the texts of elements that are not printed.
    """

    def __init__(self, html: str, *, shown: Container[int] = ()) -> None:
        self._parser = LexborHTMLParser(html)
        styles = [node.text() for node in self._parser.css("style")]
        self._line_classes = line_classes(styles)
        self._parser.strip_tags(_UNREAD)
        for node in self._parser.css(_RAW_TEXT):
            node.replace_with(node.text())
        self.elements: list[Element] = []
        self.tape: list[str] = []
        self.unprinted: defaultdict[Element, list[str]] = defaultdict(list)
        lines = self._grow(self._parser.html or "", shown)
        self.root = self.elements[0]
        self.leaves: Sequence[Element] = sorted((line for line in lines if line.chars), key=_order)

    def text(self, begin: int, end: int, gap: str = "") -> str:
        """The text between two places of the tape, white space collapsed, a space between blocks and a `gap` between
        other elements."""
        return " ".join(unmarked("".join(self.tape[begin:end]).replace(BLOCK, " "), gap).split())

    @cached_property
    def tables(self) -> Sequence[Element]:
        """The printed tables and rows that are lines of their own, in document order; those too deep are none."""
        found = [e for e in (*self.tagged("table"), *self.tagged("tr")) if e.is_printed and e.is_block]
        return sorted((e for e in found if len(list(e.ancestors())) <= _MAX_DEPTH), key=_order)

    def leaves_of(self, element: Element) -> Sequence[Element]:
        """The leaves among an element and what lies in it."""
        first = bisect_left(self.leaves, element.order, key=_order)
        return self.leaves[first : bisect_right(self.leaves, element.last, lo=first, key=_order)]

    def holder(self, place: int) -> Element:
        """The innermost element around a place of the tape."""
        element = self.elements[bisect_right(self.elements, place, key=_begin) - 1]
        return next(node for node in element.ancestors() if place < node.end)

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

    def css(self, selector: str) -> list[Element]:
        """Elements matching a CSS selector, in document order."""
        spellings = self._spellings
        found: set[Element] = set()
        for part in _alternatives(selector):
            if not part.names <= spellings.keys():
                continue
            if part.is_lone and (not part.kind or spellings[part.name.lower()] == [part.name]):
                found.update(self._marked(part.kind, part.name))
            else:
                found.update(self._by_id[node.mem_id] for node in self._parser.css(part.selector))
        return sorted(found, key=_order) if found else []

    def _marked(self, kind: str, name: str) -> Iterator[Element]:
        """The elements of a tag, an id (`#`) or a class (`.`)."""
        if not kind:
            return iter(self.tagged(name.lower()))
        if kind == "#":
            return (element for element in self.named[name] if element.attrs.get("id") == name)
        return (element for element in self.named[name] if name in element.attrs.get("class", "").split())

    def tagged(self, tag: str) -> Sequence[Element]:
        return self._by_tag[tag]

    def raw_text(self, element: Element) -> str:
        """Text of an element that is not printed (a title, something hidden) as written."""
        return "".join(self.unprinted.get(element, ()))

    @cached_property
    def _spellings(self) -> Mapping[str, Sequence[str]]:
        """The page's ids and classes by their lower case, in which pages in quirks mode match them."""
        spellings: defaultdict[str, list[str]] = defaultdict(list)
        for name in self.named:
            spellings[name.lower()].append(name)
        return spellings

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

    def _grow(self, html: str, shown: Container[int]) -> set[Element]:  # noqa: C901 (see below)
        """Make the elements of a serialised page, print their texts on the tape and measure them; returns the blocks
        that hold words of their own.

        What is counted runs on over the page; an element's measure is what was added between its tags. This is where
        most of the reading of a page goes: unfolded into one loop it costs half of what it does in functions.
        """
        elements, tape, page_lines = self.elements, self.tape, self._line_classes
        path: list[tuple[Element, int, int, int, int, int]] = []
        holder: Element | None = None
        lines: set[Element] = set()
        chars = links = stops = rows = files = 0
        order = -1
        for piece in pieces(html):
            written, _, text = piece.partition(">")
            if written[0] == "/":
                element, chars_ahead, links_ahead, stops_ahead, rows_ahead, files_ahead = path.pop()
                holder = element.parent
                element.last = order
                if element.start.is_control and (
                    chars - chars_ahead < _SWALLOWED or BLOCK not in tape[element.begin :]
                ):
                    chars, links, stops, rows, files = (
                        chars_ahead, links_ahead, stops_ahead, rows_ahead, files_ahead,
                    )  # fmt: skip
                    self._withdraw(element)
                if element.is_printed:
                    mark = element.start.mark
                    if chars != chars_ahead:
                        leads_to, added = element.start.leads_to, chars - chars_ahead
                        if leads_to == "file":
                            files += 1
                        elif leads_to and (added <= _LONGEST_LINK or stops - stops_ahead < _TEXT_STOPS):
                            element.is_link = True
                            links, stops = links_ahead + added, stops_ahead
                            if mark == EDGE:
                                _mark_link(tape, element.begin)
                                mark = LINK_END
                        elif element.tag == "tr":
                            rows += 1
                        element.chars = added
                        element.links = links - links_ahead
                        element.stops = stops - stops_ahead
                        element.rows = rows - rows_ahead
                        element.files = files - files_ahead
                    tape.append(mark)
                    element.end = len(tape)
            else:
                start = opening(written) if len(written) <= LONGEST_KEPT else Opening(written)
                if page_lines and start.names and not page_lines.isdisjoint(start.names):
                    start = start.as_block()
                order += 1
                hides = start.hides and order not in shown
                element = Element(self, start, holder, order, len(tape), hides)
                elements.append(element)
                if element.is_printed:
                    tape.append(start.mark)
                if start.is_void:
                    element.end = len(tape)
                else:
                    path.append((element, chars, links, stops, rows, files))
                    if len(path) <= _MAX_DEPTH:
                        holder = element
            if text and holder is not None:
                if "&" in text:
                    text = unescape(text)
                if not holder.is_printed:
                    self.unprinted[holder].append(text)
                    continue
                if "\ue000" <= text[0] <= "\uf8ff" and _is_icon(holder, text):
                    continue
                if text.isspace():
                    if tape[-1] == BLOCK:
                        continue
                    if text.isascii():
                        text = "\n" if "\n" in text else " "
                else:
                    words = "".join(text.split())
                    chars += len(words)
                    if not words.isalnum():
                        stops += len(_STOPS.findall(words))
                    lines.add(holder.line)
                tape.append(_LINE_END.sub(rf"\g<0>{BLOCK}", text) if holder.keeps_lines else text)
        return lines

    def _withdraw(self, element: Element) -> None:
        """Take the element that ends off the tape, with all that is in it."""
        del self.tape[element.begin :]
        for node in self.elements[element.order :]:
            node.begin = node.end = element.begin
            node.chars = node.links = node.stops = node.rows = node.files = 0
            node.is_printed = node.is_link = False


def _is_icon(holder: Element, text: str) -> bool:
    """Whether a text is the picture that a font of icons draws for characters of private use (Unicode, 23.5), in an
    element that is named for it; elsewhere these may be rare characters of a name."""
    is_named = (holder.tag == "i" and bool(holder.names)) or any(
        "icon" in name.lower() for name in holder.names
    )
    return is_named and all("\ue000" <= mark <= "\uf8ff" or mark.isspace() for mark in text)


def _mark_link(tape: list[str], begin: int) -> None:
    """Mark the link that begins there and has not ended. Of one over several lines, which may be one that nobody
    closed, only the last is told to be a link."""
    for place in range(len(tape) - 1, begin, -1):
        if BLOCK in tape[place] or tape[place] == BREAK:
            tape[place] += LINK
            return
    tape[begin] = LINK


class _Alternative(NamedTuple):
    """A part of a selector between its commas, and the ids and classes without which it matches nothing, in lower case,
    as pages in quirks mode match them. A lone one is a tag, an id (kind `#`) or a class (`.`) and nothing else."""

    selector: str
    names: frozenset[str]
    is_lone: bool
    kind: str
    name: str


@lru_cache
def _alternatives(selector: str) -> tuple[_Alternative, ...]:
    bare = _IN_BRACKETS.sub("", selector)
    if _FUNCTION.search(bare) or "," in "".join(_IN_BRACKETS.findall(selector)):
        return (_Alternative(selector, frozenset(), False, "", ""),)
    return tuple(_alternative(part.strip()) for part in selector.split(","))


def _alternative(part: str) -> _Alternative:
    names = frozenset(map(str.lower, _NAMES.findall(_IN_BRACKETS.sub("", part))))
    lone = _LONE.fullmatch(part)
    return _Alternative(part, names, lone is not None, *(lone.groups() if lone else ("", "")))
