"""What the start tags of a serialised page say: names, attributes, whether an element hides, is a line of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from functools import lru_cache
from html import unescape
from typing import Literal

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

_SILENT = frozenset(["head", "title", "meta", "link", "embed", "input", "textarea"])
"""Elements whose text is never part of what a page says."""

_CONTROLS = frozenset(
    ["object", "applet", "video", "audio", "canvas", "map", "button", "select", "option", "datalist"]
)
"""Elements whose text is no part of what a page says either, but that may hold all that follows them where nobody
closed them."""

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
BLOCK, BREAK, EDGE, LINK, LINK_END = "\0|", "\0/", "\0.", "\0<", "\0>"
MARKS = (BLOCK, BREAK, EDGE, LINK, LINK_END)
"""What stands on a tape between the texts: a block begins or ends, a `<br>`, an inline element begins or ends, a link
to another page begins, ends. No text of a parsed page holds U+0000 (HTML Standard 13.2.5, 13.2.6.4.7)."""

FILE_LINK = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|pptx?|ofd|zip|rar)(?:[?#]|$)", re.IGNORECASE)
_ATTRIBUTE = re.compile(r'(\S[^\s=]*)="([^"]*)"')
LONGEST_KEPT = 1000
"""Characters of the longest start tag that is worth keeping for the next one like it."""
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
_HIDING = _HIDDEN_CLASSES | _SHOWN_BY.keys()


class Opening:
    """What a start tag says: its name, attributes by lower-case name, id and classes (`names`), whether it hides, is a
    line of its own, keeps the source's line ends, prints nothing of what is in it (`is_silent`, and `is_control` while
    that is little), has no end; of a link whether it leads to a page or to a file. `mark` stands on the tape where it
    begins."""

    __slots__ = (
        "attrs", "hides", "is_block", "is_control", "is_silent", "is_void", "keeps_lines", "leads_to", "mark", "names",
        "tag",
    )  # fmt: skip

    def __init__(self, written: str) -> None:
        tag, _, rest = written.partition(" ")
        attrs: dict[str, str] = dict(_ATTRIBUTE.findall(rest)) if rest else {}
        if "&" in rest:
            attrs = {name: unescape(value) if "&" in value else value for name, value in attrs.items()}
        self.tag = tag
        self.attrs: Mapping[str, str] = attrs
        self.is_void = tag in _VOID
        self.is_silent = tag in _SILENT
        self.is_control = tag in _CONTROLS
        self.is_block = tag in BLOCKS
        self.keeps_lines = tag in _PREFORMATTED
        self.hides = "hidden" in attrs
        self.names: tuple[str, ...] = ()
        self.leads_to: Literal["page", "file"] | None = None
        if "id" in attrs:
            self.names = tuple(attrs["id"].split())
        if "class" in attrs:
            self.names += tuple(attrs["class"].split())
            self.hides = self.hides or _hide(attrs["class"].lower().split())
        if "style" in attrs:
            self._read(attrs["style"])
        if tag == "a" and "href" in attrs:
            self.leads_to = "file" if FILE_LINK.search(attrs["href"]) else "page"
        self.mark = BREAK if tag == "br" else BLOCK if self.is_block else EDGE

    def as_block(self) -> Opening:
        """The same of an element that a style sheet makes a line of its own."""
        block = copy(self)
        block.is_block, block.mark = True, BLOCK
        return block

    def _read(self, style: str) -> None:
        self.hides = self.hides or _HIDDEN_STYLE.search(style) is not None
        self.keeps_lines = self.keeps_lines or _KEEPS_LINES.search(style) is not None
        if display := _DISPLAY.search(style):
            self.is_block = bool(display[1])


def pieces(html: str) -> Sequence[str]:
    """The tags of a serialised page, each without its `<` and with the text behind it; comments and the document type
    are left out. A `<` that opens no tag stands in a name, where tag soup may have one."""
    shown = _without_comments(html)
    found = shown.split("<")[1:]
    if shown.count(">") != len(found):
        found = _whole(found)
    return found[1:] if found and found[0][0] == "!" else found


def _without_comments(html: str) -> str:
    kept: list[str] = []
    done = 0
    begin = html.find("<!--")
    while begin >= 0:
        if html.rfind("<", done, begin) > html.rfind(">", done, begin):
            begin = html.find("<!--", begin + 4)  # this one stands in a tag
            continue
        kept.append(html[done:begin])
        end = html.find("-->", begin + 4)
        done = end + 3 if end >= 0 else len(html)
        begin = html.find("<!--", done)
    return "".join(kept) + html[done:]


def _whole(pieces: Sequence[str]) -> list[str]:
    """Pieces whose tag is closed, those without a `>` joined to what follows."""
    whole: list[str] = []
    begun: list[str] = []
    for piece in pieces:
        begun.append(piece)
        if ">" in piece:
            whole.append("<".join(begun))
            begun.clear()
    return whole


@lru_cache(maxsize=4096)
def opening(written: str) -> Opening:
    """What the start tag `written` between `<` and `>` says; kept, since the pages of a site, and the lines of a page,
    open alike."""
    return Opening(written)


def line_classes(styles: Iterable[str]) -> frozenset[str]:
    """Classes that a page's own style sheets make lines of their own (`.line{display:block}`)."""
    return frozenset(
        match[1] for style in styles if "block" in style for match in _BLOCK_RULE.finditer(style)
    )


def _hide(classes: Sequence[str]) -> bool:
    """Whether the classes hide an element, or are those of a tab that is not shown."""
    if _HIDING.isdisjoint(classes):
        return False
    tabs = (_SHOWN_BY[name] for name in classes if name in _SHOWN_BY)
    return not _HIDDEN_CLASSES.isdisjoint(classes) or any(shown.isdisjoint(classes) for shown in tabs)
