"""A light, measured copy of an HTML5 tree: what the rules of this package walk.

Parsing is lexbor's, so tag soup means what a browser makes of it: a stray `</html>` in an include ends
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser, LexborNode

_MAX_DEPTH = 150
"""Deeper elements hang on their ancestor of this depth: no article needs more, and walks stay within the
stack."""

SILENT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "title",
        "meta",
        "link",
        "iframe",
        "object",
        "embed",
        "applet",
        "video",
        "audio",
        "canvas",
        "svg",
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

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ucapcontent",
        "ucaptitle",
        "ul",
    ]
)
"""Elements that begin and end a printed line."""

_HIDDEN_STYLE = re.compile(
    r"(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE
)
_HIDDEN_CLASSES = frozenset(
    {"ng-hide", "hide", "hidden", "d-none", "layui-hide", "visible-print", "print-only"}
)
_STOPS = re.compile(r"[，。；：、！？]")
_SPACE = re.compile(r"\s+")
_LONGEST_LINK, _TEXT_STOPS = 200, 3
FILE_LINK = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|pptx?|ofd|zip|rar)(?:[?#]|$)", re.IGNORECASE)


@dataclass(slots=True, eq=False)
class Element:
    """An element with its visible measure: `chars` (white space aside), those in `links`, sentence marks
    (`stops`), table `rows` and links to `files`."""

    tag: str
    attrs: dict[str, str]
    parent: Element | None
    order: int
    names: tuple[str, ...] = ()
    """Its id and classes."""
    children: list[Element | str] = field(default_factory=list)
    hidden: bool = False
    """Hidden itself or inside something hidden."""
    chars: int = 0
    links: int = 0
    stops: int = 0
    rows: int = 0
    files: int = 0

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
        return any(node is self for node in other.ancestors())

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
        return _SPACE.sub(" ", (" " if apart else "").join(parts)).strip()


class Tree:
    """A parsed page: `root`, `elements` in document order, `comments` (element that holds it, its text),
    CSS queries."""

    def __init__(self, html: str, *, respect_hidden: bool = True) -> None:
        self._parser = LexborHTMLParser(html)
        self._by_id: dict[int, Element] = {}
        self.elements: list[Element] = []
        self.root = self._copy(respect_hidden)
        self._measure()

    @cached_property
    def leaves(self) -> list[Element]:
        """Elements that are one printed line or hold words beside blocks, in document order."""
        held: dict[Element, int] = {}
        found: list[Element] = []
        for element in reversed(self.elements):
            if element.tag not in BLOCKS or not element.chars:
                if (inner := held.get(element)) and element.parent is not None:
                    held[element.parent] = held.get(element.parent, 0) + inner
                continue
            if held.get(element, 0) < element.chars:
                found.append(element)
            if element.parent is not None:
                held[element.parent] = held.get(element.parent, 0) + element.chars
        return found[::-1]

    def css(self, selector: str) -> list[Element]:
        """Elements matching a CSS selector, in document order."""
        found = (self._by_id.get(node.mem_id) for node in self._parser.css(selector))
        return [element for element in found if element is not None]

    def tagged(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]

    def raw_text(self, element: Element) -> str:
        """Text of a silent element (a script, a title) as written."""
        return "".join(child for child in element.children if isinstance(child, str))

    def _copy(self, respect_hidden: bool) -> Element:
        source = self._parser.root
        root = Element("html", {}, None, 0)
        self.elements.append(root)
        if source is None:
            return root
        root.attrs = _attributes(source)
        by_id, elements = self._by_id, self.elements
        stack: list[tuple[LexborNode, Element, Element, int]] = [(source, root, root, 0)]
        while stack:
            node, element, holder, depth = stack.pop()
            if element is not root:
                element.order = len(elements)
                elements.append(element)
            later: list[tuple[LexborNode, Element, Element, int]] = []
            children = holder.children
            for child in node.iter(include_text=True):
                if child.is_text_node:
                    children.append(child.text_content or "")
                elif child.is_element_node and (tag := child.tag) is not None:
                    attrs = _attributes(child)
                    hidden = holder.hidden or (respect_hidden and bool(attrs) and _is_hidden(attrs))
                    below = Element(tag, attrs, holder, 0, _names(attrs), hidden=hidden)
                    children.append(below)
                    by_id[child.mem_id] = below
                    deep = depth >= _MAX_DEPTH
                    later.append((child, below, holder if deep else below, depth + (not deep)))
            later.reverse()
            stack += later
        return root

    def _measure(self) -> None:
        stops = _STOPS.findall
        for element in reversed(self.elements):
            if element.hidden or element.tag in SILENT:
                element.chars = element.links = element.stops = element.rows = 0
                continue
            for child in element.children:
                if isinstance(child, str) and (words := child.split()):
                    element.chars += sum(map(len, words))
                    element.stops += len(stops(child))
            if element.tag == "tr":
                element.rows += 1
            elif element.tag == "a":
                if element.is_link:
                    element.links, element.stops = element.chars, 0
                elif FILE_LINK.search(element.attrs.get("href", "")):
                    element.files += 1
            if (above := element.parent) is not None and (element.chars or element.rows):
                above.chars += element.chars
                above.links += element.links
                above.stops += element.stops
                above.rows += element.rows
                above.files += element.files


_NONE: dict[str, str] = {}


def _attributes(node: LexborNode) -> dict[str, str]:
    found = node.attributes
    return {name: value or "" for name, value in found.items()} if found else _NONE


def _names(attrs: dict[str, str]) -> tuple[str, ...]:
    if not attrs:
        return ()
    return (*attrs.get("id", "").split(), *attrs.get("class", "").split())


def _is_hidden(attrs: dict[str, str]) -> bool:
    if "hidden" in attrs or ("style" in attrs and _HIDDEN_STYLE.search(attrs["style"])):
        return True
    return "class" in attrs and not _HIDDEN_CLASSES.isdisjoint(attrs["class"].lower().split())
