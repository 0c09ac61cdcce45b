"""What a site shows around its articles: blocks that recur on its pages are its frame, whatever their names.

A block is an element with a place of its own: no sibling is like it. A line of a text has such siblings, so no formula
of reports, however often it recurs, is ever a block; nor is what speaks of the page, its dates and numbers. A block is
frame when it stands, at the same path with the same text, outside the article on several pages of different articles,
and in the article on none whose article is sure.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extractors.page.dates import find_date
from extractors.page.labels import opens_with_label
from extractors.page.tree import Element

_PAGES = 3
"""Different articles around which a block must stand to be remembered."""
_MIN_CHARS = 4
_TAGS = frozenset(
    ["aside", "center", "div", "dl", "footer", "form", "header", "nav", "ol", "section", "table", "td", "ul"]
)
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class PageBlocks:
    """The blocks of one page: a digest of its article, keys of the blocks outside the article, and of those in it
    where the article is sure."""

    article: str
    outside: frozenset[str]
    inside: frozenset[str]


@dataclass(frozen=True, slots=True)
class SiteMemory:
    """Keys of the blocks that are a site's frame, sorted."""

    blocks: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Eight hex digits that change with the memory."""
        return hashlib.sha256("\n".join(self.blocks).encode()).hexdigest()[:8]


def learn(pages: Iterable[PageBlocks]) -> SiteMemory:
    """A site's memory, a pure function of the set of its pages: order and repetition do not matter."""
    articles: dict[str, set[str]] = {}
    inside: set[str] = set()
    for page in pages:
        inside |= page.inside
        for key in page.outside:
            articles.setdefault(key, set()).add(page.article)
    recurring = (key for key, around in articles.items() if len(around) >= _PAGES)
    return SiteMemory(tuple(sorted(key for key in recurring if key not in inside)))


def blocks_of(elements: Iterable[Element]) -> Iterator[tuple[Element, str]]:
    """The blocks among a page's elements with their keys, parents before children."""
    paths: dict[Element, str] = {}
    for element in elements:
        above = paths.get(element.parent, "") if element.parent is not None else ""
        paths[element] = f"{above}/{_kind(element)}"
        if element.tag in _TAGS and element.chars >= _MIN_CHARS and _stands_alone(element):
            text = element.text()
            if not _speaks_of_the_page(text):
                key = f"{paths[element]}\n{''.join(text.split())}"
                yield element, hashlib.sha256(key.encode()).hexdigest()[:16]


def _speaks_of_the_page(text: str) -> bool:
    """Whether a block says when, by whom or under what number its page was put up; pages of one day say the same."""
    return find_date(text) is not None or opens_with_label(text)


def _kind(element: Element) -> str:
    """Tag and names, numbers left out: they count pages and articles."""
    return ".".join([element.tag, *(_DIGITS.sub("", name) for name in element.names)])


def _stands_alone(element: Element) -> bool:
    if element.parent is None:
        return False
    kind = _kind(element)
    siblings = element.parent.children
    return not any(child is not element and child.chars and _kind(child) == kind for child in siblings)
