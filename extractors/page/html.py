"""An HTML page as a document: its article without the page around it, what it says of itself, and its
kind."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, pairwise

from extractors.page.addresses import is_page
from extractors.page.attachments import linked_files, urljoin_safely
from extractors.page.blocks import Line, assemble, lines_in, lines_of, rejoined, squeeze, texts
from extractors.page.body import Body, find_body, frame_of
from extractors.page.chrome import Stripped, is_sentence, strip_lines
from extractors.page.classify import (
    alerts_missing,
    asks_for_proof,
    asks_password,
    body_address,
    lines_say_missing,
    refusal,
    says_hits,
    says_missing,
)
from extractors.page.dates import signature_date
from extractors.page.decode import Decoded
from extractors.page.endings import mark_endings
from extractors.page.frame import beyond_article, feet, furniture, teaser
from extractors.page.heading import (
    Heading,
    column_title,
    find_heading,
    is_unfilled,
    may_be_title,
    page_titles,
)
from extractors.page.hidden import shown_by_script
from extractors.page.labels import printed_number
from extractors.page.lists import RowList, heads_rows, list_rows, rows_without_address
from extractors.page.memory import PageBlocks, SiteMemory, blocks_of
from extractors.page.metadata import (
    Metadata,
    claimed_title,
    column_metadata,
    is_at_end_of_path,
    metas_of,
    read_metadata,
)
from extractors.page.platforms import platform_of
from extractors.page.rules import Refusal
from extractors.page.scripted import has_scripted_prose, scripted_article
from extractors.page.text import undecodable_bytes
from extractors.page.titles import names_its_subject, proper_title
from extractors.page.tree import Element, Tree
from extractors.records import Attachment, Document, Issue, PageKind, Removed

_RULES_OF_LAYOUT = frozenset({"dense_block", "follows_title"})
"""Rules that find an article by what is printed where, not by a container's name."""
_MIN_ROWS = 3
_FEW_CHARS = 10
_MINOR_SHARE = 0.3
"""Furniture inside an article holds less than this share of it, else its name misleads."""
_ROW_SHARE = 0.5
_ROW_LINKS = 0.2
"""Share of links without which an article cannot be the rows of a list."""
_SENTENCE = re.compile(r"[，。；！？]")
_NOTE = 300
"""Characters up to which words beside a longer list are a note on it, unless they stand in an article's
container."""


_REFUSALS: Mapping[Refusal, str] = {
    "blocked": "a firewall's page instead of the one asked for",
    "maintenance": "the site says that it is being rebuilt, instead of the page asked for",
    "login": "a login instead of the page asked for",
}


@dataclass(frozen=True)
class _Page:
    """A page taken apart."""

    tree: Tree
    source: str
    platform: str | None
    heading: Heading | None
    body: Body | None
    article: Sequence[Line]
    removed: Sequence[Removed]
    metadata: Metadata
    files: tuple[Attachment, ...]

    @cached_property
    def rows(self) -> RowList:
        return list_rows(self.tree, self.source)

    @cached_property
    def rows_without_address(self) -> RowList:
        return rows_without_address(self.tree)

    @cached_property
    def refusal(self) -> Refusal | None:
        """Why the page shows something else than what was asked for."""
        meta = self.metadata
        if meta.has_article_title:
            return None
        return refusal(self.tree, meta.title, self.article, is_dated=meta.is_dated)


def read_html(decoded: Decoded, url: str | None, memory: SiteMemory | None = None) -> Document:
    """Read a page, with what is remembered of its site. Nothing is extracted from one that is no article; what is
    cut from one is kept in `removed`."""
    page = _take_apart(decoded.text, url, memory)
    kind, body_url = _kind(page)
    meta = page.metadata
    if kind == "list":
        above = page.heading if page.heading and heads_rows(page.heading.element, page.rows) else None
        meta = column_metadata(page.tree, meta, above.text if above else None)
    issues = [*meta.issues, *_kind_issues(page, kind)]
    if decoded.broken:
        issues.append(undecodable_bytes(decoded))
    document = Document(
        kind=kind,
        text="",
        title=meta.title,
        published_on=meta.published_on,
        written_on=meta.written_on,
        publisher=meta.publisher,
        content_source=meta.content_source,
        index_number=meta.index_number,
        document_number=meta.document_number,
        topic=meta.topic,
        validity=meta.validity,
        column_name=meta.column_name,
        site_code=meta.site_code,
        site_name=meta.site_name,
        frame_names=meta.frame_names,
        platform=page.platform,
        encoding=decoded.encoding,
        body_url=urljoin_safely(url, body_url) if body_url else None,
        attachments=page.files,
        list_rows=tuple(
            replace(row, url=urljoin_safely(url, row.url))
            for row in (page.rows.rows if kind == "list" else ())
        ),
        meta_tags=meta.meta_tags,
        issues=tuple(issues),
    )
    return _with_article(document, page) if kind == "detail" else document


def blocks_of_page(decoded: Decoded, url: str | None) -> PageBlocks | None:
    """What a site's memory is learnt from; None where a page has no article."""
    page = _take_apart(decoded.text, url)
    body = page.body
    if body is None or _kind(page)[0] != "detail":
        return None
    holders = set(body.element.ancestors())
    blocks = [(e, key) for e, key in blocks_of(page.tree.elements) if e not in holders]
    inside = frozenset(key for element, key in blocks if body.element.contains(element))
    return PageBlocks(
        article=hashlib.sha256("\n".join(line.text for line in page.article).encode()).hexdigest(),
        outside=frozenset(key for element, key in blocks if not body.element.contains(element)),
        inside=inside if body.rule != "dense_block" else frozenset(),
    )


def _with_article(document: Document, page: _Page) -> Document:
    text, blocks, tables = assemble(page.article)
    printed = [line.text for line in page.article]
    return replace(
        document,
        text=text,
        blocks=mark_endings(text, blocks),
        tables=tables,
        title=document.title or proper_title(printed),
        signed_on=signature_date(printed),
        document_number=document.document_number or printed_number(printed),
        removed=tuple(page.removed),
    )


def _take_apart(source: str, url: str | None, memory: SiteMemory | None = None) -> _Page:
    tree = Tree(source)
    platform = platform_of(source, url)
    heading, body, lines = _read(tree, platform, memory)
    if not _has_text(body, lines.kept):
        for revealed in shown_by_script(source, tree, heading):
            found_heading, found, printed = _read(revealed, platform, memory)
            if _has_text(found, printed.kept):
                tree, heading, body, lines = revealed, found_heading, found, printed
                break
    before, after = _around(tree, body.element if body else None)
    files = linked_files(tree, source, url)
    if not _has_text(body, lines.kept) and (scripted := _scripted(tree, source)) is not None:
        heading, inner = scripted
        body, lines = None, _article(inner.element.tree, inner, heading, frozenset())
        files = _joined(files, linked_files(inner.element.tree, "", url))
    above = [*before, *lines.head]
    return _Page(
        tree=tree,
        source=source,
        platform=platform,
        heading=heading,
        body=body,
        article=lines.kept,
        removed=[*_outside(before), *lines.removed, *_outside(after)],
        metadata=read_metadata(tree, source, [*above, *lines.foot, *after], above, heading, url),
        files=files,
    )


def _scripted(tree: Tree, source: str) -> tuple[Heading | None, Body] | None:
    """The article a page's scripts would print, and the title that it prints again."""
    metas = metas_of(tree)
    claimed = claimed_title(metas)
    titles = [claimed] if claimed else page_titles(tree, metas)[:1]
    article = scripted_article(source, titles)
    if article is None:
        return None
    holder = Tree(article)
    heading = find_heading(holder, claimed, titles, frame_of(holder, titles))
    return heading, Body(holder.tagged("body")[0], (), "script")


def _joined(files: Sequence[Attachment], more: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """Files of both, each address once."""
    return tuple({file.url: file for file in (*more, *files)}.values())


def _remembered(tree: Tree, memory: SiteMemory | None) -> frozenset[Element]:
    """The page's blocks that are known as its site's frame."""
    if memory is None or not memory.blocks:
        return frozenset()
    known = frozenset(memory.blocks)
    return frozenset(element for element, key in blocks_of(tree.elements) if key in known)


def _read(
    tree: Tree, platform: str | None, memory: SiteMemory | None
) -> tuple[Heading | None, Body | None, Stripped]:
    """The page's title and article as printed, and the article's lines."""
    remembered = _remembered(tree, memory)
    heading, body = _find(tree, platform, remembered)
    lines = _article(tree, body, heading, remembered) if body is not None else Stripped([], [], [], [])
    return heading, body, lines


def _has_text(body: Body | None, article: Sequence[Line]) -> bool:
    """Whether what was found is an article: one that only its place tells has a sentence, a row or a file in it."""
    if body is None or not article:
        return False
    return body.rule not in _RULES_OF_LAYOUT or body.element.files > 0 or any(map(is_sentence, article))


def _find(
    tree: Tree, platform: str | None, remembered: frozenset[Element]
) -> tuple[Heading | None, Body | None]:
    """The page's title and article as printed."""
    metas = metas_of(tree)
    claimed, titles = claimed_title(metas), page_titles(tree, metas)
    frame = frame_of(tree, [claimed, *titles] if claimed else titles, remembered)
    heading = find_heading(tree, claimed, titles, frame)
    return heading, find_body(tree, frame, platform, heading)


def _around(tree: Tree, inside: Element | None) -> tuple[list[Line], list[Line]]:
    """Printed lines of a page before and after one of its elements; all are before where there is none. What is around
    the element parts lines, be it a block or not."""
    end = len(tree.tape)
    if inside is None:
        return lines_of(tree, 0, end), []
    inline = [node for node in inside.ancestors() if not node.is_block]
    begins = [0, *sorted(node.begin for node in inline), inside.begin]
    ends = [inside.end, *sorted(node.end for node in inline), end]
    before, after = (
        [line for pair in pairwise(places) for line in lines_of(tree, *pair)] for places in (begins, ends)
    )
    return before, after


def _outside(lines: Sequence[Line]) -> list[Removed]:
    return [Removed("\n".join(line.apart for line in lines), "outside_article")] if lines else []


def _article(tree: Tree, body: Body, heading: Heading | None, remembered: frozenset[Element]) -> Stripped:
    """An article's lines, and what was taken out from between them."""
    rules: dict[Element, str] = dict.fromkeys(_titles_in(body.element, heading), "title_repeat")
    rules |= dict.fromkeys(remembered, "site_memory")
    rules |= dict.fromkeys(beyond_article(tree, body.element), "beyond_article")
    if (above := teaser(tree, body.element)) is not None:
        rules[above] = "teaser"
    rules |= dict.fromkeys(_furniture_of(tree, body.element), "furniture_element")
    hidden: list[Removed] = []
    removed: list[Removed] = []
    without: list[Element] = []
    covered = body.element.order
    for element in body.element.descendants()[1:]:
        if element.hidden:
            if element.parent is not None and not element.parent.hidden:
                text = "".join(map(tree.raw_text, element.descendants())).strip()
                hidden += [Removed(text, "hidden")] if text else []
        elif element in rules and element.order > covered and element.is_printed and element.tag != "br":
            covered = element.last
            without.append(element)
            removed += [Removed(element.text(), rules[element])] if element.chars else []
    lines = [line for heading in body.headings for line in lines_in(heading)]
    dateline = heading.dateline if heading is not None else None
    is_dated = dateline is not None and not body.element.contains(dateline)
    stripped = strip_lines(lines_in(body.element, without), is_dated=is_dated)
    kept = rejoined(lines + stripped.kept)
    return replace(stripped, kept=kept, removed=hidden + removed + stripped.removed)


def _furniture_of(tree: Tree, article: Element) -> Iterator[Element]:
    """What is furniture by its name in an article, and little of it, mostly links or a foot by its words: else its name
    misleads."""
    most = _MINOR_SHARE * article.chars
    named = {element for element in furniture(tree) if article.contains(element) and element is not article}
    minor = {element for element in named if element.chars < most or element.links > element.prose}
    yield from minor
    if minor != named:
        yield from named & feet(tree)


def _titles_in(article: Element, heading: Heading | None) -> Iterator[Element]:
    """The elements of an article that print its title again."""
    if heading is None:
        return
    title = squeeze(heading.text)
    for element in article.descendants():
        is_title = element is heading.element and heading.dateline is not None
        if is_title or (
            element.chars == len(title) and may_be_title(element) and squeeze(element.text()) == title
        ):
            yield element


def _kind(page: _Page) -> tuple[PageKind, str | None]:
    """The page's kind, and for a shell the address of its article."""
    if says_missing(page.tree) and not page.metadata.has_article_title:
        return "soft_404", None
    if lines_say_missing(page.article) and not page.metadata.has_article_title:
        return "soft_404", None
    if page.tree.root.chars < _FEW_CHARS and alerts_missing(page.source):
        return "soft_404", None
    if "结果" in page.source and not page.metadata.has_article_title and says_hits(page.tree):
        return "list", None
    has_lost_rows = page.article and _is_of_rows_without_address(page)
    if page.article and not (has_lost_rows or _is_beside_article(page) or _is_mostly_rows(page)):
        return ("chrome" if page.refusal else "detail"), None
    if has_lost_rows or len(page.rows.rows) >= _MIN_ROWS:
        return "list", None
    if asks_password(page.tree):
        return "chrome", None
    if address := body_address(page.source):
        return "shell", address.url
    if len(page.files) == 1 and page.metadata.title:
        return "shell", page.files[0].url
    if (page.metadata.column_name and not page.metadata.has_article_title) or _is_short_list(page):
        return "list", None
    if page.tree.root.chars < _FEW_CHARS:
        return "empty", None
    return "chrome", None


def _is_short_list(page: _Page) -> bool:
    """Whether a page without an article is a column all the same, with no day but those of its rows: of several whose
    addresses are not known, or of one or two under a path that ends in the name of the column."""
    meta = page.metadata
    if meta.has_article_title:
        return False
    lost = page.rows_without_address.rows
    days = [row.listed_on for row in (*lost, *page.rows.rows)]
    if not (days and all(days)) or meta.published_on not in (None, *days):
        return False
    if len(lost) >= _MIN_ROWS:
        return True
    column = column_title(page.tree, meta.site_name)
    return column is not None and not names_its_subject(column) and is_at_end_of_path(page.tree, column)


def _is_beside_article(page: _Page) -> bool:
    """Whether what looks like an article stands beside one that a script will load."""
    return page.body is not None and page.body.rule in _RULES_OF_LAYOUT and is_unfilled(page.tree)


def _is_of_rows_without_address(page: _Page) -> bool:
    """Whether what looks like an article is the rows of a list whose links lead nowhere that is known."""
    if page.body is None or page.metadata.has_article_title or (page.heading and page.heading.dateline):
        return False
    inside = page.body.element
    links = (link.attrs for link in page.tree.tagged("a") if inside.contains(link))
    if sum("href" in attrs and not is_page(attrs["href"]) for attrs in links) < _MIN_ROWS:
        return False
    held = [row for row in page.rows_without_address.holders if inside.contains(row)]
    return len(held) >= _MIN_ROWS and _stretch(held) > _ROW_SHARE * inside.chars


def _is_mostly_rows(page: _Page) -> bool:
    """Whether what looks like an article is the rows of a list, or a note beside a longer one."""
    body = page.body
    if body is None or page.metadata.has_article_title:
        return False
    inside = body.element
    may_be_note = body.rule == "dense_block" and inside.prose < _NOTE
    if not (may_be_note or _may_be_of_rows(page.tree, inside)) or len(page.rows.rows) < _MIN_ROWS:
        return False
    if _is_of_dated_rows(inside, page.rows.dated):
        return True
    if not may_be_note and inside.links < _ROW_LINKS * inside.chars:
        return False
    if held := sum(holder.chars for holder in page.rows.holders if inside.contains(holder)):
        return held > _ROW_SHARE * inside.chars
    listed = sum(len(squeeze(row.title)) for row in page.rows.rows)
    return may_be_note and inside.prose < listed / 2


def _may_be_of_rows(tree: Tree, inside: Element) -> bool:
    """Whether an element holds links enough for a list, or is one of several of a kind itself."""
    return sum(map(inside.contains, tree.tagged("a"))) >= _MIN_ROWS or any(
        map(_has_likes, inside.ancestors())
    )


def _is_of_dated_rows(inside: Element, dated: Sequence[Element]) -> bool:
    """Whether an element lies in one of the rows that have a day, or from the first to the last of those in it there is
    most of it: titles with abstracts are few links. Of a list no row outweighs the others."""
    rows = [row for row in dated if _has_link_apart(row)]
    if len(rows) < _MIN_ROWS or max(row.chars for row in dated) > _ROW_SHARE * sum(
        row.chars for row in dated
    ):
        return False
    held = [row for row in rows if inside.contains(row)]
    if len(held) >= _MIN_ROWS:
        return _stretch(held) > _ROW_SHARE * inside.chars
    return any(row.contains(inside) for row in rows)


def _has_link_apart(row: Element) -> bool:
    """Whether a row has a link on a line without sentences beside it, as no text has, or is one around lines."""
    if row.start.leads_to and any(node.is_block for node in row.descendants()):
        return True
    links = islice((node for node in row.descendants() if node.start.leads_to), _MIN_ROWS)
    return any(
        row.contains(link.line) and not any(map(_SENTENCE.search, texts(link.line, link))) for link in links
    )


def _has_likes(element: Element) -> bool:
    """Whether there are more of an element's kind beside it, as of a list's entries."""
    beside = element.parent.children if element.parent is not None else ()
    return sum((e.tag, e.names) == (element.tag, element.names) for e in beside if e.chars) >= _MIN_ROWS


def _stretch(rows: Sequence[Element]) -> int:
    """Characters from the first of several rows to the last one, with what stands between them."""
    first, last = rows[0], rows[-1]
    around = next(node for node in first.ancestors() if node is not first and node.contains(last))
    return sum(part.chars for part in around.children if part.last >= first.order and part.order <= last.last)


def _kind_issues(page: _Page, kind: PageKind) -> list[Issue]:
    if kind in ("empty", "chrome", "shell") and asks_for_proof(page.source):
        return [Issue("challenge", "error", "publisher", "the page is a script that tests the browser")]
    if kind in ("empty", "chrome") and page.refusal:
        return [Issue(page.refusal, "error", "publisher", _REFUSALS[page.refusal])]
    meta = page.metadata
    if kind in ("empty", "chrome") or (kind == "list" and meta.has_article_title):
        if has_scripted_prose(page.source):
            note = "the article stands in a script in a form that is not read"
            return [Issue("body_in_script", "warning", "extractor", note)]
        if meta.title and meta.published_on:
            note = "a page with a title and a date, of which no text was found"
            return [Issue("article_without_text", "warning", "extractor", note)]
    if kind == "list" and not page.rows.rows:
        return [
            Issue(
                "list_without_rows",
                "warning",
                "extractor",
                "a column page of whose rows no address is known: a script may load them",
            )
        ]
    return []
