"""What a page hides until its scripts show it, and may be the article it has none of in sight."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from extractors.page.blocks import squeeze
from extractors.page.classify import body_address
from extractors.page.heading import Heading
from extractors.page.tree import Element, Tree

_SHARE = 20
"""A page shows its article by script when all it shows at first is less than one in so many of its
characters."""
_MIN_CHARS, _MIN_PERIODS = 200, 3
"""Characters and sentences from which a hidden text may be an article, not a hint of the page."""
_WHOLE_PAGE = frozenset({"html", "body", "form"})
"""Elements in which everything stands with everything, hints of the page with its articles."""
_FILES_IN_SIGHT = frozenset({"pdf_viewer", "embedded_file"})
"""Rules of addresses of files that a page shows in its article's place."""
_STORE = re.compile(r"<textarea\b[^<>]*>([^<]*)</textarea\b[^<>]*>", re.IGNORECASE)


def shown_by_script(source: str, tree: Tree, heading: Heading | None) -> Iterator[Tree]:
    """A page without an article as its scripts may show it.

    All it hides, where it shows next to nothing; else the longest text that is hidden, or kept in a form's field, in
    the same part of the page under its title and line of date and source.
    """
    if tree.root.prose * _SHARE < tree.root.prose + _hidden_chars(tree):
        revealed = Tree(source, shown=range(len(tree.elements)))
        if tree.root.prose * _SHARE < revealed.root.prose:
            yield revealed
    frame = body_address(source)
    if heading is None or heading.dateline is None or (frame is not None and frame.rule in _FILES_IN_SIGHT):
        return
    text = _longest_kept(tree, heading.element)
    if text is not None and text.tag == "textarea":
        yield Tree(_STORE.sub(lambda field: f"<div>{unescape(field[1])}</div>", source))
    elif text is not None:
        yield Tree(source, shown={text.order})


def _hidden_chars(tree: Tree) -> int:
    """The characters that a page hides, white space aside."""
    hidden = (texts for element, texts in tree.unprinted.items() if element.hidden)
    return sum(len(squeeze(text)) for texts in hidden for text in texts)


def _longest_kept(tree: Tree, title: Element) -> Element | None:
    """The element of the longest text kept out of sight below a title, in a part of the page that both are in."""
    longest, most = None, _MIN_CHARS
    for element in tree.elements[title.last + 1 :]:
        keeps = element.tag == "textarea" or (element.hidden and element.parent and not element.parent.hidden)
        if not keeps:
            continue
        text = "".join(map(tree.raw_text, element.descendants()))
        if len(text) >= most and text.count("。") >= _MIN_PERIODS:
            longest, most = element, len(text)
    if longest is None:
        return None
    shared = next(node for node in longest.ancestors() if node.contains(title))
    return longest if shared.tag not in _WHOLE_PAGE else None
