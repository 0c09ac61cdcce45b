"""What a page says about itself: meta tags of the standard, the catalogue table, the line under the
title.

Meta names are those of the annex to 政府网站发展指引 (国办发〔2017〕47号), matched without case; an empty
tag counts as absent and of several the first that says something counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from extractors.page.blocks import Line, normalise
from extractors.page.body import Body
from extractors.page.chrome import is_furniture_line
from extractors.page.dates import find_date, meta_date, url_date, whole_date
from extractors.page.labels import labelled
from extractors.page.rules import LabelField
from extractors.page.titles import proper_title
from extractors.page.tree import Element, Tree
from extractors.records import Issue

_SITE_CODE = re.compile(
    r"(?:网站|政府网站)?标识码\s*[:：]?\s*((?:bm)?\d{8,12})(?!\d)|site_?code=((?:bm)?\d{8,12})(?!\d)", re.I
)
_PUBLISHED_META = (
    "pubdate",
    "publishdate",
    "firstpublishedtime",
    "publishedtime",
    "article:published_time",
    "publish-date",
)
_TITLE_META = ("articletitle",)
_SEPARATORS = re.compile(
    r"\s*(?:_+|\s[-–—|]\s|\||——?(?=[^—]*(?:网|政府|部|委|局|厅)[^—]*$)|-(?=[^-]*(?:网|政府|门户|平台|局|委|部|厅)[^-]*$))\s*"
)
_SITE_WORDS = re.compile(r"(?:网站?|门户|政府|平台|人民政府)$")
_TITLE_NAMES = re.compile(r"(?:title|tit|biaoti|bt|headline|h4_o)", re.IGNORECASE)
_NOT_TITLE_NAMES = re.compile(
    r"(?:sub|sec|fu|nav|menu|side|list|column|col|more|tab|site|logo)[-_]?(?:title|tit|bt|biaoti)|title[-_]?(?:sub|sec|base|icon|name|box_?more)",
    re.IGNORECASE,
)
_DATED = re.compile(r"\s*[（(\[]\s*(?:19|20)\d{2}[-/.年]\s*\d{1,2}[-/.月]\s*\d{1,2}\s*日?\s*[)）\]]$")
_MIN_TITLE, _MAX_TITLE = 4, 150
_INFO_LINES = 12
"""Lines before the article among which a date without a label is the day it was put up."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """A page's own claims, each None where it is silent."""

    title: str | None = None
    published_on: date | None = None
    written_on: date | None = None
    publisher: str | None = None
    content_source: str | None = None
    index_number: str | None = None
    document_number: str | None = None
    site_code: str | None = None
    site_name: str | None = None
    column_name: str | None = None
    has_article_title: bool = False
    issues: tuple[Issue, ...] = ()


def read_metadata(
    tree: Tree, source: str, lines: Sequence[Line], before: Sequence[Line], body: Body | None, url: str | None
) -> Metadata:
    """Collect a page's claims.

    In: its tree and source, the printed `lines` outside the article, those of them `before` it, the
    article, and the page's address. The address gives the date only where the page itself is silent.
    """
    metas = _metas(tree)
    fields = labelled(lines)
    site_name, column = metas.get("sitename"), metas.get("columnname")
    given = next((metas[name] for name in _TITLE_META if name in metas), None)
    if given in (site_name, column) and given != _heading(tree, body, given or ""):
        given = None
    published, issues = _published(metas, fields, before, url)
    return Metadata(
        title=given or _visible_title(tree, body, fields, site_name, column) or _printed_title(before),
        published_on=published,
        written_on=find_date(fields.get("written_on", "")),
        publisher=fields.get("publisher"),
        content_source=metas.get("contentsource") or source_name(fields.get("content_source", "")),
        index_number=fields.get("index_number"),
        document_number=fields.get("document_number"),
        site_code=metas.get("siteidcode") or _site_code(source),
        site_name=site_name,
        column_name=column,
        has_article_title=given is not None,
        issues=issues,
    )


def source_name(value: str) -> str | None:
    """The name in a 来源 field, without the date or the 供稿 that may follow it."""
    name = re.sub(r"(?:19|20)\d{2}\s*[-/.年].*$", "", value).strip(" \u3000（()）|")
    return re.sub(r"\s*供稿$", "", name) or None


def _metas(tree: Tree) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for element in tree.tagged("meta"):
        name = (element.attrs.get("name") or element.attrs.get("property") or "").strip().lower()
        value = normalise(element.attrs.get("content", "")).replace("\n", " ")
        if name and value:
            found.setdefault(name, value)
    return found


def _published(
    metas: Mapping[str, str], fields: Mapping[LabelField, str], before: Sequence[Line], url: str | None
) -> tuple[date | None, tuple[Issue, ...]]:
    stated = next((day for name in _PUBLISHED_META[:2] if (day := meta_date(metas.get(name, "")))), None)
    stated = stated or find_date(fields.get("published_on", "")) or find_date(fields.get("dated_on", ""))
    stated = stated or next(
        (day for name in _PUBLISHED_META[2:] if (day := meta_date(metas.get(name, "")))), None
    )
    stated = stated or _bare_date(before)
    address = url_date(url or metas.get("url", ""))
    if stated and address and stated != address:
        note = f"page says {stated}, its address {address}"
        return stated, (Issue("published_on_differs_from_url", "info", "publisher", note),)
    return stated or address, ()


def _bare_date(before: Sequence[Line]) -> date | None:
    for line in reversed(before[-_INFO_LINES:]):
        for cell in line.cells:
            if len(cell) <= 120 and (day := whole_date(cell[:11]) or find_date(cell)):
                return day
    return None


def _site_code(source: str) -> str | None:
    match = _SITE_CODE.search(source)
    return (match[1] or match[2]) if match else None


def _visible_title(
    tree: Tree, body: Body | None, fields: Mapping[LabelField, str], site_name: str | None, column: str | None
) -> str | None:
    page_title = next(
        (text for e in tree.tagged("title") if (text := normalise(tree.raw_text(e)).replace("\n", " "))), ""
    )
    heading = _heading(tree, body, page_title)
    parts = [part for part in _SEPARATORS.split(page_title) if part]
    generic = {_squeeze(text) for text in (site_name, column) if text}
    while len(parts) > 1 and (_squeeze(parts[-1]) in generic or _SITE_WORDS.search(parts[-1])):
        parts.pop()
    first = parts[0] if parts else ""
    if heading:
        return _DATED.sub("", heading)
    if title := fields.get("title"):
        return title
    if first and _squeeze(first) not in generic and not (len(parts) == 1 and _SITE_WORDS.search(first)):
        return first
    return None


def _heading(tree: Tree, body: Body | None, page_title: str) -> str | None:
    """The visible heading: one that opens the page's `<title>`, else the last title-like element before
    the article."""
    candidates = [e for e in tree.elements if may_be_title(e)]
    squeezed = _squeeze(page_title)
    shown = [(e, normalise(e.text()).replace("\n", "")) for e in candidates]
    shown = [(e, text) for e, text in shown if not is_furniture_line(text)]
    echoed = [text for _, text in shown if squeezed.startswith(_squeeze(text))]
    if echoed:
        return max(echoed, key=len)
    if body is None:
        return None
    above = [text for e, text in shown if e.order < body.element.order]
    inside = [text for e, text in shown if body.element.contains(e)]
    return above[-1] if above else next(iter(inside), None)


def _printed_title(before: Sequence[Line]) -> str | None:
    """A title above the article that no markup tells: of the last lines the last that ends as titles do."""
    above = [line.text for line in before[-_INFO_LINES:] if len(line.cells) == 1]
    return next((title for text in reversed(above) if (title := proper_title([text]))), None)


def may_be_title(element: Element) -> bool:
    """Whether an element is a heading by tag or name, of a title's length and no menu."""
    if element.hidden or not _MIN_TITLE <= element.chars <= _MAX_TITLE or element.links > element.chars / 2:
        return False
    if element.tag in ("h1", "h2", "h3", "h4"):
        return True
    names = " ".join(element.names)
    return bool(_TITLE_NAMES.search(names)) and not _NOT_TITLE_NAMES.search(names)


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)
