"""What the start tags of a serialised page say: names, attributes, whether an element hides, is a line of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from html import unescape

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
"""Elements that begin and end a printed line, unless their style says otherwise."""

_VOID = frozenset(
    [
        "area",
        "base",
        "basefont",
        "bgsound",
        "br",
        "col",
        "embed",
        "frame",
        "hr",
        "img",
        "input",
        "keygen",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
"""Elements without an end tag (HTML Standard 13.3)."""
_ATTRIBUTE = re.compile(r'(\S[^\s=]*)="([^"]*)"')
_LONGEST_KEPT = 300
"""Characters of the longest start tag that is kept for the next one like it."""
_HIDDEN_STYLE = re.compile(
    r"(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE
)
_DISPLAY = re.compile(r"\bdisplay\s*:\s*(?:(block|flex|grid|table|list-item)|(inline))\b", re.IGNORECASE)
"""How a style makes an element a line of its own, or part of one."""
_BLOCK_RULE = re.compile(r"(?:^|[}\s])(?:span|font|b|strong)?\.([\w-]+)\s*\{[^{}]*\bdisplay\s*:\s*block\b")
_PREFORMATTED = frozenset({"pre", "listing"})
_KEEPS_LINES = re.compile(
    r"\bwhite-space\s*:\s*(?:pre|pre-wrap|pre-line|break-spaces)\s*(?:;|$)", re.IGNORECASE
)
_SHOWN_BY: Mapping[str, frozenset[str]] = {
    "tab-pane": frozenset({"active", "in", "show"}),
    "layui-tab-item": frozenset({"layui-show"}),
}
"""Classes of Bootstrap and Layui that hide an element unless it has one of the others too."""
_HIDDEN_CLASSES = frozenset(
    {"ng-hide", "hide", "hidden", "d-none", "layui-hide", "visible-print", "print-only"}
)


class Opening:
    """What a start tag says: its name, attributes, id and classes, whether it hides, is a line of its own, has no
    end."""

    __slots__ = ("attrs", "hides", "is_block", "is_void", "keeps_lines", "names", "tag")

    def __init__(self, written: str) -> None:
        self.tag, _, rest = written.partition(" ")
        attrs: dict[str, str] = dict(_ATTRIBUTE.findall(rest))
        if "&" in rest:
            attrs = {name: unescape(value) for name, value in attrs.items()}
        self.attrs = attrs
        self.names = (*attrs.get("id", "").split(), *attrs.get("class", "").split())
        self.hides = _is_hidden(attrs)
        self.keeps_lines = (
            self.tag in _PREFORMATTED or _KEEPS_LINES.search(attrs.get("style", "")) is not None
        )
        display = _DISPLAY.search(attrs.get("style", ""))
        self.is_block = self.tag in BLOCKS if display is None else bool(display[1])
        self.is_void = self.tag in _VOID


def tags(html: str) -> Iterator[tuple[str, str]]:
    """What stands in each `<…>` of a serialised page, and the text behind it; of a comment only `!`. A `<` that closes
    no tag stands in a name, where tag soup may have one."""
    unfinished = ""
    in_comment = False
    for piece in html.split("<"):
        if in_comment or (not unfinished and piece.startswith("!--")):
            _, closed, text = piece[0 if in_comment else 3 :].partition("-->")
            in_comment = not closed
            yield "!", text
            continue
        written, closed, text = piece.partition(">")
        if unfinished:
            written, unfinished = unfinished + written, ""
        if closed:
            yield written, text
        elif written:
            unfinished = f"{written}<"


def opening(written: str) -> Opening:
    """What the start tag `written` between `<` and `>` says."""
    return _kept(written) if len(written) <= _LONGEST_KEPT else Opening(written)


@lru_cache(maxsize=4096)
def _kept(written: str) -> Opening:
    """Kept, since the pages of a site, and the lines of a page, open alike."""
    return Opening(written)


def line_classes(styles: Iterable[str]) -> frozenset[str]:
    """Classes that a page's own style sheets make lines of their own (`.line{display:block}`)."""
    return frozenset(
        match[1] for style in styles if "block" in style for match in _BLOCK_RULE.finditer(style)
    )


def _is_hidden(attrs: dict[str, str]) -> bool:
    if "hidden" in attrs or ("style" in attrs and _HIDDEN_STYLE.search(attrs["style"])):
        return True
    classes = frozenset(attrs.get("class", "").lower().split())
    return not _HIDDEN_CLASSES.isdisjoint(classes) or any(
        name in classes and shown.isdisjoint(classes) for name, shown in _SHOWN_BY.items()
    )
